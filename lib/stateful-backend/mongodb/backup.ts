import type { BackupPlan } from '../backup-plan';
import type { MongodbAccess } from './scripts';

/**
 * The account of the backup is in its database; that of the administrator, which the restore has, has no name in its
 * Secret and is in `admin`. The tools read the password from a file, and no list of processes shows it.
 */
const signIn = ({ accounts, tls }: MongodbAccess): string => `#!/bin/sh
set -eu
umask 077
set -- --host="\${REPLICA_SET:+$REPLICA_SET/}\${HOSTS:-$HOST:$PORT}"${tls ? ' --ssl --sslCAFile="$CA_FILE"' : ''}
${
  accounts
    ? `quoted() { sed -e 's/[\\\\"]/\\\\&/g' "/run/accounts/$1"; }
printf 'password: "%s"\\n' "$(quoted password)" > /tmp/tools.yaml
NAME=$(cat /run/accounts/username 2> /dev/null || echo root)
SOURCE=admin
if [ "$NAME" != root ]; then SOURCE=$DATABASE; fi
export NAME SOURCE
set -- "$@" --config=/tmp/tools.yaml --username="$NAME" --authenticationDatabase="$SOURCE"
`
    : ''
}`;

const dumpScript = (
  access: MongodbAccess,
): string => `${signIn(access)}mongodump "$@" \${REPLICA_SET:+--readPreference=secondaryPreferred} --db="$DATABASE" --gzip --archive=/backup/dump
`;

/** Collections that came later are dropped; those of the dump are made anew. */
const restoreScript = (access: MongodbAccess): string => `${signIn(access)}cat > /tmp/drop.js << 'JS'
const { readFileSync } = require('fs');
const { HOSTS, HOST, PORT, REPLICA_SET, DATABASE, NAME, SOURCE, CA_FILE } = process.env;
const options = [
  ...(REPLICA_SET ? ['replicaSet=' + REPLICA_SET] : []),
  ...(SOURCE ? ['authSource=' + SOURCE] : []),
  ...(CA_FILE ? ['tls=true', 'tlsCAFile=' + CA_FILE] : []),
];
const account = NAME
  ? encodeURIComponent(NAME) + ':' + encodeURIComponent(readFileSync('/run/accounts/password', 'utf8').trimEnd()) + '@'
  : '';
const address = 'mongodb://' + account + (HOSTS ?? HOST + ':' + PORT) + '/' + DATABASE + '?' + options.join('&');
const database = new Mongo(address).getDB(DATABASE);
for (const { name } of database.getCollectionInfos()) if (!name.startsWith('system.')) database[name].drop();
JS
mongosh --quiet --norc --nodb --file /tmp/drop.js
mongorestore "$@" --nsInclude="$DATABASE.*" --drop --stopOnError --gzip --archive=/backup/dump
`;

export const mongodbBackup = (access: MongodbAccess): BackupPlan => ({
  dump: dumpScript(access),
  restore: restoreScript(access),
  needsAccount: access.accounts !== false,
  // The shell of MongoDB keeps its settings there.
  env: { HOME: '/tmp' },
});
