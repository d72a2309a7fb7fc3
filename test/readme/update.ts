import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanUp, embedded } from './embed';

// Writes programs and what they make into the README; its test says when that is needed.
process.env.CDK8S_OUTDIR = join(mkdtempSync(join(tmpdir(), 'readme-')), 'dist');
writeFileSync('README.md', embedded(readFileSync('README.md', 'utf8')));
cleanUp();
