import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import type { Manifest } from '../../../lib/kubernetes/kubernetes-object';
import { Container } from './container';
import type { Network, Sandbox } from './network';

/** What stands in for an image: packages, and where its programs are. */
export interface Image {
  readonly packages: readonly string[];
  /** Variables that the image sets. */
  readonly env?: Readonly<Record<string, string>>;
  /** What the image runs where the manifest has no command. */
  readonly entrypoint?: readonly string[];
}

export interface PodInput {
  readonly name: string;
  readonly namespace: string;
  readonly folder: string;
  /** Where the claims of this member are kept; they outlive the pod. */
  readonly claims: string;
  /** Where a claim is that is not of its own set. @defaultValue there is none */
  claimOf?(name: string): string;
  // biome-ignore lint/suspicious/noExplicitAny: a pod spec as plain data
  readonly template: any;
  readonly service: string;
  readonly manifests: readonly Manifest[];
  readonly secrets: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** By the beginning of the name; containers of other images are left out. */
  readonly images: Readonly<Record<string, Image>>;
}

/** A pod on a node that is this machine. */
export class Pod {
  readonly containers: Container[] = [];
  readonly skipped: string[] = [];
  /** Whether it has been ready, as far as somebody has asked. */
  wasReady = false;
  onReady: () => void = () => {};
  private sandbox: Sandbox | undefined;
  private readonly hosts: string;

  constructor(
    readonly input: PodInput,
    private readonly network: Network,
  ) {
    this.hosts = join(input.folder, 'hosts');
  }

  get name(): string {
    return this.input.name;
  }

  get address(): string {
    return this.sandbox?.address ?? '';
  }

  /** The interface of the node that leads to it; taken down, the pod is cut off. */
  get interface(): string {
    return this.sandbox?.interface ?? '';
  }

  /** By these Services find it. */
  get labels(): Readonly<Record<string, string>> {
    return { ...this.input.template.metadata?.labels, 'statefulset.kubernetes.io/pod-name': this.name };
  }

  /** The container of the engine. */
  get main(): Container {
    return this.containers.find(({ input }) => input.name === this.spec.containers[0].name) as Container;
  }

  container(name: string): Container {
    return this.containers.find(({ input }) => input.name === name) as Container;
  }

  private get spec() {
    return this.input.template.spec;
  }

  /** Gives it an address. */
  async attach(): Promise<void> {
    mkdirSync(this.input.folder, { recursive: true });
    this.sandbox = await this.network.attach(this.name);
    this.writeHosts([]);
  }

  /** Runs its containers to their end, one after another, as those of a Job; the first that fails is the last. */
  async work(): Promise<number> {
    const { initContainers = [], containers } = this.spec;
    for (const manifest of [...initContainers, ...containers]) {
      const container = this.run(manifest, true);
      if (container === undefined) throw new Error(`there is no image for ${manifest.name}`);
      const code = await container.ended;
      if (code !== 0) return code;
    }
    return 0;
  }

  async start(): Promise<void> {
    await this.attach();
    const { initContainers = [], containers } = this.spec;
    for (const container of initContainers) {
      if (container.restartPolicy !== 'Always')
        throw new Error(`${container.name}: only native sidecars are played here`);
      this.run(container);
    }
    for (const container of containers) this.run(container);
  }

  /** What Kubernetes writes into /etc/hosts, and in place of a DNS server the names of all others. */
  writeHosts(others: readonly Pod[], services: readonly string[] = []): void {
    const { namespace, service } = this.input;
    const names = (pod: Pod) => {
      const short = `${pod.name}.${pod.input.service}`;
      return `${short}.${namespace}.svc.cluster.local ${short}.${namespace}.svc ${short}`;
    };
    const own = `${this.address} ${this.name}.${service}.${namespace}.svc.cluster.local ${this.name} ${this.name}.${service} ${this.name}.${service}.${namespace}.svc`;
    const lines = others
      .filter((pod) => pod !== this && pod.address !== '')
      .map((pod) => `${pod.address} ${names(pod)}`);
    writeOver(this.hosts, ['127.0.0.1 localhost', own, ...lines, ...services, ''].join('\n'));
  }

