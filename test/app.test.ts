import { mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiObject, App, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { load, loadAll } from 'js-yaml';
import { Environment, type MicroserviceApp, StatelessService } from '../lib';
import type { Manifest } from '../lib/kubernetes/kubernetes-object';
import { SynthError } from '../lib/synth/synth-error';
import { filesOf, Program } from './support/program';
import { findingsOf, quietApp } from './support/render';

/** An app with a payment service, and what the program says of it in another version. */
function shop(image = 'payments:1.4.2', names = ['payments']): MicroserviceApp {
  const app = quietApp();
  const environment = new Environment(app, 'test');
  for (const name of names) new StatelessService(environment, name, { image });
  return app;
}

/** Synthesizes an app into the directory of another. */
function synthInto(outdir: string, app: MicroserviceApp): void {
  Object.assign(app, { outdir }).synth();
}

const kindsIn = (text: string): string[] => (loadAll(text) as Manifest[]).map(({ kind }) => kind);

describe('synth', () => {
  test('writes one folder for each environment and one file for each service', () => {
    const app = shop('payments:1.4.2', ['orders', 'payments']);
    app.synth();
    expect(Object.keys(filesOf(app.outdir))).toEqual([
      'test/Kustomization',
      'test/_environment.k8s.yaml',
      'test/orders.k8s.yaml',
      'test/payments.k8s.yaml',
    ]);
  });

  test('lists the files of an environment for kustomize', () => {
    const app = shop();
    app.synth();
    const { resources } = load(readFileSync(join(app.outdir, 'test/Kustomization'), 'utf8')) as { resources: string[] };
    expect(resources).toEqual(['_environment.k8s.yaml', 'payments.k8s.yaml']);
  });

  test('puts what others need before them', () => {
    const app = shop();
    app.synth();
    const files = filesOf(app.outdir);
    expect(kindsIn(files['test/_environment.k8s.yaml'] ?? '')[0]).toBe('Namespace');
    const kinds = kindsIn(files['test/payments.k8s.yaml'] ?? '');
    expect(kinds.indexOf('ServiceAccount')).toBeLessThan(kinds.indexOf('Deployment'));
    expect(kinds.indexOf('NetworkPolicy')).toBeLessThan(kinds.indexOf('Deployment'));
  });

  test('gives the same bytes every time', () => {
    const [first, second] = [shop(), shop()];
    first.synth();
    second.synth();
    expect(filesOf(first.outdir)).toEqual(filesOf(second.outdir));
    first.synth();
    expect(filesOf(first.outdir)).toEqual(filesOf(second.outdir));
  });

  test('writes what synthYaml returns', () => {
    const app = shop();
    app.synth();
    const written = Object.entries(filesOf(app.outdir)).filter(([file]) => file.endsWith('.yaml'));
    expect(loadAll(app.synthYaml())).toEqual(written.flatMap(([, text]) => loadAll(text)));
  });

  test('does not touch a file that stays the same', () => {
    const app = shop();
    app.synth();
    const file = join(app.outdir, 'test/payments.k8s.yaml');
    utimesSync(file, 1, 1);
    synthInto(app.outdir, shop('payments:1.4.2', ['payments', 'orders']));
    expect(statSync(file).mtimeMs).toBe(1_000);
    synthInto(app.outdir, shop('payments:1.4.3'));
    expect(statSync(file).mtimeMs).not.toBe(1_000);
  });

  test('changes one file when one service changes', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const app = shop('shared:1.0.0', names);
    app.synth();
    const before = filesOf(app.outdir);
    const next = quietApp();
    const environment = new Environment(next, 'test');
    for (const name of names)
      new StatelessService(environment, name, { image: name === 'c' ? 'shared:2.0.0' : 'shared:1.0.0' });
    synthInto(app.outdir, next);
    const after = filesOf(app.outdir);
    expect(Object.keys(after).filter((file) => after[file] !== before[file])).toEqual(['test/c.k8s.yaml']);
  });

  test('removes the file of a service that is gone', () => {
    const app = shop('payments:1.4.2', ['payments', 'orders']);
    app.synth();
    synthInto(app.outdir, shop());
    expect(Object.keys(filesOf(app.outdir))).not.toContain('test/orders.k8s.yaml');
  });

  test('removes the folder of an environment that is gone', () => {
    const app = shop();
    app.synth();
    const renamed = quietApp();
    new Environment(renamed, 'production');
    synthInto(app.outdir, renamed);
    expect(Object.keys(filesOf(app.outdir))).toEqual(['production/Kustomization', 'production/_environment.k8s.yaml']);
    expect(statSync(join(app.outdir, 'test'), { throwIfNoEntry: false })).toBeUndefined();
  });

  test('refuses a directory with a file that it did not write, and leaves everything as it was', () => {
    const app = shop();
    app.synth();
    writeFileSync(join(app.outdir, 'test/by-hand.yaml'), 'kind: ConfigMap\n');
    const before = filesOf(app.outdir);
    expect(() => synthInto(app.outdir, shop('payments:9.9.9'))).toThrow(
      'dist/test/by-hand.yaml: synth did not write it, and dist/ is for what synth writes. Move it elsewhere; nothing was changed.',
    );
    expect(filesOf(app.outdir)).toEqual(before);
  });

  test('writes nothing at all when one of many services is wrong', () => {
    const app = shop();
    app.synth();
    const before = filesOf(app.outdir);
    const wrong = shop('payments:1.4.3', ['payments', 'orders', 'cart']);
    new StatelessService(wrong.node.findChild('test') as Environment, 'broken', { image: 'a:1', ports: 70_000 });
    expect(() => synthInto(app.outdir, wrong)).toThrow(SynthError);
    expect(filesOf(app.outdir)).toEqual(before);
  });

  test('reports everything that is wrong in the whole app in one go, with its place', () => {
    const app = quietApp();
    const test = new Environment(app, 'test', { namespace: 'Not A Name' });
    const production = new Environment(app, 'production');
    new StatelessService(test, 'orders', { image: '', ports: 70_000 });
    new StatelessService(production, 'payments', { image: 'payments:1', replicas: -1 });
    const findings = app.findings().map(({ path, message }) => `[${path}] ${message.replace(/:.*/, '')}`);
    expect(findings).toEqual([
      "[production/payments] 'replicas'",
      "[test] 'namespace'",
      "[test/orders] 'image'",
      "[test/orders] 'ports'",
    ]);
  });

  test('runs each validation once', () => {
    const app = shop('a:1', ['a', 'b', 'c']);
    let count = 0;
    app.node.addValidation({
      validate: () => {
        count += 1;
        return [];
      },
    });
    app.synth();
    expect(count).toBe(1);
  });

  test('renders each object once', () => {
    const app = shop('a:1', ['a', 'b', 'c']);
    let count = 0;
    class Counted extends ApiObject {
      override toJson() {
        count += 1;
        return super.toJson();
      }
    }
    new Counted(app.node.findChild('test'), 'counted', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'counted' },
    });
    app.synth();
    expect(count).toBe(1);
  });

  test('reports an object that cannot be rendered, with its place', () => {
    const app = quietApp();
    class Broken extends ApiObject {
      override toJson(): never {
        throw new Error('no such thing');
      }
    }
    new Broken(new Environment(app, 'test'), 'broken', { apiVersion: 'v1', kind: 'ConfigMap' });
    expect(findingsOf(app)).toEqual(['[test/broken] cannot be rendered: no such thing']);
  });

  test('writes a plain chart as one file, as cdk8s names it', () => {
    const app = shop();
    const chart = new Chart(app, 'extra');
    new ApiObject(chart, 'map', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'extra' } });
    app.synth();
    expect(Object.keys(filesOf(app.outdir))).toContain('extra.k8s.yaml');
  });

  test('reports two objects of one kind and name', () => {
    const app = quietApp();
    const environment = new Environment(app, 'test');
    for (const id of ['one', 'two']) {
      new ApiObject(environment, id, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'same' } });
    }
    expect(findingsOf(app)).toEqual(expect.arrayContaining([expect.stringContaining('name-clash')]));
  });

  test('writes nothing for an app without objects', () => {
    const app = quietApp();
    app.synth();
    expect(filesOf(app.outdir)).toEqual({});
  });
});

