import type { Construct } from 'constructs';
import type { ConfigMap } from 'kubernetes-types/core/v1';
import { kinds } from '../kubernetes/kinds';
import { KubernetesObject } from '../kubernetes/kubernetes-object';
import { contentHash } from '../metadata/hash';
import { GENERATION_OF } from '../metadata/labels';
import { shortened } from '../metadata/names';
import { objectMetadata } from '../metadata/object-metadata';
import { environmentOf } from '../model/environment-facts';

/** The longest label value, because the name is one too, without a dash and the hash. */
const LONGEST = 63 - 1 - 10;

/**
 * Config that is read once, at the start: an immutable ConfigMap whose name ends in the hash of its content. A change
 * makes another ConfigMap, and the new name in the pod template restarts the pods; nothing else does. Earlier
 * generations stay in the output for a rollback.
 *
 * It carries no version label: a new image must not look like new config.
 */
export function configGeneration(
  scope: Construct,
  id: string,
  name: string,
  data: Readonly<Record<string, string>>,
  component: string,
  app: string,
): KubernetesObject<ConfigMap> {
  const of = shortened(name, LONGEST);
  const identity = { name: `${of}-${contentHash(data)}`, component, app };
  const { labels, ...metadata } = objectMetadata(identity, environmentOf(scope));
  return new KubernetesObject<ConfigMap>(
    scope,
    id,
    kinds.ConfigMap,
    { ...metadata, labels: { ...labels, [GENERATION_OF]: of } },
    () => ({ immutable: true, data: { ...data } }),
  );
}
