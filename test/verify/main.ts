import { argo } from './checks/argo';
import { cluster } from './checks/cluster';
import { edits } from './checks/edits';
import { engines } from './checks/engines';
import { faults } from './checks/faults';
import { injection } from './checks/injection';
import { linters } from './checks/linters';
import { oldest } from './checks/oldest';
import { parser } from './checks/parser';
import { Context } from './context';

const checks = { parser, faults, linters, cluster, argo, injection, edits, oldest, engines };

/** Checks what the library writes with those that consume it: all checks, or those that are named. */
async function main(): Promise<void> {
  const named = process.argv.slice(2);
  const unknown = named.filter((name) => !Object.hasOwn(checks, name));
  if (unknown.length > 0) {
    throw new Error(`There is no check ${unknown.join(', ')}, only ${Object.keys(checks).join(', ')}`);
  }
  const context = new Context(named);
  const { figures } = context;
  try {
    for (const [name, check] of Object.entries(checks)) {
      if (named.length > 0 && !named.includes(name)) continue;
      const started = Date.now();
      await check(context).catch((error: unknown) => figures.failed(name, error));
      figures.note(`${name}: ${Math.round((Date.now() - started) / 1000)} s`);
    }
  } finally {
    context.end();
  }
  console.log(figures.summary());
  // Watches of the cluster's objects would keep the process for a while.
  process.exit(figures.isRight ? 0 : 1);
}

void main().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
