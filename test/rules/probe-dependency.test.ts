import { probeDependency } from '../../lib/rules/probe-dependency';
import { foreignDeployment, Shop } from '../support/rules';

const asking = (...command: string[]) => ({ liveness: { command }, readiness: { http: '/readyz' } }) as const;

test('says nothing of probes that ask the process itself', () => {
  const shop = Shop.create();
  shop.add('web');
  shop.add('grpc', { ports: { grpc: { port: 9090, protocol: 'grpc' } } });
  shop.add('tcp', { ports: { tcp: { port: 6379, protocol: 'tcp' } } });
  shop.add('curl', asking('curl', '-f', 'http://localhost:8080/web'));
  shop.add('ping', asking('redis-cli', '-h', '127.0.0.1', 'ping'));
  shop.add('own', asking('sh', '-c', 'nc -z own 8080'));
  shop.add('pod', asking('sh', '-c', 'curl http://$(POD_IP):8080/livez'));
  shop.foreign('plain', foreignDeployment('plain'));
  expect(shop.says(probeDependency)).toEqual([]);
});

test('warns where liveness asks the same as readiness, by name or by number', () => {
  const shop = Shop.create();
  shop.add('orders', { readiness: { http: '/health' }, liveness: { http: '/health', periodSeconds: 20 } });
  const containers = [
    {
      name: 'main',
      image: 'main:1.0.0',
      ports: [{ name: 'http', containerPort: 8080 }],
      livenessProbe: { tcpSocket: { port: 8080 } },
      readinessProbe: { tcpSocket: { port: 'http' } },
    },
  ];
  shop.foreign('plain', foreignDeployment('plain', { containers }));
  expect(shop.says(probeDependency)).toEqual([
    '[test/orders/Deployment] warning: orders is asked the same for liveness as for readiness: when it is too busy to answer, it is taken out after 15 s and killed after 120 s, though it would recover',
    '[test/plain] warning: main is asked the same for liveness as for readiness: when it is too busy to answer, it is taken out after 30 s and killed after 30 s, though it would recover',
  ]);
});

test.each([
  ['payments', ['curl', '-f', 'http://payments:8080/readyz']],
  ['payments.test.svc.cluster.local', ['wget', '-q', 'http://payments.test.svc.cluster.local/']],
  ['payments', ['sh', '-c', 'nc -z payments 8080']],
  ['payments', ['pg_isready', '--host=payments']],
  ['api.example.com', ['curl', 'https://api.example.com/health']],
])('speaks of a liveness probe that asks %s', (host, command) => {
  const shop = Shop.create();
  shop.add('payments');
  shop.add('orders', asking(...command));
  expect(shop.says(probeDependency)).toEqual([
    `[test/orders/Deployment] error: the liveness probe of orders asks ${host}: when that fails, every pod here is killed as well`,
  ]);
});

test('speaks of a probe that is sent to another host', () => {
  const shop = Shop.create();
  shop.add('payments');
  const probe = { httpGet: { host: 'payments', port: 8080, path: '/' } };
  shop.foreign(
    'plain',
    foreignDeployment('plain', { containers: [{ name: 'main', image: 'main:1.0.0', livenessProbe: probe }] }),
  );
  expect(shop.says(probeDependency)).toHaveLength(1);
});
