import type { Checks } from '../checks/read-props';
import * as check from '../checks/values';
import { addressVariables } from '../workload/addresses';
import { basics, dataVolume } from './basics';
import { consulBackup } from './consul/backup';
import { backendPorts } from './generic';
import { type Engine, evenMembers, memberHosts } from './plan';
import { CONFIG, POD_NAME, planOf } from './plan-of';
import { type EngineProps, engineChecks, storageNeeded } from './props';

/**
 * Consul servers: an odd number of members that vote. Without TLS, gossip key and access lists; who may connect is
 * said by the network policy. Its metrics are at `/v1/agent/metrics?format=prometheus` of the port `http`.
 */
export interface ConsulProps extends Omit<EngineProps, 'credentials' | 'metrics'> {
  /** How much each member may store: `10Gi`, or with a storage class. */
  readonly storage: NonNullable<EngineProps['storage']>;
  /** How many members; odd. @defaultValue 3 */
  readonly replicas?: number;
  /** @defaultValue dc1, as Consul has it */
  readonly datacenter?: string;
}

const { credentials: _, metrics: __, ...engineChecksOfConsul } = engineChecks;

const checks: Checks<ConsulProps> = {
  ...engineChecksOfConsul,
  ...storageNeeded,
  replicas: check.optional(check.integer(1, 9)),
  datacenter: check.optional(check.dnsLabel),
};

export const consul: Engine<ConsulProps, 'http'> = {
  name: 'consul',
  checks,
  externalPorts: { http: 8500 },
  plan(props, { name }) {
    const { storage, replicas = 3, datacenter = 'dc1', ...common } = props;
    const hosts = memberHosts(name, replicas);
    const { startupSeconds, ...base } = basics(common, {
      image: 'docker.io/hashicorp/consul:1.20.4',
      uid: 100,
      resources: { cpu: '200m', memory: '512Mi' },
      command: ['consul', 'agent'],
      args: ['-config-file=/etc/backend/consul.json', '-node=$(POD_NAME)', '-bind=$(POD_IP)', '-advertise=$(POD_IP)'],
      env: { POD_NAME, POD_IP: { fieldRef: { fieldPath: 'status.podIP' } } },
    });
    const ports = backendPorts({
      http: { port: 8500, protocol: 'http' },
      server: 8300,
      gossip: 8301,
      'gossip-udp': { port: 8301, protocol: 'udp' },
    });
    const file = {
      server: true,
      datacenter,
      data_dir: '/data',
      client_addr: '0.0.0.0',
      bootstrap_expect: replicas,
      retry_join: hosts,
      // A pod that ends comes back; who leaves for good is told so by hand.
      leave_on_terminate: false,
      rejoin_after_leave: true,
      performance: { raft_multiplier: 1 },
      telemetry: { prometheus_retention_time: '60s', disable_hostname: true },
    };
    return planOf({
      ...base,
      engine: 'consul',
      ports,
      clientPorts: ['http'],
      peerPorts: ['http', 'server', 'gossip', 'gossip-udp'],
      volumes: dataVolume(storage, '/data'),
      replicas,
      quorum: true,
      config: { path: CONFIG, files: { 'consul.json': `${JSON.stringify(file, null, 2)}\n` } },
      probes: {
        // Ready is who knows a leader; the answer is an empty text where there is none.
        readiness: {
          command: ['sh', '-c', `curl -fsS http://127.0.0.1:8500/v1/status/leader | grep -q '".\\+"'`],
          timeoutSeconds: 5,
        },
        liveness: { http: '/v1/agent/self', port: 'http', timeoutSeconds: 5 },
        startupSeconds,
      },
      variables: () => addressVariables(name, ports[0]),
      backup: consulBackup,
      problems: evenMembers(replicas),
    });
  },
};
