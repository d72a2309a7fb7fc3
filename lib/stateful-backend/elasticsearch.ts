import type { Checks } from '../checks/read-props';
import * as check from '../checks/values';
import { bytes } from '../kubernetes/quantity';
import { addressVariables } from '../workload/addresses';
import { basics, dataVolume, settingLines } from './basics';
import { readyScript, startScript } from './elasticsearch/scripts';
import { backendPorts } from './generic';
import { type Engine, evenMembers, memberHosts, peerService } from './plan';
import { CONFIG, POD_NAME, planOf } from './plan-of';
import { exporter } from './pod-parts';
import { type EngineProps, engineChecks, settingsCheck, storageNeeded } from './props';

/**
 * Elasticsearch: every member holds data and may be elected master. Without TLS and accounts, which Elasticsearch has
 * only together; who may connect is said by the network policy.
 */
export interface ElasticsearchProps extends Omit<EngineProps, 'credentials'> {
  /** How much each member may store: `100Gi`, or with a storage class. */
  readonly storage: NonNullable<EngineProps['storage']>;
  /** How many members; odd. @defaultValue 3 */
  readonly replicas?: number;
  /**
   * Whether it maps its files into memory, which is faster. The nodes must then allow it: `vm.max_map_count` of
   * 262144 or more, which no pod of the restricted level can set.
   * @defaultValue false
   */
  readonly memoryMapping?: boolean;
  /** Further lines of `elasticsearch.yml`; they win over those of the library. @defaultValue none */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
}

const { credentials: _, ...engineChecksOfElasticsearch } = engineChecks;
const MEMORY = '2Gi';

const checks: Checks<ElasticsearchProps> = {
  ...engineChecksOfElasticsearch,
  ...storageNeeded,
  replicas: check.optional(check.integer(1, 99)),
  memoryMapping: check.optional(check.boolean),
  settings: settingsCheck(),
};

export const elasticsearch: Engine<ElasticsearchProps, 'http'> = {
  name: 'elasticsearch',
  checks,
  externalPorts: { http: 9200 },
  plan(props, { name }) {
    const { storage, replicas = 3, memoryMapping = false, settings, metrics = true, ...common } = props;
    const hosts = memberHosts(name, replicas);
    const memory = common.resources?.memory ?? MEMORY;
    const heap = Math.floor((bytes(memory) * 0.5) / 2 ** 20);
    const { startupSeconds, ...base } = basics(common, {
      image: 'docker.elastic.co/elasticsearch/elasticsearch:8.17.3',
      uid: 1000,
      resources: { cpu: '500m', memory: MEMORY },
      flushTime: '1m',
      writablePaths: { '/tmp': '256Mi' },
      command: ['sh', `${CONFIG}/start.sh`],
      env: {
        POD_NAME,
        SERVICE: name,
        PEERS: peerService(name),
        MEMBERS: hosts.join(' '),
        INITIAL: hosts.map((_, ordinal) => `${name}-${ordinal}`).join(','),
        ES_JAVA_OPTS: `-Xms${heap}m -Xmx${heap}m`,
        ES_TMPDIR: '/tmp',
        CLI_JAVA_OPTS: '-Xmx64m',
      },
    });
    const exporting = exporter({
      image: 'quay.io/prometheuscommunity/elasticsearch-exporter:v1.8.0',
      port: 9114,
      args: ['--es.uri=http://localhost:9200'],
    });
    const ports = backendPorts({ http: { port: 9200, protocol: 'http' }, transport: 9300 });
    return planOf({
      ...base,
      engine: 'elasticsearch',
      ports,
      exporter: metrics ? exporting : undefined,
      clientPorts: ['http'],
      peerPorts: ['http', 'transport'],
      volumes: dataVolume(storage, '/data'),
      replicas,
      quorum: true,
      config: {
        path: CONFIG,
        files: {
          'elasticsearch.yml': settingLines(
            {
              'cluster.name': name,
              // Elasticsearch puts in the variables by itself.
              'node.name': '$' + '{POD_NAME}',
              'network.host': '0.0.0.0',
              'network.publish_host': '$' + '{POD_NAME}.$' + '{PEERS}',
              'discovery.seed_hosts': hosts.join(','),
              'path.data': '/data/nodes',
              'path.logs': '/tmp/logs',
              'node.store.allow_mmap': memoryMapping,
              'xpack.security.enabled': false,
              'ingest.geoip.downloader.enabled': false,
              ...settings,
            },
            ': ',
            String,
            // Text in the quotes of JSON, which YAML reads as what it is.
            JSON.stringify,
          ),
          'start.sh': startScript,
          'ready.sh': readyScript,
        },
      },
      probes: {
        readiness: { command: ['sh', `${CONFIG}/ready.sh`], periodSeconds: 10, timeoutSeconds: 10 },
        liveness: { tcp: true, port: 'transport' },
        startupSeconds,
      },
      variables: () => ({
        ...addressVariables(name, ports[0]),
        HOSTS: hosts.map((host) => `http://${host}:9200`).join(','),
      }),
      backup:
        'its snapshots are written by its members themselves, to a repository that is set up in it with an account of its own; let its snapshot lifecycle management do it',
      problems: evenMembers(replicas),
    });
  },
};
