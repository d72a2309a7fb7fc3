import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { App } from 'cdk8s';
import { dump } from 'js-yaml';
import { MicroserviceApp } from '../../lib';
import type { Manifest } from '../../lib/kubernetes/kubernetes-object';
import type { ObjectRecord } from '../../lib/model/system';
import { inOneChain, services, servicesInCharts } from './system';

// Measures one thing once, in a process of its own, and prints milliseconds and the peak of memory.
// node --require tsx/cjs test/bench/measure.ts <what> <how many services>

// In memory where that can be had: a busy disk would measure itself.
const cache = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const outdir = join(mkdtempSync(join(cache, 'bench-')), 'dist');
const [what = '', count = '0'] = process.argv.slice(2);

const measures: Readonly<Record<string, (count: number) => () => unknown>> = {
  ours(number) {
    const app = ourApp();
    services(app, number);
    return () => app.synth();
  },
  'ours, a chart for each'(number) {
    const app = ourApp();
    servicesInCharts(app, number);
    return () => app.synth();
  },
  'cdk8s, a chart for each'(number) {
    const app = new App({ outdir });
    servicesInCharts(app, number);
    return () => app.synth();
  },
  'ours, in one chain'(number) {
    const app = ourApp();
    inOneChain(services(app, number));
    return () => app.synth();
  },
  /** What is left when all objects are known: to dump and to write them. */
  floor(number) {
    const app = ourApp();
    services(app, number);
    const files = grouped(app.system().objects);
    return () => {
      for (const [file, manifests] of files) {
        const path = join(outdir, file);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, manifests.map((manifest) => `---\n${dump(manifest)}`).join(''));
      }
    };
  },
};

function grouped(objects: readonly ObjectRecord[]): Map<string, Manifest[]> {
  const files = new Map<string, Manifest[]>();
  for (const { file, manifest } of objects) files.set(file, [...(files.get(file) ?? []), manifest]);
  return files;
}

function ourApp(): MicroserviceApp {
  return new MicroserviceApp({ outdir, quiet: true });
}

const work = measures[what]?.(Number(count));
if (work === undefined) throw new Error(`nothing to measure is called '${what}'`);
const started = performance.now();
work();
const milliseconds = performance.now() - started;
console.log(JSON.stringify({ milliseconds, megabytes: process.resourceUsage().maxRSS / 1_024 }));
rmSync(dirname(outdir), { recursive: true });
