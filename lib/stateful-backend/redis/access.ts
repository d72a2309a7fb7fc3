import type { Rights, UseRecord } from '../../model/system';
import type { AccountKeys } from '../accounts';
import type { Account } from '../accounts-plan';

/** How connections to a Redis are let in. */
export interface RedisAccess {
  /** An account for each user, one for all, or none at all. */
  readonly accounts: 'per-user' | 'shared' | false;
  readonly tls: boolean;
  readonly topology: 'single' | 'sentinel' | 'cluster';
  /** Whether an exporter asks it. */
  readonly metrics: boolean;
}

/** The key of the Secret for each account that the servers themselves have, under the names of the files. */
export function serverKeys({ accounts, metrics }: Pick<RedisAccess, 'accounts' | 'metrics'>): AccountKeys {
  if (accounts === false) return {};
  if (accounts === 'shared') return { password: 'password' };
  return {
    adminPassword: 'admin-password',
    replicationPassword: 'replication-password',
    ...(metrics ? { monitorPassword: 'monitor-password' } : {}),
  };
}

/** Names that a Secret of a user cannot take. */
export const RESERVED = ['default', 'admin', 'replication', 'sentinel', 'monitor'] as const;

/** What clients and health checks of frameworks ask for, although its category is one for administrators. */
const ASKED = '+info +role';

/**
 * Everything but the administration: no FLUSHALL, CONFIG, DEBUG, KEYS, REPLICAOF.
 * @see https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/#command-categories
 */
const SERVICE = `+@all -@admin -@dangerous ${ASKED}`;

/** Reads keys and messages, and asks a cluster where they are. */
const READER = `+@read +@connection +@transaction +subscribe +psubscribe +unsubscribe +punsubscribe -@admin -@dangerous ${ASKED} +command +cluster|slots +cluster|shards +cluster|nodes`;

/**
 * All channels but the one on which sentinels tell each other who is primary: a message there would move it. Those that
 * begin with `__key` report changes of keys.
 */
const CHANNELS_BESIDE_SENTINELS = ['&[^_]*', '&_[^_]*', '&__key*'];

/** On which sentinels tell each other who is primary. */
const HELLO = '__sentinel__:hello';

/** What a new replica asks for, which is how the data is written out. */
const BACKUP = '+ping +info +role +sync +psync +replconf';

/** The rights of one user in a server, for all that it uses it for, as a list of access control writes them. */
export function userRights(uses: readonly Account[], topology: RedisAccess['topology']): string {
  const every = (text: (one: Account) => readonly string[]) => [...new Set(uses.flatMap(text))].join(' ');
  const has = (...wanted: readonly Rights[]) => uses.some(({ rights }) => wanted.includes(rights));
  const commands = [
    ...(has('write', 'schema') ? [SERVICE] : has('read') ? [READER] : []),
    ...(has('backup') ? [BACKUP] : []),
  ];
  const keys = every(({ use: { namespace } }) => [namespace === undefined ? '~*' : `~${escaped(namespace)}*`]);
  return [keys, every(({ use }) => channelsOf(use, topology)), ...commands].join(' ');
}

/** The rights of a user in a sentinel: to ask who is primary, and to hear when that changes. */
export const DISCOVERY =
  '&* +@connection +subscribe +psubscribe +unsubscribe +punsubscribe -@admin -@dangerous +info +role +command ' +
  '+sentinel|get-master-addr-by-name +sentinel|master +sentinel|masters +sentinel|replicas +sentinel|slaves +sentinel|sentinels +sentinel|ckquorum +sentinel|myid';

function channelsOf({ namespace, topics }: UseRecord, topology: RedisAccess['topology']): readonly string[] {
  // A subscription to a pattern is let through only by the very same pattern.
  if (topics.length > 0) return topics.map((topic) => `&${topic}`);
  if (namespace !== undefined) return [`&${escaped(namespace)}*`, '&__key*'];
  return topology === 'sentinel' ? CHANNELS_BESIDE_SENTINELS : ['&*'];
}

const escaped = (text: string): string => text.replace(/[\\*?[\]^]/g, '\\$&');

