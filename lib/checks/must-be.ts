import { show } from './read-props';

/**
 * Stops at a construct that is none: without the compiler, `orders.calls(undefined)` would fail somewhere further down.
 *
 * @param method - a method that only the right thing has
 * @throws Error with the place and what was expected there
 */
export function mustBe(what: string, given: unknown, method: string, place: string): void {
  const member = (given as Readonly<Record<string, unknown>> | null | undefined)?.[method];
  if (typeof member !== 'function') throw new Error(`${place}: must be given ${what}, got ${shown(given)}`);
}

/** A construct of the wrong kind is a long text; its path says more. */
function shown(given: unknown): string {
  const path = (given as { readonly node?: { readonly path?: string } } | null | undefined)?.node?.path;
  return path === undefined ? show(given) : `the construct ${path}`;
}
