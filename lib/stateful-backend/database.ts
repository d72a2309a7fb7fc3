import * as check from '../checks/values';

/** The database of an engine's users where nobody named one. */
export const databaseOf = (name: string): string => name.replaceAll('-', '_');

/** Letters, digits and underscores, which no engine wants quoted. */
export const databaseCheck = (longest: number) =>
  check.optional(
    check.matching(
      (value) => check.isText(value) && value.length <= longest && /^\w+$/.test(value),
      `at most ${longest} letters, digits and underscores`,
    ),
  );

/** What users are told of a database that somebody else runs. */
export const databaseVariables = (
  { name }: { readonly name: string },
  { database = databaseOf(name) }: { readonly database?: string },
) => ({ DATABASE: database });
