import type { LabelSelector } from 'kubernetes-types/meta/v1';
import { manifestsOf, type PodOwner } from '../model/manifests';
import { selectedBy, selects } from '../model/selectors';
import type { Rule } from './rule';
import { listed } from './wording';

/** Kinds that find their pods by a selector of their own; Jobs are given one by the cluster. */
const selecting = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Rollout']);

export const selectorOverlap: Rule = {
  id: 'selector-overlap',
  severity: 'error',
  summary: 'Every workload selects its own pods and nobody else’s.',
  *check(system) {
    const manifests = manifestsOf(system);
    for (const owner of manifests.podOwners) {
      if (!selecting.has(owner.kind)) continue;
      const { path } = owner.object;
      const selector: LabelSelector = owner.object.manifest.spec?.selector ?? {};
      const text = show(selector);
      if (text === '') {
        yield {
          path,
          message: 'selects every pod of its namespace: its selector is empty',
          fix: 'a selector with a label that only its pods have',
        };
        continue;
      }
      if (!selects(selector, owner.labels)) {
        const labels = Object.entries(owner.labels).map(([key, value]) => `${key}=${value}`);
        const carried = labels.length === 0 ? 'no label' : listed(labels);
        yield {
          path,
          message: `selects ${text}, but its own pods carry ${carried}`,
          fix: 'the labels of the selector in the pod template',
        };
      }
      const others = selectedBy(manifests, owner.object, selector).filter((other) => other !== owner);
      if (others.length === 0) continue;
      yield {
        path,
        message: `selects ${text}, and so takes the pods of ${listed(others.slice(0, 5).map(title))}${more(others.length)} for its own`,
        fix: 'a label in the selector and in the pods that only this workload has, app.kubernetes.io/instance for example',
      };
    }
  },
};

const title = ({ kind, name }: PodOwner): string => `${kind} ${name}`;
const more = (count: number): string => (count > 5 ? ` and ${count - 5} others` : '');

function show({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const labels = Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`);
  return listed([
    ...labels,
    ...matchExpressions.map(({ key, operator, values = [] }) => `${key} ${operator} ${values.join('|')}`.trim()),
  ]);
}
