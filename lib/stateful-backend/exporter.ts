import type { Deployment } from 'kubernetes-types/apps/v1';
import { kinds } from '../kubernetes/kinds';
import { KubernetesObject } from '../kubernetes/kubernetes-object';
import { EXPORTER } from '../metadata/labels';
import { DESCRIBE } from '../model/describe';
import type { Records } from '../model/system';
import type { MetricsSource } from '../workload/metrics-source';
import { portsOf } from '../workload/ports';
import type { Usable } from '../workload/use';
import { Workload } from '../workload/workload';
import type { ClusterExporter } from './plan';

/**
 * The exporter of a whole cluster, for engines of which one look shows everything: one pod that may read from the
 * backend, and that only Prometheus reads. It needs no Service, and while it moves to another node no service misses it.
 */
export class Exporter extends Workload<'metrics'> {
  readonly deployment: KubernetesObject<Deployment>;

  constructor(backend: Workload & Usable, { image, port, command, args, healthPath }: ClusterExporter) {
    super(backend, `${backend.name}-exporter`, {
      component: EXPORTER,
      props: { image, command, args, priority: 'optional', resources: { cpu: '20m', memory: '64Mi' } },
      ports: portsOf({ metrics: { port, protocol: 'http' } }),
      probes: {
        readiness: { tcp: true, port: 'metrics' },
        liveness: { http: healthPath, port: 'metrics' },
        startupSeconds: 60,
      },
      requestSeconds: 0,
      flushSeconds: 0,
      behindBalancer: false,
      spread: false,
      problems: [],
    });
    this.uses(backend, { access: 'read-only' });
    this.deployment = new KubernetesObject<Deployment>(
      this,
      'Deployment',
      kinds.Deployment,
      this.runnerMetadata(),
      () => ({
        spec: {
          replicas: 1,
          revisionHistoryLimit: 3,
          selector: { matchLabels: { ...this.selector } },
          strategy: { type: 'Recreate' },
          template: this.podTemplate(),
        },
      }),
    );
  }

  override metricsSource(): MetricsSource {
    return { pods: this, port: this.ports.metrics, path: '/metrics' };
  }

  [DESCRIBE](): Records {
    return this.describeWorkload(this.deployment.node.path, { min: 1, max: 1 });
  }
}
