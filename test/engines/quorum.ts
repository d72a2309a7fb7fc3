import { setTimeout as sleep } from 'node:timers/promises';
import type { Manifest } from '../../lib/kubernetes/kubernetes-object';
import { Figures } from './figures';
import type { Network } from './node/network';
import type { Image } from './node/pod';
import { type Client, PlayedSet, until } from './node/set';

/** What differs between engines whose members vote. Commands run in a client's pod, or in that of a member. */
export interface QuorumEngine {
  readonly name: string;
  readonly manifests: readonly Manifest[];
  readonly set: string;
  readonly secrets?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly images: Readonly<Record<string, Image>>;
  /** What the client needs before it writes. */
  prepare?(client: Client): Promise<void>;
  /** Ends with 0 when the value was acknowledged. Without a member, through any. */
  write(value: string, member?: string): string;
  /**
   * Writes values that begin with `$i`, all through one connection, prints each when it was acknowledged, and ends with
   * 1. For clients that take long to start.
   * @defaultValue one value with each start of a client
   */
  readonly burst?: string;
  /** Prints all values, one a line, as the member has them after most others agreed. */
  read(member: string): string;
  /** Whether its liveness bears that most others are away. @defaultValue true */
  readonly livesAlone?: boolean;
  /** Whether it is ready, too, while most others are away. @defaultValue false */
  readonly readyAlone?: boolean;
  /** Whether a member that ends takes its leave of the others, so that all at once must be tried. @defaultValue false */
  readonly saysGoodbye?: boolean;
  /** The member that leads, or `undefined` while nobody does. */
  leader(set: PlayedSet, client: Client): Promise<number | undefined>;
  /** How many members take part. */
  members(set: PlayedSet, client: Client): Promise<number>;
  /** Somebody without an account writes. */
  stranger?(): string;
}

/** The story that every engine with a quorum must live through, with three members. */
export async function quorumProof(network: Network, engine: QuorumEngine): Promise<boolean> {
  const figures = new Figures(engine.name);
  const { manifests, secrets, images } = engine;
  const set = new PlayedSet({ manifests, name: engine.set, secrets, images }, network);
  const member = (ordinal: number) => `${engine.set}-${ordinal}.${engine.set}-peers`;
  const logs = () => set.pods.map((pod) => `${pod.name}:\n${pod.main.lastLines(12)}`).join('\n');
  let started = Date.now();
  const seconds = () => ((Date.now() - started) / 1_000).toFixed(1);
  try {
    await set.start();
    const client = await set.client();
    await engine.prepare?.(client);
    const all = async () => (await engine.members(set, client)) === 3;
    await until('three members', all, 90, logs);
    figures.note('seconds until three members were one', seconds());
    if (engine.stranger)
      figures.is('writes without an account', (await client.run(engine.stranger())).code === 0 ? 1 : 0, 0);
    const values = (ordinal: number) => client.must(engine.read(member(ordinal)));
    const first = await client.run(engine.write('hello', member(0)));
    if (first.code !== 0) throw new Error(`${first.stdout}\n${first.stderr}\n${logs()}`);
    figures.is('reads through another member', (await values(2)).split('\n').includes('hello') ? 1 : 0, 1);

    client.startWriting(engine.burst ? `${engine.burst} 2> /dev/null` : `${engine.write('$i')} > /dev/null 2>&1`);
    await sleep(3_000);
    const leading = async () => {
      const found = await engine.leader(set, client);
      if (found === undefined) throw new Error('nobody leads');
      return found;
    };
    const killed = await leading();
    client.phase = 'after the leader was killed';
    started = Date.now();
    set.pod(killed).main.kill();
    await sleep(1_500);
    await set.ready(killed, 120);
    await until('three members after a kill', all, 90, logs);
    figures.note('seconds until the killed leader took part again', seconds());

    const lost = await leading();
    client.phase = 'after a node was lost';
    started = Date.now();
    await set.lose(lost, async () => {
      await until(
        'another one leads',
        async () => ![undefined, lost].includes(await engine.leader(set, client)),
        60,
        logs,
      );
      figures.note('seconds until another one led', seconds());
    });
    await set.ready(lost, 120);
    await until('three members after the loss of a node', all, 90, logs);
    const before = client.acknowledged.size;
    client.phase = 'in the rolling restart';
    started = Date.now();
    await set.rollingRestart();
    figures.note('seconds of a rolling restart', seconds());
    const after = client.acknowledged.size;
    figures.note('writes acknowledged meanwhile', after - before);
    await until('writes go on', () => client.acknowledged.size > after, 30, logs);
    client.phase = 'after the rolling restart';
    figures.is('pods killed at their end', set.killed, 0);
    await until('three members after a rolling restart', all, 90, logs);
    if (engine.saysGoodbye) {
      client.phase = 'after all ended at once';
      await set.endAndStart();
      await until('three members after all ended at once', all, 120, logs);
    }
    client.phase = 'after the power cut';
    await set.powerCut();
    await until('three members after a power cut', all, 120, logs);
    await sleep(2_000);
    await client.stopWriting();
    figures.note('acknowledged writes', client.acknowledged.size);
    const missing = client.missing(await values(1));
    figures.is('acknowledged writes lost', missing.length, 0, missing);
    figures.is('members alive', (await Promise.all(set.pods.map((pod) => pod.isAlive()))).filter(Boolean).length, 3);

    // Two of three are away: what is left must not take itself for the whole.
    await Promise.all([set.pod(1).destroy(), set.pod(2).destroy()]);
    await sleep(1_000);
    const alone = await client.run(`timeout 20 sh -c '${engine.write('alone', member(0)).replaceAll("'", "'\\''")}'`);
    figures.is('writes acknowledged by one of three', alone.code === 0 ? 1 : 0, 0);
    const { livesAlone = true, readyAlone = false } = engine;
    if (!readyAlone) await until('one of three is not ready', async () => !(await set.pod(0).isReady()), 60, logs);
    if (livesAlone) figures.is('alive without most others', (await set.pod(0).isAlive()) ? 1 : 0, 1);
    return figures.allRight;
  } finally {
    await set.close();
  }
}
