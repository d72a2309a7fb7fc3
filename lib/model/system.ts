import type { Manifest } from '../kubernetes/kubernetes-object';
import type { KubernetesVersion } from '../kubernetes/version';
import type { Priority } from './priority';

/** The whole system as plain data: what constructs write and what rules, reports and reviews read. */
export interface System {
  readonly environments: readonly EnvironmentRecord[];
  readonly workloads: readonly WorkloadRecord[];
  readonly externals: readonly ExternalRecord[];
  readonly backends: readonly BackendRecord[];
  readonly calls: readonly CallRecord[];
  readonly waits: readonly WaitRecord[];
  readonly uses: readonly UseRecord[];
  readonly routes: readonly RouteRecord[];
  readonly certificates: readonly CertificateRecord[];
  readonly configs: readonly ConfigRecord[];
  readonly configUses: readonly ConfigUseRecord[];
  readonly backups: readonly BackupRecord[];
  readonly objects: readonly ObjectRecord[];
  readonly previous: Previous;
}

/** What one construct adds to the system. */
export type Records = { readonly [Kind in keyof Omit<System, 'objects' | 'previous'>]?: System[Kind] };

export interface EnvironmentRecord {
  readonly path: string;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly kubernetes: KubernetesVersion;
  /** Whether customers depend on it. */
  readonly production: boolean;
  readonly tenant: string | undefined;
  /** What applies it in which order; `undefined` where no order was asked for. */
  readonly deployOrder: 'argo-cd' | undefined;
  /** The names of the classes that stand for its priorities. */
  readonly priorityClasses: Readonly<Record<Priority, string>>;
  /** Where the values of its classes begin; `undefined` where all of them are those of the cluster. */
  readonly priorityBase: number | undefined;
  /** Objects that must exist before it is applied, because they belong to the whole cluster and others make them. */
  readonly expected: readonly Manifest[];
  /** What is known of its nodes. */
  readonly nodes: NodesRecord;
}

export interface NodesRecord {
  /** What pods get of the largest node; `undefined` where nobody said. */
  readonly allocatable:
    | { readonly cpu: string; readonly memory: string; readonly ephemeralStorage?: string | undefined }
    | undefined;
  /** In how many zones they stand; `undefined` where nobody said. */
  readonly zones: number | undefined;
  /** How many there are at the most; `undefined` where nobody said. */
  readonly count: number | undefined;
}

/** Something that runs in pods of the cluster. */
export interface WorkloadRecord {
  readonly path: string;
  readonly environment: string;
  readonly name: string;
  readonly component: string;
  /** As it was declared; `undefined` leaves it to those that call it. */
  readonly priority: Priority | undefined;
  /** Path of the object that holds its pod template. */
  readonly objectPath: string;
  readonly ports: readonly PortRecord[];
  /** Pods in the steady state: the bounds of the autoscaler, or twice the same number. */
  readonly replicas: { readonly min: number; readonly max: number };
  /** Whether the program declares its CPU request, so that it is not a default. */
  readonly declaresCpu: boolean;
  /** Seconds that the process may take until it is ready for the first time. */
  readonly startupSeconds: number;
  /** What the end of a pod has to wait for. */
  readonly shutdown: ShutdownRecord;
}

export interface PortRecord {
  readonly name: string;
  readonly port: number;
  readonly protocol: PortProtocol;
}

export type PortProtocol = 'http' | 'https' | 'grpc' | 'tcp' | 'udp';

export interface ShutdownRecord {
  readonly endpointPropagationSeconds: number;
  /** 0 where no balancer outside the cluster sends to the pods. */
  readonly balancerDetectionSeconds: number;
  /** How long its clients go on sending through connections that they hold. */
  readonly drainSeconds: number;
  /** The longest that a request to it may take. */
  readonly longestRequestSeconds: number;
  /** What the process needs after its last request to write down what it holds. */
  readonly flushSeconds: number;
}

/** Something that runs outside the cluster. */
export interface ExternalRecord {
  readonly path: string;
  readonly environment: string;
  readonly name: string;
  readonly ports: readonly PortRecord[];
  /** Where packets to it go, as address ranges. */
  readonly ranges: readonly string[];
  /** Its DNS names; none where it is known by addresses. */
  readonly hosts?: readonly string[];
}

