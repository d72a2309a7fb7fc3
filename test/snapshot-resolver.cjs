// Snapshots stand at the top level, in the same places as their tests: test/a/b.test.ts -> __snapshots__/a/b.test.ts.snap
const { join, relative, resolve, isAbsolute } = require('node:path');

const root = resolve(__dirname, '..');
const extension = '.snap';
// Jest asks about its example with a path relative to the root, and about real files with absolute ones.
const like = (given, path) => (isAbsolute(given) ? path : relative(root, path));

module.exports = {
  testPathForConsistencyCheck: join('test', 'example.test.ts'),
  resolveSnapshotPath: (testPath) =>
    like(testPath, join(root, '__snapshots__', relative(join(root, 'test'), resolve(root, testPath))) + extension),
  resolveTestPath: (snapshotPath) =>
    like(
      snapshotPath,
      join(
        root,
        'test',
        relative(join(root, '__snapshots__'), resolve(root, snapshotPath)).slice(0, -extension.length),
      ),
    ),
};
