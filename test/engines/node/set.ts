import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Manifest } from '../../../lib/kubernetes/kubernetes-object';
import { Names } from './names';
import type { Network } from './network';
import { type Image, Pod } from './pod';

export interface SetInput {
  readonly manifests: readonly Manifest[];
  readonly name: string;
  readonly secrets?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly images: Readonly<Record<string, Image>>;
  /** Where others are told of it too. @defaultValue it has none but itself */
  readonly names?: Names;
}

/** A StatefulSet and its controller: pods with names and volumes of their own, in the order of the manifest. */
export class PlayedSet {
  readonly pods: Pod[] = [];
  /** Pods that had to be killed because they did not end in time. */
  killed = 0;
  private manifests: readonly Manifest[];
  private readonly clients: Pod[] = [];
  private readonly folder = mkdtempSync(join(tmpdir(), 'engine-'));
  private readonly names: Names;
  private incarnation = 0;

  constructor(
    private readonly input: SetInput,
    private readonly network: Network,
  ) {
    this.names = input.names ?? new Names(input.manifests);
    this.manifests = input.manifests;
  }

  // biome-ignore lint/suspicious/noExplicitAny: a manifest as plain data
  get spec(): any {
    const found = this.manifests.find(
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

  /** Starts the first member and does not wait for it. */
  async begin(): Promise<void> {
    await this.create(0);
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

  /** From now on pods are made of these manifests. */
  apply(manifests: readonly Manifest[]): void {
    this.manifests = manifests;
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
    this.names.tell();
    await meanwhile();
    await this.create(ordinal);
  }

  /** A member comes back with an empty volume. */
  async loseVolume(ordinal: number): Promise<void> {
    await this.lose(ordinal, async () =>
      rmSync(join(this.folder, `claims-${ordinal}`), { recursive: true, force: true }),
    );
  }

  /** What `kubectl rollout restart` does; `note` is told each step. */
  async rollingRestart(note: (event: string) => void = () => {}): Promise<void> {
    for (let ordinal = this.spec.replicas - 1; ordinal >= 0; ordinal -= 1) {
      note(`${this.pod(ordinal).name} is replaced`);
      await this.replace(ordinal);
      note(`${this.pod(ordinal).name} is ready`);
    }
  }

  /** All members end at once, as when somebody scales to none, and come back. */
  async endAndStart(): Promise<void> {
    const ended = await Promise.all(this.pods.map((pod) => pod.end()));
    this.killed += ended.filter((inTime) => !inTime).length;
    this.pods.length = 0;
    await this.start();
  }

  /** The whole cluster goes down at once, and comes up again. */
  async powerCut(): Promise<void> {
    await this.burnDown();
    await this.start();
  }

  /** The whole cluster goes down at once; what it stored is left. */
  async burnDown(): Promise<void> {
    await Promise.all(this.pods.map((pod) => pod.destroy()));
    this.pods.length = 0;
  }

  /** What it stored is deleted. */
  deleteClaims(): void {
    for (let ordinal = 0; ordinal < this.spec.replicas; ordinal += 1) {
      rmSync(join(this.folder, `claims-${ordinal}`), { recursive: true, force: true });
    }
  }

  /** A pod beside the set, with the same programs, from which it is used as a service would. */
  async client(): Promise<Client> {
    const [image] = Object.values(this.input.images);
    const user = { runAsUser: 10_001, runAsGroup: 10_001, fsGroup: 10_001 };
    const container = { name: 'client', image: 'client', command: ['sleep', 'infinity'], securityContext: {} };
    const { secrets = {} } = this.input;
    const { manifests } = this;
    const pod = new Pod(
      {
        name: 'client',
        namespace: 'production',
        folder: join(this.folder, 'client'),
        claims: join(this.folder, 'client-claims'),
        template: { spec: { containers: [container], securityContext: user } },
        service: 'client',
        manifests,
        secrets,
        images: { client: image as Image },
      },
      this.network,
    );
    this.clients.push(pod);
    await pod.start();
    await until('the client runs', async () => (await pod.main.exec(['true'])).code === 0);
    this.names.addGuest(pod);
    return new Client(pod);
  }

  /** The folder of a claim: `data-<set>-0` is that of its first member. */
  claimOf(name: string): string {
    const [, volume, ordinal] = new RegExp(`^(.+)-${this.input.name}-(\\d+)$`).exec(name) ?? [];
    return volume === undefined ? join(this.folder, 'claims', name) : join(this.folder, `claims-${ordinal}`, volume);
  }

  /** What `kubectl scale --replicas 0` does. */
  async scaleToNone(): Promise<void> {
    await Promise.all(this.pods.map((pod) => pod.end()));
    this.pods.length = 0;
    this.names.tell();
  }

  /** All nodes are gone, and all volumes with them; what comes back is empty. */
  async loseEverything(): Promise<void> {
    await Promise.all(this.pods.map((pod) => pod.destroy()));
    for (const ordinal of this.pods.keys()) rmSync(join(this.folder, `claims-${ordinal}`), { recursive: true });
    this.pods.length = 0;
    await this.start();
  }

  /** A pod of a job beside the set, ready to work; `variables` are laid over those of all its containers. */
  async job(kind: 'CronJob' | 'Job', name: string, variables: Readonly<Record<string, string>> = {}): Promise<Pod> {
    const { manifests, secrets = {}, images } = this.input;
    this.incarnation += 1;
    const pod = new Pod(
      {
        name: `${name}-${this.incarnation}`,
        namespace: 'production',
        folder: join(this.folder, `pod-${this.incarnation}`),
        claims: join(this.folder, 'no-claims'),
        claimOf: (claim) => this.claimOf(claim),
        template: withVariables(templateOf(manifests, kind, name), variables),
        service: name,
        manifests,
        secrets,
        images,
      },
      this.network,
    );
    this.clients.push(pod);
    await pod.attach();
    this.names.addGuest(pod);
    return pod;
  }

  async close(): Promise<void> {
    await Promise.all(this.clients.map((pod) => pod.destroy()));
    await Promise.all(this.pods.map((pod) => pod.destroy()));
    if (process.env.ENGINES_KEEP === undefined) rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  private async create(ordinal: number): Promise<void> {
    const { name, secrets = {}, images } = this.input;
    const { manifests } = this;
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
    this.names.add(pod);
  }
}

/** What a job runs, by the name that the cluster makes its own of. */
function templateOf(manifests: readonly Manifest[], kind: 'CronJob' | 'Job', name: string) {
  const found = manifests.find(
    (each) => each.kind === kind && (each.metadata.name ?? each.metadata.generateName?.slice(0, -1)) === name,
  );
  if (found === undefined) throw new Error(`there is no ${kind} ${name}`);
  return kind === 'CronJob' ? found.spec.jobTemplate.spec.template : found.spec.template;
}

// biome-ignore lint/suspicious/noExplicitAny: a pod template as plain data
function withVariables(template: any, variables: Readonly<Record<string, string>>) {
  const more = Object.entries(variables).map(([name, value]) => ({ name, value }));
  // biome-ignore lint/suspicious/noExplicitAny: containers as plain data
  const changed = (containers: any[] = []) =>
    containers.map((each) => ({
      ...each,
      env: [...(each.env ?? []).filter(({ name }: { name: string }) => !(name in variables)), ...more],
    }));
  const { spec } = template;
  const { initContainers, containers } = spec;
  return { ...template, spec: { ...spec, initContainers: changed(initContainers), containers: changed(containers) } };
}

/** Somebody who writes all the time, and remembers what was acknowledged. */
export class Client {
  /** What is being done to the members. */
  phase = 'the beginning';
  /** Each value that was acknowledged, and in which of these times. */
  readonly acknowledged = new Map<string, string>();
  private child: ChildProcess | undefined;

  constructor(private readonly pod: Pod) {}

  async run(script: string): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
    return this.pod.main.exec(['sh', '-c', script]);
  }

  /** The same for what has to succeed: a busy machine may need more than one try. Returns what it printed. */
  async must(script: string): Promise<string> {
    let answer = await this.run(script);
    for (let tries = 1; answer.code !== 0 && tries < 5; tries += 1) answer = await this.run(script);
    if (answer.code !== 0) throw new Error(`${script}\n${answer.stdout}\n${answer.stderr}`);
    return answer.stdout;
  }

  /** Runs `write` with the next number in `$i` again and again; what ends with 0 counts as acknowledged. */
  startWriting(write: string): void {
    const script = `i=0; while :; do i=$((i + 1)); if ${write}; then echo "$i"; else sleep 0.1; fi; done`;
    this.child = this.pod.main.follow(['sh', '-c', script]);
    let rest = '';
    this.child.stdout?.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (/^\d+$/.test(line)) this.acknowledged.set(line, this.phase);
    });
  }

  async stopWriting(): Promise<void> {
    if (this.child?.pid === undefined) return;
    const { child } = this;
    if (child.exitCode !== null || child.signalCode !== null) throw new Error('the writer ended by itself');
    const closed = new Promise((resolve) => child.once('close', resolve));
    // Everything in its pod but the first process: what `timeout` started is in a group of its own, and would go on
    // writing, and being answered, while somebody reads already.
    await this.run('kill -9 -1');
    await closed;
  }

  /** How many of the acknowledged are not among these lines. */
  lost(found: string): number {
    return this.missing(found).length;
  }

  /** Which ones, each with what was being done when it was acknowledged. */
  missing(found: string): string[] {
    const there = new Set(found.split('\n').map((line) => line.trim()));
    return [...this.acknowledged].filter(([value]) => !there.has(value)).map(([value, phase]) => `${value}, ${phase}`);
  }
}

export async function until(
  what: string,
  condition: () => Promise<boolean> | boolean,
  seconds = 60,
  details: () => Promise<string> | string = () => '',
): Promise<void> {
  const end = Date.now() + seconds * 1_000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`not in ${seconds} s: ${what}\n${await details()}`);
    await sleep(250);
  }
}
