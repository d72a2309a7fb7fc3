/** What a run moves in a second, from the engine to the store and back to be compared; a careful assumption. */
export const BYTES_PER_SECOND = 20 * 2 ** 20;

/** How long one attempt may take for a volume that is full, in seconds. */
export const secondsFor = (storageBytes: number): number => Math.ceil(storageBytes / BYTES_PER_SECOND);
