import { createHash } from 'node:crypto';
import type { Checks } from '../checks/read-props';
import * as check from '../checks/values';
import { securityVariables } from '../external-backend/sasl';
import { bytes } from '../kubernetes/quantity';
import { mayBeAway } from '../model/majority';
import { caFile } from '../workload/backend-tls';
import { type Credentials, credentialsPath } from '../workload/credentials';
import { accountOf, accountsPart, unknownKeys } from './accounts';
import { basics, dataVolume, settingLines } from './basics';
import { backendPorts } from './generic';
import { type KafkaSecurity, readyScript, securitySettings, startScript } from './kafka/security';
import { type TopicDefaults, type Topics, topicLines, topicProblems, topicsCheck } from './kafka/topics';
import { TopicsJob } from './kafka/topics-job';
import { type Engine, evenMembers, memberHosts, peerService } from './plan';
import { CONFIG, POD_NAME, planOf } from './plan-of';
import { privatePart } from './private-files';
import { type EngineProps, engineChecks, settingsCheck, storageNeeded } from './props';
import { serverTls } from './tls';

/**
 * Kafka without ZooKeeper (KRaft): every member is broker and controller, and the controllers vote.
 *
 * With `credentials` clients and members sign in with SCRAM-SHA-512, and only accounts with a grant get in; without, the
 * network policy alone says who may connect. With `tls` all connections are encrypted; a renewed certificate is read
 * within a minute, without a restart.
 *
 * A member is ready when it is in step with every partition of which it has a copy, so that a rollout never takes a
 * second member away while the first one is behind.
 */
export interface KafkaProps extends EngineProps {
  /** How much each member may store: `100Gi`, or with a storage class. */
  readonly storage: NonNullable<EngineProps['storage']>;
  /**
   * The Secret with the keys `username` and `password` of the administrator, with whom the members sign in to each other,
   * too; `keys` maps them to other names. The account is made when the storage of the members is new; to change its password,
   * change it with kafka-configs.sh and in the Secret, and restart all members at once.
   * @defaultValue none: everyone whom the network policy lets in may do everything; a rule asks for it in production
   */
  readonly credentials?: Credentials;
  /** How many members; odd. @defaultValue 3 */
  readonly replicas?: number;
  /**
   * The topics, made by a Job `<name>-topics`, also where it runs elsewhere: `{ orders: { partitions: 12 } }`. One that is
   * taken out stays, with what is in it.
   * @defaultValue none: they are made by others; brokers never make one by themselves
   */
  readonly topics?: Topics;
  /** In how many partitions a topic is split that does not say. No more consumers of a group can work than that. @defaultValue 12 */
  readonly partitions?: number;
  /**
   * How long messages are kept, in hours. Older ones go first where they would not fit on the volume: the share of each
   * partition follows from `storage` and `topics`, or from `partitions` where there is no list of topics.
   * @defaultValue 168: a week
   */
  readonly retentionHours?: number;
  /** Further lines of `server.properties`; they win over those of the library. @defaultValue none */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
}

const IMAGE = 'docker.io/apache/kafka:4.3.1';
const MEMORY = '2Gi';

const checks: Checks<KafkaProps> = {
  ...engineChecks,
  ...storageNeeded,
  replicas: check.optional(check.integer(1, 99)),
  partitions: check.optional(check.integer(1, 10_000)),
  topics: check.optional(topicsCheck),
  retentionHours: check.optional(check.integer(1)),
  settings: settingsCheck(),
};

const logging = `rootLogger.level=INFO
rootLogger.appenderRef.out.ref=OUT
appender.out.type=Console
appender.out.name=OUT
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=[%d] %p %m (%c)%n
`;

