// Snapshots stand at the top level, in the same places as their tests: test/a/b.test.ts -> __snapshots__/a/b.test.ts.snap
const { join, relative, resolve } = require('node:path');

const root = resolve(__dirname, '..');
const extension = '.snap';

module.exports = {
  testPathForConsistencyCheck: join('test', 'example.test.ts'),
  resolveSnapshotPath: (testPath) =>
    join(root, '__snapshots__', relative(join(root, 'test'), resolve(root, testPath))) + extension,
  resolveTestPath: (snapshotPath) =>
    join(root, 'test', relative(join(root, '__snapshots__'), snapshotPath).slice(0, -extension.length)),
};
