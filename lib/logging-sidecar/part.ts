import type { Container, EnvVar, Volume, VolumeMount } from 'kubernetes-types/core/v1';
import type { EnvironmentFacts } from '../model/environment-facts';
import { type Credentials, secretFiles } from '../workload/credentials';
import { qualifiedImage } from '../workload/image';
import type { PodPart } from '../workload/pod-part';
import { renderResources } from '../workload/resources';
import { paths } from './filebeat';
import type { Sink } from './output';
import type { LoggingSidecarSettings } from './props';
import { credentialParts, credentialVariable, startCommand } from './start';

/** What the registry takes: a few bytes for every file that was ever there. */
const REGISTRY_SIZE = '64Mi';

export interface SidecarInput {
  /** The id of the construct; its volumes begin with it. */
  readonly id: string;
  readonly configMap: string;
  readonly settings: LoggingSidecarSettings;
  readonly sink: Sink | undefined;
  readonly environment: EnvironmentFacts;
}

/** Filebeat beside an application, and the directory that the two share. */
export function sidecarPart({ id, configMap, settings, sink, environment }: SidecarInput): PodPart {
  const { directory, size } = settings;
  const mounted = [...caFiles(id, sink), ...credentialFiles(id, sink)];
  const volumes: Volume[] = [
    { name: id, emptyDir: { sizeLimit: size } },
    { name: `${id}-registry`, emptyDir: { sizeLimit: REGISTRY_SIZE } },
    { name: `${id}-config`, configMap: { name: configMap, defaultMode: 0o444 } },
    ...mounted.map(({ volume }) => volume),
  ];
  const mounts: VolumeMount[] = [
    { name: id, mountPath: directory, readOnly: true },
    { name: `${id}-registry`, mountPath: paths.data },
    { name: `${id}-config`, mountPath: paths.config, readOnly: true },
    ...mounted.map(({ volume, mountPath }) => ({ name: volume.name, mountPath, readOnly: true })),
  ];
  return {
    from: `the log sidecar ${id}`,
    sidecars: [container(id, settings, sink, environment, mounts)],
    volumes,
    mounts: [{ name: id, mountPath: directory }],
  };
}

function container(
  id: string,
  { image, resources, healthPort }: LoggingSidecarSettings,
  sink: Sink | undefined,
  environment: EnvironmentFacts,
  volumeMounts: VolumeMount[],
): Container {
  // The config belongs to root and not to the user of the pod, which Filebeat otherwise refuses.
  const args = ['-e', '--strict.perms=false', '-c', `${paths.config}/filebeat.yml`];
  return {
    name: `${id}-filebeat`,
    image: qualifiedImage(image, environment.registry),
    ...startCommand(args, credentialDirectory(id), sink?.credentials),
    ports: [{ containerPort: healthPort, protocol: 'TCP' }],
    env: [...podVariables, ...credentialVariables(sink?.credentials)],
    // Alive, and not ready: whether logs flow must not decide whether the application is sent requests.
    livenessProbe: {
      httpGet: { path: '/', port: healthPort, scheme: 'HTTP' },
      initialDelaySeconds: 10,
      periodSeconds: 30,
      timeoutSeconds: 5,
      successThreshold: 1,
      failureThreshold: 5,
    },
    resources: renderResources(resources, environment.resources),
    volumeMounts,
  };
}

const field = (name: string, fieldPath: string): EnvVar => ({ name, valueFrom: { fieldRef: { fieldPath } } });
const podVariables: readonly EnvVar[] = [
  field('POD_NAME', 'metadata.name'),
  field('POD_NAMESPACE', 'metadata.namespace'),
  field('POD_IP', 'status.podIP'),
  field('NODE_NAME', 'spec.nodeName'),
  field('VERSION', "metadata.labels['app.kubernetes.io/version']"),
  // In quotes, or Filebeat takes the version 1.10 for the number 1.1.
  { name: 'SERVICE_VERSION', value: '"$(VERSION)"' },
];

function credentialVariables(credentials: Credentials | undefined): EnvVar[] {
  if (credentials?.as !== 'env') return [];
  const { secret } = credentials;
  return credentialParts(credentials).map(([part, key]) => ({
    name: credentialVariable(part),
    valueFrom: { secretKeyRef: { name: secret, key } },
  }));
}

const credentialDirectory = (id: string): string => `/run/secrets/${id}`;

interface Mounted {
  readonly volume: Volume;
  readonly mountPath: string;
}

function credentialFiles(id: string, sink: Sink | undefined): Mounted[] {
  const credentials = sink?.credentials;
  if (credentials === undefined || credentials.as === 'env') return [];
  return [
    { volume: { name: `${id}-credentials`, secret: secretFiles(credentials) }, mountPath: credentialDirectory(id) },
  ];
}

function caFiles(id: string, sink: Sink | undefined): Mounted[] {
  const ca = sink?.ca;
  if (ca === undefined) return [];
  const items = [{ key: ca.key ?? 'ca.crt', path: 'ca.crt' }];
  const name = `${id}-ca`;
  const volume: Volume =
    'secret' in ca
      ? { name, secret: { secretName: ca.secret, items, defaultMode: 0o444 } }
      : { name, configMap: { name: ca.configMap, items, defaultMode: 0o444 } };
  return [{ volume, mountPath: paths.ca }];
}
