import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../context';
import { withoutExceptions } from '../exceptions';
import { type Finding, type Linter, lint } from '../linters';
import { plainShop } from '../plain-shop';
import { schemaVersions } from '../schemas';
import { isSkipped } from '../skipped';

const names: readonly Linter[] = ['kubeconform', 'kube-score', 'kube-linter', 'polaris'];

/** What the linters say about every environment of the shop; and beside it, about the same shop in plain cdk8s-plus. */
export async function linters(context: Context): Promise<void> {
  const { figures } = context;
  const shop = await context.shop();
  const stages = shop.system.environments.map(({ name }) => name);
  const found: Finding[] = [];
  for (const stage of stages) {
    const said = await lint(whole(shop.dist, stage, join(context.folder, 'linted', stage)));
    if (isSkipped(said)) return figures.skip('linters', said);
    found.push(...said);
  }
  const plain = await saidOfPlainShop(join(context.folder, 'plain'));

  const { open, accepted, stale } = withoutExceptions(found);
  const of = (findings: readonly Finding[], name: Linter) => findings.filter(({ tool }) => tool === name);
  figures.note(`kubeconform by the schemas of Kubernetes ${schemaVersions.join(', ')}`);
  for (const name of names) {
    figures.none(`${name} findings`, of(open, name).map(line));
    if (name === 'kube-score') {
      figures.none(
        'kube-score critical',
        of(open, name)
          .filter(({ isCritical }) => isCritical)
          .map(line),
      );
    }
  }
  figures.none(
    'exceptions that nothing needs',
    stale.map(({ tool, check, reason }) => `${tool} ${check}: ${reason}`),
  );
  // Side by side, and both by the same exceptions.
  const beside = withoutExceptions(plain);
  const row = (label: string, ...cells: readonly (string | number)[]) =>
    figures.note(`${label.padEnd(12)}${cells.map((cell) => String(cell).padStart(24)).join('')}`);
  row('', 'this library: open', 'excepted', 'cdk8s-plus-28: open', 'excepted');
  for (const name of names) {
    row(name, ...[open, accepted, beside.open, beside.accepted].map((findings) => of(findings, name).length));
  }
}

/** An environment, and what is in folders beside it because it is not applied: its account and policies are there. */
function whole(dist: string, stage: string, folder: string): string {
  for (const name of readdirSync(dist).filter((each) => each.split('.')[0] === stage)) {
    const files = readdirSync(join(dist, name)).filter((file) => file.endsWith('.yaml'));
    for (const file of files) cpSync(join(dist, name, file), join(folder, `${name}.${file}`));
  }
  return folder;
}

async function saidOfPlainShop(folder: string): Promise<Finding[]> {
  plainShop(folder);
  const found = await lint(folder);
  if (isSkipped(found) || readdirSync(folder).length === 0) throw new Error('There is no plain shop to compare with');
  return found;
}

const line = ({ tool, check, object, message }: Finding): string =>
  `${tool} ${check} ${object.namespace}/${object.kind}/${object.name}: ${message}`;
