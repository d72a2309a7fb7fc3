import { join } from 'node:path';
import { type Cluster, startCluster } from './cluster';
import { isSkipped } from './skipped';

/** Shows that the cluster behaves like a real one, with a small system that is written by hand. */
const sample = join(__dirname, 'sample');

async function main(): Promise<void> {
  const cluster = await startCluster({ version: process.argv[2] === 'oldest' ? 'oldest' : 'newest' });
  if (isSkipped(cluster)) return console.log(`skipped: ${cluster.skipped}`);
  try {
    await checkAll(cluster);
  } finally {
    cluster.stop();
  }
}

async function checkAll(cluster: Cluster): Promise<void> {
  const applied = await cluster.kubectl(['apply', '--server-side', '--validate=strict', '-f', sample]);
  report('apply', applied.code === 0, applied.stderr);
  report('apply warnings 0', !applied.stderr.includes('Warning:'), applied.stderr);

  await succeeds(cluster, 'rollout of the Deployment', 'rollout status deployment/web --timeout=60s');
  await succeeds(cluster, 'rollout of the StatefulSet', 'rollout status statefulset/store --timeout=60s');
  await succeeds(cluster, 'Job completes', 'wait job/migrate --for=condition=complete --timeout=60s');
  await succeeds(cluster, 'claims bind', 'wait pvc --all --for=jsonpath={.status.phase}=Bound --timeout=60s');
  await prints(cluster, 'replicas', 'get deployment/web -o jsonpath={.status.readyReplicas}', '3');
  await prints(
    cluster,
    'endpoints',
    'get endpointslices -o jsonpath={.items[*].endpoints[*].conditions.ready}',
    /^(true ?){6}$/,
  );
  await prints(cluster, 'disruptions allowed', 'get pdb -o jsonpath={.items[*].status.disruptionsAllowed}', '1 1');

  const again = await cluster.kubectl(['diff', '--server-side', '-f', sample]);
  report('second apply changes nothing', again.code === 0, again.stdout + again.stderr);

  const privileged = ['run', 'bad', '--image=bad', '--privileged', '-n', 'sample'];
  const refused = await cluster.kubectl(privileged);
  report('Pod Security refuses a privileged pod', refused.stderr.includes('violates PodSecurity'), refused.stderr);

  for (const node of ['node-1', 'node-2', 'node-3', 'node-4', 'node-5', 'node-6']) {
    const flags = '--ignore-daemonsets --delete-emptydir-data --timeout=60s';
    await succeeds(cluster, `drain of ${node}`, `drain ${node} ${flags}`);
    await succeeds(cluster, `uncordon of ${node}`, `uncordon ${node}`);
  }
  await succeeds(cluster, 'all is well afterwards', 'wait pod --all --for=condition=Ready --timeout=60s');
}

async function succeeds(cluster: Cluster, what: string, command: string): Promise<void> {
  const { code, stderr } = await cluster.kubectl(['-n', 'sample', ...command.split(' ')]);
  report(what, code === 0, stderr);
}

async function prints(cluster: Cluster, what: string, command: string, expected: string | RegExp): Promise<void> {
  const { stdout } = await cluster.kubectl(['-n', 'sample', ...command.split(' ')]);
  report(what, typeof expected === 'string' ? stdout === expected : expected.test(stdout), stdout);
}

const started = Date.now();

function report(what: string, right: boolean, said: string): void {
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`${seconds.padStart(6)} s  ${right ? 'ok    ' : 'WRONG '} ${what}${right ? '' : `\n${said}`}`);
  if (!right) process.exitCode = 1;
}

void main();
