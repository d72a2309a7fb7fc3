import type { Construct } from 'constructs';
import type { Checks } from '../checks/read-props';
import type { SaslProps } from '../external-backend/sasl';
import type { ServerTls } from '../model/backend-tls';
import type { EnvironmentFacts } from '../model/environment-facts';
import { majority, mayBeAway } from '../model/majority';
import type { ClientTls } from '../workload/backend-tls';
import type { Callee, CallOptions } from '../workload/call';
import type { Credentials } from '../workload/credentials';
import type { EnvValue } from '../workload/env';
import type { PodPart } from '../workload/pod-part';
import type { PodProps } from '../workload/pod-props';
import type { Port } from '../workload/ports';
import type { Probes } from '../workload/probes';
import type { Access, Usable, UseOptions } from '../workload/use';
import type { AccountsPlan } from './accounts-plan';
import type { BackupPlan, BackupTarget } from './backup-plan';
import type { BackendOverrides } from './props';

/**
 * A kind of backend: what it may be told, and what follows from that. Data and small functions; nothing in it knows
 * how a StatefulSet is written. A new engine is one more value of this form.
 */
export interface Engine<Props extends object, PortName extends string = string> {
  /** `redis` */
  readonly name: string;
  readonly checks: Checks<Props>;
  plan(props: Props, place: EnginePlace): EnginePlan;
  /** What it needs beside its own pods, in the cluster and outside of it alike: a Job that creates topics. */
  complete?(backend: Construct & Usable, props: Props): void;
  /** What clients call of it where somebody else runs it. */
  readonly externalPorts: Readonly<Record<PortName, number>>;
  /** The keys of its Secret that its users get, where nobody said. @defaultValue `username` and `password` */
  readonly accountKeys?: Readonly<Record<string, string>>;
  /** What its users are told then, beside host and port. */
  externalVariables?(at: ExternalAddress, props: Props): Readonly<Record<string, string | number>>;
}

/** Where an engine is found that somebody else runs. */
export interface ExternalAddress {
  /** Its id in this program. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** How connections to it are encrypted; `undefined` where that is not known. */
  readonly tls: ClientTls | false | undefined;
  /** How its users sign in, where it is a Kafka and they do. */
  readonly sasl: SaslProps | undefined;
}

/** Where an engine stands. */
export interface EnginePlace {
  readonly name: string;
  readonly environment: EnvironmentFacts;
}

