import type { NetworkPolicySpec } from 'kubernetes-types/networking/v1';
import { listOf, manifestsOf } from '../model/manifests';
import { productionEnvironments } from '../model/production';
import type { ExternalRecord, ObjectRecord, System } from '../model/system';
import type { Rule, Violation } from './rule';
import { listed, nameOf } from './wording';

export const openEgress: Rule = {
  id: 'open-egress',
  severity: 'warning',
  summary:
    'In production pods connect to places whose address ranges are named; a private host is never left to any public address.',
  *check(system) {
    const production = productionEnvironments(system);
    const open = system.externals.filter(({ ranges }) => ranges.some(isEverything));
    for (const external of open) {
      const { hosts = [], environment } = external;
      if (hosts.some(isPrivate)) yield unreachable(external, hosts.filter(isPrivate));
      else if (production.has(environment)) yield openTo(external, system);
    }
    yield* unexplained(system, production, open);
  },
};

const isEverything = (cidr: string): boolean => cidr.endsWith('/0');

/** Names that no public DNS has, and those under which clouds put databases into the network of their users. */
const isPrivate = (host: string): boolean =>
  !host.includes('.') ||
  /\.(internal|local|lan|corp|intranet|home\.arpa)$/.test(host) ||
  /\.(rds|cache|privatelink)\.|\.privatelink$/.test(host);

function unreachable({ path, hosts: _ }: ExternalRecord, hosts: readonly string[]): Violation {
  return {
    path,
    message: `${listed(hosts)} is a name of a private network, but without cidrs its callers may connect to public addresses only`,
    fix: 'name the address ranges in which it lies as its cidrs',
  };
}

function openTo({ path, ports, hosts = [] }: ExternalRecord, { calls }: System): Violation {
  const callers = [...new Set(calls.filter(({ to }) => to === path).map(({ from }) => nameOf(from)))];
  const who = callers.length === 0 ? 'its callers' : listed(callers.sort());
  return {
    path,
    message: `${hosts.length === 0 ? nameOf(path) : listed(hosts)} may be at any address, so ${who} may connect to every public address on port ${numbers(ports)}`,
    fix: 'name the address ranges in which it lies as its cidrs; where it has none that last, suppress this with the reason',
  };
}

/** Policies that are open for something that is no external backend: a bucket, a receiver of logs, an override. */
function* unexplained(
  system: System,
  production: ReadonlySet<string>,
  open: readonly ExternalRecord[],
): Iterable<Violation> {
  const found = manifestsOf(system)
    .ofKind('NetworkPolicy')
    .filter(({ environment }) => environment !== undefined && production.has(environment))
    .map((object) => ({ path: ownerOf(object), ports: openPorts(object) }))
    .map(({ path, ports }) => ({ path, ports: ports.filter((port) => !portsCalled(system, open, path).has(port)) }))
    .filter(({ ports }) => ports.length > 0);
  for (const { path, ports } of found) {
    // The restore of a backup goes where the backup goes.
    if (found.some((other) => path.startsWith(`${other.path}/`))) continue;
    yield {
      path,
      message: `its policy lets ${nameOf(path)} connect to every public address on port ${listed(ports.map(String))}`,
      fix: 'name the address ranges where its destination is declared (cidrs of the bucket or of the log receiver); where there are none that last, suppress this with the reason',
    };
  }
}

const ownerOf = ({ path }: ObjectRecord): string => path.slice(0, path.lastIndexOf('/'));

function openPorts({ manifest }: ObjectRecord): (number | string)[] {
  const { egress } = (manifest.spec ?? {}) as NetworkPolicySpec;
  const rules = listOf(egress).filter(
    ({ to }) => listOf(to).length === 0 || listOf(to).some(({ ipBlock }) => isEverything(String(ipBlock?.cidr ?? ''))),
  );
  return [
    ...new Set(
      rules.flatMap(({ ports }) =>
        listOf(ports).length === 0 ? ['any'] : listOf(ports).map(({ port }) => port ?? 'any'),
      ),
    ),
  ];
}

function portsCalled({ calls }: System, open: readonly ExternalRecord[], caller: string): ReadonlySet<number | string> {
  const called = new Set(calls.filter(({ from }) => from === caller).map(({ to }) => to));
  return new Set(open.filter(({ path }) => called.has(path)).flatMap(({ ports }) => ports.map(({ port }) => port)));
}

const numbers = (ports: ExternalRecord['ports']): string => listed(ports.map(({ port }) => String(port)));
