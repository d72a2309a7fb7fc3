import { readFileSync, writeFileSync } from 'node:fs';
import { cleanUp, embedded } from './embed';

// Writes the examples and their output into the README; the test of the README says when that is needed.
writeFileSync('README.md', embedded(readFileSync('README.md', 'utf8')));
cleanUp();
