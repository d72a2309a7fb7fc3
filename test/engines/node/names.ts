import type { Manifest } from '../../../lib/kubernetes/kubernetes-object';
import type { Pod } from './pod';

/** In place of a DNS server: every pod is told where all others are, and which of them a Service leads to. */
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
    for (const member of [...running, ...this.guests]) member.writeHosts(running, services);
  }

  /** The names of Services, each with the addresses of the pods that it selects; the last one first, as good as any. */
  private services(running: readonly Pod[]): string[] {
    return this.manifests
      .filter(({ kind, spec }) => kind === 'Service' && spec.selector)
      .flatMap(({ metadata, spec }) =>
        running
          .filter((pod) => Object.entries(spec.selector).every(([name, value]) => pod.labels[name] === value))
          .reverse()
          .map((pod) => `${pod.address} ${metadata.name}.production.svc.cluster.local ${metadata.name}`),
      );
  }
}
