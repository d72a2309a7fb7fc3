import type { Previous } from './system';

/** The previous output of a first synth: empty. */
export const nothingBefore: Previous = { manifestOf: () => undefined, dataObjects: () => [] };
