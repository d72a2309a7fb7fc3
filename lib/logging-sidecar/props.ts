import type { ConfigMap } from 'kubernetes-types/core/v1';
import type { Checks } from '../checks/read-props';
import * as check from '../checks/values';
import type { Patch } from '../kubernetes/merge';
import type { Quantity } from '../kubernetes/quantity';
import { type Resources, resourcesCheck } from '../workload/resources';
import { type LogOutput, outputCheck } from './output-props';

/** Lines that belong together, such as a stack trace. */
export interface Multiline {
  /** A regular expression: by default one that the first line of an entry matches and the others do not. */
  readonly pattern: string;
  /** Whether lines that do not match are joined. @defaultValue true */
  readonly negate?: boolean;
  /** To which line they are joined. @defaultValue after: the line before them */
  readonly match?: 'after' | 'before';
}

export interface LoggingSidecarProps {
  /** Where entries go: something that was declared (`{ elasticsearch: logStore }`), or host names. */
  readonly output: LogOutput;
  /** The directory into which the application writes its logs; a volume of its own. @defaultValue /var/log/app */
  readonly directory?: string;
  /** Which files of the directory are read, as patterns. @defaultValue `*.log` */
  readonly files?: readonly string[];
  /**
   * How much the directory may hold; a pod that writes more is evicted, so the application must rotate.
   * @defaultValue 512Mi, which counts as disk of the node
   */
  readonly size?: Quantity;
  /**
   * Whether every line is a JSON object, whose fields become those of the entry, or text. A line that is no JSON object
   * is kept as text.
   * @defaultValue json: a transaction id then passes through by itself
   */
  readonly format?: 'json' | 'text';
  /** Joins lines. @defaultValue every line is an entry */
  readonly multiline?: Multiline;
  /** The field in which the application writes the id of the transaction, copied to `trace.id`. @defaultValue trace.id itself */
  readonly traceField?: string;
  /** Labels of every entry, beside the service, the environment, the pod and the node. @defaultValue none */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * Further processors, in the form of Filebeat, after those that name the service.
   * @defaultValue none
   * @see https://www.elastic.co/docs/reference/beats/filebeat/filtering-enhancing-data
   */
  readonly processors?: readonly Readonly<Record<string, unknown>>[];
  /** @defaultValue Filebeat of the maker, in a version that was tried */
  readonly image?: string;
  /** @defaultValue 50m CPU, 500m at the most, and 200Mi memory */
  readonly resources?: Resources;
  /** The port on which it says that it is alive. @defaultValue 5066, that of every Beat */
  readonly healthPort?: number;
  /** Anything else, laid over the rendered object in the field names of the Kubernetes API. @defaultValue none */
  readonly overrides?: { readonly configMap?: Patch<ConfigMap> };
}

export const loggingSidecarChecks: Checks<LoggingSidecarProps> = {
  output: outputCheck,
  directory: check.optional(
    check.matching(
      (value) => check.isText(value) && /^(\/[\w.-]+)+$/.test(value) && !value.split('/').includes('..'),
      'an absolute path of letters, digits, dashes, underscores and dots, such as /var/log/app',
    ),
  ),
  files: check.optional(
    check.someOf(
      check.matching(
        (value) =>
          check.isText(value) && /^[\w.*?[\]-]+(\/[\w.*?[\]-]+)*$/.test(value) && !value.split('/').includes('..'),
        'a pattern inside the directory, such as *.log',
      ),
    ),
  ),
  size: check.optional(check.quantity),
  format: check.optional(check.oneOf('json', 'text')),
  multiline: check.optional(
    check.fields({
      pattern: check.nonEmptyText,
      negate: check.optional(check.boolean),
      match: check.optional(check.oneOf('after', 'before')),
    }),
  ),
  traceField: check.optional(check.nonEmptyText),
  labels: check.optional(check.mapOf(check.nonEmptyText, check.text)),
  processors: check.optional(check.listOfMaps),
  image: check.optional(check.imageReference),
  resources: check.optional(resourcesCheck),
  healthPort: check.optional(check.integer(1024, 65_535)),
  overrides: check.optional(check.fields({ configMap: check.optional(check.plainMap) })),
};

export type LoggingSidecarSettings = ReturnType<typeof withDefaults>;

export function withDefaults(props: LoggingSidecarProps) {
  return {
    ...props,
    directory: props.directory ?? '/var/log/app',
    files: props.files ?? ['*.log'],
    size: props.size ?? '512Mi',
    format: props.format ?? ('json' as const),
    image: props.image ?? 'docker.elastic.co/beats/filebeat:9.2.0',
    resources: { cpu: '50m', cpuLimit: '500m', memory: '200Mi', ...props.resources },
    healthPort: props.healthPort ?? 5066,
  };
}
