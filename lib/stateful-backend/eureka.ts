import type { Checks } from '../checks/read-props';
import * as check from '../checks/values';
import { basics } from './basics';
import { backendPorts } from './generic';
import { type Engine, memberHosts, peerService } from './plan';
import { POD_NAME, planOf } from './plan-of';
import { type BackendProps, backendChecks } from './props';

/**
 * Eureka, as a Spring Boot application of one's own: nobody publishes an image of it. Members copy to each other what
 * is registered, and store nothing.
 */
export interface EurekaProps extends BackendProps {
  /** An application with `@EnableEurekaServer` and the actuator. */
  readonly image: string;
  /** How many members. @defaultValue 3 */
  readonly replicas?: number;
}

const checks: Checks<EurekaProps> = {
  ...backendChecks,
  image: check.imageReference,
  replicas: check.optional(check.integer(1, 20)),
};

export const eureka: Engine<EurekaProps, 'http'> = {
  name: 'eureka',
  checks,
  externalPorts: { http: 8761 },
  externalVariables: ({ host, port }) => ({ DEFAULT_ZONE: `http://${host}:${port}/eureka/` }),
  plan(props, { name }) {
    const { replicas = 3, ...common } = props;
    const zone = memberHosts(name, replicas)
      .map((host) => `http://${host}:8761/eureka/`)
      .join(',');
    const { startupSeconds, ...base } = basics(common, {
      image: 'missing',
      resources: { cpu: '200m', memory: '768Mi' },
      env: {
        POD_NAME,
        SERVER_PORT: 8761,
        // Members are told apart by their host names, so each says its own.
        EUREKA_INSTANCE_HOSTNAME: { expand: `$(POD_NAME).${peerService(name)}` },
        EUREKA_INSTANCE_PREFERIPADDRESS: false,
        EUREKA_CLIENT_REGISTERWITHEUREKA: true,
        EUREKA_CLIENT_FETCHREGISTRY: true,
        EUREKA_CLIENT_SERVICEURL_DEFAULTZONE: zone,
        MANAGEMENT_ENDPOINT_HEALTH_PROBES_ENABLED: true,
        SERVER_SHUTDOWN: 'graceful',
      },
    });
    return planOf({
      ...base,
      engine: 'eureka',
      ports: backendPorts({ http: { port: 8761, protocol: 'http' } }),
      metrics: { port: 'http', path: '/actuator/prometheus' },
      peerPorts: ['http'],
      replicas,
      probes: {
        readiness: { http: '/actuator/health/readiness', port: 'http' },
        liveness: { http: '/actuator/health/liveness', port: 'http' },
        startupSeconds,
      },
      backup: 'it keeps nothing: instances register again',
      variables: () => ({ URL: `http://${name}:8761`, HOST: name, PORT: 8761, DEFAULT_ZONE: zone }),
    });
  },
};
