import { accountValue } from '../accounts';
import type { BackupPlan, BackupTarget } from '../backup-plan';
import { memberHost, memberHosts } from '../plan';

interface Members {
  readonly name: string;
  readonly replicas: number;
  readonly data: string;
  /** What tells its members from those of another one. */
  readonly cluster: string;
}

/**
 * A snapshot, in which nothing is missing: revisions, leases, accounts. It becomes a new cluster of members that are
 * off, each of which reads the same snapshot into its own volume.
 * @see https://etcd.io/docs/v3.5/op-guide/recovery/
 */
export function etcdBackup({ name, replicas, data, cluster }: Members): (target: BackupTarget) => BackupPlan | string {
  const members = memberHosts(name, replicas).map((host, ordinal) => `${name}-${ordinal}=http://${host}:2380`);
  return ({ provider, credentials }) => {
    if (provider === 'external') {
      return 'its snapshots can be read in only by whoever has the disks of its members, and those are elsewhere';
    }
    return {
      env: {
        ETCDCTL_API: 3,
        CLUSTER: cluster,
        ...(credentials && {
          ETCDCTL_USER: accountValue(credentials, 'username', 'username'),
          ETCDCTL_PASSWORD: accountValue(credentials, 'password', 'password'),
        }),
      },
      // Asked of one member only, whichever that is.
      dump: ['etcdctl', 'snapshot', 'save', '/backup/dump', '--endpoints=$(URL)', '--command-timeout=1h'],
      restore: {
        path: data,
        port: 2379,
        members: members.map((_, ordinal) => ({
          host: memberHost(name, ordinal),
          claim: `data-${name}-${ordinal}`,
          command: [
            'etcdutl',
            'snapshot',
            'restore',
            '/backup/dump',
            `--data-dir=${data}`,
            `--name=${name}-${ordinal}`,
            `--initial-cluster=${members.join(',')}`,
            '--initial-cluster-token=$(CLUSTER)',
            `--initial-advertise-peer-urls=http://${memberHost(name, ordinal)}:2380`,
          ],
        })),
      },
    };
  };
}
