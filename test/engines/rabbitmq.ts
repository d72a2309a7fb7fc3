import { StatefulBackend } from '../../lib';
import type { Network } from './node/network';
import type { Image } from './node/pod';
import type { PlayedSet } from './node/set';
import { unpacked } from './packages';
import { quorumProof } from './quorum';
import { rendered } from './render';

// Characters that a careless script or config file would trip over.
const secrets = { events: { username: 'shop', password: 'q"u\\o te$(x)\'#1', 'erlang-cookie': 'COOKIE-OF-THE-TEST' } };

export const rabbitmqImages = async (): Promise<Readonly<Record<string, Image>>> => ({
  'docker.io/library/rabbitmq': {
    packages: [await unpacked('rabbitmq')],
    // Debian's own programs on the path insist on its user.
    env: { PATH: '/usr/lib/rabbitmq/bin:/usr/bin:/bin' },
  },
});

export async function rabbitmq(network: Network): Promise<boolean> {
  const hosts = [0, 1, 2].map((ordinal) => `events-${ordinal}.events-peers`);
  const pika = (member: string | undefined, statement: string, password = '/tmp/password') =>
    `python3.11 /tmp/mq.py ${member ?? hosts.join(',')} ${password} ${statement}`;
  return quorumProof(network, {
    name: 'rabbitmq',
    set: 'events',
    secrets,
    manifests: rendered((shop) => {
      // Debian's version knows no default for the type of queues, so the queue says what it is.
      StatefulBackend.rabbitmq(shop, 'events', {
        storage: '10Gi',
        queueType: 'classic',
        // It also hangs now and then when a member comes back under another address, until it is started again.
        startupTime: '40s',
        credentials: { secret: 'events' },
      });
    }),
    images: await rabbitmqImages(),
    async prepare(client) {
      const program = `
import random, sys, pika
hosts = sys.argv[1].split(",")
random.shuffle(hosts)
account = pika.PlainCredentials("shop", open(sys.argv[2]).read())
connection = pika.BlockingConnection([
    pika.ConnectionParameters(host, credentials=account, socket_timeout=2, blocked_connection_timeout=5, stack_timeout=6)
    for host in hosts
])
channel = connection.channel()
channel.queue_declare("w", durable=True, arguments={"x-queue-type": "quorum"})
if sys.argv[3] == "write":
    channel.confirm_delivery()
    channel.basic_publish("", "w", sys.argv[4].encode(), pika.BasicProperties(delivery_mode=2), mandatory=True)
    connection.close()
elif sys.argv[3] == "burst":
    channel.confirm_delivery()
    for k in range(100):
        value = "%s%02d" % (sys.argv[4], k)
        channel.basic_publish("", "w", value.encode(), pika.BasicProperties(delivery_mode=2), mandatory=True)
        print(value, flush=True)
    sys.exit(1)
else:
    # What is not acknowledged goes back when the connection ends.
    while True:
        frame, _, body = channel.basic_get("w")
        if frame is None:
            break
        print(body.decode())
`;
      await client.run(`cat > /tmp/mq.py << 'END'\n${program}END\n`);
      await client.run(`cat > /tmp/password << 'END'\n${secrets.events.password}\nEND\ntruncate -s -1 /tmp/password`);
      await client.run('echo guess > /tmp/guess');
    },
    stranger: () => pika(undefined, 'write stranger', '/tmp/guess'),
    write: (value, member) => `timeout 10 ${pika(member, `write "${value}"`)}`,
    burst: `timeout 10 ${pika(undefined, 'burst "$i"')}`,
    read: (member) => pika(member, 'read'),
    async leader(set) {
      const leader = (await ask(set, ['rabbitmqctl', '-q', 'list_queues', 'name', 'pid'])) ?? '';
      const ordinal = /<rabbit@events-(\d)\./.exec(leader)?.[1];
      return ordinal === undefined ? undefined : Number(ordinal);
    },
    async members(set) {
      const text = await ask(set, ['rabbitmqctl', '-q', 'cluster_status', '--formatter=json']);
      return text === undefined ? 0 : JSON.parse(text).running_nodes.length;
    },
  });
}

/** Of the first member that answers. */
async function ask(set: PlayedSet, command: readonly string[]): Promise<string | undefined> {
  for (const pod of set.pods) {
    const { code, stdout } = await pod.main.exec(['timeout', '20', ...command]);
    if (code === 0) return stdout;
  }
  return undefined;
}
