import type { NetworkPolicyPeer } from 'kubernetes-types/networking/v1';
import type { CallRecord, UseRecord } from '../model/system';
import { hostPeers } from '../workload/address-ranges';
import type { TlsMode } from '../workload/backend-tls';
import { type Callee, resolveCall } from '../workload/call';
import { accountKeys, type Credentials } from '../workload/credentials';
import type { Offer, Usable, Use } from '../workload/use';
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
  /** The use of a backend that has an account for those that send it entries. */
  readonly use: { readonly of: Usable; readonly use: Use } | undefined;
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
  const { tls = true, ca, credentials, cidrs } = receiver;
  const numbers = [...new Set(hosts.map((host) => Number(host.split(':')[1])))];
  return {
    kind,
    hosts,
    tls,
    ca,
    credentials,
    own: receiver,
    opening: {
      peers: hosts.flatMap((host) => hostPeers(host.slice(0, host.lastIndexOf(':')), cidrs)),
      ports: numbers.map((port) => ({ port, protocol: 'tcp' })),
    },
    call: undefined,
    use: undefined,
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
  const writer = receiver.credentials || !offer ? undefined : writerUse(record, [port], offer);
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
      use: writer && { of: to as Usable, use: writer },
    },
    problems: [],
  };
}

/** How clients sign in to a Kafka that says so. */
function mechanismOf(offer: Offer | undefined): Pick<KafkaOutput, 'mechanism'> {
  const mechanism = offer?.variables.SASL_MECHANISM as KafkaOutput['mechanism'];
  return mechanism === undefined ? {} : { mechanism };
}

/** The name under which all sidecars of an environment sign in: what they may do is to add entries. */
const WRITER = 'logs';

function offerOf(to: Callee, port: string): Offer | undefined {
  if (!('offer' in to)) return undefined;
  return (to as Usable).offer({ access: 'read-write', port, user: { name: WRITER, rights: 'append' } });
}

/** Its use of a backend that gives accounts to its users. */
function writerUse(call: CallRecord, ports: Use['ports'], { credentials, accounts }: Offer): Use | undefined {
  const keys = accounts && credentials && accountKeys(credentials);
  if (keys === undefined || credentials === undefined) return undefined;
  const { from, to, environment } = call;
  const made = accounts?.made === true;
  const record: UseRecord = {
    from,
    to,
    environment,
    access: 'read-write',
    connectionsPerPod: undefined,
    consumersPerPod: undefined,
    database: undefined,
    topics: [],
    namespace: undefined,
    group: undefined,
    vhost: undefined,
    account: { secret: credentials.secret, keys, rights: 'append', made, user: WRITER },
  };
  return { call, record, ports, parts: [] };
}
