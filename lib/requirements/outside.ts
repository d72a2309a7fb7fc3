import type { EnvironmentRecord, System } from '../model/system';

/** Something outside the cluster that must answer. */
export interface AddressRequirement {
  readonly name: string;
  readonly hosts: readonly string[];
  /** The address ranges to which the policies of its callers open the way. */
  readonly ranges: readonly string[];
  readonly ports: readonly { readonly name: string; readonly port: number; readonly protocol: string }[];
}

/** An account that must exist at a backend. */
export interface AccountRequirement {
  readonly backend: string;
  readonly user: string;
  readonly secret: string;
  readonly database: string | undefined;
  /** What it may do: read, write, schema, backup, admin. */
  readonly rights: string;
}

export function addressesOutside(
  { name: environment }: EnvironmentRecord,
  { externals }: System,
): AddressRequirement[] {
  return externals
    .filter((external) => external.environment === environment)
    .map(({ name, hosts = [], ranges, ports }) => ({
      name,
      hosts,
      ranges,
      ports: ports.map(({ name: port, port: number, protocol }) => ({ name: port, port: number, protocol })),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

export function accountsOutside(
  { name: environment }: EnvironmentRecord,
  { uses, backends, workloads }: System,
): AccountRequirement[] {
  const nameOf = new Map([...backends, ...workloads].map(({ path, name }) => [path, name]));
  return uses
    .flatMap(({ from, to, environment: of, database, account }) =>
      of !== environment || account === undefined || account.made
        ? []
        : [
            {
              backend: nameOf.get(to) ?? to,
              user: nameOf.get(from) ?? from,
              secret: account.secret,
              database,
              rights: account.rights,
            },
          ],
    )
    .sort((a, b) => (`${a.backend} ${a.user}` < `${b.backend} ${b.user}` ? -1 : 1));
}
