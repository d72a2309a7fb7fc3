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

const manifests = (): Manifest[] =>
  rendered((shop) => {
    StatefulBackend.kafka(shop, 'events', { storage: '10Gi' });
  });

const IMAGE = 'docker.io/apache/kafka';

const jars = (): Promise<string> => jarsOf('kafka', versionOf(manifests(), IMAGE));

export const kafkaNeeds = (): Promise<unknown> => Promise.all([unpacked('kafka'), installed(), jars()]);

const BIN = '/opt/kafka/bin';

/** The programs of the image: each starts a class, with the variables that its own scripts know. */
const programs = {
  'kafka-storage.sh': 'kafka.tools.StorageTool',
  'kafka-server-start.sh': 'kafka.Kafka',
  'kafka-topics.sh': 'org.apache.kafka.tools.TopicCommand',
  'kafka-metadata-quorum.sh': 'org.apache.kafka.tools.MetadataQuorumCommand',
};

function installed(): Promise<string> {
  return cached('engine-kafka-installed-1', (folder) => {
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
  const client = (member: string | undefined, statement: string) =>
    `timeout 12 python3.11 /tmp/client.py ${member ? `${member}:9092` : hosts} ${statement}`;
  return quorumProof(network, {
    name: 'kafka',
    set: 'events',
    manifests: manifests(),
    images: {
      [IMAGE]: { packages: [await installed(), await jars(), await unpacked('kafka')], env: quickJava },
    },
    // It does not look behind itself: a client hears from each partition whether enough of its copies are there.
    readyAlone: true,
    async prepare(client) {
      await client.run(`cat > /tmp/client.py << 'END'\n${program}END\n`);
      // As many partitions and copies as the brokers give to who does not say.
      const made = await client.run(`${BIN}/kafka-topics.sh --bootstrap-server ${hosts} --create --topic w`);
      if (made.code !== 0) throw new Error(made.stdout + made.stderr);
    },
    write: (value, member) => client(member, `write "${value}"`),
    burst: client(undefined, 'burst "$i"'),
    read: (member) => client(member, 'read'),
    async leader(_, client) {
      const ask = `timeout 12 ${BIN}/kafka-metadata-quorum.sh --bootstrap-server ${hosts} describe --status`;
      const found = /^LeaderId: *(\d+)/m.exec((await client.run(ask)).stdout)?.[1];
      return found === undefined ? undefined : Number(found);
    },
    // In the sense that counts: those that every partition has a copy in step on.
    async members(_, pod) {
      return Number((await pod.run(client(undefined, 'members'))).stdout);
    },
  });
}

const program = `
import os, sys
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient
hosts, word = sys.argv[1].split(","), sys.argv[2]
def send(producer, value):
    producer.send("w", value.encode()).get(timeout=6)
if word == "members":
    [topic] = KafkaAdminClient(bootstrap_servers=hosts, request_timeout_ms=5000).describe_topics(["w"])
    print(min(len(partition["isr"]) for partition in topic["partitions"]), flush=True)
elif word == "read":
    consumer = KafkaConsumer(bootstrap_servers=hosts, group_id=None, auto_offset_reset="earliest")
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
    producer = KafkaProducer(bootstrap_servers=hosts, acks="all", request_timeout_ms=5000, max_block_ms=5000)
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
