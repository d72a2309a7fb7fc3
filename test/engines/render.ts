import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Environment, MicroserviceApp } from '../../lib';
import type { Manifest } from '../../lib/kubernetes/kubernetes-object';

/** What the library makes of a program, as plain data: the same that it writes. */
export function rendered(program: (shop: Environment) => void): Manifest[] {
  const outdir = mkdtempSync(join(tmpdir(), 'engine-render-'));
  try {
    const app = new MicroserviceApp({ outdir, quiet: true });
    program(new Environment(app, 'production'));
    const wrong = app.findings().filter(({ rule }) => rule === 'invalid');
    if (wrong.length > 0) throw new Error(wrong.map(({ path, message }) => `[${path}] ${message}`).join('\n'));
    return app.system().objects.map(({ manifest }) => manifest);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** The version of an image in what was made: its tag. */
export function versionOf(manifests: readonly Manifest[], image: string): string {
  for (const { kind, spec } of manifests) {
    if (kind !== 'StatefulSet' && kind !== 'Deployment') continue;
    for (const container of spec.template.spec.containers) {
      if (container.image.startsWith(`${image}:`)) return container.image.slice(image.length + 1);
    }
  }
  throw new Error(`there is no container of the image ${image}`);
}