  async isReady(): Promise<boolean> {
    const all = [...(this.spec.initContainers ?? []), ...this.spec.containers];
    for (const container of this.containers) {
      const manifest = all.find(({ name }) => name === container.input.name);
      if (manifest.readinessProbe && !(await this.probe(container, manifest.readinessProbe))) return false;
    }
    if (!this.wasReady) {
      this.wasReady = true;
      this.onReady();
    }
    return true;
  }

  async isAlive(): Promise<boolean> {
    const { livenessProbe } = this.spec.containers[0];
    return livenessProbe === undefined || this.probe(this.main, livenessProbe);
  }

  /** Ends the pod as the kubelet does. Returns whether all ended by themselves in time. */
  async end(): Promise<boolean> {
    const grace = this.spec.terminationGracePeriodSeconds;
    const main = this.containers.filter(({ input }) =>
      this.spec.containers.some(({ name }: { name: string }) => name === input.name),
    );
    const sidecars = this.containers.filter((container) => !main.includes(container)).reverse();
    const inTime = await Promise.all(main.map((container) => container.stop(grace)));
    // Native sidecars end after the others, the last one first.
    for (const sidecar of sidecars) inTime.push(await sidecar.stop(grace));
    this.close();
    return inTime.every(Boolean);
  }

  /** As when its node burns down. */
  async destroy(): Promise<void> {
    await Promise.all(this.containers.map((container) => container.stop(0)));
    this.close();
  }

  private close(): void {
    this.sandbox?.close();
    this.sandbox = undefined;
    rmSync(join(this.input.folder, 'volumes'), { recursive: true, force: true });
  }

  // biome-ignore lint/suspicious/noExplicitAny: a container as plain data
  private run(manifest: any, once = false): Container | undefined {
    const image = Object.entries(this.input.images).find(([prefix]) => manifest.image.startsWith(prefix))?.[1];
    if (image === undefined) {
      this.skipped.push(manifest.name);
      return undefined;
    }
    const { runAsUser, runAsGroup } = this.spec.securityContext;
    const env = this.variables(manifest.env ?? [], image);
    const expand = (word: string) => word.replace(/\$\((\w+)\)/g, (whole, name) => env[name] ?? whole);
    const { command = image.entrypoint ?? [], args = [] } = manifest;
    const container = new Container({
      name: manifest.name,
      folder: this.input.folder,
      sandbox: this.sandbox?.pid as number,
      packages: image.packages,
      command: [...command, ...args].map(expand),
      env,
      user: runAsUser,
      group: runAsGroup,
      readOnlyRoot: manifest.securityContext.readOnlyRootFilesystem,
      once,
      mounts: [
        { from: this.hosts, to: '/etc/hosts', readOnly: true },
        { from: this.noNameServer(), to: '/etc/resolv.conf', readOnly: true },
        ...(manifest.volumeMounts ?? []).map(
          (mount: { name: string; mountPath: string; readOnly?: boolean; subPath?: string }) => ({
            from: join(this.volume(mount.name), mount.subPath ?? ''),
            to: mount.mountPath,
            readOnly: mount.readOnly === true,
          }),
        ),
      ],
    });
    this.containers.push(container);
    container.start();
    return container;
  }

