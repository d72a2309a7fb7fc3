import { type Environment, StatefulBackend, StatelessService } from '../../lib';
import { Figures } from './figures';
import type { Network } from './node/network';
import { type Client, PlayedSet, until } from './node/set';
import { rabbitmqImages } from './rabbitmq';
import { rendered } from './render';

// Characters that a careless script would trip over.
const odd = (name: string) => ({ username: `${name}-o'r"d\\`, password: `${name} o'r"d\\e $(z) #\`:&%_` });

const image = 'registry.example.com/shop/any:1.0.0';
const secrets = {
  tasks: { ...odd('admin'), 'erlang-cookie': 'COOKIE-OF-THE-TEST' },
  'tasks-mall': odd('mall'),
  'tasks-reports': odd('reports'),
  'tasks-orders': odd('orders'),
};

function make(shop: Environment): void {
  const tasks = StatefulBackend.rabbitmq(shop, 'tasks', {
    storage: '10Gi',
    replicas: 1,
    // Debian's version knows no default for the type of queues.
    queueType: 'classic',
    credentials: { secret: 'tasks' },
  });
  new StatelessService(shop, 'mall', { image }).uses(tasks, { vhost: 'mall' });
  new StatelessService(shop, 'reports', { image }).uses(tasks, { vhost: 'mall', access: 'read-only' });
  new StatelessService(shop, 'orders', { image }).uses(tasks);
}

/** Declares, publishes or reads as somebody; prints what it read, and ends with 0 where it was allowed to. */
const program = `
import sys, pika
who, vhost, what, queue = sys.argv[1:5]
read = lambda part: open("/tmp/%s-%s" % (who, part)).read()
account = pika.PlainCredentials(read("username"), read("password"))
connection = pika.BlockingConnection(pika.ConnectionParameters(
    "tasks", virtual_host=vhost, credentials=account, socket_timeout=2, blocked_connection_timeout=5, stack_timeout=6))
channel = connection.channel()
if what == "declare":
    channel.queue_declare(queue, durable=True)
elif what == "publish":
    channel.confirm_delivery()
    channel.basic_publish("", queue, b"hello", mandatory=True)
else:
    print(channel.basic_get(queue, auto_ack=True)[2].decode())
connection.close()
`;

/** The accounts of all users, created by the Job, and what each of them can do. */
export async function rabbitmqAccounts(network: Network): Promise<boolean> {
  const figures = new Figures('accounts-rabbitmq');
  const manifests = rendered(make);
  const set = new PlayedSet({ manifests, name: 'tasks', secrets, images: await rabbitmqImages() }, network);
  const job = manifests.find(({ kind }) => kind === 'Job')?.metadata.name as string;
  const run = async (): Promise<number> => {
    const pod = await set.job('Job', job);
    const code = await pod.work();
    if (code !== 0 || process.env.DEBUG) console.log(pod.main.lastLines(200));
    await pod.destroy();
    return code;
  };
  try {
    const early = await set.job('Job', job);
    const work = early.work();
    await until('the job waits', () => early.main.lastLines(20).includes('waiting for a member'), 60);
    await set.start();
    figures.is('code of the first job', await work, 0, [early.main.lastLines(50)]);
    const client = await set.client();
    await prepare(client);
    const may = async (who: string, vhost: string, what: string, queue = 'q') =>
      (await client.run(`timeout 20 python3.11 /tmp/mq.py ${who} ${vhost} ${what} ${queue}`)).code === 0 ? 1 : 0;
    figures.is('a service declares in its virtual host', await may('mall', 'mall', 'declare'), 1);
    figures.is('and publishes', await may('mall', 'mall', 'publish'), 1);
    figures.is('a service reaches another virtual host', await may('orders', 'mall', 'read'), 0);
    figures.is('one of another reaches the default one', await may('mall', '/', 'declare'), 0);
    figures.is('a service declares in the default one', await may('orders', '/', 'declare'), 1);
    figures.is('a reader declares', await may('reports', 'mall', 'declare', 'other'), 0);
    figures.is('a reader publishes', await may('reports', 'mall', 'publish'), 0);
    figures.is('a reader reads', await may('reports', 'mall', 'read'), 1);
    figures.is('guest signs in', await may('guest', '/', 'declare'), 0);
    const ctl = async (...words: string[]) =>
      (await set.pod(0).main.exec(['rabbitmqctl', '-s', ...words])).stdout.trim();
    // More than it should have, and a password that somebody changed.
    await ctl('set_permissions', '-p', '/', secrets['tasks-reports'].username, '.*', '.*', '.*');
    await ctl('change_password', secrets['tasks-mall'].username, 'another');
    figures.is('a changed password signs in', await may('mall', 'mall', 'publish'), 0);
    figures.is('code of the second job', await run(), 0);
    figures.is('rights that a reader was given by hand', await may('reports', '/', 'declare'), 0);
    figures.is('the password of the Secret signs in again', await may('mall', 'mall', 'publish'), 1);
    figures.is('messages that a second job leaves', await may('reports', 'mall', 'read'), 1);
    return figures.allRight;
  } finally {
    await set.close();
  }
}

async function prepare(client: Client): Promise<void> {
  await client.run(`cat > /tmp/mq.py << 'END'\n${program}END\n`);
  const accounts = { ...secrets, 'tasks-guest': { username: 'guest', password: 'guest' } };
  for (const [secret, { username, password }] of Object.entries(accounts)) {
    for (const [part, value] of Object.entries({ username, password })) {
      const file = `/tmp/${secret.replace('tasks-', '')}-${part}`;
      await client.run(`cat > ${file} << 'END'\n${value}\nEND\ntruncate -s -1 ${file}`);
    }
  }
}
