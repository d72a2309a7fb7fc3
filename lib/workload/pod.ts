import type { Container, Lifecycle, PodTemplateSpec, Volume, VolumeMount } from 'kubernetes-types/core/v1';
import { atLeast } from '../kubernetes/version';
import { type Labels, selectorOf } from '../metadata/labels';
import type { EnvironmentFacts } from '../model/environment-facts';
import { renderEnv } from './env';
import { pulledImage, pullPolicy, qualifiedImage } from './image';
import { joinParts } from './join-parts';
import type { PodPart } from './pod-part';
import type { PodProps } from './pod-props';
import { containerPorts, type Port } from './ports';
import { type Probes, renderProbes } from './probes';
import { type Resources, renderResources } from './resources';
import { containerSecurity, DEFAULT_UID, podSecurity } from './security';
import { preStop, type Shutdown } from './shutdown';
import { type Spread, topologySpread } from './spread';

/** Everything that decides a pod. */
export interface PodInput {
  readonly name: string;
  readonly labels: Labels;
  readonly environment: EnvironmentFacts;
  readonly props: PodProps;
  readonly ports: readonly Port[];
  readonly probes: Probes;
  readonly shutdown: Shutdown;
  readonly parts: readonly PodPart[];
  readonly priorityClassName: string | undefined;
  /** Which of its pods keep away from each other; `false` where none does. */
  readonly spread: Spread | false;
  readonly restartPolicy?: 'Always' | 'OnFailure' | 'Never';
}

/** The pod template of a workload of any kind. */
export function podTemplate(input: PodInput): PodTemplateSpec {
  const { name, labels, environment, props, shutdown, priorityClassName, spread, restartPolicy = 'Always' } = input;
  const { uid = DEFAULT_UID, nodeSelector, tolerations = [], podAnnotations } = props;
  const parts = joinParts([podPart(props, environment), ...input.parts]);
  const harden = (container: Container) => hardened(container, environment);
  const sidecars = parts.sidecars.map(harden);
  const native = atLeast(environment.kubernetes, '1.29');
  return {
    metadata: { labels: { ...labels }, annotations: orNothing({ ...parts.annotations, ...podAnnotations }) },
    spec: {
      serviceAccountName: name,
      automountServiceAccountToken: false,
      // The variables that Kubernetes adds for every Service of the namespace: noise that has broken start scripts.
      enableServiceLinks: false,
      priorityClassName,
      restartPolicy,
      terminationGracePeriodSeconds: shutdown.graceSeconds,
      securityContext: podSecurity(uid),
      nodeSelector: { 'kubernetes.io/os': 'linux', ...environment.nodeSelector, ...nodeSelector },
      tolerations: orNothing([...environment.tolerations, ...tolerations]),
      topologySpreadConstraints: spread ? topologySpread(selectorOf(name), spread, environment) : undefined,
      // With the default of 5, a name such as api.example.com is first looked up under each search domain.
      dnsConfig: { options: [{ name: 'ndots', value: '2' }] },
      imagePullSecrets: orNothing(environment.imagePullSecrets.map((secret) => ({ name: secret }))),
      // Native sidecars come first, so that init containers can use them already.
      initContainers: orNothing([
        ...(native ? sidecars.map((sidecar) => ({ ...sidecar, restartPolicy: 'Always' })) : []),
        ...parts.initContainers.map(harden),
      ]),
      containers: [mainContainer(input, parts), ...(native ? [] : sidecars)],
      volumes: orNothing(parts.volumes),
    },
  };
}

function mainContainer(
  { name, environment, props, ports, probes, shutdown }: PodInput,
  parts: ReturnType<typeof joinParts>,
): Container {
  const { command, args, resources = {} } = props;
  const image = pulledImage(props.image, environment);
  const { imagePullPolicy = pullPolicy(image) } = props;
  const wait = preStop(shutdown.preStopSeconds, environment.kubernetes);
  const lifecycle: Lifecycle | undefined = wait && { preStop: wait };
  return {
    name,
    image,
    imagePullPolicy,
    command: command && [...command],
    args: args && [...args],
    ports: orNothing([...containerPorts(ports), ...parts.ports]),
    envFrom: orNothing(parts.envFrom),
    env: orNothing(parts.env),
    ...renderProbes(probes, ports),
    lifecycle,
    resources: renderResources(resources, environment.resources, scratchSizes(parts.volumes)),
    securityContext: containerSecurity(),
    volumeMounts: orNothing(parts.mounts),
  };
}

/** What the props of a pod add to it, in the form of every other part. */
export function podPart(props: PodProps, environment: EnvironmentFacts): PodPart {
  const { env = {}, writablePaths = {}, volumes = [], volumeMounts = [], initContainers = [], sidecars = [] } = props;
  const scratch = Object.entries({ '/tmp': '64Mi', ...writablePaths });
  const scratchVolumes = scratch.map(
    ([path, sizeLimit]): Volume => ({ name: volumeName(path), emptyDir: { sizeLimit } }),
  );
  const scratchMounts = scratch.map(([path]): VolumeMount => ({ name: volumeName(path), mountPath: path }));
  const qualified = (container: Container): Container => ({
    ...container,
    image: container.image === undefined ? undefined : qualifiedImage(container.image, environment.registry),
  });
  return {
    from: 'its own properties',
    env: renderEnv(env),
    volumes: [...scratchVolumes, ...volumes],
    mounts: [...scratchMounts, ...volumeMounts],
    initContainers: initContainers.map(qualified),
    sidecars: sidecars.map(qualified),
  };
}

/** `/var/cache/app` becomes `var-cache-app`. */
export function volumeName(path: string): string {
  return path
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 63);
}

/** What every container gets that does not say otherwise. */
function hardened(container: Container, environment: EnvironmentFacts): Container {
  const { name, image: given, resources, securityContext, ...rest } = container;
  const image = given === undefined ? undefined : pulledImage(given, environment);
  const { imagePullPolicy = pullPolicy(image) } = container;
  return {
    name,
    image,
    imagePullPolicy,
    ...rest,
    resources: resources ?? renderResources(sidecarResources, environment.resources),
    securityContext: { ...containerSecurity(), ...securityContext },
  };
}

const sidecarResources: Resources = { cpu: '50m', cpuLimit: '500m', memory: '128Mi' };

function scratchSizes(volumes: readonly Volume[]): string[] {
  return volumes.flatMap(({ emptyDir }) =>
    emptyDir?.sizeLimit === undefined || emptyDir.medium === 'Memory' ? [] : [String(emptyDir.sizeLimit)],
  );
}

/** An empty list or map says nothing, so it is not written. */
function orNothing<T extends object>(value: T): T | undefined {
  return Object.keys(value).length === 0 ? undefined : value;
}
