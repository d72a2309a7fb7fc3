import type { Container, Volume, VolumeMount } from 'kubernetes-types/core/v1';
import type { Quantity } from '../kubernetes/quantity';
import type { EnvironmentFacts } from '../model/environment-facts';
import { accountsMount } from '../stateful-backend/accounts';
import type { BackupPlan } from '../stateful-backend/backup-plan';
import type { BackupSource } from '../stateful-backend/backup-source';
import type { StorageProps } from '../stateful-backend/props';
import { type ClientTls, caFile, clientTlsPart } from '../workload/backend-tls';
import { type Credentials, secretFiles } from '../workload/credentials';
import { type EnvValue, renderEnv } from '../workload/env';
import { qualifiedImage } from '../workload/image';
import { type Resources, renderResources } from '../workload/resources';
import type { Store } from './destination';

/** Everything that decides the pods of a backup and of its restore. */
export interface BackupPods {
  readonly source: BackupSource;
  readonly plan: BackupPlan;
  readonly store: Store;
  /** The name of the ConfigMap with the scripts. */
  readonly scripts: string;
  /** The image with rclone. */
  readonly image: string;
  /** Address and names of the backend, as its users are told them. */
  readonly address: Readonly<Record<string, EnvValue>>;
  /** The name of the backend, and how it is verified where connections are encrypted. */
  readonly backend: string;
  readonly tls: ClientTls | undefined;
  /** What the program adds, for the engine and for rclone. */
  readonly env: Readonly<Record<string, EnvValue>>;
  readonly credentials: Credentials | undefined;
  readonly resources: Resources;
  readonly scratch: Quantity | StorageProps;
  readonly environment: EnvironmentFacts;
}

/** A container as far as backups decide it. */
interface Work {
  readonly env: Readonly<Record<string, EnvValue>>;
  readonly mounts: readonly VolumeMount[];
}

const SCRIPTS = '/etc/backup';
const tmpMount = { name: 'tmp', mountPath: '/tmp' };
const scratchMount = { name: 'backup', mountPath: '/backup' };
const scriptsMount = { name: 'scripts', mountPath: SCRIPTS, readOnly: true };

export const scriptCommand = (name: string): string[] => ['sh', `${SCRIPTS}/${name}`];

/** Moving bytes takes little, however many they are. */
export const storeResources: Resources = { cpu: '100m', memory: '256Mi' };

/** What the programs of the engine run with. */
export const engineWork = ({ plan, address, env, credentials, backend, tls }: BackupPods): Work => ({
  env: { ...address, ...(tls?.ca ? { CA_FILE: caFile(backend) } : {}), ...plan.env, ...env },
  mounts: [
    scratchMount,
    scriptsMount,
    ...(credentials ? [accountsMount] : []),
    ...(authority(backend, tls).mounts ?? []),
  ],
});

/** The certificate of the authority that signed the server's. */
const authority = (backend: string, tls: ClientTls | undefined) => clientTlsPart(backend, '', tls);

/** What rclone runs with. */
export const storeWork = ({ store, env }: BackupPods, more: Work['env']): Work => ({
  env: { ...store.env, ...more, ...env },
  mounts: [scratchMount, scriptsMount, ...store.mounts],
});

/** What only prepares the ground. */
export const plainWork = (env: Work['env'], mounts: readonly VolumeMount[]): Work => ({
  env: { RCLONE_CONFIG: '/notfound', HOME: '/tmp', ...env },
  mounts: [scriptsMount, ...mounts],
});

/** A container that runs before the main one. */
export function initContainer(
  pods: BackupPods,
  container: Pick<Container, 'name' | 'image' | 'command'> & { readonly resources: Resources },
  { env, mounts }: Work,
): Container {
  const { environment } = pods;
  const { name, image = '', command, resources } = container;
  const disks = backupVolumes(pods).flatMap(({ emptyDir }) => emptyDir?.sizeLimit ?? []);
  return {
    name,
    image: qualifiedImage(image, environment.registry),
    command,
    env: renderEnv(env),
    resources: renderResources(resources, environment.resources, disks as Quantity[]),
    volumeMounts: [tmpMount, ...mounts],
  };
}

/** The volumes of both pods: the dump, the scripts, the account, and the destination. */
export function backupVolumes({ store, scripts, scratch, credentials, backend, tls }: BackupPods): Volume[] {
  return [
    scratchVolume(scratch),
    { name: 'scripts', configMap: { name: scripts, defaultMode: 0o555 } },
    ...(credentials ? [{ name: 'accounts', secret: secretFiles(credentials) }] : []),
    ...(authority(backend, tls).volumes ?? []),
    ...store.volumes,
  ];
}

function scratchVolume(given: Quantity | StorageProps): Volume {
  const { name } = scratchMount;
  if (typeof given === 'string') return { name, emptyDir: { sizeLimit: given } };
  const { size, storageClass } = given;
  const spec = {
    accessModes: ['ReadWriteOnce'],
    storageClassName: storageClass,
    resources: { requests: { storage: size } },
  };
  return { name, ephemeral: { volumeClaimTemplate: { spec } } };
}
