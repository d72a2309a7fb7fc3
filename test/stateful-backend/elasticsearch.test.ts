import { type ElasticsearchProps, StatefulBackend } from '../../lib';
import { everyBackendProp, played, scriptOf, shell, yamlOf } from './helpers';

const logs = (props: Partial<ElasticsearchProps> = {}) =>
  played((shop) => StatefulBackend.elasticsearch(shop, 'logs', { storage: '10Gi', ...props }));

test('uses every prop', () => {
  const props: Required<ElasticsearchProps> = {
    ...everyBackendProp,
    storage: { size: '20Gi', storageClass: 'fast' },
    replicas: 5,
    memoryMapping: true,
    settings: { 'action.destructive_requires_name': true },
    metrics: true,
    credentials: { secret: 'logs', keys: { username: 'user', password: 'word' } },
    tls: { issuer: 'internal' },
    accounts: 'shared',
    retentionDays: 30,
  };
  expect(yamlOf((shop) => StatefulBackend.elasticsearch(shop, 'logs', props))).toMatchSnapshot();
});

describe('a member', () => {
  const calm = { status: 'green', initializing_shards: 0, delayed_unassigned_shards: 0, number_of_in_flight_fetch: 0 };
  /** What it says of itself when it is asked so many times, with what the cluster and the Service answer. */
  const readiness = ({
    health = calm as typeof calm | null,
    others = true,
    caughtUp = false,
    answers = true,
    asked = 1,
  }) => {
    const curl = `case "$*" in
      *local=true*) ${answers ? 'exit 0' : 'exit 7'} ;;
      *_cluster/health*) ${health ? `echo '${JSON.stringify(health)}'` : 'exit 22'} ;;
      *logs:9200*) ${others ? 'exit 0' : 'exit 7'} ;;
    esac`;
    const script = scriptOf(logs(), 'logs', 'ready.sh');
    const probe = `cat > probe <<'END'\n${script}END\n${Array.from({ length: asked }, () => 'sh probe; code=$?').join('\n')}\nexit "$code"\n`;
    const noted: Record<string, string> = caughtUp ? { 'caught-up': '' } : {};
    return shell(probe, { '/tmp': noted }, { SERVICE: 'logs' }, { curl }).status;
  };

  test('is ready when it was asked twice and no shard was on its way back', () => {
    expect(readiness({})).toBe(1);
    expect(readiness({ asked: 2 })).toBe(0);
  });

  test.each(['initializing_shards', 'delayed_unassigned_shards', 'number_of_in_flight_fetch'])(
    'waits after its start for %s, while another one serves',
    (what) => {
      expect(readiness({ health: { ...calm, status: 'yellow', [what]: 12 }, asked: 3 })).toBe(1);
    },
  );

  test('waits for a master after its start', () => {
    expect(readiness({ health: null, asked: 3 })).not.toBe(0);
  });

  test('serves before its replicas are back where no other does', () => {
    const health = { ...calm, status: 'yellow', initializing_shards: 3 };
    expect(readiness({ health, others: false })).toBe(0);
    expect(readiness({ health: { ...health, status: 'red' }, others: false, asked: 3 })).toBe(1);
  });

  test('waits for no shard that is lost, nor for a replica that has no other member', () => {
    expect(readiness({ health: { ...calm, status: 'red' }, others: false, asked: 2 })).toBe(0);
    expect(readiness({ health: { ...calm, status: 'yellow' }, others: false, asked: 2 })).toBe(0);
  });

  test('that has caught up once stays ready, whatever becomes of the cluster', () => {
    expect(readiness({ health: { ...calm, status: 'red', initializing_shards: 9 }, caughtUp: true })).toBe(0);
    expect(readiness({ health: null, caughtUp: true })).toBe(0);
  });

  test('that does not answer is not ready', () => {
    expect(readiness({ caughtUp: true, answers: false })).toBe(1);
  });

  test('catches up again after each start', () => {
    expect(scriptOf(logs(), 'logs', 'start.sh')).toContain('rm -f /tmp/caught-up*\n');
  });
});
