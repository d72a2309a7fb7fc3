import type { NetworkPolicyPeer } from 'kubernetes-types/networking/v1';
import type { PortRecord } from '../model/system';
import type { PodPart } from './pod-part';

/** Pods that Prometheus asks for metrics. */
export interface ScrapedPods {
  readonly name: string;
  add(part: PodPart): void;
  allowFrom(peers: readonly NetworkPolicyPeer[], port: PortRecord): void;
}

/** Where the metrics of a workload are, for a kind that knows. */
export interface MetricsSource {
  /** Whose pods answer: the workload itself, or an exporter in pods of its own. */
  readonly pods: ScrapedPods;
  readonly port: PortRecord;
  readonly path: string;
  readonly params?: Readonly<Record<string, readonly string[]>>;
}
