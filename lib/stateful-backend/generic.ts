import type { Checks } from '../checks/read-props';
import * as check from '../checks/values';
import type { Quantity } from '../kubernetes/quantity';
import type { Probe } from '../model/probe';
import { addressVariables } from '../workload/addresses';
import { type Credentials, credentialsCheck } from '../workload/credentials';
import { appProtocolField, type Port, type PortProps, portFields, portsCheck, portsOf } from '../workload/ports';
import { probeOrNone } from '../workload/probes';
import { basics } from './basics';
import { type Engine, evenMembers, type VolumePlan } from './plan';
import { planOf } from './plan-of';
import { type BackendProps, backendChecks, type StorageProps, sizeCheck } from './props';
import { serverTls } from './tls';

/** A backend that the library does not know. */
export interface StatefulBackendProps<PortName extends string = 'tcp'> extends BackendProps {
  readonly image: string;
  /** What it listens on: one number, which is then called `tcp`, or several by name. */
  readonly ports: number | Readonly<Record<PortName, number | PortProps>>;
  /** The ports that its users are let into. @defaultValue all */
  readonly clientPorts?: readonly NoInfer<PortName>[];
  /** The ports by which its members speak with each other. @defaultValue all, where there are several members */
  readonly peerPorts?: readonly NoInfer<PortName>[];
  /**
   * What each member stores, on a volume of its own: `10Gi` at `/data`, or several volumes by name, each with its
   * path. `false` for a backend that stores nothing.
   */
  readonly storage: Quantity | Readonly<Record<string, StorageProps & { readonly path: string }>> | false;
  /** How many members it has. @defaultValue 1, and 3 where they vote */
  readonly replicas?: number;
  /** Whether its members vote, so that more than half of them must be there. @defaultValue false */
  readonly quorum?: boolean;
  /**
   * Whether members start one after another, each when the one before is ready, or all at once.
   * @defaultValue OrderedReady, the safer; Parallel where members vote, because none is ready before most are there
   * @see https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#pod-management-policies
   */
  readonly podManagement?: 'OrderedReady' | 'Parallel';
  /** Which member takes writes. @defaultValue every member */
  readonly writable?: 'every member' | 'the first member';
  /** Files that are mounted as a directory; a change of them restarts the members, one after another. @defaultValue none */
  readonly config?: { readonly path: string; readonly files: Readonly<Record<string, string>> };
  /** The Secret with what its users need to sign in. @defaultValue none */
  readonly credentials?: Credentials;
  /** Further variables for its users, after the prefix of its name. @defaultValue none */
  readonly variables?: Readonly<Record<string, string | number>>;
  /** Whether it can be asked. Should ask the engine. @defaultValue a connection to the first port */
  readonly readiness?: Probe | false;
  /** Whether it must be restarted. @defaultValue none: a backend that recovers looks dead for a long time */
  readonly liveness?: Probe | false;
  /** How many connections a member accepts at most, for the rule that adds up the pools. @defaultValue not known */
  readonly maxConnections?: number;
}

const portNames = check.optional(check.withoutRepeats(check.listOf(check.portNameText)));

const checks: Checks<StatefulBackendProps> = {
  ...backendChecks,
  image: check.imageReference,
  ports: portsCheck({ ...portFields, ...appProtocolField }),
  clientPorts: check.optional(check.withoutRepeats(check.someOf(check.portNameText))),
  peerPorts: portNames,
  storage: check.either(
    'a size such as 10Gi, volumes by name, or false',
    [(value) => value === false, check.anything],
    [check.isText, sizeCheck],
    [
      check.isMap,
      check.mapOf(
        check.dnsLabel,
        check.fields({
          size: sizeCheck,
          path: check.absolutePath,
          storageClass: check.optional(check.objectName),
        }),
      ),
    ],
  ),
  replicas: check.optional(check.integer(1, 1_000)),
  quorum: check.optional(check.boolean),
  podManagement: check.optional(check.oneOf('OrderedReady', 'Parallel')),
  writable: check.optional(check.oneOf('every member', 'the first member')),
  config: check.optional(check.fields({ path: check.absolutePath, files: check.mapOf(check.fileName, check.text) })),
  credentials: check.optional(credentialsCheck),
  variables: check.optional(
    check.mapOf(
      check.environmentVariable,
      check.matching((value) => check.isText(value) || check.isNumber(value), 'text or a number'),
    ),
  ),
  readiness: check.optional(probeOrNone),
  liveness: check.optional(probeOrNone),
  maxConnections: check.optional(check.integer(1)),
};

