import * as check from '../checks/values';

/** The database of an engine's users where nobody named one. */
export const databaseOf = (name: string): string => name.replaceAll('-', '_');

/** Letters, digits, underscores and dashes, as engines take them between quotes. */
export const isDatabaseName = (value: string, longest: number): boolean =>
  value.length <= longest && /^\w[\w-]*$/.test(value);

export const databaseCheck = (longest: number) =>
  check.optional(
    check.matching(
      (value) => check.isText(value) && isDatabaseName(value, longest),
      `at most ${longest} letters, digits, underscores and dashes`,
    ),
  );

/** What users are told of a database that somebody else runs. */
export const databaseVariables = (
  { name }: { readonly name: string },
  { database = databaseOf(name) }: { readonly database?: string },
) => ({ DATABASE: database });
