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
 * Shows every text of a manifest to a visitor, once.
 *
 * @param steps - kept up to date with where the visit is, for a visitor who has something to say; left out by one who
 * only looks, because there are a million texts of which nobody says anything
 */
export function visitTexts(manifest: Manifest, visitor: Visitor, steps?: Step[]): void {
  const { kind, data, binaryData, stringData: _, ...rest } = manifest;
  if (kind === 'ConfigMap') {
    visitContent('data', data, visitor, steps);
    visitContent('binaryData', binaryData, visitor, steps);
  }
  visit(kind === 'ConfigMap' || kind === 'Secret' ? rest : manifest, visitor, steps);
}

function visitContent(field: 'data' | 'binaryData', contents: unknown, visitor: Visitor, steps?: Step[]): void {
  if (typeof contents !== 'object' || contents === null) return;
  for (const [key, value] of Object.entries(contents)) {
    if (typeof value !== 'string') continue;
    steps?.push(field, key);
    // Latin-1 keeps every byte, and all that the detectors know is ASCII.
    visitor.content(key, field === 'data' ? value : Buffer.from(value, 'base64').toString('latin1'));
    steps?.splice(-2);
  }
}

function visit(value: object, visitor: Visitor, steps?: Step[]): void {
  if (Array.isArray(value)) {
    if (typeof value[0] === 'string') visitor.list(value);
    for (let index = 0; index < value.length; index += 1) visitField(index, value[index], value, visitor, steps);
  } else {
    for (const field in value) visitField(field, (value as Record<string, unknown>)[field], value, visitor, steps);
  }
}

function visitField(field: Step, value: unknown, owner: object, visitor: Visitor, steps?: Step[]): void {
  if (typeof value !== 'string' && (typeof value !== 'object' || value === null)) return;
  steps?.push(field);
  if (typeof value !== 'string') visit(value, visitor, steps);
  else if (field === 'value' && 'name' in owner) visitor.variable(String(owner.name), value);
  else visitor.text(value);
  steps?.pop();
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
