import { inspect } from 'node:util';
import fc from 'fast-check';
import { subjects } from '../../support/constructs';
import type { Context } from '../context';
import { edits as anyEdit, type Edit } from '../edits/edit';
import { build, type Outcome, outcomeOf } from '../edits/outcome';
import { rejections, textFor } from '../edits/server';
import { isSkipped } from '../skipped';

const count = 1_000;
const namespace = 'verify-edits';

/** Programs that were right before one property was changed at random: refused by name, or taken by the API server. */
export async function edits(context: Context): Promise<void> {
  const { figures } = context;
  const seed = Number(process.env.VERIFY_SEED ?? 1);
  const outcomes = fc.sample(anyEdit, { numRuns: count, seed }).map((edit) => ({ edit, outcome: outcomeOf(edit) }));
  const of = (kind: Outcome['kind']) => outcomes.filter(({ outcome }) => outcome.kind === kind);
  const shown = ({ edit, outcome }: { edit: Edit; outcome: Outcome }): string =>
    `${place(edit)}\n  ${'text' in outcome ? outcome.text.slice(0, 600) : ''}`;

  figures.note(`${count} edits from seed ${seed} (VERIFY_SEED for others)`);
  for (const kind of ['refused', 'refused with another', 'stopped by a rule', 'thrown', 'accepted'] as const) {
    figures.note(`edits ${kind}: ${of(kind).length}`);
  }
  figures.none('edits that crash', of('crash').map(shown));
  figures.none('edits refused without a word of the property', of('unnamed').map(shown));

  const cluster = await context.cluster();
  if (isSkipped(cluster)) return figures.skip('edits that the API server rejects', cluster);
  const editsOf = new Map<string, Edit>();
  const unchanged = new Set(
    subjects.flatMap((subject) =>
      [subject.minimal, ...subject.full].flatMap((props) =>
        build(subject, props).manifests.map((manifest) => textFor(manifest, namespace)),
      ),
    ),
  );
  for (const { edit, outcome } of outcomes) {
    if (outcome.kind !== 'accepted') continue;
    for (const manifest of outcome.manifests) {
      const text = textFor(manifest, namespace);
      if (!unchanged.has(text) && !editsOf.has(text)) editsOf.set(text, edit);
    }
  }
  await cluster.kubectl(['create', 'namespace', namespace]);
  const texts = [...unchanged, ...editsOf.keys()];
  const rejected = await rejections(cluster, texts);
  await cluster.kubectl(['delete', 'namespace', namespace, '--wait=false']);
  figures.note(`objects that the API server tried: ${texts.length}`);
  const rejection = ([text, said]: [string, string]) => ({ edit: editsOf.get(text), said });
  const all = [...rejected].map(rejection);
  const isOverride = (edit: Edit | undefined): boolean => edit?.way[0] === 'overrides';
  figures.note(
    `rejected objects with an edit in overrides, which nobody checks: ${all.filter(({ edit }) => isOverride(edit)).length}`,
  );
  figures.none(
    'objects that the API server rejects',
    all.filter(({ edit }) => !isOverride(edit)).map(({ edit, said }) => `${place(edit)}\n  ${said.slice(0, 600)}`),
  );
}

function place(edit: Edit | undefined): string {
  if (edit === undefined) return 'unchanged';
  const value = inspect(edit.value, { breakLength: Number.POSITIVE_INFINITY }).slice(0, 120);
  return `${edit.subject.name} ${edit.way.join('.')} = ${value}`;
}
