import type { StatefulSet } from 'kubernetes-types/apps/v1';
import type { Service } from 'kubernetes-types/core/v1';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1';
import type { Certificate } from '../../imports/cert-manager';
import type { Checks } from '../checks/read-props';
import * as check from '../checks/values';
import type { Duration } from '../kubernetes/duration';
import type { Patch } from '../kubernetes/merge';
import { bytes, isQuantity, type Quantity } from '../kubernetes/quantity';
import { type BackendTls, backendTlsCheck } from '../model/backend-tls';
import { type Credentials, credentialsCheck } from '../workload/credentials';
import { type PodProps, podChecks } from '../workload/pod-props';

/**
 * What every backend may say of itself, whatever runs in it.
 *
 * The claims of a StatefulSet are immutable. A larger `storage` is rejected by the API server until the claims were
 * enlarged by hand and the StatefulSet was deleted with `--cascade=orphan`, which leaves its pods running.
 */
export interface BackendProps extends Omit<PodProps, 'image'> {
  /** @defaultValue the image that the project behind the engine publishes, in a fixed version */
  readonly image?: string;
  /**
   * How long its start may take until it is killed: crash recovery reads the log and checks the files.
   * @defaultValue 5m, and 1m more for each 20Gi of storage
   */
  readonly startupTime?: Duration;
  /** The longest that a request to it may take. @defaultValue the longest that a user waits; 30s where nobody says */
  readonly requestTimeout?: Duration;
  /** How long it may take at its end to write down what it holds. @defaultValue by engine, 30s where nobody knows better */
  readonly flushTime?: Duration;
  /**
   * Members with a lower number keep the version that they have. Members are renewed from the last to the first, so with
   * `2` of three a new version is tried on the last one until the number is taken away.
   * @defaultValue 0: all are renewed
   * @see https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#partitions
   */
  readonly updatePartition?: number;
  /**
   * What happens to a member for which there is no node, or no zone where `nodes.zones` of the environment says how many
   * there are, without another one: `hard` leaves it pending, `soft` starts it beside the other.
   *
   * A volume keeps a member in the zone in which it was made. Where two already share one, `soft` starts both until one
   * of the volumes was moved.
   * @defaultValue hard where members vote or have volumes: one failure must not take most of them; soft for others
   * @see https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/
   */
  readonly spread?: 'hard' | 'soft';
  /** Annotations of the StatefulSet. @defaultValue none */
  readonly annotations?: Readonly<Record<string, string>>;
  /**
   * The certificate with which it listens: `{ issuer }` asks cert-manager for one, `{ secret }` names a Secret that has
   * one. Its users verify it by `<NAME>_CA_FILE`. A renewed certificate is read without a restart, as far as the engine
   * can; which of them can stands at each engine.
   * @defaultValue `backendTls` of the environment where the engine knows TLS; for an image of one's own false
   * @see https://cert-manager.io/docs/usage/certificate/
   */
  readonly tls?: BackendTls;
  /** Anything else, laid over the rendered objects in the field names of the Kubernetes API. @defaultValue none */
  readonly overrides?: BackendOverrides;
}

export interface BackendOverrides {
  readonly statefulSet?: Patch<StatefulSet>;
  readonly service?: Patch<Service>;
  readonly readService?: Patch<Service>;
  readonly peerService?: Patch<Service>;
  readonly podDisruptionBudget?: Patch<PodDisruptionBudget>;
  /** Of a backend whose `tls` names an issuer. */
  readonly certificate?: Patch<Certificate>;
  /** Of a database that other sites follow. */
  readonly followersService?: Patch<Service>;
}

/** What engines with one data volume have in common. */
export interface EngineProps extends BackendProps {
  /** How much each member may store: `10Gi`, or with a storage class. */
  readonly storage?: Quantity | StorageProps;
  /**
   * The Secret with the accounts of the engine. It is only named here; make it by hand or with an operator. Which keys
   * it must hold stands at each engine.
   */
  readonly credentials?: Credentials;
  /**
   * Whether a `MonitoredApp` of it reads its metrics, from the engine itself or from an exporter, which is made only then.
   * @defaultValue true
   */
  readonly metrics?: boolean;
}

export interface StorageProps {
  readonly size: Quantity;
  /** @defaultValue the default class of the cluster */
  readonly storageClass?: string;
}

const { image: _, ...podChecksWithoutImage } = podChecks;

export const backendChecks: Checks<BackendProps> = {
  ...podChecksWithoutImage,
  image: check.optional(check.imageReference),
  startupTime: check.optional(check.positiveDuration),
  requestTimeout: check.optional(check.positiveDuration),
  flushTime: check.optional(check.duration),
  updatePartition: check.optional(check.integer(0, 1_000)),
  spread: check.optional(check.oneOf('hard', 'soft')),
  annotations: check.optional(check.annotationMap),
  tls: check.optional(backendTlsCheck),
  overrides: check.optional(
    check.fields({
      statefulSet: check.optional(check.plainMap),
      service: check.optional(check.plainMap),
      readService: check.optional(check.plainMap),
      peerService: check.optional(check.plainMap),
      podDisruptionBudget: check.optional(check.plainMap),
      followersService: check.optional(check.plainMap),
      certificate: check.optional(check.plainMap),
    }),
  ),
};

/** What a volume can have: Kubernetes would take `500m`, half a byte. */
export const sizeCheck = check.matching(
  (value) => check.isText(value) && isQuantity(value) && bytes(value) >= 2 ** 20,
  'a size such as 10Gi, at least 1Mi',
);

export const storageCheck = check.either(
  'a size such as 10Gi, or { size, storageClass }',
  [check.isText, sizeCheck],
  [check.isMap, check.fields({ size: sizeCheck, storageClass: check.optional(check.objectName) })],
);

export const engineChecks: Checks<EngineProps> = {
  ...backendChecks,
  storage: check.optional(storageCheck),
  credentials: check.optional(credentialsCheck),
  metrics: check.optional(check.boolean),
};

/** For engines that cannot do without a volume. */
export const storageNeeded = { storage: storageCheck };

/** Further settings of an engine: one line of its file each. */
export const settingsCheck = (names = /^[a-zA-Z0-9][\w.-]*$/) =>
  check.optional(
    check.mapOf(
      check.matching((value) => check.isText(value) && names.test(value), 'the name of a setting'),
      check.matching(
        (value) => ['number', 'boolean'].includes(typeof value) || (check.isText(value) && !/[\r\n]/.test(value)),
        'text on one line, a number, true or false',
      ),
    ),
  );
