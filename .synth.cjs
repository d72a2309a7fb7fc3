// Runs main.ts: bundles it with what it imports from this project, and then is that program. One process, and no new
// bundle where no file of the last one has changed, because each takes as long as the synth of a small system.
const { readFileSync, statSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const outfile = join(__dirname, 'node_modules/.cache/synth/main.cjs');
const stamps = `${outfile}.inputs.json`;

const stampOf = (file) => statSync(join(__dirname, file)).mtimeMs;

function isFresh() {
  try {
    return Object.entries(JSON.parse(readFileSync(stamps, 'utf8'))).every(([file, stamp]) => stampOf(file) === stamp);
  } catch {
    return false;
  }
}

if (!isFresh()) {
  const { metafile } = require('esbuild').buildSync({
    absWorkingDir: __dirname,
    entryPoints: ['main.ts'],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    sourcemap: true,
    // The sources are there, and what is not in the map need not be read.
    sourcesContent: false,
    metafile: true,
    logLevel: 'warning',
  });
  const inputs = Object.keys(metafile.inputs);
  writeFileSync(stamps, JSON.stringify(Object.fromEntries(inputs.map((file) => [file, stampOf(file)]))));
}
// What goes wrong is shown in the lines of main.ts.
process.setSourceMapsEnabled(true);
require(outfile);