export const kafka: Engine<KafkaProps, 'kafka'> = {
  name: 'kafka',
  checks,
  externalPorts: { kafka: 9092 },
  externalVariables: ({ host, port, tls, sasl }) => ({
    BOOTSTRAP_SERVERS: `${host}:${port}`,
    ...securityVariables(tls, sasl),
  }),
  complete(backend, { topics = {}, partitions = 12, replicas = 3, image = IMAGE }) {
    if (Object.keys(topics).length === 0) return;
    const lines = topicLines(topics, { partitions, replicas: Math.min(3, replicas) });
    new TopicsJob(backend, 'Topics', { backend, image, topics: lines });
  },
  plan(props, place) {
    const { name, environment } = place;
    const { storage, credentials, replicas = 3, partitions = 12, retentionHours = 168, topics = {}, ...others } = props;
    const { settings, metrics = true, ...common } = others;
    const tls = serverTls(props.tls, place);
    const security = { hasAccounts: credentials !== undefined, hasTls: tls !== false };
    const hosts = memberHosts(name, replicas);
    const memory = common.resources?.memory ?? MEMORY;
    const copies = Math.min(3, replicas);
    const inSync = Math.max(1, copies - 1);
    const heap = Math.floor((bytes(memory) * 0.5) / 2 ** 20);
    const { startupSeconds, ...base } = basics(common, {
      storage: [storage],
      image: IMAGE,
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
        KAFKA_LOG4J_OPTS: `-Dlog4j2.configurationFile=file:${CONFIG}/log4j2.properties`,
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
            ...exporterCommand(
              hosts.map((host) => `--kafka.server=${host}:9092`),
              name,
              security,
            ),
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
              ...securitySettings(security),
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
              ...sizeSettings(storage, partitionsOf(topics, { partitions, replicas: copies }) / replicas),
              ...settings,
            },
            '=',
            String,
          ),
          'log4j2.properties': logging,
          'start.sh': startScript(security),
          'ready.sh': readyScript,
        },
      },
      probes: {
        readiness: { command: ['sh', `${CONFIG}/ready.sh`] },
        liveness: { tcp: true, port: 'controller' },
        startupSeconds,
      },
      variables: () => ({
        HOST: name,
        PORT: 9092,
        BOOTSTRAP_SERVERS: hosts.map((host) => `${host}:9092`).join(','),
        ...securityVariables(tls ? {} : false, credentials && {}),
      }),
      credentials: accountOf(credentials),
      tls,
      partitions,
      backup:
        'what is in a topic is gone after its retention in any case; what must outlive it is written elsewhere by a consumer, or mirrored to another cluster',
      parts: [accountsPart(credentials), ...(credentials || tls ? [privatePart] : [])],
      problems: [...evenMembers(replicas), ...unknownKeys(credentials), ...topicProblems(topics, replicas)],
    });
  },
};

/** How many copies of partitions all members have together. */
function partitionsOf(topics: Topics, defaults: TopicDefaults): number {
  const all = Object.values(topics);
  const copies = ({ partitions = defaults.partitions, replicas = defaults.replicas }: Topics[string]) =>
    partitions * replicas;
  return (all.length > 0 ? all : [{}]).map(copies).reduce((sum, each) => sum + each, 0);
}

/**
 * What each partition may keep, so that all of a member fit on its volume. A segment goes as a whole, and the last one
 * stays, so they are small against that; the rest is for offsets, indexes and what is about to be deleted.
 */
function sizeSettings(storage: KafkaProps['storage'] | undefined, perMember: number) {
  const [volume] = dataVolume(storage, '/data');
  if (volume === undefined) return {};
  const kept = Math.max(4 * 2 ** 20, Math.floor((bytes(volume.size) * 0.6) / Math.ceil(perMember)));
  return { 'log.retention.bytes': kept, 'log.segment.bytes': Math.min(2 ** 30, Math.floor(kept / 4)) };
}

/** It reads its password from its command line alone, which no other pod sees. */
function exporterCommand(servers: readonly string[], name: string, { hasAccounts, hasTls }: KafkaSecurity) {
  const tls = hasTls ? ['--tls.enabled', `--tls.ca-file=${caFile(name)}`] : [];
  if (!hasAccounts) return { args: [...servers, ...tls] };
  const folder = credentialsPath(name);
  const signIn = `exec /bin/kafka_exporter --sasl.enabled --sasl.mechanism=scram-sha512 --sasl.username="$(cat ${folder}/username)" --sasl.password="$(cat ${folder}/password)" "$@"`;
  return { command: ['sh', '-c', signIn, 'sh'], args: [...servers, ...tls] };
}

/** An id of sixteen bytes that follows from the name, in the alphabet of Kafka, which wants no dash in front. */
function clusterId(name: string): string {
  return createHash('sha256').update(name).digest().subarray(0, 16).toString('base64url').replace(/^-/, 'A');
}
