// Runs main.ts: bundles it and what it imports from this project, and then is that program. One process, because
// every process more takes as long as the synth of a small system.
const { buildSync } = require('esbuild');
const { join } = require('node:path');

const outfile = join(__dirname, 'node_modules/.cache/synth/main.cjs');
buildSync({
  entryPoints: [join(__dirname, 'main.ts')],
  outfile,
  bundle: true,
  packages: 'external',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  logLevel: 'warning',
});
// What goes wrong is shown in the lines of main.ts.
process.setSourceMapsEnabled(true);
require(outfile);
