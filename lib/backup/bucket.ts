import * as check from '../checks/values';
import { hostPeers } from '../workload/address-ranges';
import { type Credentials, credentialsCheck } from '../workload/credentials';
import type { EnvValue } from '../workload/env';
import type { Opening } from '../workload/network-policy';
import { identityCheck, isOfCloud, type WorkloadIdentity } from './identity';

/** A bucket: one that speaks S3, of Google Cloud Storage, or of Azure Blob Storage. */
export interface BucketDestination {
  /**
   * `s3://shop-backups`, `gs://shop-backups` or `azblob://account/container`, each also with the beginning of the path;
   * environment and name are added.
   */
  readonly bucket: string;
  /** Of a store that speaks S3. @defaultValue that of AWS in the region */
  readonly endpoint?: string;
  /** Of S3. @defaultValue us-east-1, which stores without regions take for theirs */
  readonly region?: string;
  /**
   * The Secret with static keys of S3, `access-key-id` and `secret-access-key`; `keys` maps `accessKeyId` and
   * `secretAccessKey` to other names. The account must be able to list, read and write what is under the path, and to
   * delete it unless `keep` is `bucket-lifecycle`.
   * @defaultValue none: set either `credentials` or `identity`
   */
  readonly credentials?: Credentials;
  /** The identity of the pods at the cloud, in place of static keys. @defaultValue none */
  readonly identity?: WorkloadIdentity;
  /**
   * Encryption at rest by S3: with keys of S3, or with one of KMS. GCS and Azure always encrypt.
   * @defaultValue what the bucket has as its default
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/serv-side-encryption.html
   */
  readonly serverSideEncryption?: 'AES256' | { readonly kmsKeyId: string };
  /**
   * The address ranges in which the endpoint lies, and with an `identity` that of the token service too (STS, Entra ID),
   * for the policy of the pods.
   * @defaultValue any public address, on the port of the endpoint only; of an endpoint that is an address or a Service
   * of the cluster, just that
   */
  readonly cidrs?: readonly string[];
}

const bucketPattern =
  /^(?:(s3|gs):\/\/([a-z0-9][-._a-z0-9]{1,61}[a-z0-9])|(azblob):\/\/([a-z0-9]{3,24})\/([a-z0-9][-a-z0-9]{1,61}[a-z0-9]))((?:\/[\w.=-]+)*)\/?$/;
const endpointPattern = /^(https?):\/\/([a-z0-9][-.a-z0-9]*)(?::(\d{1,5}))?\/?$/;

/** Where the stores of the clouds are. */
const HOSTS: Readonly<Record<string, string>> = {
  s3: 'amazonaws.com',
  gs: 'storage.googleapis.com',
  azblob: 'blob.core.windows.net',
};

const schemeOf = (bucket: unknown): string => String(bucket).split(':')[0] as string;

const fields = check.fields({
  bucket: check.matching(
    (value) => check.isText(value) && bucketPattern.test(value),
    'a bucket such as s3://shop-backups/production, gs://shop-backups or azblob://account/container',
  ),
  endpoint: check.optional(
    check.matching(
      (value) => check.isText(value) && endpointPattern.test(value),
      'an address such as https://s3.example.com',
    ),
  ),
  region: check.optional(check.dnsLabel),
  credentials: check.optional(credentialsCheck),
  identity: check.optional(identityCheck),
  serverSideEncryption: check.optional(
    check.either(
      "'AES256' or { kmsKeyId }",
      [(value) => value === 'AES256', check.anything],
      [check.isMap, check.fields({ kmsKeyId: check.nonEmptyText })],
    ),
  ),
  cidrs: check.optional(check.someOf(check.cidr)),
});

const withProof = check.satisfying(
  fields,
  ({ credentials, identity }: BucketDestination) => (credentials === undefined) !== (identity === undefined),
  'a bucket with either credentials or identity',
);

const ofOneCloud = check.satisfying(
  withProof,
  ({ bucket, identity }: BucketDestination) => identity === undefined || isOfCloud(schemeOf(bucket), identity),
  'a bucket with an identity of its cloud: roleArn or podIdentity for s3://, googleServiceAccount for gs://, azureClientId for azblob://',
);

export const bucketCheck = check.satisfying(
  ofOneCloud,
  ({ bucket, endpoint, region, credentials, serverSideEncryption }: BucketDestination) =>
    schemeOf(bucket) === 's3' ||
    [endpoint, region, credentials, serverSideEncryption].every((each) => each === undefined),
  's3:// where endpoint, region, credentials or serverSideEncryption are set',
);

/** A bucket as rclone is configured for it. */
export function bucketOf(to: BucketDestination): {
  readonly env: Readonly<Record<string, EnvValue>>;
  /** The bucket and the beginning of the path. */
  readonly path: string;
  readonly opening: Opening;
} {
  const { region = 'us-east-1', endpoint, cidrs, serverSideEncryption } = to;
  const [, scheme, bucket, azure, account, container, path = ''] = bucketPattern.exec(to.bucket) ?? [];
  const [, protocol, host = HOSTS[schemeOf(to.bucket)] ?? '', port] = endpointPattern.exec(endpoint ?? '') ?? [];
  const opening: Opening = {
    peers: hostPeers(host, cidrs),
    ports: [{ port: Number(port ?? (protocol === 'http' ? 80 : 443)), protocol: 'tcp' }],
  };
  const store = (settings: Readonly<Record<string, EnvValue | undefined>>) =>
    Object.fromEntries(
      Object.entries(settings).flatMap(([name, value]) =>
        value === undefined ? [] : [[`RCLONE_CONFIG_STORE_${name}`, value] as const],
      ),
    );
  if (azure) {
    const env = store({ TYPE: 'azureblob', ACCOUNT: account, ENV_AUTH: true, NO_CHECK_CONTAINER: true });
    return { env, path: `${container}${path}`, opening };
  }
  if (scheme === 'gs') {
    const env = store({
      TYPE: 'google cloud storage',
      ENV_AUTH: true,
      BUCKET_POLICY_ONLY: true,
      NO_CHECK_BUCKET: true,
    });
    return { env, path: `${bucket}${path}`, opening };
  }
  const env = store({
    TYPE: 's3',
    PROVIDER: endpoint === undefined ? 'AWS' : 'Other',
    REGION: region,
    ENDPOINT: endpoint,
    ENV_AUTH: true,
    // To ask whether the bucket is there needs the right to make one.
    NO_CHECK_BUCKET: true,
    SERVER_SIDE_ENCRYPTION: typeof serverSideEncryption === 'object' ? 'aws:kms' : serverSideEncryption,
    SSE_KMS_KEY_ID: typeof serverSideEncryption === 'object' ? serverSideEncryption.kmsKeyId : undefined,
  });
  return { env, path: `${bucket}${path}`, opening };
}
