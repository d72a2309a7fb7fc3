import type { VolumeMount } from 'kubernetes-types/core/v1';
import * as check from '../checks/values';
import type { Quantity } from '../kubernetes/quantity';
import type { StorageProps } from '../stateful-backend/props';
import { storageCheck } from '../stateful-backend/props';
import { type Credentials, secretFiles } from '../workload/credentials';
import type { EnvValue } from '../workload/env';
import type { Opening } from '../workload/network-policy';
import type { PodPart } from '../workload/pod-part';
import { type BucketDestination, bucketCheck, bucketOf } from './bucket';
import type { BackupEncryption } from './encryption';
import { identityParts } from './identity';

/** Where backups go: to a volume in the cluster, or to a bucket outside of it. */
export type BackupDestination = VolumeDestination | BucketDestination;

/** A claim of its own, which nothing here ever deletes. It is lost with the cluster. */
export interface VolumeDestination {
  /** `50Gi`, or with a storage class; all backups that are kept must fit, and one more. */
  readonly volume: Quantity | StorageProps;
}

export const destinationCheck = check.either(
  '{ volume }, { bucket, credentials } or { bucket, identity }',
  [(value) => check.isMap(value) && 'volume' in value, check.fields({ volume: storageCheck })],
  [(value) => check.isMap(value) && 'bucket' in value, bucketCheck],
);

/** A destination as the parts of a pod. */
export interface Store {
  readonly env: Readonly<Record<string, EnvValue>>;
  readonly volumes: NonNullable<PodPart['volumes']>;
  readonly mounts: readonly VolumeMount[];
  /** Where it must be able to connect to. */
  readonly openings: readonly Opening[];
  /** Of the ServiceAccounts. */
  readonly annotations: Readonly<Record<string, string>> | undefined;
  /** What is to be claimed. */
  readonly claim: StorageProps | undefined;
}

const SECRET_KEYS = { accessKeyId: 'access-key-id', secretAccessKey: 'secret-access-key' };

// Without a file of its own rclone keeps its configuration in memory.
const rclone = { RCLONE_CONFIG: '/notfound', RCLONE_CACHE_DIR: '/tmp/rclone', HOME: '/tmp' };

export function storeOf(
  to: BackupDestination,
  name: string,
  environment: string,
  encryption: BackupEncryption | undefined,
): Store {
  const plain = 'volume' in to ? volumeStore(to, name) : bucketStore(to, `${environment}/${name}`);
  if (encryption === undefined) return plain;
  const { secret, key = 'password' } = encryption;
  return {
    ...plain,
    env: {
      ...plain.env,
      TARGET: 'safe:encrypted',
      RCLONE_CONFIG_SAFE_TYPE: 'crypt',
      RCLONE_CONFIG_SAFE_REMOTE: plain.env.TARGET as EnvValue,
      // Names tell no more than when a backup was made, and lifecycle rules and people go by them.
      RCLONE_CONFIG_SAFE_FILENAME_ENCRYPTION: 'off',
      RCLONE_CONFIG_SAFE_DIRECTORY_NAME_ENCRYPTION: false,
      RCLONE_CONFIG_SAFE_SUFFIX: 'none',
    },
    volumes: [...plain.volumes, { name: 'encryption', secret: secretFiles({ secret, keys: { password: key } }) }],
    mounts: [...plain.mounts, { name: 'encryption', mountPath: '/run/encryption', readOnly: true }],
  };
}

function volumeStore({ volume }: VolumeDestination, name: string): Store {
  return {
    env: { ...rclone, TARGET: '/store' },
    volumes: [{ name: 'store', persistentVolumeClaim: { claimName: name } }],
    mounts: [{ name: 'store', mountPath: '/store' }],
    openings: [],
    annotations: undefined,
    claim: typeof volume === 'string' ? { size: volume } : volume,
  };
}

function bucketStore(to: BucketDestination, folder: string): Store {
  const { region = 'us-east-1', credentials, identity } = to;
  const { env, path, opening } = bucketOf(to);
  const proof = identityParts(identity, region);
  return {
    env: { ...rclone, TARGET: `store:${path}/${folder}`, ...env, ...proof.env },
    volumes: [...proof.volumes, ...(credentials ? [{ name: 'destination', secret: keysOf(credentials) }] : [])],
    mounts: [
      ...proof.mounts,
      ...(credentials ? [{ name: 'destination', mountPath: '/run/destination', readOnly: true }] : []),
    ],
    openings: [opening, ...proof.openings],
    annotations: proof.annotations,
    claim: undefined,
  };
}

function keysOf(credentials: Credentials) {
  const keys = Object.entries(SECRET_KEYS).map(([key, usual]) => [key, credentials.keys?.[key] ?? usual]);
  return secretFiles({ ...credentials, keys: Object.fromEntries(keys) });
}
