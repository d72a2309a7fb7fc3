import type { NetworkPolicyPeer } from 'kubernetes-types/networking/v1';
import type { CallRecord } from '../model/system';
import type { TlsMode } from '../workload/backend-tls';
import { type Callee, resolveCall } from '../workload/call';
import type { Credentials } from '../workload/credentials';
import type { Offer } from '../workload/use';
import type { ElasticsearchOutput, KafkaOutput, LogOutput, LogReceiver, OutputKind } from './output-props';
import { isCallee } from './output-props';

/** Where entries go, with everything decided. */
export interface Sink {
  readonly kind: OutputKind;
  /** `log-store:9200` */
  readonly hosts: readonly string[];
  readonly tls: boolean;
  readonly ca: LogReceiver['ca'];
  /** What is verified of the receiver. @defaultValue its authority and its name */
  readonly mode?: TlsMode | undefined;
  readonly credentials: Credentials | undefined;
  readonly own: Pick<ElasticsearchOutput, 'index'> & Pick<KafkaOutput, 'topic' | 'mechanism'>;
  /** What the policy of the pods opens. */
  readonly opening: { readonly peers: readonly NetworkPolicyPeer[]; readonly ports: readonly OpenPort[] };
  /** The backend and the call of it, where one was declared. */
  readonly call: { readonly to: Callee; readonly record: CallRecord } | undefined;
}

interface OpenPort {
  readonly port: number;
  readonly protocol: 'tcp';
}

/** Reads where entries go; without a place there is no sink. */
export function resolveOutput(
  workload: { readonly path: string; readonly environmentName: string },
  output: LogOutput | undefined,
): { readonly sink: Sink | undefined; readonly problems: readonly string[] } {
  const [entry] = Object.entries(output ?? {}) as [OutputKind, Callee | LogReceiver][];
  if (entry === undefined) return { sink: undefined, problems: [] };
  const [kind, given] = entry;
  const receiver: LogReceiver & Sink['own'] = isCallee(given) ? { to: given } : given;
  const { to, hosts } = receiver;
  if ((to === undefined) === (hosts === undefined)) {
    return { sink: undefined, problems: [`'output.${kind}': must have exactly one of 'to' and 'hosts'`] };
  }
  return to === undefined
    ? { sink: outside(kind, receiver, hosts ?? []), problems: [] }
    : declared(workload, kind, receiver, to);
}

function outside(kind: OutputKind, receiver: LogReceiver & Sink['own'], hosts: readonly string[]): Sink {
  const { tls = true, ca, credentials, cidrs = [] } = receiver;
  const numbers = [...new Set(hosts.map((host) => Number(host.split(':')[1])))];
  return {
    kind,
    hosts,
    tls,
    ca,
    credentials,
    own: receiver,
    opening: {
      peers: cidrs.map((cidr) => ({ ipBlock: { cidr } })),
      ports: numbers.map((port) => ({ port, protocol: 'tcp' })),
    },
    call: undefined,
  };
}

/** Nobody waits for a log entry, and the service answers without it. */
const aside = { synchronous: false, optional: true } as const;

function declared(
  workload: { readonly path: string; readonly environmentName: string },
  kind: OutputKind,
  receiver: LogReceiver & Sink['own'],
  to: Callee,
): ReturnType<typeof resolveOutput> {
  const { call, problems: found } = resolveCall(workload, to, { ...aside, port: receiver.port });
  const problems = found.map((problem) => problem.replace(/^calls\(/, `output.${kind}(`));
  if (call === undefined || problems.length > 0) return { sink: undefined, problems };
  const { port, record } = call;
  const offer = offerOf(to, port.name);
  const offered = offer?.tls || port.tls || undefined;
  const { tls = port.protocol === 'https' || offered !== undefined, ca = offered?.ca } = receiver;
  return {
    sink: {
      kind,
      hosts: [`${to.host}:${port.servicePort}`],
      tls,
      ca,
      mode: offered?.mode,
      credentials: receiver.credentials ?? offer?.credentials,
      own: { ...mechanismOf(offer), ...receiver },
      opening: { peers: to.peers, ports: [{ port: port.port, protocol: 'tcp' }] },
      call: { to, record },
    },
    problems: [],
  };
}

/** What a backend offers to its users; nothing where it is a service. */
function offerOf(backend: Callee & { offer?: unknown }, port: string): Offer | undefined {
  return typeof backend.offer === 'function' ? backend.offer({ access: 'read-write', port }) : undefined;
}

/** How clients sign in to a Kafka that says so. */
function mechanismOf(offer: Offer | undefined): Pick<KafkaOutput, 'mechanism'> {
  const mechanism = offer?.variables.SASL_MECHANISM as KafkaOutput['mechanism'];
  return mechanism === undefined ? {} : { mechanism };
}
