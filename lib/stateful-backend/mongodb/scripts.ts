import { PRIVATE } from '../private-files';
import { needed } from '../shell';
import { onRenewal, SERVER_TLS } from '../tls';

/** How connections to a MongoDB are let in. */
export interface MongodbAccess {
  readonly accounts: 'per-user' | 'shared' | false;
  readonly tls: boolean;
}

/** What the shell of MongoDB needs to ask the server of its own pod. */
export const shellTls = ({ tls }: Pick<MongodbAccess, 'tls'>): string[] =>
  tls ? ['--host=localhost', '--tls', `--tlsCAFile=${SERVER_TLS.ca}`] : [];

const PEM = `${PRIVATE}/server.pem`;

/** mongod takes its key from a file that no other user can read, and its certificate from one with the private key in it. */
export function startScript(access: MongodbAccess): string {
  const { accounts, tls } = access;
  const shell = ['mongosh --quiet --norc', ...shellTls(access)].join(' ');
  const files = [
    'keyfile',
    'rootPassword',
    'monitorPassword',
    ...(accounts === 'shared' ? ['username', 'password'] : []),
  ];
  return [
    '#!/bin/sh\nset -eu\numask 077\n',
    accounts
      ? `${needed}needed ${files.map((file) => `/run/accounts/${file}`).join(' ')}
cp -f /run/accounts/keyfile ${PRIVATE}/keyfile
chmod 400 ${PRIVATE}/keyfile
`
      : '',
    tls
      ? `certificate() {
  cat ${SERVER_TLS.key} ${SERVER_TLS.certificate} > ${PEM}.new
  mv ${PEM}.new ${PEM}
}
certificate
${onRenewal(`certificate && ${shell} --file /etc/backend/renew.js`).trimStart()}`
      : '',
    `if [ "\${POD_NAME##*-}" = 0 ]; then
  ( until ${shell} --file /etc/backend/found.js; do sleep 2; done ) &
fi
exec mongod --dbpath=/data/db --replSet="$SET" --bind_ip_all --ipv6 \\
  --wiredTigerCacheSizeGB="$CACHE" --unixSocketPrefix=/tmp`,
    accounts ? ` \\\n  --keyFile=${PRIVATE}/keyfile` : '',
    tls
      ? ` \\\n  --tlsMode=requireTLS --tlsCertificateKeyFile=${PEM} --tlsCAFile=${SERVER_TLS.ca} --tlsAllowConnectionsWithoutCertificates`
      : '',
    '\n',
  ].join('');
}

/** Makes the server read its certificate again. */
export const renewScript = ({ accounts }: MongodbAccess): string =>
  `${
    accounts
      ? `const { readFileSync } = require('fs');
db.getSiblingDB('admin').auth('root', readFileSync('/run/accounts/rootPassword', 'utf8').trimEnd());
`
      : ''
  }if (db.adminCommand({ rotateCertificates: 1 }).ok !== 1) quit(1);
`;

/**
 * Run until it succeeds, by the first member, over the loopback address, from where MongoDB lets one account be made
 * while there is none. The set begins with one member, which is primary at once, and grows by the others.
 */
export const foundScript = ({ accounts, tls }: MongodbAccess): string => `${
  accounts
    ? `const { readFileSync } = require('fs');
const account = (name) => readFileSync('/run/accounts/' + name, 'utf8').trimEnd();
`
    : ''
}const members = process.env.MEMBERS.split(' ');
const belongs = (host) => {
  try {
    const other = new Mongo('mongodb://' + host + '/?directConnection=true&serverSelectionTimeoutMS=2000${tls ? `&tls=true&tlsCAFile=${SERVER_TLS.ca}` : ''}');
    return other.getDB('admin').runCommand({ hello: 1 }).setName !== undefined;
  } catch { return false; }
};
// The first member without its volume: the others know it, and give it everything back.
if (db.hello().setName === undefined && members.slice(1).some(belongs)) quit(0);
const initiate = () => {
  try {
    rs.initiate({ _id: process.env.SET, members: [{ _id: 0, host: members[0] }] });
  } catch (error) {
    if (error.codeName !== 'AlreadyInitialized' && error.codeName !== 'Unauthorized') throw error;
  }
  for (let tries = 0; tries < 30 && !db.hello().isWritablePrimary; tries += 1) sleep(1000);
};
${accounts ? withAccounts : 'if (db.hello().setName === undefined) {\n  initiate();\n  if (!db.hello().isWritablePrimary) quit(1);\n}\n'}if (db.hello().isWritablePrimary) {
${accounts ? monitorAccount : ''}${accounts === 'shared' ? sharedAccount : ''}  const known = rs.conf().members.map((member) => member.host);
  for (const host of members) if (!known.includes(host)) rs.add(host);
}
`;

const withAccounts = `const admin = db.getSiblingDB('admin');
const root = account('rootPassword');
const signedIn = () => { try { return admin.auth('root', root).ok === 1; } catch { return false; } };
if (!signedIn()) {
  initiate();
  if (!db.hello().isWritablePrimary) quit(1);
  admin.createUser({ user: 'root', pwd: root, roles: ['root'] });
  if (!signedIn()) quit(1);
}
`;

const monitorAccount = `  if (admin.getUser('monitor') === null) {
    admin.createUser({ user: 'monitor', pwd: account('monitorPassword'), roles: ['clusterMonitor'] });
  }
`;

const sharedAccount = `  const own = db.getSiblingDB(process.env.DATABASE);
  const user = account('username');
  if (own.getUser(user) === null) {
    own.createUser({ user, pwd: account('password'), roles: [{ role: 'readWrite', db: process.env.DATABASE }] });
  }
`;
