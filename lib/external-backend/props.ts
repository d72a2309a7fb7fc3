import type { Service } from 'kubernetes-types/core/v1';
import type { EndpointSlice } from 'kubernetes-types/discovery/v1';
import type { Checks } from '../checks/read-props';
import * as check from '../checks/values';
import type { Patch } from '../kubernetes/merge';
import type { PortProtocol } from '../model/system';
import { type Credentials, credentialsCheck } from '../workload/credentials';
import { portFields, portsCheck } from '../workload/ports';
import { isReachable } from './addresses';
import { type SaslProps, saslCheck } from './sasl';
import { type ExternalTls, externalTlsCheck } from './tls';

/** A port of something outside. */
export interface ExternalPortProps {
  /** The number on which it listens there. */
  readonly port: number;
  /** What is spoken on it. @defaultValue the name of the port where that is a protocol (`https`), else `tcp` */
  readonly protocol?: PortProtocol;
  /**
   * The number under which it is called inside. Only with `addresses`: a host is found by name alone, and its ports
   * are those that it has.
   * @defaultValue the same as `port`
   */
  readonly servicePort?: number;
  /** How connections to this port are encrypted. @defaultValue `tls` of the backend */
  readonly tls?: ExternalTls;
}

/** Where it is: a DNS name, or addresses. */
export interface ExternalPlace {
  /** Its DNS name. Exactly one of `host` and `addresses` is given. */
  readonly host?: string;
  /** Its IP addresses; connections are spread over them. Exactly one of `host` and `addresses` is given. */
  readonly addresses?: readonly string[];
}

/** What is known of something outside the cluster. */
export interface ExternalBackendProps<PortName extends string = string> extends ExternalPlace {
  /** The port, which is then called `tcp`, or several by name. */
  readonly ports: number | Readonly<Record<PortName, number | ExternalPortProps>>;
  /**
   * Where it answers questions that change nothing, when that is another place: the reader endpoint of a managed
   * database. Users find it in `<NAME>_READ_HOST`, and those who only read in `<NAME>_HOST`.
   * @defaultValue the same place
   */
  readonly readOnly?: ExternalPlace;
  /**
   * The address ranges in which the host lies, for the policies of its callers. A policy knows no DNS names.
   * @defaultValue with `addresses` these and no others; with a `host` any public address, on its ports only, so a host
   * of a private network needs its ranges: the subnet of the databases. A host that is a Service of another namespace
   * (`db.data.svc.cluster.local`) is found there
   */
  readonly cidrs?: readonly string[];
  /** The Secret with what its users need to sign in. @defaultValue none */
  readonly credentials?: Credentials;
  /**
   * How connections to it are encrypted: `true`, or with the certificate of its authority. Users get `<NAME>_TLS`,
   * `<NAME>_CA_FILE`, and for known engines what their clients call it: `<NAME>_SSLMODE`, `<NAME>_SSL_MODE`,
   * `<NAME>_SECURITY_PROTOCOL`. `false` says that it has none.
   * @defaultValue not known: a port that speaks `https` is encrypted anyway; a rule asks for it in production
   */
  readonly tls?: ExternalTls;
  /**
   * How clients sign in, where it is a Kafka: gives `<NAME>_SASL_MECHANISM` and `<NAME>_SECURITY_PROTOCOL`.
   * @defaultValue none; for `StatefulBackend.kafka` SCRAM-SHA-512 where it has credentials
   */
  readonly sasl?: SaslProps;
  /**
   * Whether its name is resolved in the cluster, too: a Service of type ExternalName that leads to the `host`, for config
   * files in images that know only the name. Users are given the host all the same, by which certificates are verified.
   * With `addresses` the name exists in any case.
   * @defaultValue false
   */
  readonly alias?: boolean;
  /**
   * Whether all users have the account in `credentials`, or each one the account of the Secret `<backend>-<user>`, with
   * the keys `username` and `password`. The accounts must exist: nothing is created outside the cluster.
   * @defaultValue shared; a known engine with `provider: 'external'` says it with its own `accounts`
   */
  readonly accounts?: 'per-user' | 'shared';
  /**
   * Further variables for its users, after the prefix of its name: `{ DATABASE: 'orders' }` gives
   * `ORDERS_DB_DATABASE`.
   * @defaultValue none
   */
  readonly variables?: Readonly<Record<string, string | number>>;
  /** How many connections it accepts at most, for the rule that adds up the pools. @defaultValue not known */
  readonly maxConnections?: number;
  /** In how many partitions its topics are split, for the rule that counts consumers. @defaultValue not known */
  readonly partitions?: number;
  /** Annotations of the Services; a `host` has some only with `alias`. @defaultValue none */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Anything else, laid over the rendered objects in the field names of the Kubernetes API. @defaultValue none */
  readonly overrides?: {
    readonly service?: Patch<Service>;
    readonly endpointSlice?: Patch<EndpointSlice>;
  };
}

