import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StatefulBackend } from '../../lib';
import type { Manifest } from '../../lib/kubernetes/kubernetes-object';
import { cached } from '../verify/cache';
import { JARS, jarsOf, quickJava } from './jars';
import type { Network } from './node/network';
import { unpacked } from './packages';
import { quorumProof } from './quorum';
import { rendered, versionOf } from './render';

// Characters that a careless script or config file would trip over.
const secrets = { registry: { username: 'shop', password: 'q"u\\o te$(x)\'#1' } };

const manifests = (): Manifest[] =>
  rendered((shop) => {
    StatefulBackend.zookeeper(shop, 'registry', {
      storage: '10Gi',
      logStorage: '5Gi',
      credentials: { secret: 'registry' },
    });
  });

const IMAGE = 'docker.io/library/zookeeper';

/** The version of the image; Debian's is 3.8 and has no metrics. */
const jars = (): Promise<string> => jarsOf('zookeeper', versionOf(manifests(), IMAGE));

export const zookeeperNeeds = (): Promise<unknown> => Promise.all([unpacked('zookeeper'), installed(), jars()]);

/** The scripts are Debian's; they find everything as in the official image, where programs are on the path. */
function installed(): Promise<string> {
  return cached('engine-zookeeper-installed-3', (folder) => {
    mkdirSync(join(folder, 'etc/zookeeper/conf'), { recursive: true });
    writeFileSync(
      join(folder, 'etc/zookeeper/conf/environment'),
      `JAVA=/usr/lib/jvm/java-17-openjdk-amd64/bin/java\nCLASSPATH="$ZOOCFGDIR:${JARS}/*"\nSERVER_JVMFLAGS="-Xmx$ZK_SERVER_HEAP"m" $SERVER_JVMFLAGS"\n`,
    );
  });
}

export async function zookeeper(network: Network): Promise<boolean> {
  const hosts = [0, 1, 2].map((ordinal) => `registry-${ordinal}.registry-peers:2181`).join(',');
  const kazoo = (member: string | undefined, statement: string, signIn = true) =>
    `timeout 8 python3.11 /tmp/zk.py ${member ? `${member}:2181` : hosts} ${signIn ? 'yes' : 'no'} '${statement}'`;
  return quorumProof(network, {
    name: 'zookeeper',
    set: 'registry',
    secrets,
    manifests: manifests(),
    images: {
      [IMAGE]: {
        packages: [await installed(), await jars(), await unpacked('zookeeper')],
        env: { PATH: '/usr/share/zookeeper/bin:/usr/bin:/bin', ...quickJava },
      },
    },
    async prepare(client) {
      const program = `
import logging, os, sys
from kazoo.client import KazooClient
logging.disable(logging.CRITICAL)
options = {"mechanism": "DIGEST-MD5", "username": "shop", "password": open("/tmp/password").read()}
zk = KazooClient(hosts=sys.argv[1], timeout=4, sasl_options=options if sys.argv[2] == "yes" else None)
try:
    zk.start(timeout=4)
except Exception:
    # Its threads go on trying.
    os._exit(1)
word, _, value = sys.argv[3].partition(" ")
if word == "write":
    zk.create("/w/" + value, b"x", makepath=True)
elif word == "burst":
    for k in range(100):
        zk.create("/w/%s%02d" % (value, k), b"x", makepath=True)
        print("%s%02d" % (value, k), flush=True)
    os._exit(1)
else:
    zk.sync("/w")
    print("\\n".join(zk.get_children("/w")), flush=True)
os._exit(0)
`;
      await client.run(`cat > /tmp/zk.py << 'END'\n${program}END\n`);
      await client.run(`cat > /tmp/password << 'END'\n${secrets.registry.password}\nEND\ntruncate -s -1 /tmp/password`);
    },
    stranger: () => kazoo(undefined, 'write stranger', false),
    write: (value, member) => kazoo(member, `write '"${value}"'`),
    burst: kazoo(undefined, `burst '"$i"'`),
    read: (member) => kazoo(member, 'read'),
    async leader(set) {
      const modes = await Promise.all(set.pods.map((pod) => mode(pod)));
      const found = modes.indexOf('leader');
      return found < 0 ? undefined : found;
    },
    async members(set) {
      const modes = await Promise.all(set.pods.map((pod) => mode(pod)));
      return modes.filter((found) => found === 'leader' || found === 'follower').length;
    },
  });
}

async function mode(pod: { readonly main: { exec(command: readonly string[]): Promise<{ stdout: string }> } }) {
  const script = 'exec 3<> /dev/tcp/127.0.0.1/2181; printf srvr >&3; timeout 3 cat <&3';
  const { stdout } = await pod.main.exec(['bash', '-c', script]);
  return /^Mode: (\w+)/m.exec(stdout)?.[1];
}
