import * as fc from 'fast-check';
import { Environment, type StatelessServiceProps } from '../../lib';
import type { Manifest } from '../../lib/kubernetes/kubernetes-object';
import { kubernetesVersions } from '../../lib/kubernetes/version';
import type { ObjectRecord } from '../../lib/model/system';
import { rules } from '../../lib/rules/all-rules';
import { evaluate } from '../../lib/rules/engine';
import { quietApp } from '../support/render';
import { Shop } from '../support/rules';

// What is right must not be spoken of: whoever is warned of nothing stops to read warnings.

const service = fc.record(
  {
    replicas: fc.constantFrom(
      0,
      2,
      3,
      17,
      { from: 2, to: 10 },
      { from: 3, to: 9, cpuPercent: 50, memoryPercent: 80 },
      {
        from: 2,
        to: 4,
        metrics: [
          {
            type: 'External',
            external: { metric: { name: 'lag' }, target: { type: 'AverageValue', averageValue: '30' } },
          },
        ],
      },
    ),
    resources: fc.constantFrom({ cpu: '200m' }, { cpu: '1', memory: '1Gi' }),
    ports: fc.constantFrom<NonNullable<StatelessServiceProps<string>['ports']>>(
      8080,
      {},
      { http: 8080, metrics: 9090 },
      { grpc: { port: 9090, protocol: 'grpc' } },
      { tcp: { port: 5000, protocol: 'tcp', servicePort: 50 } },
      { dns: { port: 5353, protocol: 'udp' } },
      { https: { port: 8443, protocol: 'https' } },
    ),
    serviceType: fc.constantFrom('ClusterIP', 'Headless', 'NodePort', 'LoadBalancer'),
    startupTime: fc.constantFrom('1s', '59s', '11m', '2h'),
    requestTimeout: fc.constantFrom('250ms', '90s', '1h'),
    flushTime: fc.constantFrom('0s', '1500ms', '10m'),
    maxUnavailable: fc.constantFrom(1, 2, '10%', '100%'),
    priority: fc.constantFrom('critical', 'standard', 'optional'),
    aliases: fc.constant(['com.example.Orders']),
    writablePaths: fc.constant({ '/var/cache': '1Gi' }),
    sidecars: fc.constant([{ name: 'proxy', image: 'proxy:1.0.0' }]),
    initContainers: fc.constant([{ name: 'prepare', image: 'prepare:1.0.0' }]),
  },
  // A service that scales on CPU declares its request.
  { requiredKeys: ['resources'] },
);

test('no rule speaks of any combination of what a service may ask for', () => {
  fc.assert(
    fc.property(
      service,
      fc.constantFrom(...kubernetesVersions),
      fc.constantFrom<'computed' | false>('computed', false),
      (props, kubernetesVersion, quota) => {
        const shop = Shop.create({ kubernetesVersion, quota, deployOrder: 'argo-cd' }, 'production');
        const orders = shop.add('orders', props as Partial<StatelessServiceProps<string>>);
        const payments = shop.add('payments');
        const web = shop.add('web', { priority: props.priority as 'standard' | undefined });
        orders.calls(payments, { timeout: '3s', retries: 2, idempotent: true });
        if (Object.keys(orders.ports).length > 0) {
          web.calls(orders, { port: Object.keys(orders.ports)[0] as string, timeout: '4s' });
        }
        payments.calls(web, { synchronous: false });
        const found = (shop.node.root as ReturnType<typeof quietApp>).findings();
        expect(found).toEqual([]);
      },
    ),
    { numRuns: 150 },
  );
});

test('no rule speaks of several environments with the same services', () => {
  const app = quietApp();
  for (const stage of ['test', 'staging', 'production']) {
    const shop = new Environment(app, stage, {
      namespace: 'shop',
      tenant: 'acme',
      dedicatedNodes: { key: 'tenant', value: 'acme' },
    });
    const add = Shop.prototype.add.bind(shop as Shop);
    add('orders').calls(add('payments'));
  }
  expect(app.findings()).toEqual([]);
});

test('whatever somebody writes into an object, no rule breaks down over it', () => {
  const shop = Shop.create();
  const queue = {
    type: 'External',
    external: { metric: { name: 'lag' }, target: { type: 'AverageValue', averageValue: '30' } },
  };
  shop.add('orders', {
    replicas: { from: 2, to: 4, cpuPercent: 70, metrics: [queue] },
    sidecars: [{ name: 'proxy', image: 'proxy:1.0.0' }],
    liveness: { command: ['true'] },
  });
  const system = (shop.node.root as ReturnType<typeof quietApp>).system();
  const places: (readonly (string | number)[])[] = [];
  const visit = (value: unknown, path: readonly (string | number)[]): void => {
    if (path.length > 0) places.push(path);
    if (typeof value !== 'object' || value === null) return;
    for (const key of Object.keys(value)) visit((value as Record<string, unknown>)[key], [...path, key]);
  };
  for (const [index, { manifest }] of system.objects.entries()) {
    for (const field of ['metadata', 'spec', 'apiVersion']) visit(manifest[field], [index, field]);
  }
  const junk = fc.constantFrom<unknown>(
    null,
    undefined,
    0,
    -1,
    '',
    'text',
    '12%',
    true,
    [],
    [null],
    ['a'],
    {},
    { name: 'x' },
    [{ name: 'x' }],
  );
  fc.assert(
    fc.property(fc.constantFrom(...places), junk, ([index, ...path], value) => {
      const objects = structuredClone(system.objects) as ObjectRecord[];
      const broken = objects[index as number] as ObjectRecord;
      let holder: Record<string, unknown> = { ...broken.manifest };
      objects[index as number] = { ...broken, manifest: holder as unknown as Manifest };
      for (const step of path.slice(0, -1)) holder = holder[step as string] as Record<string, unknown>;
      holder[path.at(-1) as string] = value;
      const findings = evaluate(rules, { ...system, objects }, [], '2027-03-15');
      for (const finding of findings.filter(({ message }) => message.startsWith('cannot be checked'))) {
        expect([broken.path, '']).toContain(finding.path);
      }
    }),
    { numRuns: 3_000 },
  );
});
