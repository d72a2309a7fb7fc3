/** Snapshots of text are the text: the diff in review is the diff of `dist/`. */
expect.addSnapshotSerializer({
  test: (value) => typeof value === 'string' && value.startsWith('---\n'),
  serialize: (value: string) => value,
});
