import * as check from '../../checks/values';
import type { Callee } from '../../workload/call';
import { type Credentials, DEFAULT_CREDENTIAL_KEYS } from '../../workload/credentials';
import type { Usable } from '../../workload/use';
import type { ExistingSecret } from '../secrets';

/** Where a config centre outside this program is: something that can be called, or an address. */
export type ConfigServer = Callee | ServerAddress;

export interface ServerAddress {
  /** Its DNS name or IP address. */
  readonly host: string;
  /** @defaultValue the usual one: 8080 for Apollo, 8848 for Nacos, 8500 for Consul */
  readonly port?: number;
  /** Whether it speaks TLS. @defaultValue false */
  readonly https?: boolean;
  /**
   * The address ranges in which it lies, for the policies of its consumers. A policy knows no DNS names.
   * @defaultValue any public address, on its ports only; of an IP address or a Service of the cluster, just that
   */
  readonly cidrs?: readonly string[];
}

/** How a server is addressed, whatever it was given as. */
export interface Address {
  readonly host: string;
  readonly port: number;
  readonly https: boolean;
}

export function isCallee(server: unknown): server is Callee {
  return typeof server === 'object' && server !== null && 'acceptCall' in server;
}

export const serverCheck = check.either(
  'something that can be called, or { host, … }',
  [isCallee, check.anything],
  [
    check.isMap,
    check.fields({
      host: check.matching(
        (value) => check.isText(value) && /^[A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?$/.test(value),
        'a host name or an IPv4 address',
      ),
      port: check.optional(check.portNumber),
      https: check.optional(check.boolean),
      cidrs: check.optional(check.someOf(check.cidr)),
    }),
  ],
);

/** The port of a callee that is meant: the one that was named, its only one, or `http`. */
export function portNameOf(callee: Callee, wanted: string | undefined): string {
  const names = Object.keys(callee.ports);
  return wanted ?? (names.length === 1 ? (names[0] as string) : 'http');
}

/** `undefined` where the callee has no such port. */
export function addressOf(server: ConfigServer, wanted: string | undefined, usual: number): Address | undefined {
  if (!isCallee(server)) return { host: server.host, port: server.port ?? usual, https: server.https ?? false };
  const port = server.ports[portNameOf(server, wanted)];
  return port && { host: server.host, port: port.servicePort, https: port.protocol === 'https' };
}

/** An account at a server. */
export interface ServerAccount {
  readonly username: ExistingSecret;
  readonly password: ExistingSecret;
}

export function isUsable(server: ConfigServer): server is Usable {
  return isCallee(server) && 'offer' in server;
}

/** The account that a backend has for a consumer, if it is one and has one. */
export function accountAt(server: ConfigServer, consumer: string): ServerAccount | undefined {
  if (!isUsable(server)) return undefined;
  const user = { name: consumer, rights: 'read' } as const;
  const { credentials } = server.offer({ access: 'read-only', port: undefined, user });
  return credentials && accountIn(credentials);
}

function accountIn({ secret, keys = DEFAULT_CREDENTIAL_KEYS }: Credentials): ServerAccount {
  const { username, password } = { ...DEFAULT_CREDENTIAL_KEYS, ...keys };
  return { username: { secret, key: username }, password: { secret, key: password } };
}
