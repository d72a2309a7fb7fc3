import type { Checks } from '../checks/read-props';
import * as check from '../checks/values';
import { bytes } from '../kubernetes/quantity';
import type { Credentials } from '../workload/credentials';
import { accountOf, accountsPart, accountValue, missingCredentials, unknownKeys, withUsers } from './accounts';
import { basics, dataVolume } from './basics';
import { databaseCheck, databaseOf, databaseVariables } from './database';
import { backendPorts } from './generic';
import { mongodbBackup } from './mongodb/backup';
import { type Engine, evenMembers, memberHosts } from './plan';
import { CONFIG, POD_NAME, planOf } from './plan-of';
import { exporter } from './pod-parts';
import { type EngineProps, engineChecks, storageNeeded } from './props';

/** MongoDB: a replica set whose members vote who is primary. The first member founds it at its first boot. */
export interface MongodbProps extends EngineProps {
  /** How much each member may store: `20Gi`, or with a storage class. */
  readonly storage: NonNullable<EngineProps['storage']>;
  /**
   * The Secret with the keys `keyfile`, by which members know each other, `root-password`, `monitor-password`, and for
   * its users `username` and `password`. `keys` maps `keyfile`, `rootPassword`, `monitorPassword`, `username` and
   * `password` to other names. Accounts are made at the first boot and not changed later.
   */
  readonly credentials: Credentials;
  /** The database of its users. @defaultValue its name, with underscores in place of dashes */
  readonly database?: string;
  /** How many members; odd. @defaultValue 3 */
  readonly replicas?: number;
}

const KEYS = withUsers({
  keyfile: 'keyfile',
  rootPassword: 'root-password',
  monitorPassword: 'monitor-password',
});
const MEMORY = '1Gi';

const checks: Checks<MongodbProps> = {
  ...engineChecks,
  ...storageNeeded,
  credentials: engineChecks.credentials,
  database: databaseCheck(63),
  replicas: check.optional(check.integer(1, 7)),
};

/** mongod takes the key only from a file that nobody else can read. */
const startScript = `#!/bin/sh
set -eu
umask 077
cp /run/accounts/keyfile /tmp/keyfile
chmod 400 /tmp/keyfile
if [ "\${POD_NAME##*-}" = 0 ]; then
  ( until mongosh --quiet --norc --file /etc/backend/found.js; do sleep 2; done ) &
fi
exec mongod --dbpath=/data/db --replSet="$SET" --keyFile=/tmp/keyfile --bind_ip_all --ipv6 \\
  --wiredTigerCacheSizeGB="$CACHE" --unixSocketPrefix=/tmp
`;

/**
 * Run until it succeeds, by the first member, over the loopback address, from where MongoDB lets one account be made
 * while there is none. The set begins with one member, which is primary at once, and grows by the others.
 */
const foundScript = `const { readFileSync } = require('fs');
const account = (name) => readFileSync('/run/accounts/' + name, 'utf8');
const members = process.env.MEMBERS.split(' ');
const admin = db.getSiblingDB('admin');
const root = account('rootPassword');
const signedIn = () => { try { return admin.auth('root', root).ok === 1; } catch { return false; } };
const belongs = (host) => {
  try {
    const other = new Mongo('mongodb://' + host + '/?directConnection=true&serverSelectionTimeoutMS=2000');
    return other.getDB('admin').runCommand({ hello: 1 }).setName !== undefined;
  } catch { return false; }
};
// The first member without its volume: the others know it, and give it everything back.
if (db.hello().setName === undefined && members.slice(1).some(belongs)) quit(0);
if (!signedIn()) {
  try {
    rs.initiate({ _id: process.env.SET, members: [{ _id: 0, host: members[0] }] });
  } catch (error) {
    if (error.codeName !== 'AlreadyInitialized' && error.codeName !== 'Unauthorized') throw error;
  }
  for (let tries = 0; tries < 30 && !db.hello().isWritablePrimary; tries += 1) sleep(1000);
  if (db.hello().isWritablePrimary) {
    admin.createUser({ user: 'root', pwd: root, roles: ['root'] });
    if (!signedIn()) quit(1);
    admin.createUser({ user: 'monitor', pwd: account('monitorPassword'), roles: ['clusterMonitor'] });
  } else quit(1);
}
if (db.hello().isWritablePrimary) {
  const own = db.getSiblingDB(process.env.DATABASE);
  const user = account('username');
  if (own.getUser(user) === null) {
    own.createUser({ user, pwd: account('password'), roles: [{ role: 'readWrite', db: process.env.DATABASE }] });
  }
  const known = rs.conf().members.map((member) => member.host);
  for (const host of members) if (!known.includes(host)) rs.add(host);
}
`;

export const mongodb: Engine<MongodbProps, 'mongodb'> = {
  name: 'mongodb',
  checks,
  externalPorts: { mongodb: 27_017 },
  externalVariables: databaseVariables,
  plan(props, { name }) {
    const { storage, credentials, replicas = 3, metrics = true, ...rest } = props;
    const { database = databaseOf(name), ...common } = rest;
    const hosts = memberHosts(name, replicas).map((host) => `${host}:27017`);
    const memory = bytes(common.resources?.memory ?? MEMORY) / 2 ** 30;
    const { startupSeconds, ...base } = basics(common, {
      image: 'docker.io/library/mongo:8.0.5',
      uid: 999,
      resources: { cpu: '250m', memory: MEMORY },
      flushTime: '1m',
      command: ['sh', `${CONFIG}/start.sh`],
      env: {
        POD_NAME,
        SET: name,
        DATABASE: database,
        MEMBERS: hosts.join(' '),
        CACHE: Math.max(0.25, Math.floor(memory * 0.45 * 100) / 100),
        // The shell of MongoDB keeps its settings there.
        HOME: '/tmp',
      },
    });
    const exporting = exporter({
      image: 'docker.io/percona/mongodb_exporter:0.43.1',
      port: 9216,
      args: ['--collect-all', '--mongodb.direct-connect=true'],
      env: [
        { name: 'MONGODB_URI', value: 'mongodb://localhost:27017/admin' },
        { name: 'MONGODB_USER', value: 'monitor' },
        {
          name: 'MONGODB_PASSWORD',
          valueFrom: accountValue(credentials ?? { secret: '' }, 'monitorPassword', KEYS.monitorPassword),
        },
      ],
    });
    const ask = (question: string) => ({
      command: ['mongosh', '--quiet', '--norc', '--eval', `if (!(${question})) quit(1)`],
      periodSeconds: 10,
      timeoutSeconds: 10,
    });
    return planOf({
      ...base,
      engine: 'mongodb',
      ports: backendPorts({ mongodb: { port: 27_017, appProtocol: 'mongo' } }),
      exporter: metrics ? exporting : undefined,
      clientPorts: ['mongodb'],
      peerPorts: ['mongodb'],
      volumes: dataVolume(storage, '/data/db'),
      replicas,
      quorum: true,
      config: { path: CONFIG, files: { 'start.sh': startScript, 'found.js': foundScript } },
      parts: [accountsPart(credentials, KEYS)],
      probes: {
        readiness: ask('db.hello().isWritablePrimary || db.hello().secondary'),
        liveness: ask("db.adminCommand('ping').ok"),
        startupSeconds,
      },
      variables: () => ({ HOST: name, PORT: 27_017, HOSTS: hosts.join(','), REPLICA_SET: name, DATABASE: database }),
      credentials: accountOf(credentials),
      backup: mongodbBackup,
      problems: [...evenMembers(replicas), ...missingCredentials(credentials), ...unknownKeys(credentials, KEYS)],
    });
  },
};
