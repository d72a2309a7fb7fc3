import type { BackupPlan } from '../backup-plan';

const signIn = `#!/bin/sh
set -eu
umask 077
quoted() { sed -e 's/[\\\\"]/\\\\&/g' "/run/accounts/$1"; }
printf 'password: "%s"\\n' "$(quoted password)" > /tmp/tools.yaml
set -- --config=/tmp/tools.yaml --username="$(cat /run/accounts/username)" --authenticationDatabase="$DATABASE" \\
  --host="\${REPLICA_SET:+$REPLICA_SET/}\${HOSTS:-$HOST:$PORT}"`;

const dumpScript = `${signIn}
mongodump "$@" --db="$DATABASE" --gzip --archive=/backup/dump
`;

/** Collections that came later are dropped; those of the dump are made anew. */
const restoreScript = `${signIn}
cat > /tmp/drop.js << 'JS'
const { readFileSync } = require('fs');
const account = (name) => encodeURIComponent(readFileSync('/run/accounts/' + name, 'utf8'));
const { HOSTS, HOST, PORT, REPLICA_SET, DATABASE } = process.env;
const set = REPLICA_SET ? '?replicaSet=' + REPLICA_SET : '';
const address = account('username') + ':' + account('password') + '@' + (HOSTS ?? HOST + ':' + PORT);
const database = new Mongo('mongodb://' + address + '/' + DATABASE + set).getDB(DATABASE);
for (const { name } of database.getCollectionInfos()) if (!name.startsWith('system.')) database[name].drop();
JS
mongosh --quiet --norc --nodb --file /tmp/drop.js
mongorestore "$@" --nsInclude="$DATABASE.*" --drop --stopOnError --gzip --archive=/backup/dump
`;

export const mongodbBackup = (): BackupPlan => ({
  dump: dumpScript,
  restore: restoreScript,
  needsAccount: true,
  // The shell of MongoDB keeps its settings there.
  env: { HOME: '/tmp' },
});
