import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Names } from './names';
import type { Network } from './network';
import { Pod } from './pod';
import { type SetInput, until } from './set';

/** A Deployment and its controller: pods without names that anybody relies on, all alike. */
export class PlayedTier {
  readonly pods: Pod[] = [];
  private readonly folder = mkdtempSync(join(tmpdir(), 'engine-'));
  private incarnation = 0;

  constructor(
    private readonly input: SetInput & { readonly names: Names },
    private readonly network: Network,
  ) {}

  // biome-ignore lint/suspicious/noExplicitAny: a manifest as plain data
  get spec(): any {
    const { manifests, name } = this.input;
    return manifests.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === name)?.spec;
  }

  async start(pods: number): Promise<void> {
    for (let number = 0; number < pods; number += 1) await this.create(number);
    for (const number of this.pods.keys()) await this.alive(number);
  }

  pod(number: number): Pod {
    return this.pods[number] as Pod;
  }

  /** Until its process does what its liveness probe asks for. */
  async alive(number: number, seconds = 120): Promise<void> {
    const pod = this.pod(number);
    const { main } = pod;
    const details = () => `${main.restarts} restarts:\n${main.lastLines(40)}`;
    await until(`${pod.name} is alive`, () => pod.isAlive(), seconds, details);
    // Nobody asks its readiness probe here.
    pod.wasReady = true;
    this.input.names.tell();
  }

  /** A new pod first, and then the old one ends, as a rollout does it. */
  async replace(number: number): Promise<void> {
    const old = this.pod(number);
    await this.create(number);
    await this.alive(number);
    await old.end();
    this.input.names.tell();
  }

  async close(): Promise<void> {
    await Promise.all(this.pods.map((pod) => pod.destroy()));
    if (process.env.ENGINES_KEEP === undefined) rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  async create(number: number): Promise<void> {
    const { name, manifests, secrets = {}, images, names } = this.input;
    this.incarnation += 1;
    const pod = new Pod(
      {
        name: `${name}-${this.incarnation}`,
        namespace: 'production',
        folder: join(this.folder, `pod-${this.incarnation}`),
        claims: join(this.folder, 'no-claims'),
        template: this.spec.template,
        service: name,
        manifests,
        secrets,
        images,
      },
      this.network,
    );
    this.pods[number] = pod;
    await pod.start();
    names.add(pod);
  }
}
