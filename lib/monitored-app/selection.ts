import { select } from './expressions';

/** A workload that is watched, as far as alerts and the dashboard ask. */
export interface WatchedApp {
  /** The value of the label `service`. */
  readonly service: string;
  /** The kind of the object that runs its pods, and its name. */
  readonly kind: string | undefined;
}

/** The workloads that one alerting rule covers, out of all that are watched in an environment. */
export interface Selection {
  /** `undefined` where the namespace is chosen at the apply. */
  readonly namespace: string | undefined;
  readonly apps: readonly WatchedApp[];
  /** Whether these are all. */
  readonly isAll: boolean;
}

const escaped = (text: string): string => text.replaceAll('.', '\\.');

/** `service="orders"` or `service=~"cart|orders"`. */
export function oneOf(label: string, values: readonly string[]): string {
  const [first = ''] = values;
  if (values.length === 1) return `${label}=${JSON.stringify(first)}`;
  return `${label}=~${JSON.stringify(values.map(escaped).join('|'))}`;
}

const namesOf = ({ apps }: Selection): string[] => apps.map(({ service }) => service);

/** `{namespace="production",service=~"cart|orders"}`, for series that carry the name of a service. */
export function ofServices(selection: Selection, label = 'service', more = ''): string {
  return select(inNamespace(selection), [oneOf(label, namesOf(selection)), more].filter(Boolean).join(','));
}

/** `{namespace="production"}` */
export const ofNamespace = (selection: Pick<Selection, 'namespace'>, more = ''): string =>
  select(inNamespace(selection), more);

/** For the recorded series, which speak of watched workloads only. */
export const ofMonitored = (selection: Selection): string =>
  select(inNamespace(selection), selection.isAll ? '' : oneOf('service', namesOf(selection)));

const inNamespace = ({ namespace }: Pick<Selection, 'namespace'>) =>
  namespace === undefined ? ({} as Record<string, string>) : { namespace };

/** By which labels two series are those of one workload. */
export const identity = ({ namespace }: Pick<Selection, 'namespace'>): string =>
  namespace === undefined ? 'service' : 'namespace, service';

/** The recorded series that list what is watched: one for each workload, one for each pod. */
export const MONITORED_SERVICE = 'service:monitored';
export const MONITORED_POD = 'pod:monitored';

/** Gives series of pods the name of their service. */
export const withService = (expression: string, selection: Selection): string =>
  `${expression} * on (namespace, pod) group_left (service) ${MONITORED_POD}${ofMonitored(selection)}`;

/** Gives series the label `service` from another label. */
export function renamed(expression: string, label: string, pattern = '(.+)'): string {
  if (label === 'service') return expression;
  return `label_replace(${expression}, "service", "$1", "${label}", ${JSON.stringify(pattern)})`;
}

/** The names of pods by what runs them; the first group is that of the workload. */
const podNames: Readonly<Record<string, string>> = {
  Deployment: '-[0-9a-z]+-[0-9a-z]{5}',
  StatefulSet: '-[0-9]+',
  DaemonSet: '-[0-9a-z]{5}',
  Job: '-[0-9a-f]{10}-[0-9a-z]{5}',
  CronJob: '-[0-9]+-[0-9a-z]{5}',
};

/** A regular expression for the names of all their pods, and what stands for the service in it: `$1$2`. */
export function podPattern(apps: readonly WatchedApp[]): { readonly pattern: string; readonly service: string } {
  const kinds = Object.keys(podNames).filter((kind) => apps.some((app) => app.kind === kind));
  const parts = kinds.map((kind) => {
    const names = apps.filter((app) => app.kind === kind).map(({ service }) => escaped(service));
    return `(${names.join('|')})${podNames[kind]}`;
  });
  return { pattern: parts.join('|'), service: parts.map((_, index) => `$${index + 1}`).join('') };
}
