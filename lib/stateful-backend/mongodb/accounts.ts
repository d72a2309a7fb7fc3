import type { EnvValue } from '../../workload/env';
import type { Account, AccountsPlan } from '../accounts-plan';
import { isDatabaseName } from '../database';
import { PRIVATE } from '../private-files';
import { needed } from '../shell';
import { SERVER_TLS } from '../tls';
import type { MongodbAccess } from './scripts';

/** How the accounts of a MongoDB are created. */
export const mongodbAccounts = (access: MongodbAccess, env: Readonly<Record<string, EnvValue>>): AccountsPlan => ({
  script: accountsScript(access),
  line: ({ user, rights, use }: Account) => `${user} ${rights} ${use.database}`,
  // The shell of MongoDB keeps its settings there, and is itself large.
  env: { ...env, HOME: '/tmp' },
  resources: { cpu: '100m', memory: '256Mi' },
  problems: ({ database = '' }) =>
    isDatabaseName(database, 63)
      ? []
      : [`'database': must be at most 63 letters, digits, underscores and dashes, got "${database}"`],
});

/**
 * An account is in the database in which it has its rights, so clients sign in where they work. Roles and password are
 * set anew each time; those that it has beside them are gone then.
 */
const accountsScript = ({ tls }: MongodbAccess): string => `#!/bin/sh
set -eu
umask 077
trap 'exit 143' TERM INT
${needed}needed /run/admin/password
for user in $(printf '%s\\n' "$ACCOUNTS" | cut -d ' ' -f 1 | sort -u); do
  needed "/run/accounts/$user/username" "/run/accounts/$user/password"
done
cat > ${PRIVATE}/accounts.js << 'JS'
const { readFileSync } = require('fs');
const read = (file) => readFileSync(file, 'utf8').trimEnd();
const { HOSTS, REPLICA_SET, ACCOUNTS } = process.env;
const options = 'replicaSet=' + REPLICA_SET + '&authSource=admin&serverSelectionTimeoutMS=5000${tls ? `&tls=true&tlsCAFile=${SERVER_TLS.ca}` : ''}';
const server = new Mongo('mongodb://root:' + encodeURIComponent(read('/run/admin/password')) + '@' + HOSTS + '/?' + options);
const roles = { read: ['read'], write: ['readWrite'], schema: ['readWrite', 'dbAdmin'], backup: ['read'] };
const wanted = new Map();
for (const line of ACCOUNTS.split('\\n')) {
  const [user, rights, database] = line.split(' ');
  const name = read('/run/accounts/' + user + '/username');
  if (['root', 'monitor'].includes(name)) throw new Error('the account of ' + user + ' must not be called ' + name);
  const key = JSON.stringify([database, name]);
  const known = wanted.get(key) ?? { database, name, user, roles: [] };
  if (known.user !== user) throw new Error(user + ' and ' + known.user + ' must have different accounts: both are ' + name);
  wanted.set(key, { ...known, roles: [...new Set([...known.roles, ...roles[rights]])] });
}
for (const { database, name, user, roles: granted } of wanted.values()) {
  const own = server.getDB(database);
  const account = { pwd: read('/run/accounts/' + user + '/password'), roles: granted.map((role) => ({ role, db: database })) };
  if (own.getUser(name) === null) own.createUser({ user: name, ...account });
  else own.updateUser(name, account);
  print(user + ' has its account in ' + database + ': ' + granted.join(', '));
}
JS
# What it says of a server that it cannot reach has the password in no place; the script above has none either.
until mongosh --quiet --norc --nodb --file ${PRIVATE}/accounts.js; do
  echo "waiting for $HOSTS"
  sleep 5 &
  wait $!
done
`;
