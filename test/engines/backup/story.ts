import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Backup, type BackupProps, type Environment } from '../../../lib';
import { Figures } from '../figures';
import type { Network } from '../node/network';
import type { Image, Pod } from '../node/pod';
import { type Client, PlayedSet, until } from '../node/set';
import { rendered } from '../render';
import { rcloneImage } from './rclone';
import { startStore } from './store';
import { backupsIn } from './stored';

/** What differs between engines whose backups are played. */
export interface BackedUpEngine {
  readonly name: string;
  /** The backend, and the name of its set. */
  readonly set: string;
  make(shop: Environment): ConstructorParameters<typeof Backup>[0];
  readonly images: () => Promise<Readonly<Record<string, Image>>>;
  readonly secrets: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Writes what a careless dump would lose. */
  fill(set: PlayedSet, client: Client): Promise<void>;
  /** Deletes, changes and adds. */
  change(set: PlayedSet, client: Client): Promise<void>;
  /** Writes so much that it takes a moment to write it out; `undefined` where that takes too long. */
  swell(set: PlayedSet, client: Client): Promise<void>;
  /** Everything that it holds, a line for each thing. */
  rows(set: PlayedSet, client: Client): Promise<string[]>;
  /** Whether it is restored while it is off. @defaultValue false */
  readonly offline?: boolean;
}

const keys = { 'access-key-id': 'shop', 'secret-access-key': "s3 c'r$t" };
const schedule = '30 1 * * *';

/** Backups, the loss of everything, and the way back, with the scripts and the variables of the manifests. */
export async function backupProof(network: Network, engine: BackedUpEngine): Promise<boolean> {
  const figures = new Figures(`backup-${engine.name}`);
  const store = await startStore(network, keys);
  const bucket = { bucket: 's3://shop/backups', endpoint: store.endpoint, credentials: { secret: 'backups' } };
  const manifests = rendered((shop) => {
    const backend = engine.make(shop);
    const add = (id: string, props: Partial<BackupProps>) =>
      new Backup(backend, id, { schedule, to: { volume: '10Gi' }, keep: { last: 3 }, ...props });
    add('backup', {});
    add('archive', { to: bucket, keep: { last: 2 } });
    // Encrypted before it leaves, by a key that cannot delete; each request is in the log.
    add('vault', {
      to: bucket,
      keep: 'bucket-lifecycle',
      encryption: { secret: 'backup-encryption' },
      env: { RCLONE_DUMP: 'headers' },
    });
    // As slow as a bucket that is far away.
    add('slow', { env: { RCLONE_BWLIMIT: '1M' } });
  });
  const images = { ...(await engine.images()), 'docker.io/rclone/rclone': await rcloneImage() };
  const secrets = { ...engine.secrets, backups: keys, 'backup-encryption': { password: 'p4ss \'w"r$d' } };
  const set = new PlayedSet({ manifests, name: engine.set, secrets, images }, network);
  const story = new Story(engine, set, figures);
  try {
    await set.start();
    const client = await set.client();
    const rows = () => engine.rows(set, client);
    await engine.fill(set, client);
    const first = await rows();
    figures.note('rows', first.length);
    figures.is('rows there that are also elsewhere', new Set(first).size, first.length);

    figures.is('backups to a volume that fail', await story.backUp('backup'), 0);
    figures.is('backups to a bucket that fail', await story.backUp('archive'), 0);
    figures.is('encrypted backups that fail', await story.backUp('vault'), 0);
    const [oldest = ''] = story.stored('backup');
    figures.note('kilobytes of a backup', Math.round(story.size('backup', oldest) / 1_024));
    await engine.change(set, client);
    const second = await rows();
    figures.is('states that differ', second.join('\n') === first.join('\n') ? 0 : 1, 1);
    await story.backUp('backup');

    // Everything is lost, and back.
    await set.loseEverything();
    figures.note('rows after the loss of everything', (await rows()).length);
    const seconds = await story.restore('backup');
    figures.note('seconds of a restore', seconds);
    figures.is('rows that the newest backup lost', different(second, await rows()), 0);
    await story.restore('backup', { BACKUP: oldest });
    figures.is('rows that an older backup lost', different(first, await rows()), 0);
    await engine.change(set, client);
    await story.restore('archive');
    figures.is('rows that the backup in the bucket lost', different(first, await rows()), 0);
    await engine.change(set, client);
    await story.restore('vault');
    figures.is('rows that the encrypted backup lost', different(first, await rows()), 0);
    const vault = `backups/production/${engine.set}-vault/encrypted`;
    figures.is('what an encrypted dump begins with', store.begin(vault), 'RCLONE');
    figures.is('restores without the password', await story.tried('vault', { TARGET: `store:shop/${vault}` }), 0);
    figures.is(
      'restores of a backup that is not there',
      await story.tried('backup', { BACKUP: '20200101T000000Z' }),
      0,
    );
    if (engine.offline) figures.is('restores into members that run', await story.tried('backup'), 0);
    figures.is('rows that this cost', different(first, await rows()), 0);

    // What is kept.
    for (const id of ['backup', 'backup', 'backup', 'archive', 'archive'] as const) await story.backUp(id);
    figures.is('backups kept of 5 on the volume', story.stored('backup').length, 3);
    figures.is('of them those that are not the newest', story.notNewest('backup'), 0);
    figures.is('backups kept of 3 in the bucket', store.stored(`backups/production/${engine.set}-archive`).length, 2);

    await story.backUp('vault');
    figures.is('backups left of 2 where the bucket deletes', store.stored(vault).length, 2);
    figures.is('requests of it that store', story.requests('PUT') > 0 ? 'some' : 'none', 'some');
    figures.is('requests of it that delete', story.requests('DELETE'), 0);

    // What is cut off.
    await engine.swell(set, client);
    const swollen = await rows();
    const before = story.stored('backup');
    figures.is('dumps of an engine that dies that end well', await story.dieWhileDumping(), 0);
    figures.is('backups that such a dump left', story.stored('backup').join() === before.join() ? 0 : 1, 0);
    await set.allReady();
    figures.is('uploads that are killed and end well', await story.killWhileStoring(), 0);
    figures.is('bytes that such an upload left', story.leftovers('slow') > 0 ? 'some' : 'none', 'some');
    figures.is('backups that such an upload left', story.stored('slow').length, 0);
    figures.is('restores of half a backup', await story.tried('slow'), 0);
    figures.is('rows that all this cost', different(swollen, await rows()), 0);
    return figures.allRight;
  } finally {
    await set.close();
    await store.close();
  }
}

