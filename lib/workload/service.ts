import type { ServiceSpec } from 'kubernetes-types/core/v1';
import type { Labels } from '../metadata/labels';
import { type Port, servicePorts } from './ports';

export const serviceTypes = ['ClusterIP', 'Headless', 'NodePort', 'LoadBalancer'] as const;

/** How a Service is reached; `Headless` is a ClusterIP Service without an address, whose name resolves to the pods. */
export type ServiceType = (typeof serviceTypes)[number];

export interface ServiceInput {
  readonly selector: Labels;
  readonly ports: readonly Port[];
  readonly type: ServiceType;
  readonly sessionAffinity: 'None' | 'ClientIP';
  /** Whether names resolve to pods that are not ready yet, as members that look for each other need it. */
  readonly publishNotReadyAddresses?: boolean;
}

export function serviceSpec({
  selector,
  ports,
  type,
  sessionAffinity,
  publishNotReadyAddresses,
}: ServiceInput): ServiceSpec {
  return {
    type: type === 'Headless' ? 'ClusterIP' : type,
    clusterIP: type === 'Headless' ? 'None' : undefined,
    publishNotReadyAddresses,
    sessionAffinity,
    selector: { ...selector },
    ports: servicePorts(ports),
  };
}
