import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Who talks to the API server, as which user, in which group. The controllers hold the rights of a real cluster's. */
const users = {
  admin: ['verify', 'system:masters'],
  controllers: ['system:kube-controller-manager', ''],
  scheduler: ['system:kube-scheduler', ''],
} as const;

export type Account = keyof typeof users;

export interface Accounts {
  /** For the API server, which knows everybody by a token. */
  readonly tokenFile: string;
  readonly adminToken: string;
  /** Signs the tokens of service accounts. */
  readonly privateKey: string;
  readonly publicKey: string;
  kubeconfig(account: Account): string;
}

/** Makes the keys, tokens and kubeconfigs of a cluster that is about to be started. */
export function createAccounts(folder: string, server: string, certificate: string): Accounts {
  const save = (name: string, text: string): string => {
    const file = join(folder, name);
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  };

  const names = Object.keys(users) as Account[];
  const tokens = Object.fromEntries(names.map((name) => [name, randomBytes(24).toString('hex')]));
  const kubeconfigs = Object.fromEntries(
    names.map((name) => [name, save(`${name}.kubeconfig`, kubeconfig(server, certificate, tokens[name] as string))]),
  );
  const rows = names.map((name) => `${tokens[name]},${users[name][0]},${name},"${users[name][1]}"\n`);
  const keys = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });

  return {
    tokenFile: save('tokens.csv', rows.join('')),
    adminToken: tokens.admin as string,
    privateKey: save('service-accounts.key', keys.privateKey),
    publicKey: save('service-accounts.pub', keys.publicKey),
    kubeconfig: (account) => kubeconfigs[account] as string,
  };
}

/** JSON, which every reader of YAML reads. */
function kubeconfig(server: string, certificate: string, token: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'verify', cluster: { server, 'certificate-authority': certificate } }],
    users: [{ name: 'verify', user: { token } }],
    contexts: [{ name: 'verify', context: { cluster: 'verify', user: 'verify' } }],
    'current-context': 'verify',
  });
}
