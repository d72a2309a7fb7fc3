import { join } from 'node:path';
import { withoutExceptions } from './exceptions';
import { type Finding, lint } from './linters';
import { isSkipped } from './skipped';

/** Shows what the linters have to say about a folder, by itself about the small system that is written by hand. */
async function main(): Promise<void> {
  const findings = await lint(process.argv[2] ?? join(__dirname, 'sample'));
  if (isSkipped(findings)) return console.log(`skipped: ${findings.skipped}`);
  const { open, accepted, stale } = withoutExceptions(findings);
  for (const finding of accepted) console.log(`accepted  ${line(finding)}`);
  for (const { tool, check, reason } of stale) console.log(`stale     ${tool} ${check}: ${reason}`);
  for (const finding of open) console.log(`open      ${line(finding)}`);
  console.log(`${open.length} open, ${accepted.length} accepted, ${stale.length} stale`);
  if (open.length > 0) process.exitCode = 1;
}

const line = ({ tool, check, object, message }: Finding): string =>
  `${tool} ${check} ${object.kind}/${object.name}: ${message}`;

void main();
