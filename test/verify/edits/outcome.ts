import { Environment, MicroserviceApp } from '../../../lib';
import type { Manifest } from '../../../lib/kubernetes/kubernetes-object';
import type { Subject } from '../../support/constructs';
import type { Edit } from './edit';

/** What became of an edit. */
export type Outcome =
  | { readonly kind: 'refused' | 'refused with another' | 'stopped by a rule' | 'thrown'; readonly text: string }
  | { readonly kind: 'accepted'; readonly manifests: readonly Manifest[] }
  /** What must not be: an error from somewhere inside, or a finding that does not say what it is about. */
  | { readonly kind: 'crash' | 'unnamed'; readonly text: string };

/** What comes from several properties, and is reported for the pod that they meet in. */
const joined = ['containers', 'mounts'];

/** Where two properties do not go together, the finding may name the one that was not changed. */
export function outcomeOf({ subject, before, props, way }: Edit): Outcome {
  try {
    const { findings, manifests } = build(subject, props);
    const errors = findings.filter(({ severity }) => severity === 'error');
    const text = errors.map(({ path, rule, message }) => `[${path}] ${rule}: ${message}`).join('\n');
    if (errors.length === 0) return { kind: 'accepted', manifests };
    const invalid = errors.filter(({ rule }) => rule === 'invalid');
    if (invalid.length === 0) return { kind: 'stopped by a rule', text };
    const names = (name: string | undefined): boolean => invalid.some(({ message }) => message.startsWith(`'${name}`));
    if (names(way[0])) return { kind: 'refused', text };
    return { kind: [...Object.keys(before), ...joined].some(names) ? 'refused with another' : 'unnamed', text };
  } catch (error) {
    const { message, stack } = error as Error;
    // A call that makes no sense throws, with the construct that it was made on.
    return /^\[[^\]]+\] /.test(message) ? { kind: 'thrown', text: message } : { kind: 'crash', text: stack ?? message };
  }
}

/** The objects of a construct, and of its environment where it is one. */
export function build({ isChart = false, make }: Subject, props: object) {
  const app = new MicroserviceApp({ outdir: '/nowhere', quiet: true });
  make(isChart ? app : new Environment(app, 'test'), 'orders', props);
  return { findings: app.findings(), manifests: app.system().objects.map(({ manifest }) => manifest) };
}