/** Lines that are in one and not in the other. */
function different(wanted: readonly string[], found: readonly string[]): number {
  const [a, b] = [new Set(wanted), new Set(found)];
  return [...a].filter((line) => !b.has(line)).length + [...b].filter((line) => !a.has(line)).length;
}

class Story {
  private readonly made: string[] = [];
  private vaultLog = '';

  constructor(
    private readonly engine: BackedUpEngine,
    private readonly set: PlayedSet,
    private readonly figures: Figures,
  ) {}

  /** One run of a CronJob. Each has a second of its own, by which it is called. */
  async backUp(id: string): Promise<number> {
    await sleep(1_100);
    const known = this.stored(id);
    const pod = await this.set.job('CronJob', this.named(id));
    const code = await pod.work();
    this.tellLog(pod, code, 0);
    if (id === 'vault') this.vaultLog += pod.main.lastLines(10_000);
    this.made.push(...this.stored(id).filter((name) => !known.includes(name)));
    await pod.destroy();
    return code === 0 ? 0 : 1;
  }

  /** How many seconds it took. */
  async restore(id: string, variables: Readonly<Record<string, string>> = {}): Promise<string> {
    const started = Date.now();
    if (this.engine.offline) await this.set.scaleToNone();
    for (const name of this.restoreJobs(id)) {
      const pod = await this.set.job('Job', name, variables);
      const code = await pod.work();
      this.tellLog(pod, code, 0);
      if (code !== 0) this.figures.is(`code of ${name}`, code, 0);
      await pod.destroy();
    }
    if (this.engine.offline) await this.set.start();
    return ((Date.now() - started) / 1_000).toFixed(1);
  }

  /** How many restores succeed that must not. */
  async tried(id: string, variables: Readonly<Record<string, string>> = {}): Promise<number> {
    let succeeded = 0;
    for (const name of this.restoreJobs(id)) {
      const pod = await this.set.job('Job', name, variables);
      if ((await pod.work()) === 0) succeeded += 1;
      await pod.destroy();
    }
    return succeeded;
  }

  /** How many requests of a method the encrypted backups have sent. */
  requests(method: string): number {
    return this.vaultLog.split('\n').filter((line) => line.includes(`${method} /`)).length;
  }

  stored(id: string): string[] {
    return backupsIn(this.folder(id));
  }

  size(id: string, name: string): number {
    return statSync(join(this.folder(id), name, 'dump')).size;
  }

  notNewest(id: string): number {
    const newest = this.made.slice(-3);
    return this.stored(id).filter((name) => !newest.includes(name)).length;
  }

  /** Bytes that are there and are no backup. */
  leftovers(id: string): number {
    const folder = this.folder(id);
    const files = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
    return files
      .map((name) => statSync(join(folder, name)))
      .reduce((sum, each) => sum + (each.isFile() ? each.size : 0), 0);
  }

  /** The engine stands still as soon as its dump has begun, and is then gone. */
  async dieWhileDumping(): Promise<number> {
    const pod = await this.set.job('CronJob', this.named('backup'));
    const dump = join(pod.input.folder, 'volumes', 'backup', this.engine.offline ? 'dump.part' : 'dump');
    const work = pod.work();
    await until(
      'the dump begins',
      () => existsSync(dump),
      20,
      () => log(pod),
    );
    const { main } = this.set.pod(0);
    for (const each of this.set.pods) each.main.signal('SIGSTOP');
    await sleep(300);
    main.kill();
    for (const each of this.set.pods) if (each.main !== main) each.main.kill();
    const code = await work;
    await pod.destroy();
    return code === 0 ? 1 : 0;
  }

  /** The pod is gone while half of the dump is stored. */
  async killWhileStoring(): Promise<number> {
    const pod = await this.set.job('CronJob', this.named('slow'));
    const work = pod.work();
    await until(
      'something is stored',
      () => this.leftovers('slow') > 100_000,
      60,
      () => log(pod),
    );
    pod.main.kill();
    const code = await work;
    await pod.destroy();
    return code === 0 ? 1 : 0;
  }

  private restoreJobs(id: string): string[] {
    const name = `${this.named(id)}-restore`;
    return this.engine.offline
      ? Array.from({ length: this.set.spec.replicas }, (_, ordinal) => `${name}-${ordinal}`)
      : [name];
  }

  private tellLog(pod: Pod, code: number, wanted: number): void {
    if (code !== wanted || process.env.DEBUG) console.log(log(pod));
  }

  private readonly named = (id: string): string => `${this.engine.set}-${id}`;
  private readonly folder = (id: string): string => this.set.claimOf(this.named(id));
}

const log = (pod: Pod): string =>
  pod.containers.map((container) => `${container.input.name}:\n${container.lastLines(30)}`).join('\n');
