import { readSync } from 'node:fs';
import { Environment, MicroserviceApp, StatelessService } from '../../../lib';

/** A program with many services in two versions: in each some files differ from the other, some are only in one. */
function synthesize(outdir: string, version: 'a' | 'b'): void {
  const app = new MicroserviceApp({ outdir, quiet: true });
  const first = version === 'a' ? 1 : 6;
  const stage = new Environment(app, 'test');
  for (let number = first; number < first + 15; number += 1) {
    const tag = number % 4 === 0 ? '1.0.0' : `1.0.${version === 'a' ? 1 : 2}`;
    // So much that the second version does not fit where the first one does.
    const note = 'x'.repeat(version === 'a' ? 10 : 5_000);
    new StatelessService(stage, `service-${number}`, { image: `service:${tag}`, podAnnotations: { note } });
  }
  app.synth();
}

/** Once in the version that is asked for; or first in the one, and when it is told to go on, in turns without end. */
const [outdir = '', mode = ''] = process.argv.slice(2);
if (mode === 'a' || mode === 'b') synthesize(outdir, mode);
else {
  const started = performance.now();
  synthesize(outdir, 'a');
  process.stdout.write(`${performance.now() - started}\n`);
  readSync(0, Buffer.alloc(1));
  for (;;) {
    synthesize(outdir, 'b');
    synthesize(outdir, 'a');
  }
}
