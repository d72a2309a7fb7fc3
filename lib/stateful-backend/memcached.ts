import type { Checks } from '../checks/read-props';
import * as check from '../checks/values';
import { bytes } from '../kubernetes/quantity';
import { addressVariables } from '../workload/addresses';
import { basics } from './basics';
import { backendPorts } from './generic';
import { type Engine, memberHosts } from './plan';
import { planOf } from './plan-of';
import { exporter } from './pod-parts';
import { type BackendProps, backendChecks } from './props';

/** Memcached: members that know nothing of each other; clients spread their keys over them by name. Stores nothing. */
export interface MemcachedProps extends BackendProps {
  /** How many members. A key is on one of them. @defaultValue 3: losing one loses a third of the cache */
  readonly replicas?: number;
  /** @defaultValue 4096 */
  readonly maxConnections?: number;
  /** The largest value. @defaultValue 1Mi */
  readonly maxValueSize?: string;
  /** Whether a `MonitoredApp` of it reads its metrics, from an exporter that is made only then. @defaultValue true */
  readonly metrics?: boolean;
}

const MEMORY = '256Mi';

const checks: Checks<MemcachedProps> = {
  ...backendChecks,
  replicas: check.optional(check.integer(1, 1_000)),
  maxConnections: check.optional(check.integer(1, 1_000_000)),
  maxValueSize: check.optional(check.quantity),
  metrics: check.optional(check.boolean),
};

/** What the official image has for asking: bash, which opens connections by itself. */
const alive =
  'exec 3<>/dev/tcp/127.0.0.1/11211 && printf "version\\r\\n" >&3 && read -r -t 2 line <&3 && [[ $line == VERSION* ]]';

/** In Mi; the rest is for connections and its own tables. */
const memoryLimit = (memory: string): number => Math.floor((bytes(memory) * 0.8) / 2 ** 20);

export const memcached: Engine<MemcachedProps, 'memcached'> = {
  name: 'memcached',
  checks,
  externalPorts: { memcached: 11_211 },
  externalVariables: ({ host, port }) => ({ NODES: `${host}:${port}` }),
  plan(props, { name }) {
    const { replicas = 3, maxConnections = 4_096, maxValueSize = '1Mi', metrics = true, ...common } = props;
    const memory = common.resources?.memory ?? MEMORY;
    const { startupSeconds, ...base } = basics(common, {
      image: 'docker.io/library/memcached:1.6.37',
      uid: 11_211,
      resources: { memory: MEMORY },
      flushTime: '1s',
      command: ['memcached'],
      args: [
        `--memory-limit=${memoryLimit(memory)}`,
        `--conn-limit=${maxConnections}`,
        `--max-item-size=${bytes(maxValueSize)}`,
        '--port=11211',
        '--udp-port=0',
      ],
    });
    const exporting = exporter({ image: 'quay.io/prometheus/memcached-exporter:v0.15.0', port: 9150 });
    const ports = backendPorts({ memcached: 11_211 });
    return planOf({
      ...base,
      engine: 'memcached',
      ports,
      exporter: metrics ? exporting : undefined,
      replicas,
      probes: {
        readiness: { tcp: true, port: 'memcached' },
        liveness: { command: ['bash', '-c', alive], timeoutSeconds: 5 },
        startupSeconds,
      },
      variables: () => ({
        ...addressVariables(name, ports[0]),
        NODES: memberHosts(name, replicas)
          .map((host) => `${host}:11211`)
          .join(','),
      }),
      maxConnections,
      reservedConnections: 2,
      problems: valueProblems(maxValueSize, memory),
      backup: 'it keeps nothing that may not be lost',
    });
  },
};

/** Memcached itself refuses to start with values of more than half of its memory, or a gigabyte. */
function valueProblems(size: string, memory: string): string[] {
  const most = Math.min(Math.floor(memoryLimit(memory) / 2), 1024);
  if (bytes(size) <= most * 2 ** 20) return [];
  return [`'maxValueSize': must be at most ${most}Mi, half of what it may keep in ${memory} of memory, got "${size}"`];
}
