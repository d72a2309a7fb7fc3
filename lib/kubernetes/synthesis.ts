import type { IConstruct } from 'constructs';

/**
 * Where the root of a tree keeps what was derived from it while it is being synthesized.
 *
 * During a synth nothing is declared any more, so each object is rendered once and each derived figure worked out once,
 * however often it is asked for. Outside of one, everything is derived anew: the tree may have changed.
 */
const MEMORY = Symbol.for('cdk8s-microservices.synthesis');

interface Root extends IConstruct {
  [MEMORY]?: Map<unknown, unknown>;
}

/** Runs `work`, during which `derivedOnce` remembers. */
export function duringSynthesis<T>(root: IConstruct, work: () => T): T {
  (root as Root)[MEMORY] = new Map();
  try {
    return work();
  } finally {
    delete (root as Root)[MEMORY];
  }
}

export function derivedOnce<T>(construct: IConstruct, key: unknown, derive: () => T): T {
  const memory = (construct.node.root as Root)[MEMORY];
  if (memory === undefined) return derive();
  if (!memory.has(key)) memory.set(key, derive());
  return memory.get(key) as T;
}
