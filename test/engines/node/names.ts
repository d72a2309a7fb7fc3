import type { Manifest } from '../../../lib/kubernetes/kubernetes-object';
import type { Pod } from './pod';

/**
 * In place of a DNS server: every pod is told where all others are, and which of them a Service leads to. As in a
 * cluster, a pod is known when it has been ready, or at once by a Service with `publishNotReadyAddresses`.
 */
export class Names {
  private readonly pods = new Set<Pod>();
  private readonly guests = new Set<Pod>();

  constructor(
    private readonly manifests: readonly Manifest[],
    /** Names that lead out of the cluster, each with its address at the moment. */
    private readonly outside: () => Readonly<Record<string, string>> = () => ({}),
  ) {}

  add(pod: Pod): void {
    this.pods.add(pod);
    pod.onReady = () => this.tell();
    this.tell();
  }

  /** Somebody who has no name himself. */
  addGuest(pod: Pod): void {
    this.guests.add(pod);
    this.tell();
  }

  tell(): void {
    const running = [...this.pods].filter((pod) => pod.address !== '');
    const outside = Object.entries(this.outside()).map(([name, address]) => `${address} ${name}`);
    const services = [...this.services(running), ...outside];
    const known = running.filter((pod) => pod.wasReady || this.manifests.some((each) => isPeerServiceOf(pod, each)));
    for (const member of [...running, ...this.guests]) member.writeHosts(known, services);
  }

  /** The names of Services, each with the addresses of the pods that it selects; the last one first, as good as any. */
  private services(running: readonly Pod[]): string[] {
    return this.manifests
      .filter(({ kind, spec }) => kind === 'Service' && spec.selector)
      .flatMap(({ metadata, spec }) =>
        running
          .filter((pod) => pod.wasReady || spec.publishNotReadyAddresses)
          .filter((pod) => Object.entries(spec.selector).every(([name, value]) => pod.labels[name] === value))
          .reverse()
          .map((pod) => `${pod.address} ${metadata.name}.production.svc.cluster.local ${metadata.name}`),
      );
  }
}

/** Whether it gives a name to the pod before it is ready. */
const isPeerServiceOf = (pod: Pod, { kind, metadata, spec }: Manifest): boolean =>
  kind === 'Service' && metadata.name === pod.input.service && spec.publishNotReadyAddresses === true;
