import * as check from '../checks/values';

/** Signs of a pattern: a wildcard, a group, a class, an anchor, or a parameter such as `/:id` and `/{id}`. */
const pattern = /[*^[\]{}|\\?]|\(.*\)|\.\+|\/:\w|\$$/;

const isPlain = (value: unknown): boolean => !check.isText(value) || !pattern.test(value);

/** What the API server accepts as a path: nothing that could mean two places. */
const isPath = (value: unknown): boolean =>
  check.isText(value) && /^\/[\w\-.~!$&'()+,;=:@%/]*$/.test(value) && !/\/\/|\/\.{1,2}(\/|$)|%2f/i.test(value);

/** A path without patterns: controllers compare whole steps and take a pattern for the name of a step. */
export const pathCheck = check.either(
  'a path',
  [
    (value) => !isPlain(value),
    check.matching(
      () => false,
      "a plain path without patterns such as '*', '(…)', ':id' or '{id}': '/orders' leads everything below it as well, and 'exact' nothing below it",
    ),
  ],
  [() => true, check.matching(isPath, "a path that starts with /, without '//', '/./', '/../' and '%2F'")],
);