export const generic: Engine<StatefulBackendProps, 'tcp'> = {
  name: 'generic',
  checks,
  externalPorts: { tcp: 0 },
  plan(props, place) {
    const { name } = place;
    const {
      ports: given = {},
      clientPorts,
      peerPorts,
      storage,
      quorum = false,
      replicas = quorum ? 3 : 1,
      podManagement = quorum ? 'Parallel' : 'OrderedReady',
      writable = 'every member',
      config,
      credentials,
      variables = {},
      readiness,
      liveness,
      maxConnections,
      ...rest
    } = props;
    const ports = backendPorts(given);
    const names = ports.map((port) => port.name);
    const clients = clientPorts ?? names;
    const { startupSeconds, ...common } = basics(rest, { image: 'missing', storage: volumesOf(storage) });
    const first = ports.find(({ protocol }) => protocol !== 'udp');
    return planOf({
      ...common,
      engine: undefined,
      ports,
      clientPorts: clients.filter((port) => names.includes(port)),
      peerPorts: (peerPorts ?? (replicas > 1 ? names : [])).filter((port) => names.includes(port)),
      writable,
      readPorts: writable === 'the first member' ? clients : [],
      volumes: volumesOf(storage),
      replicas,
      quorum,
      podManagement,
      config,
      probes: {
        readiness: (readiness ?? (first && { tcp: true, port: first.name })) || undefined,
        liveness: liveness || undefined,
        startupSeconds,
      },
      variables: (access, port) => ({
        ...addressVariables(
          access === 'read-only' && writable === 'the first member' ? `${name}-read` : name,
          ports.find((candidate) => candidate.name === (port ?? clients[0])),
        ),
        ...variables,
      }),
      credentials,
      // Only its user knows whether an image reads a certificate.
      tls: props.tls === undefined ? undefined : serverTls(props.tls, place),
      maxConnections,
      problems: [
        ...(quorum ? evenMembers(replicas) : []),
        ...unknownPorts('clientPorts', clientPorts, names),
        ...unknownPorts('peerPorts', peerPorts, names),
      ],
    });
  },
};

/** Ports of a backend speak `tcp` unless they say otherwise. */
export function backendPorts(given: number | Readonly<Record<string, number | PortProps>>): Port[] {
  const table = typeof given === 'number' ? { tcp: given } : given;
  return portsOf(
    Object.fromEntries(
      Object.entries(table).map(([name, port]) => [
        name,
        typeof port === 'number' ? { port, protocol: 'tcp' } : { ...port, protocol: port.protocol ?? 'tcp' },
      ]),
    ),
  );
}

function volumesOf(storage: StatefulBackendProps['storage'] | undefined): VolumePlan[] {
  if (storage === false || storage === undefined) return [];
  const table = typeof storage === 'string' ? { data: { size: storage, path: '/data' } } : storage;
  return Object.entries(table).map(([name, { size, path, storageClass }]) => ({ name, size, path, storageClass }));
}

function unknownPorts(prop: string, given: readonly string[] | undefined, names: readonly string[]): string[] {
  return (given ?? [])
    .filter((name) => !names.includes(name))
    .map((name) => `'${prop}': must be among ${names.join(', ')}, got "${name}"`);
}
