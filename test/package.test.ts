import { type ExecFileSyncOptionsWithStringEncoding, execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { filesOf } from './support/program';
import { temporaryDirectory } from './support/temporary';

const ours = JSON.parse(readFileSync('package.json', 'utf8'));
const directory = temporaryDirectory();

function run(command: string, args: readonly string[], cwd = directory): string {
  const options: ExecFileSyncOptionsWithStringEncoding = { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] };
  try {
    return execFileSync(command, args, options);
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${command} ${args.join(' ')}\n${stdout}\n${stderr}`);
  }
}

const compile = (...args: string[]) => run(process.execPath, [resolve('node_modules/typescript/bin/tsc'), ...args]);

/** An empty cdk8s app into which the packed package was installed. */
beforeAll(() => {
  const [packed] = JSON.parse(
    run('npm', ['pack', '--json', '--silent', '--pack-destination', directory], process.cwd()),
  );
  const { cdk8s, constructs, 'cdk8s-plus-28': plus } = ours.devDependencies;
  writeFileSync(
    join(directory, 'package.json'),
    JSON.stringify({
      private: true,
      dependencies: { 'cdk8s-microservices': `file:${packed.filename}`, cdk8s, constructs, 'cdk8s-plus-28': plus },
    }),
  );
  run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', '--silent']);
}, 300_000);

/** Compiles a program and runs it. */
function runs(name: string, source: string): Record<string, string> {
  mkdirSync(join(directory, name));
  writeFileSync(join(directory, name, 'main.ts'), source);
  compile('--strict', '--module', 'node16', '--target', 'es2022', '--types', '', `${name}/main.ts`);
  run(process.execPath, ['main.js'], join(directory, name));
  return filesOf(join(directory, name, 'dist'));
}

test('holds the compiled library, its types and its documentation, and nothing else', () => {
  const files = Object.keys(filesOf(join(directory, 'node_modules/cdk8s-microservices')));
  const others = files.filter((file) => !/^\.build\/(lib|imports)\/.*\.(js|d\.ts)$/.test(file));
  expect(others.sort()).toEqual(['.docs/operations.md', '.docs/upgrading.md', 'README.md', 'package.json']);
});

test('makes YAML from a program of six lines', () => {
  const files = runs(
    'ours',
    `
      import { Environment, MicroserviceApp, StatelessService } from 'cdk8s-microservices';
      const app = new MicroserviceApp({ quiet: true });
      const shop = new Environment(app, 'production');
      const payments = new StatelessService(shop, 'payments', { image: 'registry.example.com/payments:1.4.2' });
      const orders = new StatelessService(shop, 'orders', { image: 'registry.example.com/orders:2.0.1' });
      orders.calls(payments, { port: 'http', timeout: '2s' });
      app.synth();
    `,
  );
  expect(files['production/orders.k8s.yaml']).toContain('value: http://payments:8080');
});

test('works in the app and chart of plain cdk8s', () => {
  const files = runs(
    'plain',
    `
      import { App, Chart } from 'cdk8s';
      import { StatelessService } from 'cdk8s-microservices';
      const app = new App();
      const chart = new Chart(app, 'orders', { namespace: 'shop' });
      new StatelessService(chart, 'orders', { image: 'registry.example.com/orders:2.0.1' });
      app.synth();
    `,
  );
  expect(files['orders.k8s.yaml']).toContain('kind: Deployment');
});

test('does not compile a call of a port that the callee does not have', () => {
  const source = `
    import { Environment, MicroserviceApp, StatelessService } from 'cdk8s-microservices';
    const shop = new Environment(new MicroserviceApp(), 'test');
    const payments = new StatelessService(shop, 'payments', { image: 'payments:1', ports: { api: 8080, admin: 9000 } });
    new StatelessService(shop, 'orders', { image: 'orders:1' }).calls(payments, { port: 'PORT' });
  `;
  const options = ['--noEmit', '--strict', '--module', 'node16', '--types', '', 'call.ts'];
  writeFileSync(join(directory, 'call.ts'), source.replace('PORT', 'admin'));
  expect(() => compile(...options)).not.toThrow();
  writeFileSync(join(directory, 'call.ts'), source.replace('PORT', 'metrics'));
  expect(() => compile(...options)).toThrow(/Type '"metrics"' is not assignable to type '.*"admin"/);
});

test('can be imported from a module', () => {
  const program = "import { StatelessService } from 'cdk8s-microservices'; console.log(StatelessService.name);";
  expect(run(process.execPath, ['--input-type=module', '--eval', program])).toBe('StatelessService\n');
});
