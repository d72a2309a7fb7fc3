import * as check from '../checks/values';
import type { Callee } from '../workload/call';
import { type Credentials, credentialsCheck } from '../workload/credentials';

/** Where log entries go. Exactly one. */
export type LogOutput =
  | { readonly elasticsearch: Callee | ElasticsearchOutput }
  | { readonly logstash: Callee | LogstashOutput }
  | { readonly kafka: Callee | KafkaOutput };

/** How the receiver is reached. */
export interface LogReceiver {
  /** A backend of the same environment. Exactly one of `to` and `hosts` is given. */
  readonly to?: Callee;
  /** Which port of it. @defaultValue its only port, or the one named `http` */
  readonly port?: string;
  /** Host names with ports: `logs-1.example.com:9200`. Exactly one of `to` and `hosts` is given. */
  readonly hosts?: readonly string[];
  /**
   * The address ranges in which the hosts lie, for the policy of the pods.
   * @defaultValue any public address, on their ports only; of IP addresses and Services of the cluster, just those
   */
  readonly cidrs?: readonly string[];
  /** Whether it is spoken to with TLS. @defaultValue with `to` whether its port speaks https; with `hosts` true */
  readonly tls?: boolean;
  /** The certificate of the authority that signed the receiver's, in a ConfigMap or a Secret. @defaultValue those of the image */
  readonly ca?:
    | { readonly configMap: string; readonly key?: string }
    | { readonly secret: string; readonly key?: string };
  /**
   * What the sidecar signs in with: the parts `username` and `password`, or `apiKey` for Elasticsearch. The application
   * does not get them.
   * @defaultValue those of the backend, if it has any
   */
  readonly credentials?: Credentials;
}

export interface ElasticsearchOutput extends LogReceiver {
  /**
   * The data stream or index.
   * @defaultValue the data stream `logs-<service>-<environment>`, for which Elasticsearch has a template
   * @see https://www.elastic.co/docs/reference/fleet/data-streams
   */
  readonly index?: string;
}

export type LogstashOutput = LogReceiver;

export interface KafkaOutput extends LogReceiver {
  /** @defaultValue logs */
  readonly topic?: string;
  /** How it signs in. @defaultValue SCRAM-SHA-512 where there are credentials */
  readonly mechanism?: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512';
}

export function isCallee(value: unknown): value is Callee {
  return check.isMap(value) && typeof value.acceptCall === 'function';
}

const reference = (kind: string) => check.fields({ [kind]: check.objectName, key: check.optional(check.fileName) });

const receiver = {
  to: check.optional(check.matching(isCallee, 'a backend that was declared')),
  port: check.optional(check.nonEmptyText),
  hosts: check.optional(
    check.someOf(
      check.matching(
        (value) =>
          check.isText(value) && /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?:([1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3})$/.test(value),
        'a host name with a port, such as logs.example.com:9200',
      ),
    ),
  ),
  cidrs: check.optional(check.someOf(check.cidr)),
  tls: check.optional(check.boolean),
  ca: check.optional(
    check.either(
      'one of { configMap } or { secret }',
      [(value) => check.isMap(value) && 'configMap' in value, reference('configMap')],
      [(value) => check.isMap(value) && 'secret' in value, reference('secret')],
    ),
  ),
  credentials: check.optional(credentialsCheck),
};

const fieldsOf = {
  elasticsearch: check.fields({ ...receiver, index: check.optional(check.nonEmptyText) }),
  logstash: check.fields(receiver),
  kafka: check.fields({
    ...receiver,
    topic: check.optional(
      check.matching(
        (value) => check.isText(value) && /^[\w.-]{1,249}$/.test(value),
        'a topic: letters, digits, dashes, underscores and dots',
      ),
    ),
    mechanism: check.optional(check.oneOf('PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512')),
  }),
} as const;

export type OutputKind = keyof typeof fieldsOf;
const kinds = Object.keys(fieldsOf) as OutputKind[];

const only = (kind: OutputKind) => (value: unknown) =>
  check.isMap(value) && Object.keys(value).length === 1 && kind in value;

const one = (kind: OutputKind) =>
  check.fields({
    [kind]: check.either(
      'a backend, or { to } or { hosts }',
      [isCallee, check.anything],
      [check.isMap, fieldsOf[kind]],
    ),
  });

export const outputCheck = check.either(
  'exactly one of { elasticsearch }, { logstash } and { kafka }',
  ...kinds.map((kind) => [only(kind), one(kind)] as const),
);
