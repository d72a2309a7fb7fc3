import type { Credentials } from '../workload/credentials';
import type { EnvValue } from '../workload/env';
import type { PodProps } from '../workload/pod-props';
import type { Provider } from './provider';

/**
 * How what an engine holds is written out while it runs, and read in again. Both are done by the image of the engine,
 * with the address and the account of its users: `HOST`, `PORT` and what else they are told are variables, and the
 * account lies in `/run/accounts`.
 */
export interface BackupPlan {
  /** Writes `/backup/dump`, or fails: a script for `sh`, or a command where the image has no shell. */
  readonly dump: string | readonly string[];
  /** Makes the engine hold what is in `/backup/dump`, and nothing else. */
  readonly restore: string | MemberRestore;
  /** Whether both need an account. @defaultValue false */
  readonly needsAccount?: boolean;
  /** Further variables of both. @defaultValue none */
  readonly env?: Readonly<Record<string, EnvValue>>;
  /** What both need. @defaultValue 250m and 512Mi */
  readonly resources?: PodProps['resources'];
}

/** A restore into the volumes of the members themselves, for engines that take a snapshot only before they start. */
export interface MemberRestore {
  /** The directory that the command makes anew; what was there before is moved aside. */
  readonly path: string;
  /** The port on which a member answers, while which nothing is touched. */
  readonly port: number;
  readonly members: readonly {
    readonly host: string;
    /** The claim with its data. */
    readonly claim: string;
    readonly command: readonly string[];
  }[];
}

/** Whose backup it is. */
export interface BackupTarget {
  readonly provider: Provider;
  /** The account with which it is made. */
  readonly credentials: Credentials | undefined;
}