const address = check.matching(
  (value) => check.isText(value) && isReachable(value),
  'an IP address such as 10.0.0.7, not of this machine (127.0.0.1), of a link (169.254.0.1) or of many (224.0.0.1)',
);
const place = { host: check.optional(check.host), addresses: check.optional(check.someOf(address)) };

export const externalBackendChecks: Checks<ExternalBackendProps> = {
  ...place,
  ports: portsCheck({ ...portFields, tls: check.optional(externalTlsCheck) }),
  readOnly: check.optional(check.fields(place)),
  cidrs: check.optional(check.someOf(check.cidr)),
  credentials: check.optional(credentialsCheck),
  tls: check.optional(externalTlsCheck),
  sasl: check.optional(saslCheck),
  alias: check.optional(check.boolean),
  accounts: check.optional(check.oneOf('per-user', 'shared')),
  variables: check.optional(check.mapOf(check.environmentVariable, check.plainData)),
  maxConnections: check.optional(check.integer(1)),
  partitions: check.optional(check.integer(1)),
  annotations: check.optional(check.annotationMap),
  overrides: check.optional(
    check.fields({ service: check.optional(check.plainMap), endpointSlice: check.optional(check.plainMap) }),
  ),
};

/** What is wrong although every property for itself is right. */
export function placeProblems(
  { host, addresses, readOnly, ports, alias, annotations, overrides, credentials, sasl }: ExternalBackendProps,
  given: ExternalPlace,
): string[] {
  const found: string[] = [];
  const both = (where: ExternalPlace) => where.host !== undefined && where.addresses !== undefined;
  const neither = (where: ExternalPlace | undefined) => where?.host === undefined && where?.addresses === undefined;
  if (both({ host, addresses })) found.push("'addresses': must not be set where 'host' is: it is in one place");
  if (neither(given)) found.push("'host': must be set, or 'addresses': where is it?");
  if (readOnly && both(readOnly)) found.push("'readOnly.addresses': must not be set where 'readOnly.host' is");
  if (readOnly && neither(readOnly)) found.push("'readOnly.host': must be set, or 'readOnly.addresses'");
  if (sasl?.credentials !== undefined && credentials !== undefined)
    found.push("'sasl.credentials': must not be set where 'credentials' is: its users have one account");
  if (!hasService({ host, addresses, readOnly, alias })) {
    const reason = "a host has no Service, unless 'alias' makes one";
    if (annotations !== undefined) found.push(`'annotations': must be left out: ${reason}`);
    if (overrides?.service !== undefined) found.push(`'overrides.service': must be left out: ${reason}`);
  }
  if ((host ?? readOnly?.host) !== undefined && typeof ports === 'object') {
    for (const [name, port] of Object.entries(ports)) {
      if (typeof port === 'object' && port.servicePort !== undefined && port.servicePort !== port.port) {
        found.push(
          `'ports.${name}.servicePort': must be ${port.port} or left out, got ${port.servicePort}: a host is found by name, and nothing translates its ports`,
        );
      }
    }
  }
  return found;
}

/** Whether a Service is made at all. */
const hasService = ({
  host,
  addresses,
  readOnly,
  alias,
}: Pick<ExternalBackendProps, 'host' | 'addresses' | 'readOnly' | 'alias'>) =>
  alias === true || host === undefined || (addresses ?? readOnly?.addresses) !== undefined;
