import type { Checks } from '../checks/read-props';
import * as check from '../checks/values';
import { majority } from '../model/majority';
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

/** Ready is who has a vote, and knows who leads. A member that comes back is given its vote after ten quiet seconds. */
const readyScript = `#!/bin/sh
api=http://127.0.0.1:8500/v1
curl -fsS $api/status/leader | grep -q '"..*"' || exit 1
curl -fsS "$api/operator/raft/configuration?stale" | tr '{' '\\n' | grep "\\"Node\\":\\"$POD_NAME\\"" | grep -q '"Voter":true'
`;

export const consul: Engine<ConsulProps, 'http'> = {
  name: 'consul',
  checks,
  externalPorts: { http: 8500 },
  plan(props, { name }) {
    const { storage, replicas = 3, datacenter = 'dc1', ...common } = props;
    const hosts = memberHosts(name, replicas);
    const { startupSeconds, ...base } = basics(common, {
      storage: [storage],
      image: 'docker.io/hashicorp/consul:1.20.6',
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
      // A name is not known there yet when its pod starts.
      retry_interval: '5s',
      // A pod comes back under another address, which the others believe at once when it has said goodbye, and after a
      // minute when it has not. Until it is back, the others are all that there are.
      leave_on_terminate: true,
      rejoin_after_leave: true,
      autopilot: { min_quorum: majority(replicas) },
      performance: { raft_multiplier: 1 },
      // One data centre, and nobody to ask outside of it.
      ports: { serf_wan: -1 },
      disable_update_check: true,
      telemetry: { prometheus_retention_time: '60s', disable_hostname: true },
    };
    return planOf({
      ...base,
      engine: 'consul',
      ports,
      metrics: { port: 'http', path: '/v1/agent/metrics', params: { format: ['prometheus'] } },
      clientPorts: ['http'],
      peerPorts: ['http', 'server', 'gossip', 'gossip-udp'],
      volumes: dataVolume(storage, '/data'),
      replicas,
      quorum: true,
      config: { path: CONFIG, files: { 'consul.json': `${JSON.stringify(file, null, 2)}\n`, 'ready.sh': readyScript } },
      probes: {
        readiness: { command: ['sh', `${CONFIG}/ready.sh`], timeoutSeconds: 5 },
        liveness: { http: '/v1/agent/self', port: 'http', timeoutSeconds: 5 },
        startupSeconds,
      },
      variables: () => addressVariables(name, ports[0]),
      backup: consulBackup,
      problems: evenMembers(replicas),
    });
  },
};