/** An account that the servers have for themselves: what it may do, and in which file its password is. */
interface OwnAccount {
  readonly name: string;
  readonly file: string;
  readonly rights: string;
}

const MONITOR =
  '+ping +info +select +client|setname +slowlog|get +slowlog|len +latency|latest +latency|histogram +cluster|info +cluster|nodes';

/** What a sentinel does with a server. */
const SENTINEL =
  '&* +multi +slaveof +ping +exec +subscribe +config|rewrite +role +publish +info +client|setname +client|kill +script|kill';

/** The accounts of the servers beside those of their users. */
export function ownAccounts({ accounts, topology, metrics }: RedisAccess): OwnAccount[] {
  const fileOf = (name: string): string => (accounts === 'shared' ? 'password' : `${name}Password`);
  return [
    { name: 'admin', file: fileOf('admin'), rights: '~* &* +@all' },
    { name: 'replication', file: fileOf('replication'), rights: '+psync +replconf +ping' },
    ...(topology === 'sentinel' ? [{ name: 'sentinel', file: fileOf('replication'), rights: SENTINEL }] : []),
    ...(metrics ? [{ name: 'monitor', file: fileOf('monitor'), rights: MONITOR }] : []),
    ...(accounts === 'shared' ? [{ name: 'default', file: 'password', rights: '~* &* +@all' }] : []),
  ];
}

/** The accounts of a sentinel beside those of its users. */
export function sentinelAccounts({ accounts }: RedisAccess): OwnAccount[] {
  const fileOf = (name: string): string => (accounts === 'shared' ? 'password' : `${name}Password`);
  return [
    { name: 'admin', file: fileOf('admin'), rights: '&* +@all' },
    {
      name: 'sentinel',
      file: fileOf('replication'),
      rights: '&* +ping +publish +subscribe +client|setname +sentinel|is-master-down-by-addr',
    },
    ...(accounts === 'shared' ? [{ name: 'default', file: 'password', rights: DISCOVERY }] : []),
  ];
}

/** The file with the password of the administrator, and that with the one by which members know each other. */
export const passwordFiles = ({ accounts }: Pick<RedisAccess, 'accounts'>) =>
  accounts === 'shared'
    ? { admin: '/run/accounts/password', replication: '/run/accounts/password' }
    : { admin: '/run/accounts/adminPassword', replication: '/run/accounts/replicationPassword' };

/** The password of the exporter: its file, and the key that it usually has. */
export const ownKeys = (accounts: RedisAccess['accounts']) => ({
  monitor:
    accounts === 'shared'
      ? { file: 'password', key: 'password' }
      : { file: 'monitorPassword', key: 'monitor-password' },
});

/** What is wrong with a use of a Redis: parts of it become words of a list of access control. */
export function useProblems({ namespace, topics }: UseRecord, topology: RedisAccess['topology']): string[] {
  const isWord = (text: string) => /^[!-~]+$/.test(text);
  return [
    ...(namespace === undefined || isWord(namespace)
      ? []
      : [`'namespace': must be printable characters without spaces, got "${namespace}"`]),
    ...topics
      .filter((topic) => !isWord(topic))
      .map((topic) => `'topics': must be channels or patterns without spaces, got "${topic}"`),
    ...topics
      .filter((topic) => topology === 'sentinel' && isWord(topic) && globOf(topic).test(HELLO))
      .map((topic) => `'topics': must leave out ${HELLO}, by which sentinels agree on the primary, got "${topic}"`),
  ];
}

/** A pattern as Redis reads it. */
function globOf(pattern: string): RegExp {
  const parts = pattern.match(/\\.|\[(?:\\.|[^\]])*\]?|./gs) ?? [];
  const source = parts.map((part) => {
    if (part === '*') return '.*';
    if (part === '?') return '.';
    if (part.length > 2 && part.startsWith('[')) return part.endsWith(']') ? part : `${part}]`;
    return part.replace(/^\\(?=.)/s, '').replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  });
  try {
    return new RegExp(`^(?:${source.join('')})$`, 's');
  } catch {
    // A range that is none here may be one there.
    return /^/;
  }
}
