import { createHash } from 'node:crypto';
import type { Checks } from '../checks/read-props';
import * as check from '../checks/values';
import { securityVariables } from '../external-backend/sasl';
import { bytes } from '../kubernetes/quantity';
import { mayBeAway } from '../model/majority';
import { basics, dataVolume, settingLines } from './basics';
import { backendPorts } from './generic';
import { type Engine, evenMembers, memberHosts, peerService } from './plan';
import { CONFIG, POD_NAME, planOf } from './plan-of';
import { type EngineProps, engineChecks, settingsCheck, storageNeeded } from './props';

/**
 * Kafka without ZooKeeper (KRaft): every member is broker and controller, and the controllers vote. Without TLS and
 * accounts; who may connect is said by the network policy.
 */
export interface KafkaProps extends Omit<EngineProps, 'credentials'> {
  /** How much each member may store: `100Gi`, or with a storage class. */
  readonly storage: NonNullable<EngineProps['storage']>;
  /** How many members; odd. @defaultValue 3 */
  readonly replicas?: number;
  /** In how many partitions a topic is split that does not say. No more consumers of a group can work than that. @defaultValue 12 */
  readonly partitions?: number;
  /** How long messages are kept, in hours. @defaultValue 168: a week */
  readonly retentionHours?: number;
  /** Further lines of `server.properties`; they win over those of the library. @defaultValue none */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
}

const { credentials: _, ...engineChecksOfKafka } = engineChecks;
const MEMORY = '2Gi';

const checks: Checks<KafkaProps> = {
  ...engineChecksOfKafka,
  ...storageNeeded,
  replicas: check.optional(check.integer(1, 99)),
  partitions: check.optional(check.integer(1, 10_000)),
  retentionHours: check.optional(check.integer(1)),
  settings: settingsCheck(),
};

/** The number of a member is its ordinal; the storage is made at the first boot, under the id that all share. */
const startScript = `#!/bin/sh
set -eu
{
  cat /etc/backend/server.properties
  echo "node.id=\${POD_NAME##*-}"
  echo "advertised.listeners=CLIENT://$POD_NAME.$PEERS:9092"
} > /tmp/server.properties
/opt/kafka/bin/kafka-storage.sh format --ignore-formatted --cluster-id="$CLUSTER_ID" --config=/tmp/server.properties
exec /opt/kafka/bin/kafka-server-start.sh /tmp/server.properties
`;

const logging = `log4j.rootLogger=INFO, stdout
log4j.appender.stdout=org.apache.log4j.ConsoleAppender
log4j.appender.stdout.layout=org.apache.log4j.PatternLayout
log4j.appender.stdout.layout.ConversionPattern=[%d] %p %m (%c)%n
`;

export const kafka: Engine<KafkaProps, 'kafka'> = {
  name: 'kafka',
  checks,
  externalPorts: { kafka: 9092 },
  externalVariables: ({ host, port, tls, sasl }) => ({
    BOOTSTRAP_SERVERS: `${host}:${port}`,
    ...securityVariables(tls, sasl),
  }),
  plan(props, { name, environment }) {
    const { storage, replicas = 3, partitions = 12, retentionHours = 168, settings, metrics = true, ...common } = props;
    const hosts = memberHosts(name, replicas);
    const memory = common.resources?.memory ?? MEMORY;
    const copies = Math.min(3, replicas);
    const inSync = Math.max(1, copies - 1);
    const heap = Math.floor((bytes(memory) * 0.5) / 2 ** 20);
    const { startupSeconds, ...base } = basics(common, {
      storage: [storage],
      image: 'docker.io/apache/kafka:3.9.0',
      uid: 1000,
      resources: { cpu: '500m', memory: MEMORY },
      // It hands its partitions over before it goes.
      flushTime: '3m',
      command: ['sh', `${CONFIG}/start.sh`],
      env: {
        POD_NAME,
        PEERS: peerService(name),
        CLUSTER_ID: clusterId(`${environment.name}/${name}`),
        KAFKA_HEAP_OPTS: `-Xms${heap}m -Xmx${heap}m`,
        // Members come back under other addresses, so no answer about a name is kept for long.
        KAFKA_OPTS: '-Dsun.net.inetaddr.ttl=5 -Dsun.net.inetaddr.negative.ttl=1',
        KAFKA_LOG4J_OPTS: `-Dlog4j.configuration=file:${CONFIG}/log4j.properties`,
        // Not empty, or the script writes a log of its own into the image.
        KAFKA_GC_LOG_OPTS: ' ',
        LOG_DIR: '/tmp',
      },
    });
    return planOf({
      ...base,
      engine: 'kafka',
      ports: backendPorts({ kafka: 9092, controller: 9093 }),
      // It describes the whole cluster: beside each member it would count everything as often as there are members.
      exporter: metrics
        ? {
            image: 'docker.io/danielqsj/kafka-exporter:v1.9.0',
            port: 9308,
            args: hosts.map((host) => `--kafka.server=${host}:9092`),
            healthPath: '/healthz',
          }
        : undefined,
      clientPorts: ['kafka'],
      peerPorts: ['kafka', 'controller'],
      volumes: dataVolume(storage, '/data'),
      replicas,
      quorum: true,
      // The controllers could bear more, but a partition takes writes only while enough of its copies are there.
      maxUnavailable: Math.min(mayBeAway(replicas), Math.max(1, copies - inSync)),
      config: {
        path: CONFIG,
        files: {
          'server.properties': settingLines(
            {
              'process.roles': 'broker,controller',
              'controller.quorum.voters': hosts.map((host, ordinal) => `${ordinal}@${host}:9093`).join(','),
              'controller.listener.names': 'CONTROLLER',
              listeners: 'CLIENT://:9092,CONTROLLER://:9093',
              'inter.broker.listener.name': 'CLIENT',
              'listener.security.protocol.map': 'CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT',
              'log.dirs': '/data/log',
              'num.partitions': partitions,
              'default.replication.factor': copies,
              'min.insync.replicas': inSync,
              'offsets.topic.replication.factor': copies,
              'transaction.state.log.replication.factor': copies,
              'transaction.state.log.min.isr': inSync,
              'unclean.leader.election.enable': false,
              'auto.create.topics.enable': false,
              'log.retention.hours': retentionHours,
              ...settings,
            },
            '=',
            String,
          ),
          'log4j.properties': logging,
          'start.sh': startScript,
        },
      },
      probes: {
        // Its listener opens when it has caught up with the controllers.
        readiness: { tcp: true, port: 'kafka' },
        liveness: { tcp: true, port: 'controller' },
        startupSeconds,
      },
      variables: () => ({
        HOST: name,
        PORT: 9092,
        BOOTSTRAP_SERVERS: hosts.map((host) => `${host}:9092`).join(','),
        ...securityVariables(false, undefined),
      }),
      partitions,
      backup:
        'what is in a topic is gone after its retention in any case; what must outlive it is written elsewhere by a consumer, or mirrored to another cluster',
      problems: evenMembers(replicas),
    });
  },
};

/** An id of sixteen bytes that follows from the name, in the alphabet of Kafka, which wants no dash in front. */
function clusterId(name: string): string {
  return createHash('sha256').update(name).digest().subarray(0, 16).toString('base64url').replace(/^-/, 'A');
}
