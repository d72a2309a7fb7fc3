import type { NetworkPolicyPeer } from 'kubernetes-types/networking/v1';
import type { PortRecord } from '../model/system';
import { usualPort } from '../workload/ports';

/** What a gateway can lead to: anything that runs behind a Service. */
export interface RouteTarget<PortName extends string = string> {
  readonly path: string;
  readonly environmentName: string;
  /** The name of its Service. */
  readonly host: string;
  readonly ports: Readonly<Record<PortName, PortRecord>>;
  /** Lets somebody connect to a port. */
  allowFrom(peers: readonly NetworkPolicyPeer[], port: PortRecord): void;
  /** Says how long somebody outside waits for an answer. */
  expectRequestsOf(seconds: number): void;
}

/** The port that is meant, or what is wrong with what was said. */
export function portOf(
  { ports }: RouteTarget,
  wanted: string | undefined,
): { readonly port?: PortRecord; readonly problems: readonly string[] } {
  const names = Object.keys(ports);
  const name = wanted ?? usualPort(names);
  const port = Object.entries(ports).find(([known]) => known === name)?.[1];
  if (port !== undefined) return { port, problems: [] };
  const offered = names.length === 0 ? 'of a service that has one, but this has none' : `one of ${names.join(', ')}`;
  return { problems: [`'port': must be ${offered}, got ${wanted === undefined ? 'nothing' : `"${wanted}"`}`] };
}
