import type { Volume, VolumeMount } from 'kubernetes-types/core/v1';
import * as check from '../checks/values';
import type { EnvValue } from '../workload/env';
import type { Opening } from '../workload/network-policy';

/**
 * The identity of the pods at the cloud that the bucket is in, in place of static keys. What proves it is a token of
 * their ServiceAccount that only the container with rclone gets.
 */
export type WorkloadIdentity = AwsRole | EksPodIdentity | GoogleIdentity | AzureIdentity;

/** @see https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html */
export interface AwsRole {
  /** The role that trusts the ServiceAccounts `<backend>-<id>` and `<backend>-<id>-restore`. No webhook is needed. */
  readonly roleArn: string;
}

/** @see https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html */
export interface EksPodIdentity {
  /** EKS Pod Identity: the association of both ServiceAccounts is made at EKS. */
  readonly podIdentity: true;
}

/** @see https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity */
export interface GoogleIdentity {
  /** The account that both ServiceAccounts may act as: `backups@project.iam.gserviceaccount.com`. */
  readonly googleServiceAccount: string;
}

/** @see https://learn.microsoft.com/azure/aks/workload-identity-overview */
export interface AzureIdentity {
  /** The managed identity or application with a federated credential for both ServiceAccounts. No webhook is needed. */
  readonly azureClientId: string;
  readonly azureTenantId: string;
}

const matching = (pattern: RegExp, expected: string) =>
  check.matching((value) => check.isText(value) && pattern.test(value), expected);
const uuid = matching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'a UUID');
const has = (key: string) => (value: unknown) => check.isMap(value) && key in value;

export const identityCheck = check.either(
  '{ roleArn }, { podIdentity: true }, { googleServiceAccount } or { azureClientId, azureTenantId }',
  [
    has('roleArn'),
    check.fields({
      roleArn: matching(
        /^arn:aws[\w-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/,
        'a role such as arn:aws:iam::111122223333:role/backups',
      ),
    }),
  ],
  [has('podIdentity'), check.fields({ podIdentity: check.matching((value) => value === true, 'true') })],
  [
    has('googleServiceAccount'),
    check.fields({
      googleServiceAccount: matching(
        /^[a-z][a-z0-9-]+@[a-z0-9.:-]+\.iam\.gserviceaccount\.com$/,
        'an account such as backups@project.iam.gserviceaccount.com',
      ),
    }),
  ],
  [has('azureClientId'), check.fields({ azureClientId: uuid, azureTenantId: uuid })],
);

/** Whether an identity is one of the cloud of a bucket. */
export function isOfCloud(scheme: string, identity: WorkloadIdentity): boolean {
  if (scheme === 'gs') return 'googleServiceAccount' in identity;
  if (scheme === 'azblob') return 'azureClientId' in identity;
  return 'roleArn' in identity || 'podIdentity' in identity;
}

/** An identity as the parts of a pod and of its ServiceAccount. */
export interface IdentityParts {
  readonly env: Readonly<Record<string, EnvValue>>;
  readonly volumes: readonly Volume[];
  readonly mounts: readonly VolumeMount[];
  /** The addresses on the node where the cloud gives out tokens. */
  readonly openings: readonly Opening[];
  readonly annotations: Readonly<Record<string, string>> | undefined;
}

const TOKEN = '/run/identity/token';
const noIdentity: IdentityParts = { env: {}, volumes: [], mounts: [], openings: [], annotations: undefined };

export function identityParts(identity: WorkloadIdentity | undefined, region: string): IdentityParts {
  if (identity === undefined) return noIdentity;
  if ('roleArn' in identity) {
    const env = { AWS_ROLE_ARN: identity.roleArn, AWS_WEB_IDENTITY_TOKEN_FILE: TOKEN, AWS_REGION: region };
    return { ...noIdentity, env, ...token('sts.amazonaws.com') };
  }
  if ('podIdentity' in identity) return { ...noIdentity, openings: [onNode('169.254.170.23/32', 80)] };
  if ('googleServiceAccount' in identity) {
    return {
      ...noIdentity,
      // The metadata server, with Dataplane V2 and without.
      openings: [onNode('169.254.169.254/32', 80), onNode('169.254.169.252/32', 988)],
      annotations: { 'iam.gke.io/gcp-service-account': identity.googleServiceAccount },
    };
  }
  const env = {
    AZURE_CLIENT_ID: identity.azureClientId,
    AZURE_TENANT_ID: identity.azureTenantId,
    AZURE_FEDERATED_TOKEN_FILE: TOKEN,
  };
  return { ...noIdentity, env, ...token('api://AzureADTokenExchange') };
}

const onNode = (cidr: string, port: number): Opening => ({
  peers: [{ ipBlock: { cidr } }],
  ports: [{ port, protocol: 'tcp' }],
});

/** A token for one audience, which the kubelet renews; the pod still gets none for the API server. */
function token(audience: string): Pick<IdentityParts, 'volumes' | 'mounts'> {
  const source = { serviceAccountToken: { audience, expirationSeconds: 3_600, path: 'token' } };
  return {
    volumes: [{ name: 'identity', projected: { defaultMode: 0o440, sources: [source] } }],
    mounts: [{ name: 'identity', mountPath: '/run/identity', readOnly: true }],
  };
}
