import type { EnvironmentFacts } from '../model/environment-facts';

export type Labels = Readonly<Record<string, string>>;

/** Who wrote the object, as `app.kubernetes.io/managed-by` says it. */
export const MANAGER = 'cdk8s-microservices';

/** The label of a ConfigMap whose name ends in the hash of its content: its name without the hash. */
export const GENERATION_OF = 'cdk8s-microservices/generation-of';

/** The component of what asks a backend for its metrics and serves only Prometheus. */
export const EXPORTER = 'exporter';

/** The annotations of what stands before several databases: how many there are, and by which columns rows are spread. */
export const SHARDS = 'cdk8s-microservices/shards';
export const SHARD_COLUMNS = 'cdk8s-microservices/shard-columns';

export interface Identity {
  /** The name of the object itself; linters compare it with the instance label. */
  readonly name: string;
  /**
   * The workload that it belongs to: `kubectl get all,configmap -l app.kubernetes.io/name=orders` finds everything of it.
   * @defaultValue its own name
   */
  readonly app?: string;
  /** What it is: service, backend, gateway, configuration. */
  readonly component: string;
  /**
   * The version of what runs in it, for pods and what runs them; elsewhere it would only turn one new image into many
   * changed objects. Not part of any selector, because it changes.
   */
  readonly version?: string;
}

/**
 * The recommended labels.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/
 */
export function labelsOf({ name, app = name, component, version }: Identity, environment: EnvironmentFacts): Labels {
  const labels: Record<string, string | undefined> = {
    ...environment.labels,
    ...selectorOf(name),
    'app.kubernetes.io/name': app,
    'app.kubernetes.io/version': version,
    'app.kubernetes.io/component': component,
    'app.kubernetes.io/part-of': environment.system,
    'app.kubernetes.io/managed-by': MANAGER,
  };
  return Object.fromEntries(
    Object.entries(labels)
      .filter((label): label is [string, string] => label[1] !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/**
 * What selects the pods of a workload, in every Service, policy and budget. One label that only its name decides: a
 * selector is immutable, so it must not change with the place in the tree, the version or the team.
 */
export function selectorOf(name: string): Labels {
  return { 'app.kubernetes.io/instance': name };
}
