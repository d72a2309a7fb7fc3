import { type ByProvider, StatefulBackend } from '../../lib';
import { played } from './helpers';

const nacosWith = (given: Partial<ByProvider<'statefulset' | 'external', 'mysql'>>) =>
  played((shop) => {
    const database = StatefulBackend.mysql(shop, 'config-db', {
      storage: '5Gi',
      credentials: { secret: 'config-db' },
      ...given,
    });
    return StatefulBackend.nacos(shop, 'nacos', {
      database,
      storage: '2Gi',
      credentials: { secret: 'nacos' },
    }) as never;
  });

const partsOf = (given: Parameters<typeof nacosWith>[0]) => {
  const { find, findings, objects } = nacosWith(given);
  const [container] = find('StatefulSet', 'nacos')?.spec.template.spec.containers ?? [];
  const parameters = container.env.find(({ name }: { name: string }) => name === 'MYSQL_SERVICE_DB_PARAM')?.value;
  const scripts = objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.startsWith('nacos-'));
  return { parameters, findings, start: scripts?.data['start.sh'] as string };
};
const outside = (tls?: object | boolean) =>
  ({ provider: 'external', external: { host: 'db.example.com', cidrs: ['10.0.0.0/24'], tls } }) as never;

test('a database in the cluster without a certificate is reached in the clear, and says so', () => {
  expect(partsOf({}).parameters).toContain('sslMode=DISABLED&allowPublicKeyRetrieval=true');
});

test('a database outside is verified by its name', () => {
  expect(partsOf(outside(true)).parameters).toContain('sslMode=VERIFY_IDENTITY');
});

test('a database outside of which nothing is known is never reached in the clear', () => {
  const { parameters } = partsOf(outside());
  expect(parameters).toContain('sslMode=REQUIRED');
  expect(parameters).not.toContain('allowPublicKeyRetrieval');
});

test('Java trusts the CA of the database', () => {
  const { start } = partsOf(outside({ ca: { secret: 'database-ca' } }));
  expect(start).toContain('/run/tls/config-db/ca.crt');
  expect(start).toContain('keytool');
  expect(partsOf(outside(true)).start).not.toContain('keytool');
});

test('a database outside without TLS is refused', () => {
  expect(partsOf(outside(false)).findings).toEqual(
    expect.arrayContaining([
      "invalid [production/nacos] 'database': must have TLS outside the cluster, but config-db says 'tls: false'",
    ]),
  );
});
