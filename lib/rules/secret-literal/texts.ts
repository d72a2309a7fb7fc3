import type { Manifest } from '../../kubernetes/kubernetes-object';

export type Step = string | number;

/** What is done with the texts of a manifest. */
export interface Visitor {
  /** A text that no other member is for. */
  text(text: string): void;
  /** A variable with its value, or any other item that has both. */
  variable(name: string, value: string): void;
  /** What a ConfigMap holds under a key. */
  content(key: string, value: string): void;
  /** A list of texts, such as the arguments of a container. Its items are shown as texts too. */
  list(items: readonly unknown[]): void;
}

/**
 * Kinds that hold nothing but names, numbers and words from a list, apart from their annotations. A large system has a
 * million of such texts, and to look at each would cost half of what it costs to write them. What an environment says
 * of all in it stands in the labels of its namespace, which are looked at.
 */
const onlyNames = new Set([
  'EndpointSlice',
  'HorizontalPodAutoscaler',
  'LimitRange',
  'NetworkPolicy',
  'PodDisruptionBudget',
  'PriorityClass',
  'ResourceQuota',
  'Secret',
  'Service',
  'ServiceAccount',
]);

/** Where those that run pods keep the template of the pods. */
const templates: Readonly<Record<string, readonly string[]>> = {
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
  DaemonSet: ['spec', 'template'],
  Deployment: ['spec', 'template'],
  Job: ['spec', 'template'],
  Pod: [],
  ReplicaSet: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
};

const annotations = ['metadata', 'annotations'];
/** What of a container is free text; all else are names, sizes and images. */
const inContainer = [
  ['env'],
  ['args'],
  ['command'],
  ['lifecycle'],
  ...['livenessProbe', 'readinessProbe', 'startupProbe'].flatMap((probe) => [
    [probe, 'exec'],
    [probe, 'httpGet', 'httpHeaders'],
  ]),
];
/** What of a pod is. Volumes of drivers take what they are given; all others hold names and sizes. */
const inPod: readonly (readonly [field: string, paths: readonly (readonly string[])[]])[] = [
  ['containers', inContainer],
  ['initContainers', inContainer],
  ['ephemeralContainers', inContainer],
  ['volumes', [['csi'], ['flexVolume']]],
];

type Fields = Readonly<Record<string, unknown>>;

/**
 * Shows every text of a manifest in which a secret can stand to a visitor, once.
 *
 * @param steps - kept up to date with where the visit is, for a visitor who has something to say
 */
export function visitTexts(manifest: Manifest, visitor: Visitor, steps: Step[]): void {
  const template = templates[manifest.kind];
  if (template === undefined && manifest.kind !== 'ConfigMap' && !onlyNames.has(manifest.kind)) {
    visit(manifest, visitor, steps);
    return;
  }
  inside(manifest, annotations, visitor, steps);
  if (manifest.kind === 'ConfigMap') visitContents(manifest, visitor, steps);
  if (template !== undefined) visitTemplate(manifest, template, visitor, steps);
}

function visitContents(manifest: Manifest, visitor: Visitor, steps: Step[]): void {
  for (const field of ['data', 'binaryData']) {
    const contents: unknown = manifest[field];
    if (!isFields(contents)) continue;
    for (const key in contents) {
      const value = contents[key];
      if (typeof value !== 'string') continue;
      steps.push(field, key);
      // Latin-1 keeps every byte, and all that the detectors know is ASCII.
      visitor.content(key, field === 'data' ? value : Buffer.from(value, 'base64').toString('latin1'));
      steps.length -= 2;
    }
  }
}

function visitTemplate(manifest: Manifest, path: readonly string[], visitor: Visitor, steps: Step[]): void {
  let template: unknown = manifest;
  for (const field of path) template = isFields(template) ? template[field] : undefined;
  const spec = isFields(template) ? template.spec : undefined;
  if (!isFields(template) || !isFields(spec)) return;
  steps.push(...path);
  if (path.length > 0) inside(template, annotations, visitor, steps);
  for (const [field, paths] of inPod) {
    const items = spec[field];
    if (!Array.isArray(items)) continue;
    for (let index = 0; index < items.length; index += 1) {
      const item: unknown = items[index];
      if (!isFields(item)) continue;
      steps.push('spec', field, index);
      for (const place of paths) inside(item, place, visitor, steps);
      steps.length -= 3;
    }
  }
  steps.length -= path.length;
}

/** Visits what stands at a path, if there is anything. */
function inside(fields: Fields, path: readonly string[], visitor: Visitor, steps: Step[]): void {
  let value: unknown = fields;
  for (const field of path) {
    value = (value as Fields)[field];
    if (typeof value !== 'object' || value === null) return;
  }
  steps.push(...path);
  visit(value as object, visitor, steps);
  steps.length -= path.length;
}

function visit(value: object, visitor: Visitor, steps: Step[]): void {
  if (Array.isArray(value)) {
    if (typeof value[0] === 'string') visitor.list(value);
    for (let index = 0; index < value.length; index += 1) visitField(index, value[index], value, visitor, steps);
  } else {
    for (const field in value) visitField(field, (value as Fields)[field], value, visitor, steps);
  }
}

function visitField(field: Step, content: unknown, owner: object, visitor: Visitor, steps: Step[]): void {
  if (typeof content !== 'string' && (typeof content !== 'object' || content === null)) return;
  steps.push(field);
  if (typeof content !== 'string') visit(content, visitor, steps);
  else if (field === 'value' && 'name' in owner) visitor.variable(String(owner.name), content);
  else visitor.text(content);
  steps.pop();
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `spec.template.spec.containers[0].env[2].value`, `data["app.yaml"]`. */
export function shownPath(steps: readonly Step[]): string {
  return steps
    .map((step, index) => {
      if (typeof step === 'number') return `[${step}]`;
      if (/^[A-Za-z_]\w*$/.test(step)) return index === 0 ? step : `.${step}`;
      return `[${JSON.stringify(step)}]`;
    })
    .join('');
}