/** Everything that decides a backend. */
export interface EnginePlan {
  readonly engine: string | undefined;
  readonly pods: PodProps;
  /** What the engine itself listens on. */
  readonly ports: readonly Port[];
  /** What other containers of its pods listen on. */
  readonly sidecarPorts: readonly Port[];
  /** What asks it and offers what it learns to Prometheus; made only where a `MonitoredApp` reads it. @defaultValue none */
  readonly exporter?: SidecarExporter | ClusterExporter;
  /** Where the engine itself answers with its metrics. @defaultValue its port `metrics` under `/metrics`, if it has one */
  readonly metrics?: EngineMetrics;
  /** The ports that its users are let into. */
  readonly clientPorts: readonly string[];
  /** Those that its Service offers. @defaultValue the same: some make sense only on a certain member */
  readonly servicePorts?: readonly string[];
  /** The ports by which its members speak with each other. */
  readonly peerPorts: readonly string[];
  /** Which pods the Service `<name>` leads to: all, or the first, where that is the one that takes writes. */
  readonly writable: 'every member' | 'the first member';
  /** What the Service `<name>-read` offers; nothing where all members are alike. */
  readonly readPorts: readonly string[];
  readonly volumes: readonly VolumePlan[];
  readonly replicas: number;
  /** Whether more than half of the members must be there. */
  readonly quorum: boolean;
  /** How its members are kept apart. @defaultValue hard where they vote or have volumes */
  readonly spread?: 'hard' | 'soft' | undefined;
  /** How many members a drain may take away at once. @defaultValue what leaves a majority where they vote, else 1 */
  readonly maxUnavailable?: number;
  /** Others that it calls. */
  readonly calls?: readonly { readonly callee: Callee; readonly options: CallOptions }[];
  /** The path of the primary of another site that it copies; nobody writes to it then. */
  readonly follows?: string;
  /** The address ranges of other sites that copy it. */
  readonly followers?: readonly string[];
  /** Other backends that it keeps its own state in. */
  readonly uses?: readonly { readonly backend: Usable; readonly options: UseOptions }[];
  readonly podManagement: 'OrderedReady' | 'Parallel';
  /** The first member that a new version reaches; those before it keep what they have. */
  readonly updatePartition: number;
  /** Files that are mounted as one directory; a change restarts the pods. */
  readonly config: { readonly path: string; readonly files: Readonly<Record<string, string>> } | undefined;
  readonly parts: readonly PodPart[];
  readonly probes: Probes;
  readonly requestSeconds: number | undefined;
  readonly flushSeconds: number;
  /** What its users are told, after the prefix of its name. */
  variables(access: Access, port: string | undefined): Readonly<Record<string, EnvValue>>;
  /** The account of its users; where each of them has one of its own, that of the administrator who makes them. */
  readonly credentials: Credentials | undefined;
  /**
   * Its certificate, from `serverTls`; `false` where it listens in the clear.
   * @defaultValue the engine has no TLS, and refuses the prop
   */
  readonly tls?: ServerTls | false;
  /** How each user gets an account of its own. @defaultValue all share the one of the backend */
  readonly accounts?: AccountsPlan | undefined;
  readonly maxConnections: number | undefined;
  readonly reservedConnections: number;
  readonly partitions: number | undefined;
  /** How it is backed up, or in a sentence why it cannot be. @defaultValue nobody knows how */
  readonly backup?: ((target: BackupTarget) => BackupPlan | string) | string;
  /** What is wrong although every property for itself is right. */
  readonly problems: readonly string[];
  readonly annotations: Readonly<Record<string, string>> | undefined;
  readonly overrides: BackendOverrides;
}

/** An exporter beside each member. */
export interface SidecarExporter {
  readonly part: PodPart;
  readonly port: Port;
}

/** An exporter in a pod of its own, for engines of which one look shows the whole cluster. It uses the backend as a service does. */
export interface ClusterExporter {
  readonly image: string;
  /** @defaultValue that of the image */
  readonly command?: readonly string[];
  readonly port: number;
  readonly args: readonly string[];
  /** Where it says that it is alive. */
  readonly healthPath: string;
}

export interface EngineMetrics {
  /** The name of the port. */
  readonly port: string;
  readonly path: string;
  readonly params?: Readonly<Record<string, readonly string[]>>;
}

export interface VolumePlan {
  readonly name: string;
  readonly size: string;
  readonly path: string;
  readonly storageClass: string | undefined;
}

/** The ports of its pods that have one of these names. */
export const portsNamed = ({ ports, sidecarPorts }: EnginePlan, names: readonly string[]): Port[] =>
  [...ports, ...sidecarPorts].filter(({ name }) => names.includes(name));

/** The Service in which every member has a name of its own. */
export const peerService = (name: string): string => `${name}-peers`;

/** The DNS name of one member, as short as the search path of a pod allows. */
export const memberHost = (name: string, ordinal: number | string): string => `${name}-${ordinal}.${peerService(name)}`;

export function memberHosts(name: string, replicas: number): string[] {
  return Array.from({ length: replicas }, (_, ordinal) => memberHost(name, ordinal));
}

/** The sentence for a set that votes with an even number of members. */
export function evenMembers(replicas: number): string[] {
  if (replicas % 2 === 1) return [];
  const odd = Math.max(1, replicas - 1);
  const others = odd === 1 ? '1 member does' : `${odd} members do`;
  return [
    `'replicas': must be odd, got ${replicas}: ${majority(replicas)} of ${replicas} must be there, so it bears the loss of ${mayBeAway(replicas)}, no more than ${others}`,
  ];
}
