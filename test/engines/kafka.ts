import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StatefulBackend } from '../../lib';
import type { Manifest } from '../../lib/kubernetes/kubernetes-object';
import { cached } from '../verify/cache';
import { mustRun } from '../verify/run';
import { JARS, jarsOf, quickJava } from './jars';
import type { Network } from './node/network';
import { unpacked } from './packages';
import { quorumProof } from './quorum';
import { rendered, versionOf } from './render';

const manifests = (): Manifest[] =>
  rendered((shop) => {
    StatefulBackend.kafka(shop, 'events', {
      storage: '10Gi',
      credentials: { secret: 'events' },
      tls: { secret: 'events-tls' },
    });
  });

const IMAGE = 'docker.io/apache/kafka';

const jars = (): Promise<string> => jarsOf('kafka', versionOf(manifests(), IMAGE));

export const kafkaNeeds = (): Promise<unknown> => Promise.all([unpacked('kafka'), installed(), jars()]);

const BIN = '/opt/kafka/bin';

/** The programs of the image: each starts a class, with the variables that its own scripts know. */
const programs = {
  'kafka-storage.sh': 'kafka.tools.StorageTool',
  'kafka-server-start.sh': 'kafka.Kafka',
  'kafka-configs.sh': 'kafka.admin.ConfigCommand',
  'kafka-topics.sh': 'org.apache.kafka.tools.TopicCommand',
  'kafka-metadata-quorum.sh': 'org.apache.kafka.tools.MetadataQuorumCommand',
};

function installed(): Promise<string> {
  return cached('engine-kafka-installed-2', (folder) => {
    mkdirSync(join(folder, BIN), { recursive: true });
    for (const [name, main] of Object.entries(programs)) {
      const java = `/usr/lib/jvm/java-17-openjdk-*/bin/java $KAFKA_HEAP_OPTS $KAFKA_OPTS $KAFKA_LOG4J_OPTS`;
      const script = `#!/bin/sh\nexec ${java} -cp '${JARS}/*' ${main} "$@"\n`;
      writeFileSync(join(folder, BIN, name), script, { mode: 0o755 });
    }
  });
}

export async function kafka(network: Network): Promise<boolean> {
  const hosts = [0, 1, 2].map((ordinal) => `events-${ordinal}.events-peers:9092`).join(',');
  const { secrets, ca } = await certificates();
  const admin = '--command-config /tmp/admin.properties';
  const client = (member: string | undefined, statement: string) =>
    `timeout 12 python3.11 /tmp/client.py ${member ? `${member}:9092` : hosts} ${statement}`;
  return quorumProof(network, {
    name: 'kafka',
    set: 'events',
    manifests: manifests(),
    secrets,
    images: {
      [IMAGE]: { packages: [await installed(), await jars(), await unpacked('kafka')], env: quickJava },
    },
    // It asks once whether it is in step, and a client hears from each partition whether enough of its copies are there.
    readyAlone: true,
    async prepare(client) {
      await client.run(`cat > /tmp/client.py << 'END'\n${program}END\n`);
      await client.run(`cat > /tmp/ca.crt << 'END'\n${ca}END\n`);
      await client.run(`cat > /tmp/admin.properties << 'END'\n${adminProperties}END\n`);
      // As many partitions and copies as the brokers give to who does not say.
      const made = await client.run(`${BIN}/kafka-topics.sh --bootstrap-server ${hosts} ${admin} --create --topic w`);
      if (made.code !== 0) throw new Error(made.stdout + made.stderr);
    },
    write: (value, member) => client(member, `write "${value}"`),
    burst: client(undefined, 'burst "$i"'),
    read: (member) => client(member, 'read'),
    async leader(_, client) {
      const ask = `timeout 12 ${BIN}/kafka-metadata-quorum.sh --bootstrap-server ${hosts} ${admin} describe --status`;
      const found = /^LeaderId: *(\d+)/m.exec((await client.run(ask)).stdout)?.[1];
      return found === undefined ? undefined : Number(found);
    },
    // In the sense that counts: those that every partition has a copy in step on.
    async members(_, pod) {
      return Number((await pod.run(client(undefined, 'members'))).stdout);
    },
  });
}

const ACCOUNT = { username: 'admin', password: 'quo"ted\\\\ $word' };

/** A certificate for the names of the members, signed by an authority of its own. */
async function certificates() {
  const folder = mkdtempSync(join(tmpdir(), 'kafka-tls-'));
  const openssl = (...words: string[]) => mustRun('openssl', words, { cwd: folder });
  try {
    await openssl(...'req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.crt -subj /CN=ca -days 2'.split(' '));
    await openssl(...'req -newkey rsa:2048 -nodes -keyout tls.key -out tls.csr -subj /CN=events'.split(' '));
    const names = [0, 1, 2].map((ordinal) => `DNS:events-${ordinal}.events-peers`).join(',');
    writeFileSync(join(folder, 'names'), `subjectAltName=${names}\nextendedKeyUsage=serverAuth,clientAuth\n`);
    const sign = 'x509 -req -in tls.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile names -out tls.crt';
    await openssl(...sign.split(' '));
    const file = (name: string) => readFileSync(join(folder, name), 'utf8');
    const tls = { 'tls.crt': file('tls.crt'), 'tls.key': file('tls.key'), 'ca.crt': file('ca.crt') };
    return { ca: tls['ca.crt'], secrets: { events: ACCOUNT, 'events-tls': tls } };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Quoted for JAAS, and once more for the file. */
const quoted = ACCOUNT.password.replace(/[\\"]/g, '\\$&').replaceAll('\\', '\\\\');

const adminProperties = `security.protocol=SASL_SSL
sasl.mechanism=SCRAM-SHA-512
sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username="admin" password="${quoted}";
ssl.truststore.type=PEM
ssl.truststore.location=/tmp/ca.crt
`;

const program = `
import os, sys
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient
hosts, word = sys.argv[1].split(","), sys.argv[2]
way = dict(
    bootstrap_servers=hosts, security_protocol="SASL_SSL", ssl_cafile="/tmp/ca.crt", sasl_mechanism="SCRAM-SHA-512",
    sasl_plain_username="admin", sasl_plain_password=${JSON.stringify(ACCOUNT.password)},
)
def send(producer, value):
    producer.send("w", value.encode()).get(timeout=6)
if word == "members":
    [topic] = KafkaAdminClient(**way, request_timeout_ms=5000).describe_topics(["w"])
    print(min(len(partition["isr"]) for partition in topic["partitions"]), flush=True)
elif word == "read":
    consumer = KafkaConsumer(**way, group_id=None, auto_offset_reset="earliest")
    partitions = [TopicPartition("w", each) for each in consumer.partitions_for_topic("w")]
    consumer.assign(partitions)
    ends = consumer.end_offsets(partitions)
    consumer.seek_to_beginning(*partitions)
    while any(consumer.position(each) < ends[each] for each in partitions):
        for records in consumer.poll(timeout_ms=1000).values():
            for record in records:
                print(record.value.decode())
    sys.stdout.flush()
else:
    producer = KafkaProducer(**way, acks="all", request_timeout_ms=5000, max_block_ms=5000)
    if word == "write":
        send(producer, sys.argv[3])
    else:
        for k in range(100):
            value = "%s%02d" % (sys.argv[3], k)
            send(producer, value)
            print(value, flush=True)
        os._exit(1)
os._exit(0)
`;
