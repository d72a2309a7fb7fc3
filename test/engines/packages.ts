import { createHash } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cached } from '../verify/cache';
import { mustRun } from '../verify/run';

/** What stands in for the image of each engine. */
const packages = {
  etcd: ['etcd-server', 'etcd-client'],
  mariadb: [
    ...[
      'mariadb-server',
      'mariadb-server-core',
      'mariadb-client',
      'mariadb-client-core',
      'mariadb-common',
      'mysql-common',
    ],
    ...['libmariadb3', 'liburing2', 'libaio1', 'libsnappy1v5', 'libncurses6', 'libedit2', 'libpcre2-posix3'],
  ],
  busybox: ['busybox'],
  rabbitmq: [
    ...['rabbitmq-server', 'libtinfo6', 'libssl3', 'libsctp1', 'libsystemd0', 'zlib1g'],
    ...['erlang-base', 'erlang-asn1', 'erlang-crypto', 'erlang-eldap', 'erlang-inets', 'erlang-mnesia'],
    ...['erlang-os-mon', 'erlang-parsetools', 'erlang-public-key', 'erlang-runtime-tools', 'erlang-ssl'],
    ...['erlang-syntax-tools', 'erlang-tools', 'erlang-xmerl'],
    // A client.
    ...['python3.11', 'python3.11-minimal', 'libpython3.11-minimal', 'libpython3.11-stdlib', 'python3-pika'],
  ],
  memcached: ['memcached', 'libevent-2.1-7', 'libsasl2-2'],
  postgres: ['postgresql-15', 'postgresql-client-15', 'libpq5', 'libllvm14', 'libz3-4', 'libldap-2.5-0', 'libxslt1.1'],
  redis: [
    'redis-server',
    'redis-sentinel',
    'redis-tools',
    'libjemalloc2',
    'liblzf1',
    'libatomic1',
    'libssl3',
    'libsystemd0',
  ],
  curl: ['curl', 'libcurl4', 'libnghttp2-14', 'libssh2-1', 'librtmp1', 'libpsl5', 'libbrotli1', 'libldap-2.5-0'],
  kafka: [
    ...['openjdk-17-jre-headless', 'python3.11', 'python3.11-minimal', 'libpython3.11-minimal', 'libpython3.11-stdlib'],
    // A client.
    ...['python3-kafka', 'python3-six'],
  ],
  zookeeper: [
    ...['zookeeper', 'libzookeeper-java', 'openjdk-17-jre-headless', 'libcommons-cli-java', 'libcommons-io-java'],
    ...['libdropwizard-metrics-java', 'libfindbugs-annotations-java', 'libguava-java', 'libjetty9-extra-java'],
    ...['libjackson2-annotations-java', 'libjackson2-core-java', 'libjackson2-databind-java', 'libjetty9-java'],
    ...['libnetty-java', 'libslf4j-java', 'libsnappy-java', 'libnetty-tcnative-java', 'liblog4j1.2-java'],
    // A client.
    ...['python3.11', 'python3.11-minimal', 'libpython3.11-minimal', 'libpython3.11-stdlib'],
    ...['python3-kazoo', 'python3-pure-sasl', 'python3-six'],
  ],
} as const;

export type Packages = keyof typeof packages;

/**
 * Debian packages unpacked into a folder of their own: nothing is installed. Those that the machine has already are
 * fetched all the same, so that the folder means the same on every machine.
 */
export function unpacked(name: Packages): Promise<string> {
  const list = packages[name];
  const key = createHash('sha256').update(list.join(' ')).digest('hex').slice(0, 16);
  return cached(`engine-${name}-1-${key}`, async (folder) => {
    const archives = join(folder, 'archives');
    await mustRun('mkdir', ['-p', archives]);
    await mustRun('apt-get', ['download', ...list], { cwd: archives });
    await unpack(archives, folder);
  });
}

/** The same from Debian unstable, with all that they need down to the C library, whichever version it has today. */
export function unpackedNewest(...list: readonly string[]): Promise<string> {
  return cached(`engine-newest-1-${list.join('-')}`, async (folder) => {
    const archives = join(folder, 'archives');
    const state = join(folder, 'state');
    await mustRun('mkdir', ['-p', join(archives, 'partial'), join(state, 'lists', 'partial')]);
    writeFileSync(join(state, 'status'), '');
    const source =
      'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian sid main';
    writeFileSync(join(state, 'sources'), `${source}\n`);
    const settings = {
      'Dir::Etc::sourcelist': join(state, 'sources'),
      'Dir::Etc::sourceparts': '-',
      'Dir::State::lists': join(state, 'lists'),
      'Dir::State::status': join(state, 'status'),
      'Dir::Cache::archives': archives,
      'Dir::Cache::pkgcache': '',
      'Dir::Cache::srcpkgcache': '',
      'APT::Install-Recommends': 'false',
      'APT::Sandbox::User': 'root',
      'Debug::NoLocking': 'true',
    };
    const options = Object.entries(settings).map(([name, value]) => `--option=${name}=${value}`);
    await mustRun('apt-get', [...options, 'update']);
    await mustRun('apt-get', [...options, '--yes', '--download-only', 'install', ...list]);
    await unpack(archives, folder);
    await mustRun('rm', ['-r', state]);
  });
}

async function unpack(archives: string, folder: string): Promise<void> {
  for (const archive of readdirSync(archives).filter((name) => name.endsWith('.deb'))) {
    await mustRun('dpkg', ['-x', join(archives, archive), folder]);
  }
  await mustRun('rm', ['-r', archives]);
  // As on the machine itself, where /lib and /bin are links into /usr.
  const merge =
    'mkdir -p usr etc var; for old in lib bin sbin lib64; do if [ -d $old ]; then mkdir -p usr/$old; cp -a $old/. usr/$old; rm -r $old; fi; done';
  await mustRun('sh', ['-euc', merge], { cwd: folder });
}
