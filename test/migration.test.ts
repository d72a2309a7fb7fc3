import { spawn, spawnSync } from 'node:child_process';
import type { Container, PodSpec } from 'kubernetes-types/core/v1';
import {
  ConfigCenter,
  Environment,
  type EnvironmentProps,
  Migration,
  type MigrationProps,
  StatefulBackend,
  StatelessService,
} from '../lib';
import type { Manifest } from '../lib/kubernetes/kubernetes-object';
import { subjects } from './support/constructs';
import { findingsOf, manifestsOf, quietApp, quietEnvironment, yamlOf } from './support/render';
import './support/yaml-snapshot';

const check = ['flyway', 'validate'];

/** A service that waits for the migration of the database that both use. */
function shop(props: Partial<MigrationProps> = {}, environmentProps: EnvironmentProps = {}) {
  const environment = quietEnvironment(environmentProps);
  const orders = new StatelessService(environment, 'orders', { image: 'orders:2.0.1' });
  const schema = new Migration(environment, 'orders-schema', { image: 'orders-schema:2.0.1', ...props });
  const database = StatefulBackend.redis(environment, 'cache', { storage: '1Gi', topology: 'sentinel' });
  orders.waitsFor(schema);
  schema.uses(database);
  orders.uses(database);
  return { environment, orders, schema, database };
}

const podOf = (orders: StatelessService): PodSpec => (orders.deployment.toJson() as Manifest).spec.template.spec;
const waitOf = (orders: StatelessService): Container | undefined =>
  podOf(orders).initContainers?.find(({ name }) => name.startsWith('wait-for-'));
const annotationsOf = (object: { toJson(): unknown }) => (object.toJson() as Manifest).metadata.annotations ?? {};
const WAVE = 'argocd.argoproj.io/sync-wave';

test('needs nothing but an image', () => {
  expect(
    yamlOf(new Migration(quietEnvironment(), 'orders-schema', { image: 'orders-schema:2.0.1' })),
  ).toMatchSnapshot();
});

test('uses every property', () => {
  const every = subjects.find(({ name }) => name === 'Migration')?.full[0] as MigrationProps;
  expect(yamlOf(new Migration(quietEnvironment(), 'orders-schema', every))).toMatchSnapshot();
});

test('is another Job for another version, because that of a Job cannot change', () => {
  const [first, again, second] = ['2.0.1', '2.0.1', '2.0.2'].map(
    (version) => shop({ image: `orders-schema:${version}` }).schema.job.toJson().metadata.name,
  );
  expect(first).toBe(again);
  expect(second).not.toBe(first);
});

test('stays when it is done, so that no tool that applies the same files again makes a second one', () => {
  expect(shop({ check }).schema.job.toJson().spec).not.toHaveProperty('ttlSecondsAfterFinished');
});

test('is deleted after a while where that is wanted', () => {
  expect(shop({ check, ttlAfterFinished: '24h' }).schema.job.toJson().spec.ttlSecondsAfterFinished).toBe(86_400);
});

test('outlasts a database that is still starting', () => {
  expect(shop({ check }).schema.job.toJson().spec).toMatchObject({ backoffLimit: 6, activeDeadlineSeconds: 3_600 });
});

