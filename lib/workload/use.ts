import { type Checks, readProps } from '../checks/read-props';
import * as check from '../checks/values';
import { variableName } from '../metadata/names';
import type { CallRecord, PortRecord, UseRecord } from '../model/system';
import { prefixed } from './addresses';
import { type ClientTls, clientTlsPart } from './backend-tls';
import { type Callee, type CallOptions, callChecks, resolveCall } from './call';
import { type Credentials, credentialsCheck, credentialsPart } from './credentials';
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
  /** The database, given as `<NAME>_DATABASE`. @defaultValue none */
  readonly database?: string;
  /** Topics or queues, given as `<NAME>_TOPICS`, with commas between them. @defaultValue none */
  readonly topics?: readonly string[];
  /** The namespace in a registry or config centre, or the prefix of keys; given as `<NAME>_NAMESPACE`. @defaultValue none */
  readonly namespace?: string;
  /** The virtual host of a message broker, given as `<NAME>_VHOST`. @defaultValue `/`, where the backend has any */
  readonly vhost?: string;
  /** An account of its own. @defaultValue that of the backend, if it has one */
  readonly credentials?: Credentials | false;
}

export type Access = 'read-write' | 'read-only';

/** What services keep their state in: a backend in the cluster or outside of it. */
export interface Usable<PortName extends string = string> extends Callee<PortName> {
  /** What somebody who uses it is given. */
  offer(wanted: { readonly access: Access; readonly port: string | undefined }): Offer;
  /** Tells the backend that it is used. */
  acceptUse(use: Use, user: { readonly name: string }): void;
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
  user: { readonly path: string; readonly environmentName: string },
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
    vhost,
    credentials,
    ...rest
  } = props;
  const offer = backend.offer({ access, port: props.port });
  const { call, problems: ofCall } = resolveCall(user, backend, { ...rest, port: rest.port ?? offer.port });
  const problems = [...own.map((problem) => `uses(${backend.name}) ${problem}`), ...ofCall.map(asUse)];
  if (call === undefined) return { use: undefined, problems };
  const prefix = call.env ?? variableName(backend.name);
  const account = credentials === undefined ? offer.credentials : credentials || undefined;
  const said = { DATABASE: database, TOPICS: topics?.join(','), NAMESPACE: namespace, VHOST: vhost };
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
    database,
    topics: topics ?? [],
    namespace,
    vhost,
  };
  return { use: { call: call.record, record, ports: offer.ports, parts }, problems };
}

const asUse = (problem: string): string => problem.replace(/^calls\(/, 'uses(');