/** A declared dependency of one workload on another, or on something outside. */
export interface CallRecord {
  /** Paths of the two ends. */
  readonly from: string;
  readonly to: string;
  readonly environment: string;
  readonly port: string;
  /** How long the caller waits, retries included; `undefined` where nobody said. */
  readonly timeoutSeconds: number | undefined;
  /** How long one attempt may take. */
  readonly perTrySeconds: number | undefined;
  /** Further attempts after the first. */
  readonly retries: number;
  /** The wait before a retry. */
  readonly backoffSeconds: number;
  readonly idempotent: boolean;
  /** Whether the caller can answer without it. */
  readonly optional: boolean;
  /** Whether the caller waits for the answer. */
  readonly synchronous: boolean;
  /** Calls of one caller with the same text run at the same time; others run one after another. */
  readonly parallel: string | undefined;
}

/** One workload that starts only when another has done its work. */
export interface WaitRecord {
  /** Path of the one that waits. */
  readonly from: string;
  /** Path of the one that must have ended. */
  readonly to: string;
  readonly environment: string;
}

/** What keeps state, in the cluster or outside: beside its record as a workload or as something external. */
export interface BackendRecord {
  /** Path of the construct, the same as in its other record. */
  readonly path: string;
  readonly environment: string;
  readonly name: string;
  readonly provider: 'statefulset' | 'external';
  /** What runs in it: `redis`; `undefined` where nobody said. */
  readonly engine: string | undefined;
  /** How many pods it has; `undefined` outside the cluster. */
  readonly members: number | undefined;
  /** Whether more than half of the members must be there for it to work. */
  readonly quorum: boolean;
  /** How many connections one of its members accepts, and how many of them are kept for others than services. */
  readonly maxConnections: number | undefined;
  readonly reservedConnections: number;
  /** In how many partitions a topic or queue is split; `undefined` where there are none. */
  readonly partitions: number | undefined;
  /** How its rows are spread, where it stands before several databases. Neither may change while there is data. */
  readonly sharding?: {
    readonly shards: number;
    /** `orders.customer_id:numbers` for each sharded table, sorted. */
    readonly columns: readonly string[];
  };
  /** Whether a `Backup` of it can be made. */
  readonly hasBackupPlan?: boolean | undefined;
  /** Path of the primary of another site that it copies; nobody can write to it then. */
  readonly follows?: string | undefined;
  /** Whether its users sign in; `undefined` where that is not known. */
  readonly signsIn?: boolean | undefined;
  /** How connections to it are encrypted; `false` where it could and does not, `undefined` where its engine has no TLS. */
  readonly tls?: BackendTlsRecord | false | undefined;
}

/** The TLS of a backend. */
export interface BackendTlsRecord {
  /** The key of a Secret by which users verify it; `undefined` for the authorities that their images trust. */
  readonly ca: { readonly secret: string; readonly key: string } | undefined;
  /** The Secret with `tls.crt`, `tls.key` and `ca.crt`, and who signs it; `undefined` outside the cluster. */
  readonly certificate:
    | { readonly secret: string; readonly issuer: { readonly name: string; readonly kind: string } | undefined }
    | undefined;
}

/** One workload that keeps its state in a backend. A use is a call as well, which stands among the calls. */
export interface UseRecord {
  /** Path of the user. */
  readonly from: string;
  /** Path of the backend. */
  readonly to: string;
  readonly environment: string;
  readonly access: 'read-write' | 'read-only';
  /** Connections that one pod holds open; `undefined` where nobody said. */
  readonly connectionsPerPod: number | undefined;
  /** Consumers that one pod runs; `undefined` where nobody said. */
  readonly consumersPerPod: number | undefined;
  /** The database that it works in; `undefined` where the engine has none, or none is declared. */
  readonly database: string | undefined;
  readonly topics: readonly string[];
  readonly namespace: string | undefined;
  readonly group: string | undefined;
  readonly vhost: string | undefined;
  /** The account of its own with which it signs in; `undefined` where it shares one, or there are none. */
  readonly account: AccountRecord | undefined;
}

/** An account that one workload has at a backend. */
export interface AccountRecord {
  /** The Secret with its name and password. */
  readonly secret: string;
  readonly keys: AccountKeysRecord;
  readonly rights: Rights;
  /** For whom it is, where several workloads share it. @defaultValue the workload that uses it */
  readonly user?: string;
  /** Whether a Job of the backend makes it, with its database; otherwise both must be there before. */
  readonly made: boolean;
}

