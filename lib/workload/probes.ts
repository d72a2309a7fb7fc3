import type { Probe as KubernetesProbe } from 'kubernetes-types/core/v1';
import * as check from '../checks/values';
import type { HttpProbes, Probe } from '../model/probe';
import { MANAGEMENT_PORT, type Port } from './ports';

const timing = {
  port: check.optional(check.portNameText),
  periodSeconds: check.optional(check.integer(1)),
  timeoutSeconds: check.optional(check.integer(1)),
  failureThreshold: check.optional(check.integer(1)),
};
const urlPath = check.matching(
  (value) => check.isText(value) && /^\/[!-~]*$/.test(value),
  'a path that starts with / and has no spaces',
);
const asks = (action: string) => (value: unknown) => check.isMap(value) && action in value;
const { port: _, ...commandTiming } = timing;

/** A probe, or `false` for none. */
export const probeOrNone = check.either(
  'one of { http }, { grpc }, { tcp }, { command } or false',
  [(value) => value === false, check.anything],
  [asks('http'), check.fields({ http: urlPath, ...timing })],
  [
    asks('grpc'),
    check.fields({
      grpc: check.matching(
        (value) => value === true || (check.isText(value) && value !== ''),
        'true or the name of a service',
      ),
      ...timing,
    }),
  ],
  [asks('tcp'), check.fields({ tcp: check.oneOf(true), ...timing })],
  [asks('command'), check.fields({ command: check.someOf(check.text), ...commandTiming })],
);

export interface Probes {
  readonly readiness: Probe | undefined;
  readonly liveness: Probe | undefined;
  readonly startupSeconds: number;
}

/**
 * The probes of a process whose program declares none. They assume no path: a process that does not have it would
 * never be ready, or be restarted for ever. So HTTP services are ready when they accept connections, and are not
 * restarted while they run, unless the environment knows the paths that its services have.
 *
 * A management server answers the HTTP probes of the environment where there is one: its port is on no route.
 *
 * @param http - the probes of the environment; a probe of a port that this process does not have is left out
 */
export function defaultProbes(ports: readonly Port[], http: HttpProbes = {}): HttpProbes {
  const port = ports.find(({ protocol }) => protocol !== 'udp');
  const management = ports.find(({ name, protocol }) => name === MANAGEMENT_PORT && /^https?$/.test(protocol));
  const known = (probe: Probe | false | undefined): Probe | false | undefined => {
    if (!probe || 'command' in probe) return probe;
    if (probe.port === undefined) return 'http' in probe ? { ...probe, port: management?.name } : probe;
    return ports.some(({ name }) => name === probe.port) ? probe : undefined;
  };
  switch (port?.protocol) {
    case 'http':
    case 'https': {
      const { readiness = { tcp: true, port: port.name }, liveness } = {
        readiness: known(http.readiness),
        liveness: known(http.liveness),
      };
      return { readiness, liveness };
    }
    case 'grpc':
      return { readiness: { grpc: true, port: port.name }, liveness: { tcp: true, port: port.name } };
    case 'tcp':
      return { readiness: { tcp: true, port: port.name }, liveness: undefined };
    default:
      return { readiness: undefined, liveness: undefined };
  }
}

const STARTUP_PERIOD_SECONDS = 5;

/** The three probes of the main container. The start-up probe holds back the other two for as long as a start may take. */
export function renderProbes(
  { readiness, liveness, startupSeconds }: Probes,
  ports: readonly Port[],
): { startupProbe?: KubernetesProbe; readinessProbe?: KubernetesProbe; livenessProbe?: KubernetesProbe } {
  const first = liveness ?? readiness;
  return {
    startupProbe: first && {
      ...render(first, ports, { periodSeconds: STARTUP_PERIOD_SECONDS }),
      periodSeconds: STARTUP_PERIOD_SECONDS,
      failureThreshold: Math.max(1, Math.ceil(startupSeconds / STARTUP_PERIOD_SECONDS)),
    },
    readinessProbe: readiness && render(readiness, ports, { periodSeconds: 5, failureThreshold: 3 }),
    livenessProbe: liveness && render(liveness, ports, { periodSeconds: 10, failureThreshold: 6 }),
  };
}

/** All timing is written out: what a probe does must not depend on defaults that the reader has to know. */
function render(probe: Probe, ports: readonly Port[], defaults: Partial<Probe>): KubernetesProbe {
  const { periodSeconds = 10, timeoutSeconds = 2, failureThreshold = 3 } = { ...defaults, ...defined(probe) };
  return {
    ...action(probe, ports),
    initialDelaySeconds: 0,
    periodSeconds,
    timeoutSeconds,
    successThreshold: 1,
    failureThreshold,
  };
}

function action(probe: Probe, ports: readonly Port[]): KubernetesProbe {
  if ('command' in probe) return { exec: { command: [...probe.command] } };
  const port = portOf(probe.port, ports);
  if ('tcp' in probe) return { tcpSocket: { port: port?.name ?? probe.port ?? '' } };
  if ('grpc' in probe) {
    // A gRPC probe is the one that takes no port name.
    return { grpc: { port: port?.port ?? 0, service: probe.grpc === true ? undefined : probe.grpc } };
  }
  const scheme = port?.protocol === 'https' ? 'HTTPS' : 'HTTP';
  return { httpGet: { path: probe.http, port: port?.name ?? probe.port ?? '', scheme } };
}

function portOf(name: string | undefined, ports: readonly Port[]): Port | undefined {
  return name === undefined ? ports[0] : ports.find((port) => port.name === name);
}

function defined<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, content]) => content !== undefined)) as Partial<T>;
}