describe('dependencies', () => {
  const chain = (length: number) => {
    const app = shop(
      'a:1',
      Array.from({ length }, (_, index) => `service-${index}`),
    );
    const services = app.node.findChild('test').node.children.filter((child) => child instanceof StatelessService);
    services.slice(1).forEach((service, index) => {
      service.node.addDependency(services[index] as Construct);
    });
    return app;
  };

  test('rename no file', () => {
    const [without, withOne] = [shop('a:1', ['service-0', 'service-1']), chain(2)];
    without.synth();
    withOne.synth();
    expect(Object.keys(filesOf(withOne.outdir))).toEqual(Object.keys(filesOf(without.outdir)));
  });

  test('may be as deep as they like', () => {
    const app = chain(300);
    const started = performance.now();
    app.synth();
    // cdk8s does not finish a chain of fifteen in five minutes.
    expect(performance.now() - started).toBeLessThan(20_000);
    expect(Object.keys(filesOf(app.outdir))).toHaveLength(302);
  });

  test('put an object after those of its file that it depends on', () => {
    const app = quietApp();
    const environment = new Environment(app, 'test');
    const both = new Construct(environment, 'both');
    const map = (id: string) =>
      new ApiObject(both, id, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: id } });
    const [first, second] = [map('first'), map('second')];
    first.addDependency(second);
    app.synth();
    const text = filesOf(app.outdir)['test/both.k8s.yaml'] ?? '';
    expect((loadAll(text) as Manifest[]).map(({ metadata }) => metadata.name)).toEqual(['second', 'first']);
  });

  test('in a circle are reported, with the circle', () => {
    const app = chain(3);
    const [first, , last] = app.node
      .findChild('test')
      .node.children.filter((child) => child instanceof StatelessService);
    first?.node.addDependency(last as Construct);
    expect(findingsOf(app)).toEqual([expect.stringMatching(/must not depend on itself, got the circle .*service-0/)]);
  });
});

