import { type Checks, readProps } from '../checks/read-props';
import * as check from '../checks/values';
import { variableName } from '../metadata/names';
import type { AccountRecord, CallRecord, PortRecord, Rights, UseRecord } from '../model/system';
import { prefixed } from './addresses';
import { type ClientTls, clientTlsPart } from './backend-tls';
import { type Callee, type CallOptions, callChecks, resolveCall } from './call';
import { accountKeys, type Credentials, credentialsCheck, credentialsPart } from './credentials';
import { type EnvValue, renderEnv } from './env';
import type { PodPart } from './pod-part';

/** How one service uses a backend. */
export interface UseOptions<PortName extends string = string> extends CallOptions<PortName> {
  /** What it does there. Who only reads is sent to a replica where the backend has them. @defaultValue read-write */
  readonly access?: Access;
  /** How many connections one pod holds open: the size of its pool. @defaultValue not said, and then no rule speaks of it */
  readonly connectionsPerPod?: number;
  /** How many consumers of a topic or queue one pod runs. @defaultValue not said, and then no rule speaks of it */
  readonly consumersPerPod?: number;
  /**
   * The database, given as `<NAME>_DATABASE`. Where the backend has accounts for each of its users and runs in the
   * cluster, it is created, and this user's account gets its rights on it. One server may hold several.
   * @defaultValue the one that the backend was created with
   */
  readonly database?: string;
  /** Topics, queues, or resources of a registry such as `config/orders.yaml`, given as `<NAME>_TOPICS`, with commas between them. @defaultValue none */
  readonly topics?: readonly string[];
  /** The namespace in a registry or config centre, or the prefix of keys; given as `<NAME>_NAMESPACE`. @defaultValue none */
  readonly namespace?: string;
  /** The group in a registry or config center, given as `<NAME>_GROUP`. @defaultValue none */
  readonly group?: string;
  /** The virtual host of a message broker, given as `<NAME>_VHOST`. @defaultValue `/`, where the backend has any */
  readonly vhost?: string;
  /**
   * The account with which it signs in; `false` for none.
   * @defaultValue the Secret `<backend>-<user>` where the backend has accounts for each of its users, else that of the
   * backend, if it has one
   */
  readonly credentials?: Credentials | false;
}

export type Access = 'read-write' | 'read-only';

/** What services keep their state in: a backend in the cluster or outside of it. */
export interface Usable<PortName extends string = string> extends Callee<PortName> {
  /** What a user of it is given; without a user, what the backend itself has: the account of its administrator. */
  offer(wanted: Wanted): Offer;
  /** Tells the backend that it is used. */
  acceptUse(use: Use, user: { readonly name: string }): void;
}

/** What a user of a backend asks for. */
export interface Wanted {
  readonly access: Access;
  readonly port: string | undefined;
  readonly user?: { readonly name: string; readonly rights: Rights } | undefined;
}

export interface Offer {
  /** The port that is meant where the user names none. */
  readonly port: string;
  /** All that a client connects to. */
  readonly ports: readonly PortRecord[];
  /** What stands behind the prefix of its variables: `HOST`, `PORT`. */
  readonly variables: Readonly<Record<string, EnvValue>>;
  readonly credentials: Credentials | undefined;
  /**
   * How the server is verified, where connections are encrypted: gives `<PREFIX>_TLS` and `<PREFIX>_CA_FILE`. `false`
   * where they are not.
   * @defaultValue not known
   */
  readonly tls?: ClientTls | false | undefined;
  /** Where each user has an account of its own: whether the backend makes it. @defaultValue all share one */
  readonly accounts?: { readonly made: boolean } | undefined;
}

/** A use with everything decided. */
export interface Use {
  readonly call: CallRecord;
  readonly record: UseRecord;
  readonly ports: readonly PortRecord[];
  readonly parts: readonly PodPart[];
}

const useChecks: Checks<UseOptions> = {
  ...callChecks,
  access: check.optional(check.oneOf('read-write', 'read-only')),
  connectionsPerPod: check.optional(check.integer(0)),
  consumersPerPod: check.optional(check.integer(0)),
  database: check.optional(check.nonEmptyText),
  topics: check.optional(check.someOf(check.nonEmptyText)),
  namespace: check.optional(check.nonEmptyText),
  group: check.optional(check.nonEmptyText),
  vhost: check.optional(check.nonEmptyText),
  credentials: check.optional(
    check.either(
      '{ secret, keys }, or false',
      [(value) => value === false, check.anything],
      [check.isMap, credentialsCheck],
    ),
  ),
};

/** Reads the options of a use. It is a call and more: rules about waiting, waves and pictures see it as one. */
export function resolveUse(
  user: { readonly name: string; readonly path: string; readonly environmentName: string; readonly rights: Rights },
  backend: Usable,
  options: UseOptions,
): { readonly use: Use | undefined; readonly problems: readonly string[] } {
  const { props, problems: own } = readProps(useChecks, options);
  const {
    access = 'read-write',
    connectionsPerPod,
    consumersPerPod,
    database,
    topics,
    namespace,
    group,
    vhost,
    credentials,
    ...rest
  } = props;
  const rights = access === 'read-only' && user.rights !== 'backup' ? 'read' : user.rights;
  const principal = rights === 'admin' ? undefined : { name: user.name, rights };
  const offer = backend.offer({ access, port: props.port, user: principal });
  const { call, problems: ofCall } = resolveCall(user, backend, { ...rest, port: rest.port ?? offer.port });
  const problems = [...own.map((problem) => `uses(${backend.name}) ${problem}`), ...ofCall.map(asUse)];
  if (call === undefined) return { use: undefined, problems };
  const prefix = call.env ?? variableName(backend.name);
  const account = credentials === undefined ? offer.credentials : credentials || undefined;
  const said = { DATABASE: database, TOPICS: topics?.join(','), NAMESPACE: namespace, GROUP: group, VHOST: vhost };
  const variables = { ...offer.variables, ...Object.fromEntries(Object.entries(said).filter(([, value]) => value)) };
  const parts: PodPart[] = [
    { from: `the use of ${backend.name}`, env: renderEnv(prefixed(prefix, variables)) },
    ...(account === undefined ? [] : [credentialsPart(backend.name, prefix, account)]),
    ...(offer.tls ? [clientTlsPart(backend.name, prefix, offer.tls)] : []),
  ];
  const record: UseRecord = {
    from: user.path,
    to: backend.path,
    environment: user.environmentName,
    access,
    connectionsPerPod,
    consumersPerPod,
    database: database ?? (typeof offer.variables.DATABASE === 'string' ? offer.variables.DATABASE : undefined),
    topics: topics ?? [],
    namespace,
    group,
    vhost,
    account: principal && accountOf(offer, account, rights),
  };
  return { use: { call: call.record, record, ports: offer.ports, parts }, problems };
}

/** The account that the backend makes for this user, or that must exist; none where the Secret does not say enough. */
function accountOf(
  { accounts }: Offer,
  credentials: Credentials | undefined,
  rights: Rights,
): AccountRecord | undefined {
  const keys = accounts && credentials && accountKeys(credentials);
  return keys && { secret: credentials.secret, keys, rights, made: accounts.made };
}

const asUse = (problem: string): string => problem.replace(/^calls\(/, 'uses(');