/** Under which keys of a Secret an account is. */
export interface AccountKeysRecord {
  readonly username: string;
  readonly password: string;
}

/**
 * What an account may do: only read; only add, as a log shipper does; read and write rows; change the schema as well; read everything in order to write
 * it out; or administer the backend.
 */
export type Rights = 'read' | 'append' | 'write' | 'schema' | 'backup' | 'admin';

/** A path from outside to a workload. */
export interface RouteRecord {
  readonly path: string;
  readonly environment: string;
  readonly gateway: string;
  /** The class that serves it. Two classes are two entries, each with an address of its own. */
  readonly controller: string;
  readonly host: string;
  readonly match: { readonly type: 'prefix' | 'exact'; readonly value: string };
  readonly to: string;
  readonly port: string;
  readonly timeoutSeconds: number | undefined;
}

/** A certificate that an issuer of cert-manager makes. */
export interface CertificateRecord {
  readonly path: string;
  readonly environment: string;
  readonly name: string;
  /** The Secret that holds it. */
  readonly secret: string;
  readonly issuer: string;
  readonly issuerKind: 'Issuer' | 'ClusterIssuer';
  /** How the issuer has the hosts proven; `false` where it asks for no proof. */
  readonly challenge: 'http-01' | 'dns-01' | false;
  readonly hosts: readonly string[];
}

/** What a config centre declares. */
export interface ConfigRecord {
  readonly path: string;
  readonly environment: string;
  readonly name: string;
  /** The make of the config centre that consumers ask: `apollo`; `undefined` where there is none. */
  readonly source: string | undefined;
  readonly keys: readonly ConfigKeyRecord[];
}

export interface ConfigKeyRecord {
  readonly kind: ConfigKind;
  readonly key: string;
  /** Whether this environment has a value for it. */
  readonly hasValue: boolean;
}

export type ConfigKind = 'startup' | 'file' | 'dynamic' | 'secret';

/** What one workload takes from a config centre. */
export interface ConfigUseRecord {
  /** Path of the config centre. */
  readonly config: string;
  /** Path of the workload. */
  readonly by: string;
  readonly keys: readonly { readonly kind: ConfigKind; readonly key: string }[];
}

/** Backups of a backend. */
export interface BackupRecord {
  readonly path: string;
  readonly environment: string;
  readonly name: string;
  /** Path of the backend. */
  readonly backend: string;
  /** How much a member of the backend may store; `undefined` where that is unknown. */
  readonly storageBytes: number | undefined;
  /** Room for one dump. */
  readonly scratchBytes: number;
  /** Room for all backups that are kept; `undefined` for a bucket. */
  readonly volumeBytes: number | undefined;
  readonly deadlineSeconds: number;
  /** Whether it crosses the network readable for everyone on the way. */
  readonly isPlaintext: boolean;
}

/** A rendered object and where it goes. */
export interface ObjectRecord {
  /** Path of the construct that made it. */
  readonly path: string;
  /** The environment in which it stands; `undefined` for a plain chart. */
  readonly environment: string | undefined;
  /** Its file under `dist/`: `production/orders.k8s.yaml`. */
  readonly file: string;
  readonly manifest: Manifest;
}

/**
 * The output of the synth before, which is what has been reviewed and most likely applied. It is read only where it is
 * asked for: most of a large output is nobody's concern.
 */
export interface Previous {
  /** An object as it was: the same kind, namespace and name, in the same file. `undefined` where it is new. */
  readonly manifestOf: (object: ObjectRecord) => Manifest | undefined;
  /** The StatefulSets, PersistentVolumeClaims and Namespaces that were there, in whatever file. */
  readonly dataObjects: () => readonly PreviousRecord[];
}

/** An object of the output of the synth before. */
export interface PreviousRecord {
  /** Its folder under `dist/`; `undefined` for a plain chart. */
  readonly environment: string | undefined;
  readonly kind: string;
  /** Empty for what belongs to the cluster. */
  readonly namespace: string;
  readonly name: string;
  /** `undefined` where its file cannot be read any more. */
  readonly manifest: () => Manifest | undefined;
}
