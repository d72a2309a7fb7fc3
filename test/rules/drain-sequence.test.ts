import { drainSequence } from '../../lib/rules/drain-sequence';
import { foreignDeployment, Shop } from '../support/rules';

const container = (name: string, fields: object) => ({
  spec: { template: { spec: { containers: [{ name, ...fields }] } } },
});

test('says nothing of services as the library writes them, in every Kubernetes version', () => {
  for (const kubernetesVersion of ['1.28', '1.30', '1.36'] as const) {
    const shop = Shop.create({ kubernetesVersion, endpointPropagation: '300ms', balancerDetection: '1200ms' });
    shop.add('worker', { ports: {}, flushTime: '2m' });
    shop.add('door', { serviceType: 'LoadBalancer', requestTimeout: '1h' });
    shop.add('web').calls(shop.add('orders', { flushTime: '0s' }), { timeout: '250ms' });
    shop.foreign('other', foreignDeployment('other'));
    expect(shop.says(drainSequence)).toEqual([]);
  }
});

test('adds propagation and detection up to the wait before the stop', () => {
  const shop = Shop.create();
  shop.add('door', {
    serviceType: 'LoadBalancer',
    overrides: { deployment: container('door', { lifecycle: { preStop: { sleep: { seconds: 8 } } } }) },
  });
  expect(shop.says(drainSequence)).toEqual([
    '[test/door/Deployment] error: waits 8 s before it is told to stop, but is sent requests for up to 5 s of propagation + 10 s until the balancer notices = 15 s after its end has begun',
  ]);
});

test('adds the time for which clients hold connections', () => {
  const shop = Shop.create();
  shop.add('proxy', { drainTime: '30s' });
  expect(shop.says(drainSequence)).toEqual([]);
  shop.add('hasty', {
    drainTime: '30s',
    overrides: { deployment: container('hasty', { lifecycle: { preStop: { sleep: { seconds: 8 } } } }) },
  });
  expect(shop.says(drainSequence)).toEqual([
    '[test/hasty/Deployment] error: waits 8 s before it is told to stop, but is sent requests for up to 5 s of propagation + 30 s through connections that clients hold = 35 s after its end has begun',
  ]);
});

test('reads the wait out of a command, and leaves alone what it cannot read', () => {
  const shop = Shop.create({ kubernetesVersion: '1.28' });
  const withCommand = (id: string, ...command: string[]) =>
    shop.add(id, { overrides: { deployment: container(id, { lifecycle: { preStop: { exec: { command } } } }) } });
  withCommand('short', 'sh', '-c', 'sleep 2 && echo done');
  withCommand('long', '/bin/sleep', '5');
  withCommand('script', '/drain.sh');
  expect(shop.says(drainSequence)).toEqual([
    '[test/short/Deployment] error: waits 2 s before it is told to stop, but is sent requests for up to 5 s of propagation after its end has begun',
  ]);
});

test('adds up what must fit into the time that a pod is given', () => {
  const shop = Shop.create();
  shop.add('orders', {
    requestTimeout: '40s',
    overrides: { deployment: { spec: { template: { spec: { terminationGracePeriodSeconds: 30 } } } } },
  });
  expect(shop.violations(drainSequence)).toEqual([
    {
      path: 'test/orders/Deployment',
      message:
        'is killed after 30 s, but needs 5 s before the stop + 40 s for its longest request + 5 s to write down what it holds = 50 s',
      fix: 'terminationGracePeriodSeconds: 50, or a shorter requestTimeout',
    },
  ]);
});
