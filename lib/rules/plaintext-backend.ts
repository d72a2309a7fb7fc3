import { grouped } from '../model/grouped';
import { productionEnvironments } from '../model/production';
import type { Rule } from './rule';
import { listed, nameOf } from './wording';

export const plaintextBackend: Rule = {
  id: 'plaintext-backend',
  severity: 'warning',
  summary: 'In production, connections to a data store that can encrypt them are encrypted.',
  *check(system) {
    const { backends, uses, calls, externals, workloads } = system;
    const plain = backends.filter(({ tls }) => tls === false);
    if (plain.length === 0) return;
    const production = productionEnvironments(system);
    const usesOf = grouped(uses, ({ to }) => to);
    const ports = new Map([...externals, ...workloads].map((each) => [each.path, each.ports]));
    for (const { path, name, environment, provider } of plain) {
      if (!production.has(environment)) continue;
      const isEncrypted = (from: string) => {
        const used = calls.find((call) => call.from === from && call.to === path)?.port;
        return ports.get(path)?.some((port) => port.name === used && port.protocol === 'https') ?? false;
      };
      const users = (usesOf.get(path) ?? []).map(({ from }) => from).filter((from) => !isEncrypted(from));
      if (users.length === 0) continue;
      const names = listed([...new Set(users.map(nameOf))].sort());
      yield provider === 'external'
        ? {
            path,
            message: `${name} is outside the cluster, and nothing says that connections to it are encrypted; it is used by ${names}`,
            fix: 'tls: true, or tls: { ca: { secret } } with the certificate of its authority',
          }
        : {
            path,
            message: `${name} is reached in the clear by ${names}: passwords and data cross the network of the cluster readable`,
            fix: 'tls: { issuer } of the backend, or backendTls of the environment; where a mesh encrypts, suppress this with that reason',
          };
    }
  },
};
