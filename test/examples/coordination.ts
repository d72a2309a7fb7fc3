import { Backup, Environment, MicroserviceApp, StatefulBackend, StatelessService } from '../../lib';

const app = new MicroserviceApp();
const shop = new Environment(app, 'production', { registry: 'registry.example.com/shop' });

// Members vote, so their number is odd: three bear the loss of one, five of two.
const locks = StatefulBackend.etcd(shop, 'locks', { storage: '10Gi', replicas: 5 });
const dubbo = StatefulBackend.zookeeper(shop, 'dubbo', { storage: '10Gi', logStorage: '5Gi' });
const consul = StatefulBackend.consul(shop, 'consul', { storage: '10Gi' });
// An application of one's own; its members are alike and store nothing.
const eureka = StatefulBackend.eureka(shop, 'eureka', { image: 'eureka:2.0.0' });

const orders = new StatelessService(shop, 'orders', { image: 'orders:2.0.1' });
orders.uses(locks, { namespace: '/orders' });
orders.uses(dubbo, { namespace: 'dubbo' });
orders.uses(consul);
orders.uses(eureka);

// What cannot be made again is written out every night.
for (const store of [locks, consul]) {
  new Backup(store, 'backup', {
    schedule: '30 1 * * *',
    to: {
      bucket: 's3://shop-backups',
      identity: { roleArn: 'arn:aws:iam::111122223333:role/shop-backups' },
      cidrs: ['10.60.0.0/24'],
    },
  });
}

app.synth();