describe('who waits for it', () => {
  test('asks with its check, in its image, with its variables and files', () => {
    const { orders, schema } = shop({ check, env: { LOCALE: 'de' } });
    const [own] = (schema.job.toJson().spec.template.spec as PodSpec).containers as [Container];
    expect(waitOf(orders)).toMatchObject({ name: 'wait-for-orders-schema', image: own.image, env: own.env });
    expect(findingsOf(orders)).toEqual([]);
  });

  test('has no token of the API server', () => {
    expect(podOf(shop({ check }).orders).automountServiceAccountToken).toBe(false);
  });

  test('asks until the answer is yes', () => {
    const { command = [] } =
      waitOf(
        shop({ check: ['sh', '-c', 'test -e "$0/done" || ! touch "$0/done"', '/tmp/none'], checkInterval: '1s' })
          .orders,
      ) ?? {};
    const folder = `/tmp/wait-${process.pid}-${Date.now()}`;
    const [shell = '', ...args] = ['sh', '-c', `mkdir ${folder}; exec "$@"; `, 'x', ...command].map((word) =>
      word.replace('/tmp/none', folder),
    );
    const { status, signal } = spawnSync(shell, args, { timeout: 10_000 });
    expect({ status, signal }).toEqual({ status: 0, signal: null });
    spawnSync('rm', ['-r', folder]);
  });

  test.each(['a check that hangs', 'the pause between two checks'])(
    'ends on SIGTERM at once, during %s',
    async (when) => {
      const words = when === 'a check that hangs' ? ['sleep', '1000'] : ['false'];
      const { command = [] } = waitOf(shop({ check: words, checkInterval: '1000s' }).orders) ?? {};
      const [shell = '', ...args] = command;
      const child = spawn(shell, args, { stdio: 'ignore', detached: true });
      const ended = new Promise((resolve) => child.on('exit', (code, signal) => resolve({ code, signal })));
      await new Promise((resolve) => setTimeout(resolve, 300));
      child.kill('SIGTERM');
      expect(await ended).toEqual({ code: 143, signal: null });
      // In a pod nothing outlives process 1.
      process.kill(-(child.pid as number), 'SIGKILL');
    },
  );

  test('leaves the words of the check as they are', () => {
    const words = ['$(id)', '; exit 1', '*', '', 'a b'];
    const { command = [] } = waitOf(shop({ check: ['printf', '<%s>', ...words] }).orders) ?? {};
    const [shell = '', ...args] = command;
    expect(spawnSync(shell, args, { encoding: 'utf8', timeout: 10_000 }).stdout).toBe('<$(id)><; exit 1><*><><a b>');
  });

  test('leaves the repetition to the node where the image has no shell', () => {
    expect(waitOf(shop({ check: ['/validate'], checkInterval: false }).orders)?.command).toEqual(['/validate']);
  });

  test('asks as the user of the migration', () => {
    expect(waitOf(shop({ check, uid: 20_002 }).orders)?.securityContext).toMatchObject({ runAsUser: 20_002 });
  });

  test('has scratch space of its own for it', () => {
    const { orders } = shop({ check, writablePaths: { '/tmp': '1Gi' } });
    expect(waitOf(orders)?.volumeMounts).toContainEqual({ name: 'wait-for-orders-schema-tmp', mountPath: '/tmp' });
    expect(findingsOf(orders)).toEqual([]);
  });

  test('may take other secrets than the migration does', () => {
    const environment = quietEnvironment();
    const settings = new ConfigCenter(environment, 'settings', {
      secrets: { DB_PASSWORD: { secret: 'db', key: 'password' }, PSP_KEY: { secret: 'psp', key: 'key' } },
    });
    const schema = new Migration(environment, 'orders-schema', { image: 'orders-schema:2.0.1', check });
    const orders = new StatelessService(environment, 'orders', { image: 'orders:2.0.1' });
    schema.configure(settings, { secrets: ['DB_PASSWORD'] });
    orders.configure(settings, { secrets: ['DB_PASSWORD', 'PSP_KEY'] });
    orders.waitsFor(schema);
    expect(findingsOf(orders)).toEqual([]);
  });

  test('starts anew with a new version of it', () => {
    const [old, now] = ['2.0.1', '2.0.2'].map((version) =>
      podOf(shop({ check, image: `orders-schema:${version}` }).orders),
    );
    expect(now).not.toEqual(old);
  });

  test('may reach what it asks, or is told that it may not', () => {
    const environment = quietEnvironment();
    const cache = StatefulBackend.redis(environment, 'cache', { storage: '1Gi', topology: 'sentinel' });
    const schema = new Migration(environment, 'orders-schema', { image: 'orders-schema:2.0.1', check });
    schema.uses(cache);
    const orders = new StatelessService(environment, 'orders', { image: 'orders:2.0.1' });
    orders.waitsFor(schema);
    expect(findingsOf(orders)).toEqual([
      '[test/orders] waitsFor(orders-schema): must call or use cache as well, because its pods ask there whether orders-schema is done',
    ]);
  });

  test('must be able to tell when it is done', () => {
    expect(findingsOf(shop().orders)).toEqual([
      "[test/orders] waitsFor(orders-schema): must be able to tell when it is done: a check of orders-schema, or deployOrder: 'argo-cd' of the environment",
    ]);
  });

  test('is in the same environment', () => {
    const app = quietApp();
    const [a, b] = [new Environment(app, 'a'), new Environment(app, 'b')] as const;
    const schema = new Migration(a, 'schema', { image: 'schema:1.0.0', check });
    new StatelessService(b, 'orders', { image: 'orders:2.0.1' }).waitsFor(schema);
    expect(findingsOf(app)).toEqual([
      '[b/orders] waitsFor(schema): must stay in its environment b, but what it waits for is in a',
    ]);
  });

  test('is in the model', () => {
    const { environment } = shop({ check });
    const app = environment.node.root as ReturnType<typeof quietApp>;
    expect(app.system().waits).toEqual([{ from: 'test/orders', to: 'test/orders-schema', environment: 'test' }]);
  });
});

describe('with Argo CD', () => {
  const deployOrder = 'argo-cd' as const;

  test('comes after its database and before those who wait', () => {
    const { orders, schema, database } = shop({}, { deployOrder });
    expect([database.statefulSet, schema.job, orders.deployment].map((object) => annotationsOf(object)[WAVE])).toEqual([
      undefined,
      '1',
      '2',
    ]);
    expect(findingsOf(orders)).toEqual([]);
  });

  test('is no hook, because every sync runs all of its hooks again', () => {
    expect(Object.keys(annotationsOf(shop({}, { deployOrder }).schema.job))).toEqual([WAVE]);
  });

  test('is asked nevertheless where it has a check, because the same files may be applied by hand', () => {
    expect(waitOf(shop({ check }, { deployOrder }).orders)).toBeDefined();
  });
});

test('a service that waits for itself is told so', () => {
  const environment = quietEnvironment();
  const schema = new Migration(environment, 'schema', { image: 'schema:1.0.0', check });
  schema.waitsFor(schema);
  expect(findingsOf(environment)).toEqual(['[test/schema] waitsFor(schema): must not be the workload itself']);
});

test('is in the quota', () => {
  const { environment } = shop({ check, resources: { cpu: '3' } });
  const quota = manifestsOf(environment).find(({ kind }) => kind === 'ResourceQuota')?.spec.hard;
  // Two members or three, three pods of the service, one for a rollout and one that is ending, the migration, and one
  // that is started by hand; the service asks with its size.
  expect(quota.pods).toBe('10');
});
