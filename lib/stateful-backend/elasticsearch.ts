import type { Checks } from '../checks/read-props';
import * as check from '../checks/values';
import { bytes } from '../kubernetes/quantity';
import type { ServerTls } from '../model/backend-tls';
import { addressVariables } from '../workload/addresses';
import type { Credentials } from '../workload/credentials';
import { renderEnv } from '../workload/env';
import { accountOf, accountsPart, accountValue, unknownKeys } from './accounts';
import type { AccountsProps } from './accounts-plan';
import { basics, dataVolume, settingLines } from './basics';
import { elasticsearchAccounts } from './elasticsearch/accounts';
import { readyScript, startScript } from './elasticsearch/scripts';
import { backendPorts } from './generic';
import { type Engine, evenMembers, memberHosts, peerService } from './plan';
import { CONFIG, POD_NAME, planOf } from './plan-of';
import { exporter } from './pod-parts';
import { type EngineProps, engineChecks, settingsCheck, storageNeeded } from './props';
import { SERVER_TLS, serverTls } from './tls';

/**
 * Elasticsearch: every member holds data and may be elected master. With `credentials` it has accounts and with `tls`
 * certificates, which Elasticsearch wants together; with neither, its network policy says who may connect.
 *
 * A user that names a `namespace` reads and writes only the indices that begin with it: `uses(search, { namespace:
 * 'catalogue' })`.
 */
export interface ElasticsearchProps extends EngineProps, AccountsProps {
  /** How much each member may store: `100Gi`, or with a storage class. */
  readonly storage: NonNullable<EngineProps['storage']>;
  /**
   * The Secret with the keys `username` and `password`: the account of the administrator, with `accounts: 'shared'` that
   * of all users. The name must be none that Elasticsearch keeps for itself, such as `elastic`, and the password needs six
   * characters. Both are read at the start of each member; an empty key stops it.
   * @defaultValue none: everybody who may connect may do everything
   */
  readonly credentials?: Credentials;
  /**
   * How long logs are kept that came by `logs-<service>-<environment>`, as a `LoggingSidecar` sends them. A Job sets it, for data streams that exist as well.
   * @defaultValue none: the built-in policy deletes nothing, and a store that is full takes no more entries
   */
  readonly retentionDays?: number;
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

const MEMORY = '2Gi';

const checks: Checks<ElasticsearchProps> = {
  ...engineChecks,
  ...storageNeeded,
  replicas: check.optional(check.integer(1, 99)),
  memoryMapping: check.optional(check.boolean),
  settings: settingsCheck(),
  accounts: check.optional(check.oneOf('per-user', 'shared')),
  retentionDays: check.optional(check.integer(1, 3_650)),
};

export const elasticsearch: Engine<ElasticsearchProps, 'http'> = {
  name: 'elasticsearch',
  checks,
  externalPorts: { http: 9200 },
  plan(props, place) {
    const { name } = place;
    const {
      storage,
      credentials,
      accounts = 'per-user',
      retentionDays: days,
      replicas = 3,
      memoryMapping = false,
      settings,
      metrics = true,
      ...common
    } = props;
    const tls = serverTls(props.tls, place);
    const isSecure = credentials !== undefined;
    const scheme = isSecure ? 'https' : 'http';
    const hosts = memberHosts(name, replicas);
    const memory = common.resources?.memory ?? MEMORY;
    const heap = Math.floor((bytes(memory) * 0.5) / 2 ** 20);
    const { startupSeconds, ...base } = basics(common, {
      storage: [storage],
      image: 'docker.elastic.co/elasticsearch/elasticsearch:9.2.0',
      uid: 1000,
      resources: { cpu: '500m', memory: MEMORY },
      flushTime: '1m',
      writablePaths: { '/tmp': '256Mi' },
      command: ['sh', `${CONFIG}/start.sh`],
      env: {
        POD_NAME,
        SERVICE: name,
        SCHEME: scheme,
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
      args: [`--es.uri=${scheme}://localhost:9200`, ...(isSecure ? [`--es.ca=${SERVER_TLS.ca}`] : [])],
      ...(isSecure ? exporterAccount(credentials) : {}),
    });
    const ports = backendPorts({ http: { port: 9200, protocol: scheme }, transport: 9300 });
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
              ...(isSecure ? securitySettings : { 'xpack.security.enabled': false }),
              'ingest.geoip.downloader.enabled': false,
              ...settings,
            },
            ': ',
            String,
            // Text in the quotes of JSON, which YAML reads as what it is.
            JSON.stringify,
          ),
          'start.sh': startScript(isSecure),
          'ready.sh': readyScript(isSecure),
        },
      },
      tls: isSecure ? tls : false,
      parts: [accountsPart(credentials)],
      probes: {
        readiness: { command: ['sh', `${CONFIG}/ready.sh`], periodSeconds: 10, timeoutSeconds: 10 },
        liveness: { tcp: true, port: 'transport' },
        startupSeconds,
      },
      variables: () => ({
        ...addressVariables(name, ports[0]),
        HOSTS: hosts.map((host) => `${scheme}://${host}:9200`).join(','),
      }),
      backup:
        'its snapshots are written by its members themselves, to a repository that is set up in it with an account of its own; let its snapshot lifecycle management do it',
      credentials: accountOf(credentials),
      accounts:
        (isSecure && accounts === 'per-user') || days !== undefined
          ? elasticsearchAccounts(name, { isSecure, isShared: !isSecure || accounts === 'shared', days })
          : undefined,
      problems: [...evenMembers(replicas), ...unknownKeys(credentials), ...securityProblems(isSecure, tls, props)],
    });
  },
};

/** The same certificate between members and for users. Members may come under any address, so only its CA counts there. */
const securitySettings = {
  'xpack.security.enabled': true,
  'xpack.security.transport.ssl.enabled': true,
  'xpack.security.transport.ssl.verification_mode': 'certificate',
  'xpack.security.transport.ssl.key': 'tls/tls.key',
  'xpack.security.transport.ssl.certificate': 'tls/tls.crt',
  'xpack.security.transport.ssl.certificate_authorities': 'tls/ca.crt',
  'xpack.security.http.ssl.enabled': true,
  'xpack.security.http.ssl.key': 'tls/tls.key',
  'xpack.security.http.ssl.certificate': 'tls/tls.crt',
};

/** The exporter reads its account from its environment alone. */
function exporterAccount(credentials: Credentials) {
  return {
    env: renderEnv({
      ES_USERNAME: accountValue(credentials, 'username', 'username'),
      ES_PASSWORD: accountValue(credentials, 'password', 'password'),
    }),
    volumeMounts: [{ name: 'tls', mountPath: SERVER_TLS.path, readOnly: true }],
  };
}

function securityProblems(isSecure: boolean, tls: ServerTls | false, { tls: given }: ElasticsearchProps): string[] {
  if (isSecure && tls === false) {
    return ["'tls': must be set where there are 'credentials': Elasticsearch has accounts only with certificates"];
  }
  if (isSecure || !given) return [];
  return ["'credentials': must be set where there is 'tls': Elasticsearch has certificates only with accounts"];
}