describe('a plain cdk8s app', () => {
  test('takes the constructs as they are', () => {
    const app = new App({ outdir: quietApp().outdir });
    new StatelessService(new Chart(app, 'orders', { namespace: 'shop' }), 'orders', { image: 'orders:1.0.0' });
    app.synth();
    expect(kindsIn(filesOf(app.outdir)['orders.k8s.yaml'] ?? '')).toContain('Deployment');
  });

  test('is told what is wrong, too', () => {
    const app = new App({ outdir: quietApp().outdir });
    new StatelessService(new Chart(app, 'orders'), 'orders', { image: 'orders:1.0.0', ports: 0 });
    expect(() => app.synth()).toThrow("'ports': must be between 1 and 65535, inclusive, got 0");
  });
});

describe('a program', () => {
  const good = `
    import { Environment, MicroserviceApp, StatelessService } from 'cdk8s-microservices';
    const app = new MicroserviceApp();
    const shop = new Environment(app, 'test');
    new StatelessService(shop, 'payments', { image: 'payments:1.4.2' });
    app.synth();
  `;
  const bad = good.replace("image: 'payments:1.4.2'", "image: 'payments:1.4.2', ports: 70000");

  test('says in one line what it wrote, and ends with 0', () => {
    const { status, stdout, stderr } = new Program(good).run();
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^\d+ objects in 3 files: 3 written, 0 unchanged, 0 removed; 0 warnings; \d+ ms\n$/);
  });

  test('says what it left alone and what it removed', () => {
    const program = new Program(good);
    program.run();
    program.change(good.replace("'payments'", "'orders'"));
    expect(program.run().stdout).toMatch(/: 2 written, 1 unchanged, 1 removed; /);
  });

  test('prints what must exist before the apply with --requirements, and writes nothing', () => {
    const program = new Program(good);
    const { status, stdout, stderr } = program.run('--requirements');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('Then, in this order');
    expect(program.files()).toEqual({});
    expect(program.run('--requirements', 'json').stdout).toMatch(/^\{\n {2}"requirements": \[/);
    expect(program.run('--requirements=markdown').stdout).toContain('- [ ] ');
    expect(program.run('--quiet').stdout).toBe('');
    expect(program.run('--requirements', 'xml')).toMatchObject({
      status: 1,
      stderr: '--requirements must be text, json or markdown, got "xml"\n',
    });
  });

  test('says nothing with --quiet', () => {
    const { status, stdout, stderr } = new Program(good).run('--quiet');
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  test('ends with 1 where something is wrong, and says what, without a stack trace', () => {
    const program = new Program(bad);
    const { status, stdout, stderr } = program.run();
    expect({ status, stdout, stderr }).toEqual({
      status: 1,
      stdout: '',
      stderr:
        "1 error; nothing was written.\nerror   [test/payments] 'ports': must be between 1 and 65535, inclusive, got 70000\n",
    });
    expect(program.files()).toEqual({});
  });

  test('leaves what was there byte by byte where something is wrong', () => {
    const program = new Program(good);
    program.run();
    const before = program.files();
    program.change(bad);
    expect(program.run().status).toBe(1);
    expect(program.files()).toEqual(before);
  });

  test('can go on after an error that it catches', () => {
    const caught = bad.replace(
      'app.synth();',
      "try { app.synth(); } catch (error) { console.log('caught', error.name); }",
    );
    const { status, stdout, stderr } = new Program(caught).run();
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'caught SynthError\n', stderr: '' });
  });

  test('says plainly that a file in the way is not its own', () => {
    const program = new Program(good);
    mkdirSync(program.dist);
    writeFileSync(join(program.dist, 'by-hand.yaml'), '');
    const { status, stderr } = program.run();
    expect(status).toBe(1);
    expect(stderr).toBe(
      'dist/by-hand.yaml: synth did not write it, and dist/ is for what synth writes. Move it elsewhere; nothing was changed.\n',
    );
  });

  test('gives findings to other programs as JSON', () => {
    const { status, stdout } = new Program(bad).run('--format', 'json');
    expect(status).toBe(1);
    expect(JSON.parse(stdout).findings).toEqual([
      {
        rule: 'invalid',
        severity: 'error',
        path: 'test/payments',
        message: "'ports': must be between 1 and 65535, inclusive, got 70000",
      },
    ]);
  });

  test('gives findings to code hosts as SARIF', () => {
    const { stdout } = new Program(bad).run('--format', 'sarif');
    const { version, runs } = JSON.parse(stdout);
    expect(version).toBe('2.1.0');
    expect(runs[0].results[0]).toMatchObject({ ruleId: 'invalid', level: 'error' });
  });
});
