import { loadAll } from 'js-yaml';
import type { LabelSelector } from 'kubernetes-types/meta/v1';
import type { Manifest } from '../lib/kubernetes/kubernetes-object';
import { selects } from '../lib/model/selectors';
import { filesOf } from './support/program';

type Labels = Readonly<Record<string, string>>;

/** The objects of the shop, as they are committed, by environment. */
const environments = new Map<string, Manifest[]>();
for (const [file, text] of Object.entries(filesOf('dist'))) {
  const [folder = ''] = file.split('/');
  if (folder.includes('.') || !file.endsWith('.yaml')) continue;
  environments.set(folder, [...(environments.get(folder) ?? []), ...(loadAll(text) as Manifest[])]);
}

/**
 * What Argo CD does to every object that it manages where it tracks by label: its own top-level metadata, and nothing
 * below it.
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking/
 */
const tracked = (objects: readonly Manifest[]): Manifest[] =>
  objects.map((object) => ({
    ...object,
    metadata: {
      ...object.metadata,
      labels: { ...object.metadata.labels, 'app.kubernetes.io/instance': 'shop-of-argo-cd' },
    },
  }));

const templateOf = ({ kind, spec }: Manifest) => (kind === 'CronJob' ? spec.jobTemplate.spec : spec)?.template;
const namesOf =
  (objects: readonly Manifest[], labelsOf: (object: Manifest) => Labels | undefined) =>
  (selector: LabelSelector): string[] =>
    objects.flatMap((object) => {
      const labels = labelsOf(object);
      return labels !== undefined && selects(selector, labels) ? [`${object.kind}/${object.metadata.name}`] : [];
    });

/** Every label selector of an environment with what it selects. */
function selections(objects: readonly Manifest[]): Record<string, readonly string[]> {
  const pods = namesOf(objects, (object) => templateOf(object)?.metadata?.labels);
  const services = namesOf(objects, ({ kind, metadata }) => (kind === 'Service' ? metadata.labels : undefined));
  const found: Record<string, readonly string[]> = {};
  const visit = (place: string, key: string, value: unknown, by: typeof pods): void => {
    if (typeof value !== 'object' || value === null) return;
    const isSelector = /^(podSelector|labelSelector|selector)$/.test(key);
    if (isSelector) {
      const isFull = 'matchLabels' in value || 'matchExpressions' in value;
      const selector = (isFull ? value : { matchLabels: value }) as LabelSelector;
      const { 'statefulset.kubernetes.io/pod-name': _, ...matchLabels } = selector.matchLabels ?? {};
      found[place] = by({ ...selector, matchLabels });
      return;
    }
    for (const [field, content] of Object.entries(value)) visit(`${place}.${field}`, field, content, by);
  };
  for (const { kind, metadata, spec } of objects) {
    visit(`${kind}/${metadata.name}`, '', spec, kind === 'ServiceMonitor' ? services : pods);
  }
  return found;
}

test.each([...environments])(
  'label tracking of Argo CD changes nothing that a selector of %s selects',
  (_, objects) => {
    const before = selections(objects);
    expect(Object.keys(before).length).toBeGreaterThan(50);
    expect(selections(tracked(objects))).toEqual(before);
  },
);

test.each([...environments])('every monitor of %s finds its Service', (_, objects) => {
  const monitors = Object.entries(selections(tracked(objects))).filter(([place]) =>
    place.startsWith('ServiceMonitor/'),
  );
  expect(monitors.filter(([, selected]) => selected.length === 0)).toEqual([]);
});
