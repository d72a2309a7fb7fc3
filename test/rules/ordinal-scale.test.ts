import { writeFileSync } from 'node:fs';
import { Environment, StatefulBackend, suppress } from '../../lib';
import type { SynthError } from '../../lib/synth/synth-error';
import { quietApp } from '../support/render';
import { temporaryDirectory } from '../support/temporary';

const registryOf = (outdir: string, replicas: number, overrides = {}) => {
  const app = quietApp({ outdir });
  const shop = new Environment(app, 'test');
  const registry = new StatefulBackend(shop, 'registry', {
    image: 'registry:1.0.0',
    ports: 9000,
    storage: '1Gi',
    quorum: true,
    replicas,
    overrides,
  });
  if (replicas === 1) {
    suppress(registry, 'disruption-deadlock', { reason: 'one member is what this is about', until: '2099-12-31' });
  }
  return app;
};

/** What is said of a set of so many members that had others before. */
function resized(before: number, after: number, overrides = {}): string[] {
  const outdir = `${temporaryDirectory()}/dist`;
  registryOf(outdir, before).synth();
  return registryOf(outdir, after, overrides)
    .findings()
    .filter(({ rule }) => rule === 'ordinal-scale')
    .map(({ path, message, fix }) => `[${path}] ${message}; ${fix}`);
}

test.each([
  [3, 3],
  [3, 5],
  [5, 3],
  [5, 7],
  [5, 9],
  [9, 5],
  [7, 5],
])('says nothing of %s members that become %s', (before, after) => {
  expect(resized(before, after)).toEqual([]);
});

test('says nothing of the first synth, nor of a set that is scaled to nothing and back', () => {
  const outdir = `${temporaryDirectory()}/dist`;
  expect(registryOf(outdir, 7).findings()).toEqual([]);
  const scaledTo = (replicas: number) => ({ statefulSet: { spec: { replicas } } });
  expect(resized(3, 3, scaledTo(0))).toEqual([]);
});

test('a step that is too wide', () => {
  expect([...resized(3, 7), ...resized(7, 3)]).toEqual([
    '[test/registry/StatefulSet] goes from 3 to 7 members: the 3 that hold the data are less than a majority of 7 (4), so the new ones could decide without them; first 5 members; when that is applied and all of them are ready, go on',
    '[test/registry/StatefulSet] goes from 7 to 3 members: the 3 that stay are less than a majority of 7 (4), so what only the others know is lost; first 5 members; when that is applied and all of them are ready, go on',
  ]);
});

test('a step to or from one member, which is no set', () => {
  expect([...resized(1, 3), ...resized(3, 1)]).toEqual([
    '[test/registry/StatefulSet] goes from 1 to 3 members: the 1 that hold the data are less than a majority of 3 (2), so the new ones could decide without them; a backend of its own with 3 members, and its data copied over: one member alone makes no safe step',
    '[test/registry/StatefulSet] goes from 3 to 1 members: the 1 that stay are less than a majority of 3 (2), so what only the others know is lost; a backend of its own with one member, and its data copied over: one member alone makes no safe step',
  ]);
});

test('a step to an even number', () => {
  expect(resized(3, 3, { statefulSet: { spec: { replicas: 2 } } })).toEqual([
    '[test/registry/StatefulSet] goes from 3 to 2 members, an even number, which bears the loss of no more than 1 do; 1 or 3 members',
  ]);
});

test('stops the synth, and leaves what was there', () => {
  const outdir = `${temporaryDirectory()}/dist`;
  registryOf(outdir, 3).synth();
  expect(() => registryOf(outdir, 7).synth()).toThrow(
    expect.objectContaining({ name: 'SynthError' } satisfies Partial<SynthError>),
  );
  registryOf(outdir, 5).synth();
  registryOf(outdir, 7).synth();
});

test('an output that somebody has broken tells of nothing', () => {
  const outdir = `${temporaryDirectory()}/dist`;
  registryOf(outdir, 3).synth();
  writeFileSync(
    `${outdir}/test/registry.k8s.yaml`,
    '# Written by cdk8s-microservices. Change the program, not this file.\n---\nkind: StatefulSet\nmetadata: [\n',
  );
  expect(registryOf(outdir, 7).findings()).toEqual([]);
});
