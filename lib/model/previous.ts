import type { Previous } from './system';

/** Where there has been no synth before. */
export const nothingBefore: Previous = { manifestOf: () => undefined };
