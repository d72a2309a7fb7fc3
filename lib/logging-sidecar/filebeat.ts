import type { Sink } from './output';
import type { OutputKind } from './output-props';
import type { LoggingSidecarSettings, Multiline } from './props';
import { credentialParts, credentialVariable } from './start';

/** Where things are inside the sidecar. */
export const paths = {
  config: '/etc/filebeat',
  data: '/var/lib/filebeat',
  ca: '/etc/filebeat-ca',
} as const;

export interface FilebeatInput {
  readonly service: string;
  readonly environment: string;
  /** What tells this input apart in the registry; it must never change. */
  readonly inputId: string;
  readonly settings: LoggingSidecarSettings;
  readonly sink: Sink | undefined;
}

/**
 * The whole `filebeat.yml`. What differs from pod to pod comes from variables, so that all pods share one file; so do
 * credentials, which must not be in it.
 * @see https://www.elastic.co/docs/reference/beats/filebeat/filebeat-reference-yml
 */
export function filebeatConfig({ service, environment, inputId, settings, sink }: FilebeatInput): object {
  const { directory, files, format, multiline, processors = [], healthPort } = settings;
  return {
    'filebeat.inputs': [
      {
        type: 'filestream',
        id: inputId,
        paths: files.map((file) => `${directory}/${file}`),
        // By inode: the other way waits until a file has its first kilobyte.
        file_identity: { native: null },
        prospector: { scanner: { fingerprint: { enabled: false } } },
        // Looks often, so that little is left unread when the pod ends.
        backoff: { init: '1s', max: '1s' },
        parsers: parsers(format, multiline),
      },
    ],
    // What was read is still sent when the pod ends.
    'filebeat.shutdown_timeout': '5s',
    // On a volume that outlives the container: with a lost registry every file is sent again.
    'path.data': paths.data,
    processors: [...identity(service, environment, settings), ...processors],
    [`output.${sink?.kind ?? 'discard'}`]:
      sink && outputs[sink.kind](sink, `logs-${stream(service)}-${stream(environment)}`),
    // Templates and life cycles belong to whoever runs the log store; a sidecar has no rights to set them.
    'setup.template.enabled': false,
    'setup.ilm.enabled': false,
    http: { enabled: true, host: `\${POD_IP}`, port: healthPort },
    'logging.metrics.enabled': false,
  };
}

function parsers(format: 'json' | 'text', multiline: Multiline | undefined): object[] {
  const joined = multiline && {
    type: 'pattern',
    pattern: literal(multiline.pattern),
    negate: multiline.negate ?? true,
    match: multiline.match ?? 'after',
  };
  // `trace.id` becomes a field in a field, and the time of the application that of the entry.
  const decoded = { target: '', expand_keys: true, overwrite_keys: true, add_error_key: true };
  return [...(joined ? [{ multiline: joined }] : []), ...(format === 'json' ? [{ ndjson: decoded }] : [])];
}

/**
 * Who wrote the entry, in the fields of the Elastic Common Schema.
 * @see https://www.elastic.co/docs/reference/ecs/ecs-service
 */
function identity(service: string, environment: string, { labels = {}, traceField }: LoggingSidecarSettings): object[] {
  const fields = {
    service: {
      name: service,
      version: `\${SERVICE_VERSION}`,
      environment,
      node: { name: `\${POD_NAME}` },
    },
    kubernetes: {
      namespace: `\${POD_NAMESPACE}`,
      pod: { name: `\${POD_NAME}`, ip: `\${POD_IP}` },
      node: { name: `\${NODE_NAME}` },
    },
    ...(Object.keys(labels).length > 0
      ? { labels: Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, literal(value)])) }
      : {}),
  };
  const copied = {
    fields: [{ from: literal(traceField ?? ''), to: 'trace.id' }],
    fail_on_error: false,
    ignore_missing: true,
  };
  return [
    { add_fields: { target: '', fields } },
    ...(traceField === undefined || traceField === 'trace.id' ? [] : [{ copy_fields: copied }]),
  ];
}

/** Filebeat replaces `${NAME}` in every value; text that is data must come out as it went in. */
const literal = (text: string): string => text.replaceAll('$', '$$$$');

/** The parts of the name of a data stream have dashes between them and none inside. */
const stream = (name: string): string => name.replaceAll('-', '_');

const outputs: Readonly<Record<OutputKind, (sink: Sink, dataStream: string) => object>> = {
  elasticsearch: ({ hosts, tls, own, ...sink }, dataStream) => ({
    hosts: hosts.map((host) => `${tls ? 'https' : 'http'}://${host}`),
    index: literal(own.index ?? dataStream),
    ...signIn(sink),
    ...ssl({ ...sink, tls }),
  }),
  logstash: ({ hosts, ...sink }) => ({ hosts, loadbalance: true, ...ssl(sink) }),
  kafka: ({ hosts, tls, own, ...sink }) => ({
    hosts,
    topic: own.topic ?? 'logs',
    // An entry counts as sent when every replica has it.
    required_acks: -1,
    compression: 'gzip',
    ...signIn(sink),
    ...(sink.credentials ? { sasl: { mechanism: own.mechanism ?? 'SCRAM-SHA-512' } } : {}),
    ...ssl({ ...sink, tls }),
  }),
};

/** References to variables that only the sidecar has. */
function signIn({ credentials }: Pick<Sink, 'credentials'>): object {
  if (credentials === undefined) return {};
  return Object.fromEntries(
    credentialParts(credentials).map(([part]) => [
      part === 'apiKey' ? 'api_key' : part,
      `\${${credentialVariable(part)}}`,
    ]),
  );
}

/** @see https://www.elastic.co/docs/reference/beats/filebeat/configuration-ssl */
const verification = { 'verify-full': 'full', 'verify-ca': 'certificate', require: 'none' } as const;

function ssl({ tls, ca, mode = 'verify-full' }: Pick<Sink, 'tls' | 'ca' | 'mode'>): object {
  if (!tls) return {};
  return {
    ssl: {
      enabled: true,
      ...(mode === 'verify-full' ? {} : { verification_mode: verification[mode] }),
      ...(ca ? { certificate_authorities: [`${paths.ca}/ca.crt`] } : {}),
    },
  };
}
