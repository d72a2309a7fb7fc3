import { Environment, MicroserviceApp, StatelessService } from '../../lib';

const app = new MicroserviceApp();

for (const stage of ['test', 'production'] as const) {
  const shop = new Environment(app, stage, {
    system: 'shop',
    owner: { team: 'shop', email: 'shop@example.com' },
    registry: 'registry.example.com/shop',
    imagePullSecrets: ['registry-credentials'],
    kubernetesVersion: '1.30',
  });
  new StatelessService(shop, 'orders', {
    image: 'orders:2.0.1',
    resources: { cpu: '250m' },
    // Leaving out one of the environments does not compile.
    replicas: shop.pick({ test: 2, production: { from: 3, to: 12, cpuPercent: 70 } }),
  });
}

// Another tenant of the same cluster, on nodes of its own. Neither can reach the other.
const bank = new Environment(app, 'bank', { tenant: 'bank', dedicatedNodes: { key: 'tenant', value: 'bank' } });
new StatelessService(bank, 'ledger', { image: 'registry.example.com/bank/ledger:1.0.0' });

app.synth();