  /** Every name is in /etc/hosts; to ask further must fail at once. */
  private noNameServer(): string {
    const file = join(this.input.folder, 'resolv.conf');
    writeFileSync(file, 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n');
    return file;
  }

  // biome-ignore lint/suspicious/noExplicitAny: variables as plain data
  private variables(list: readonly any[], image: Image): Record<string, string> {
    const env: Record<string, string> = {
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      HOSTNAME: this.name,
      HOME: '/',
      ...image.env,
    };
    const fields: Record<string, string> = {
      'metadata.name': this.name,
      'metadata.namespace': this.input.namespace,
      'status.podIP': this.address,
    };
    for (const { name, value, valueFrom } of list) {
      if (valueFrom?.fieldRef) env[name] = fields[valueFrom.fieldRef.fieldPath] ?? '';
      else if (valueFrom?.secretKeyRef) {
        env[name] = this.input.secrets[valueFrom.secretKeyRef.name]?.[valueFrom.secretKeyRef.key] ?? '';
      } else {
        env[name] = String(value ?? '').replace(/\$\$|\$\((\w+)\)/g, (whole, other) =>
          whole === '$$' ? '$' : (env[other] ?? whole),
        );
      }
    }
    return env;
  }

  /** The folder of a volume, as the kubelet makes it: for the group of the pod. */
  private volume(name: string): string {
    const group = this.spec.securityContext.fsGroup;
    const claim = join(this.input.claims, name);
    const folder = join(this.input.folder, 'volumes', name);
    const volume = (this.spec.volumes ?? []).find((candidate: { name: string }) => candidate.name === name);
    const claimed = volume?.persistentVolumeClaim?.claimName;
    const elsewhere = claimed && this.input.claimOf?.(claimed);
    const target = elsewhere ?? (volume === undefined ? claim : folder);
    if (existsSync(target)) return target;
    mkdirSync(target, { recursive: true });
    chownSync(target, 0, group);
    chmodSync(target, volume === undefined ? 0o2775 : 0o2777);
    if (volume?.configMap) {
      const data = this.input.manifests.find(
        ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === volume.configMap.name,
      )?.data;
      this.files(target, data, volume.configMap.defaultMode ?? 0o644, group);
    }
    if (volume?.secret) {
      const { secretName, items, defaultMode = 0o644 } = volume.secret;
      this.files(target, this.secretFiles(secretName, items), defaultMode, group);
    }
    for (const { secret } of volume?.projected?.sources ?? []) {
      if (secret.optional && !(secret.name in this.input.secrets)) continue;
      this.files(target, this.secretFiles(secret.name, secret.items), volume.projected.defaultMode ?? 0o644, group);
    }
    return target;
  }

  private secretFiles(name: string, items?: readonly { key: string; path: string }[]): Record<string, string> {
    const secret = this.input.secrets[name];
    if (secret === undefined) throw new Error(`there is no Secret ${name}`);
    const wanted = (items ?? Object.keys(secret).map((key) => ({ key, path: key }))).map(({ key, path }) => {
      if (!(key in secret)) throw new Error(`the Secret ${name} has no key ${key}`);
      return [path, secret[key] as string];
    });
    return Object.fromEntries(wanted);
  }

  /** Writes a file of a volume anew, as the kubelet does when its Secret was changed. */
  changeFile(volume: string, path: string, text: string): void {
    const file = join(this.volume(volume), path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  private files(folder: string, data: Readonly<Record<string, string>>, mode: number, group: number): void {
    for (const [name, text] of Object.entries(data)) {
      const file = join(folder, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      chownSync(file, 0, group);
      chmodSync(file, mode | 0o040);
    }
  }

  // biome-ignore lint/suspicious/noExplicitAny: a probe as plain data
  private async probe(container: Container, probe: any): Promise<boolean> {
    const milliseconds = (probe.timeoutSeconds ?? 1) * 1_000;
    if (probe.exec) {
      const { code, stdout, stderr } = await container.exec([
        'timeout',
        '-s',
        'KILL',
        String(probe.timeoutSeconds ?? 1),
        ...probe.exec.command,
      ]);
      if (process.env.DEBUG) console.log(this.name, container.input.name, code, stdout, stderr);
      return code === 0;
    }
    const { port: wanted } = probe.httpGet ?? probe.tcpSocket ?? probe.grpc;
    const ports = [...this.spec.containers, ...(this.spec.initContainers ?? [])].flatMap(({ ports = [] }) => ports);
    const port = typeof wanted === 'number' ? wanted : ports.find(({ name }) => name === wanted)?.containerPort;
    if (probe.httpGet) {
      const answer = await fetch(`http://${this.address}:${port}${probe.httpGet.path}`, {
        signal: AbortSignal.timeout(milliseconds),
        redirect: 'manual',
      }).catch(() => undefined);
      return answer !== undefined && answer.status >= 200 && answer.status < 400;
    }
    return new Promise((resolve) => {
      const socket = connect({ host: this.address, port, timeout: milliseconds });
      const done = (result: boolean) => {
        socket.destroy();
        resolve(result);
      };
      socket.once('connect', () => done(true));
      socket.once('error', () => done(false));
      socket.once('timeout', () => done(false));
    });
  }
}

/** At once, so that nobody reads a part of it; it is mounted, so no other file can take its place. */
function writeOver(file: string, text: string): void {
  const length = existsSync(file) ? statSync(file).size : 0;
  const output = openSync(file, length > 0 ? 'r+' : 'w');
  writeSync(output, text.padEnd(length, '\n'));
  closeSync(output);
}
