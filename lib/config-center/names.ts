import { contentHash } from '../metadata/hash';

/** A name of at most so many characters. Where some are cut off, a hash of them keeps it different from others. */
export function shortened(name: string, longest: number): string {
  if (name.length <= longest) return name;
  const hash = contentHash(name);
  return `${name.slice(0, longest - hash.length - 1).replace(/[-.]+$/, '')}-${hash}`;
}
