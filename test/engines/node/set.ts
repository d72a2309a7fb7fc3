import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Manifest } from '../../../lib/kubernetes/kubernetes-object';
import type { Network } from './network';
import { type Image, Pod } from './pod';

export interface SetInput {
  readonly manifests: readonly Manifest[];
  readonly name: string;
  readonly secrets?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly images: Readonly<Record<string, Image>>;
}

/** A StatefulSet and its controller: pods with names and volumes of their own, in the order of the manifest. */
export class PlayedSet {
  readonly pods: Pod[] = [];
  /** Pods that had to be killed because they did not end in time. */
  killed = 0;
  private readonly folder = mkdtempSync(join(tmpdir(), 'engine-'));
  private incarnation = 0;

  constructor(
    private readonly input: SetInput,
    private readonly network: Network,
  ) {}

  // biome-ignore lint/suspicious/noExplicitAny: a manifest as plain data
  get spec(): any {
    const found = this.input.manifests.find(
      ({ kind, metadata }) => kind === 'StatefulSet' && metadata.name === this.input.name,
    );
    return found?.spec;
  }

  /** Starts all members, as the manifest says: one after another or all at once. */
  async start(): Promise<void> {
    for (let ordinal = 0; ordinal < this.spec.replicas; ordinal += 1) {
      await this.create(ordinal);
      if (this.spec.podManagementPolicy === 'OrderedReady') await this.ready(ordinal);
    }
    await this.allReady();
  }

  pod(ordinal: number): Pod {
    return this.pods[ordinal] as Pod;
  }

  async ready(ordinal: number, seconds = 120): Promise<void> {
    const pod = this.pod(ordinal);
    await until(
      `${pod.name} is ready`,
      () => pod.isReady(),
      seconds,
      () =>
        pod.containers
          .map((container) => `${container.input.name} (${container.restarts} restarts):\n${container.lastLines()}`)
          .join('\n'),
    );
  }

  async allReady(seconds = 120): Promise<void> {
    for (const ordinal of this.pods.keys()) await this.ready(ordinal, seconds);
  }

  /** Takes a member away as a drain does, and gives it back under another address. */
  async replace(ordinal: number): Promise<void> {
    if (!(await this.pod(ordinal).end())) this.killed += 1;
    await this.create(ordinal);
    await this.ready(ordinal);
  }

  /** A node is gone in a moment, and with it the pod; `meanwhile` is what happens until it comes up on another one. */
  async lose(ordinal: number, meanwhile: () => Promise<void> = async () => {}): Promise<void> {
    await this.pod(ordinal).destroy();
    this.tellNames();
    await meanwhile();
    await this.create(ordinal);
  }

  /** What `kubectl rollout restart` does. */
  async rollingRestart(): Promise<void> {
    for (let ordinal = this.spec.replicas - 1; ordinal >= 0; ordinal -= 1) await this.replace(ordinal);
  }

  /** The whole cluster goes down at once, and comes up again. */
  async powerCut(): Promise<void> {
    await Promise.all(this.pods.map((pod) => pod.destroy()));
    this.pods.length = 0;
    await this.start();
  }

  async close(): Promise<void> {
    await Promise.all(this.pods.map((pod) => pod.destroy()));
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  private async create(ordinal: number): Promise<void> {
    const { name, manifests, secrets = {}, images } = this.input;
    this.incarnation += 1;
    const pod = new Pod(
      {
        name: `${name}-${ordinal}`,
        namespace: 'production',
        folder: join(this.folder, `pod-${this.incarnation}`),
        claims: join(this.folder, `claims-${ordinal}`),
        template: this.spec.template,
        service: this.spec.serviceName,
        manifests,
        secrets,
        images,
      },
      this.network,
    );
    this.pods[ordinal] = pod;
    await pod.start();
    this.tellNames();
  }

  private tellNames(): void {
    for (const member of this.pods) if (member?.address) member.writeHosts(this.pods.filter(Boolean));
  }
}

export async function until(
  what: string,
  condition: () => Promise<boolean> | boolean,
  seconds = 60,
  details: () => string = () => '',
): Promise<void> {
  const end = Date.now() + seconds * 1_000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`not in ${seconds} s: ${what}\n${details()}`);
    await sleep(250);
  }
}
