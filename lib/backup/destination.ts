import type { VolumeMount } from 'kubernetes-types/core/v1';
import type { NetworkPolicyPeer } from 'kubernetes-types/networking/v1';
import * as check from '../checks/values';
import type { Quantity } from '../kubernetes/quantity';
import type { StorageProps } from '../stateful-backend/props';
import { storageCheck } from '../stateful-backend/props';
import { hostPeers } from '../workload/address-ranges';
import { type Credentials, credentialsCheck, secretFiles } from '../workload/credentials';
import type { EnvValue } from '../workload/env';
import type { PodPart } from '../workload/pod-part';

/** Where backups go: to a volume in the cluster, or to a bucket outside of it. */
export type BackupDestination = VolumeDestination | BucketDestination;

/** A claim of its own, which nothing here ever deletes. It is lost with the cluster. */
export interface VolumeDestination {
  /** `50Gi`, or with a storage class; all backups that are kept must fit, and one more. */
  readonly volume: Quantity | StorageProps;
}

/** A bucket that speaks S3. */
export interface BucketDestination {
  /** `s3://shop-backups`, or with the beginning of the path; environment and name are added. */
  readonly bucket: string;
  /** @defaultValue that of AWS in the region */
  readonly endpoint?: string;
  /** @defaultValue us-east-1, which those who have no regions take for theirs */
  readonly region?: string;
  /**
   * The Secret with the keys `access-key-id` and `secret-access-key`; `keys` maps `accessKeyId` and `secretAccessKey`
   * to other names. The account must be able to list, read, write and delete what is under the path.
   */
  readonly credentials: Credentials;
  /**
   * The address ranges in which the endpoint lies, for the policy of the pods.
   * @defaultValue any public address, on the port of the endpoint only; of an endpoint that is an address or a Service
   * of the cluster, just that
   */
  readonly cidrs?: readonly string[];
}

const bucketPattern = /^s3:\/\/([a-z0-9][-.a-z0-9]{1,61}[a-z0-9])((?:\/[\w.=-]+)*)\/?$/;
const endpointPattern = /^(https?):\/\/([a-z0-9][-.a-z0-9]*)(?::(\d{1,5}))?\/?$/;

const bucketFields = check.fields({
  bucket: check.matching(
    (value) => check.isText(value) && bucketPattern.test(value),
    'a bucket such as s3://shop-backups/production',
  ),
  endpoint: check.optional(
    check.matching(
      (value) => check.isText(value) && endpointPattern.test(value),
      'an address such as https://s3.example.com',
    ),
  ),
  region: check.optional(check.dnsLabel),
  credentials: credentialsCheck,
  cidrs: check.optional(check.someOf(check.cidr)),
});

export const destinationCheck = check.either(
  '{ volume } or { bucket, credentials }',
  [(value) => check.isMap(value) && 'volume' in value, check.fields({ volume: storageCheck })],
  [(value) => check.isMap(value) && 'bucket' in value, bucketFields],
);

/** A destination as the parts of a pod. */
export interface Store {
  readonly env: Readonly<Record<string, EnvValue>>;
  readonly volumes: NonNullable<PodPart['volumes']>;
  readonly mounts: readonly VolumeMount[];
  /** Where it must be able to connect to. */
  readonly opening:
    | { readonly peers: readonly NetworkPolicyPeer[]; readonly port: number; readonly protocol: 'tcp' }
    | undefined;
  /** What is to be claimed. */
  readonly claim: StorageProps | undefined;
}

const SECRET_KEYS = { accessKeyId: 'access-key-id', secretAccessKey: 'secret-access-key' };

export function storeOf(to: BackupDestination, name: string, environment: string): Store {
  // Without a file of its own rclone keeps what it is told in memory.
  const rclone = { RCLONE_CONFIG: '/notfound', RCLONE_CACHE_DIR: '/tmp/rclone', HOME: '/tmp' };
  if ('volume' in to) {
    const claim = typeof to.volume === 'string' ? { size: to.volume } : to.volume;
    return {
      env: { ...rclone, TARGET: '/store' },
      volumes: [{ name: 'store', persistentVolumeClaim: { claimName: name } }],
      mounts: [{ name: 'store', mountPath: '/store' }],
      opening: undefined,
      claim,
    };
  }
  const { region = 'us-east-1', endpoint, credentials, cidrs } = to;
  const [, bucket = '', path = ''] = bucketPattern.exec(to.bucket) ?? [];
  const [, scheme, host = 'amazonaws.com', port] = endpointPattern.exec(endpoint ?? '') ?? [];
  const keys = Object.fromEntries(
    Object.entries(SECRET_KEYS).map(([key, usual]) => [key, credentials.keys?.[key] ?? usual]),
  );
  return {
    env: {
      ...rclone,
      TARGET: `store:${bucket}${path}/${environment}/${name}`,
      RCLONE_CONFIG_STORE_TYPE: 's3',
      RCLONE_CONFIG_STORE_PROVIDER: endpoint === undefined ? 'AWS' : 'Other',
      RCLONE_CONFIG_STORE_REGION: region,
      ...(endpoint === undefined ? {} : { RCLONE_CONFIG_STORE_ENDPOINT: endpoint }),
      RCLONE_CONFIG_STORE_ENV_AUTH: true,
      // To ask whether the bucket is there needs the right to make one.
      RCLONE_CONFIG_STORE_NO_CHECK_BUCKET: true,
    },
    volumes: [{ name: 'destination', secret: secretFiles({ ...credentials, keys }) }],
    mounts: [{ name: 'destination', mountPath: '/run/destination', readOnly: true }],
    opening: {
      peers: hostPeers(host, cidrs),
      port: Number(port ?? (scheme === 'http' ? 80 : 443)),
      protocol: 'tcp',
    },
    claim: undefined,
  };
}
