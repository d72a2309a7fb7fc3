import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiObject, App, Chart, JsonPatch, Testing } from 'cdk8s';
import type { Construct } from 'constructs';
import { loadAll } from 'js-yaml';
import { Environment } from '../lib';
import { KubernetesObject, type Manifest } from '../lib/kubernetes/kubernetes-object';
import { type Subject, subjects } from './support/constructs';
import { deepFreeze } from './support/deep-freeze';
import { findingsOf, manifestsOf, quietApp, yamlOf } from './support/render';
import { temporaryDirectory } from './support/temporary';
import { schemaProblems } from './support/validate';

/** The scope in which a construct stands in an app of ours. */
function scopeOf({ isChart = false }: Subject) {
  const app = quietApp();
  return isChart ? app : new Environment(app, 'test');
}

describe.each(subjects)('$name', (subject) => {
  const { make, minimal, full, kept, accepted = [] } = subject;
  const unexpected = (made: Construct) =>
    findingsOf(made).filter((finding) => !accepted.some((rule) => finding.includes(` ${rule}: `)));
  const cases = [minimal, ...full].map((props, index) => ({ props, title: index === 0 ? 'minimal' : `full ${index}` }));
  const render = (props: object) => yamlOf(make(scopeOf(subject), 'orders', props).node.root);

  test.each(cases)('renders the same twice ($title)', ({ props }) => {
    const { root } = make(scopeOf(subject), 'orders', props).node;
    expect(yamlOf(root)).toBe(yamlOf(root));
    expect(yamlOf(root)).toBe(render(props));
  });

  test.each(cases)('leaves its properties untouched ($title)', ({ props }) => {
    expect(() => render(deepFreeze(structuredClone(props)))).not.toThrow();
  });

  test('takes an undefined property for one that was left out', () => {
    const names = [minimal, ...full].flatMap(Object.keys);
    const undefinedProps = Object.fromEntries(names.map((name) => [name, undefined]));
    expect(render({ ...undefinedProps, ...minimal })).toBe(render(minimal));
  });

  if (kept.length > 0) {
    test.each(kept.map((each) => ({ ...each, title: JSON.stringify(each.props) })))(
      'keeps $title',
      ({ props, field, value }) => {
        const [kind, ...path] = field.split('.');
        const made = make(scopeOf(subject), 'orders', { ...minimal, ...props });
        const manifest: unknown = manifestsOf(made).find((object) => object.kind === kind);
        expect(unexpected(made)).toEqual([]);
        // biome-ignore lint/suspicious/noExplicitAny: walks into a manifest of any kind
        expect(path.reduce<any>((content, step) => content?.[step], manifest)).toEqual(value);
      },
    );
  }

  test('stands beside another of its kind', () => {
    const scope = scopeOf(subject);
    make(scope, 'orders', minimal);
    const second = make(scope, 'payments', minimal);
    const names = manifestsOf(second.node.root).map(
      ({ kind, metadata }) => `${metadata.namespace}/${kind}/${metadata.name ?? metadata.generateName}`,
    );
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    expect(unexpected(second)).toEqual([]);
  });

  test.each(cases)('keeps patches of every object, with fields that we know and with others ($title)', ({ props }) => {
    const made = make(scopeOf(subject), 'orders', props);
    const objects = made.node.findAll().filter((node) => ApiObject.isApiObject(node));
    for (const object of objects) {
      expect(object).toBeInstanceOf(KubernetesObject);
      (object as KubernetesObject).patch({
        metadata: { annotations: { 'example.com/patched': 'yes' } },
        future: { field: 0 },
      });
      object.addJsonPatch(JsonPatch.add('/newer', { field: false }));
      const { metadata, future, newer } = object.toJson() as Manifest;
      expect(metadata.annotations?.['example.com/patched']).toBe('yes');
      expect({ future, newer }).toEqual({ future: { field: 0 }, newer: { field: false } });
    }
  });

  test.each(cases)('makes objects that Kubernetes knows, without an unknown field ($title)', ({ props }) => {
    const made = make(scopeOf(subject), 'orders', props);
    expect(manifestsOf(made.node.root).flatMap(schemaProblems)).toEqual([]);
  });

  test.each(cases)('triggers no rule ($title)', ({ props }) => {
    expect(unexpected(make(scopeOf(subject), 'orders', props))).toEqual([]);
  });

  test.each(cases)('names every object, and puts it into the namespace of its environment ($title)', ({ props }) => {
    const made = make(scopeOf(subject), 'orders', props);
    for (const { kind, metadata } of manifestsOf(made)) {
      // The cluster gives a job that is run by hand a name of its own each time.
      expect(metadata.name ?? metadata.generateName?.replace(/-$/, '')).toMatch(/^[a-z][-a-z0-9.]*$/);
      if (!clusterScoped.has(kind)) expect(metadata.namespace).toBe(subject.isChart ? 'orders' : 'test');
    }
  });

  test.each(cases)('works in a plain cdk8s app ($title)', ({ props }) => {
    const outdir = temporaryDirectory();
    const app = new App({ outdir });
    const chart = subject.isChart ? undefined : new Chart(app, 'chart', { namespace: 'plain' });
    const made = make(chart ?? app, 'orders', props);
    app.synth();
    const written = readdirSync(outdir).flatMap((file) => loadAll(readFileSync(join(outdir, file), 'utf8')));
    expect(written).toHaveLength(manifestsOf(made).length);
    expect((written as Manifest[]).flatMap(schemaProblems)).toEqual([]);
    if (chart) expect(Testing.synth(chart)).toHaveLength(written.length);
  });
});

const clusterScoped = new Set(['Namespace', 'PriorityClass', 'ClusterRole', 'ClusterRoleBinding', 'StorageClass']);

describe('dist/', () => {
  const files = readdirSync('dist', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml'));

  test('is not empty', () => expect(files.length).toBeGreaterThan(0));

  test.each(files)('%s holds objects that Kubernetes knows, without an unknown field', (file) => {
    const manifests = loadAll(readFileSync(join('dist', file), 'utf8')) as Manifest[];
    expect(manifests.flatMap(schemaProblems)).toEqual([]);
  });
});
