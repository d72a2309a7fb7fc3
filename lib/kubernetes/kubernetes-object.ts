import { ApiObject, type ApiObjectMetadata, type GroupVersionKind, JsonPatch } from 'cdk8s';
import type { Construct } from 'constructs';
import { inSyncWave, WITHOUT_WAVE } from '../model/sync-wave';
import { merged, type Patch } from './merge';
import { derivedOnce } from './synthesis';

/** A manifest as plain data, the way that the API server reads it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    /** In place of a name, where the cluster makes one. */
    readonly generateName?: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  // biome-ignore lint/suspicious/noExplicitAny: what else a manifest holds depends on its kind
  readonly [field: string]: any;
}

/** The fields of a manifest that its kind adds to the three that all have. */
export type BodyOf<T> = Omit<T, 'apiVersion' | 'kind' | 'metadata' | 'status'>;

/**
 * An `ApiObject` whose body is made when it is rendered, so that it holds everything that was declared after its
 * constructor ran: calls, config, sidecars.
 *
 * The body is plain data in the field names of the Kubernetes API. That is why patches reach every field: the typed
 * classes of cdk8s serialize once more after the patches and drop what they do not know.
 */
export class KubernetesObject<Kind extends object = Manifest> extends ApiObject {
  private readonly fieldPatches: Patch<Kind>[] = [];
  private readonly operations: JsonPatch[] = [];

  constructor(
    scope: Construct,
    id: string,
    gvk: GroupVersionKind,
    metadata: ApiObjectMetadata,
    private readonly body: () => BodyOf<Kind>,
  ) {
    super(scope, id, { ...gvk, metadata });
  }

  /**
   * Lays fields over the object, in the names of the Kubernetes API.
   *
   * Lists whose items have names (containers, ports, volumes, env) are merged by name, other lists are replaced,
   * `null` takes a field away.
   */
  patch(patch: Patch<Kind>): void {
    this.fieldPatches.push(patch);
  }

  override addJsonPatch(...operations: JsonPatch[]): void {
    super.addJsonPatch(...operations);
    this.operations.push(...operations);
  }

  /**
   * The manifest as plain data. Fields stand in the order in which people read them; the same object renders the same
   * every time.
   */
  override toJson(): Manifest {
    return derivedOnce(this, this, () => inSyncWave(this, this[WITHOUT_WAVE]()));
  }

  /** The manifest from which the waves of all objects are worked out. */
  [WITHOUT_WAVE](): Manifest {
    return derivedOnce(this, this.fieldPatches, () => this.render());
  }

  private render(): Manifest {
    const { name, namespace, labels, annotations, ...rest } = this.metadata.toJson();
    // A chart gives its namespace to everything in it; what belongs to the cluster must not have one.
    const scoped = clusterScoped.has(this.kind) ? undefined : namespace;
    const metadata = { name, namespace: scoped, labels, annotations, ...rest };
    let manifest: unknown = withoutUndefined({
      apiVersion: this.apiVersion,
      kind: this.kind,
      metadata,
      ...this.body(),
    });
    for (const patch of this.fieldPatches) manifest = merged(manifest, patch);
    if (this.operations.length > 0) manifest = JsonPatch.apply(structuredClone(manifest), ...this.operations);
    return manifest as Manifest;
  }
}

const clusterScoped = new Set([
  'Namespace',
  'PriorityClass',
  'StorageClass',
  'PersistentVolume',
  'ClusterRole',
  'ClusterRoleBinding',
]);

/** A copy without fields that are `undefined`, so that builders may write `field: condition ? value : undefined`. */
function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => item !== undefined).map(withoutUndefined);
  if (typeof value !== 'object' || value === null) return value;
  const result: Record<string, unknown> = {};
  for (const field in value) {
    const content = (value as Record<string, unknown>)[field];
    if (content !== undefined) result[field] = withoutUndefined(content);
  }
  return result;
}
