import { type Checks, readProps } from '../checks/read-props';
import * as check from '../checks/values';
import type { ConfigKind } from '../model/system';
import type { SourceUse } from './sources';

/** What one workload takes from a config centre. A key that the centre does not declare does not compile. */
export interface ConfigUse<
  Startup extends string = string,
  File extends string = string,
  Dynamic extends string = string,
  Secret extends string = string,
  Source = unknown,
> {
  /** Variables that the process gets at its start. @defaultValue none */
  readonly startup?: readonly Startup[];
  /** Files that the process reads at its start. @defaultValue none */
  readonly files?: readonly File[];
  /** Files that the process reads again when they change. @defaultValue none */
  readonly dynamic?: readonly Dynamic[];
  /** Secrets, as `<KEY>_FILE` with the path of a file. @defaultValue none */
  readonly secrets?: readonly Secret[];
  /** The directory in which files are found, dynamic ones too. @defaultValue /etc/config/ and the name of the centre */
  readonly mountPath?: string;
  /** The directory in which secrets are found. @defaultValue /run/secrets/ and the name of the centre */
  readonly secretsMountPath?: string;
  /**
   * How secrets reach the process: as files, or as `env` for programs that read no files.
   * @defaultValue files: an environment is inherited by every child process and printed by many a crash report, and a
   * file follows the Secret when it is rotated. What a client of the source can read only from its environment is
   * given there.
   */
  readonly secretsAs?: 'files' | 'env';
  /** What the workload is to the source of the centre. @defaultValue what the centre says */
  readonly source?: SourceUse<Source>;
}

/** What a config centre has to give, as far as a use of it must know. */
export interface Declared {
  readonly keys: Readonly<Record<ConfigKind, readonly string[]>>;
  /** Checks of what a consumer may say to the source; `undefined` where there is none. */
  readonly source: Readonly<Record<string, check.Check>> | undefined;
}

/** A use with everything decided that the use itself decides. */
export interface ReadUse {
  readonly startup: readonly string[];
  readonly files: readonly string[];
  readonly dynamic: readonly string[];
  readonly secrets: readonly string[];
  readonly mountPath: string | undefined;
  readonly secretsMountPath: string | undefined;
  readonly secretsAs: 'files' | 'env' | undefined;
  readonly source: object;
}

/** Reads a use; what is wrong in it is left out, as if it had not been asked for. */
export function readUse(
  { keys, source }: Declared,
  given: ConfigUse,
): { readonly use: ReadUse; readonly problems: readonly string[] } {
  const oneOf = (declared: readonly string[]) => {
    const known = new Set<unknown>(declared);
    const what = declared.length === 0 ? 'left out: the config centre declares none' : `one of ${declared.join(', ')}`;
    return check.optional(check.listOf(check.matching((key) => known.has(key), what)));
  };
  const checks: Checks<ConfigUse> = {
    startup: oneOf(keys.startup),
    files: oneOf(keys.file),
    dynamic: oneOf(keys.dynamic),
    secrets: oneOf(keys.secret),
    mountPath: check.optional(check.absolutePath),
    secretsMountPath: check.optional(check.absolutePath),
    secretsAs: check.optional(check.oneOf('files', 'env')),
    source: source === undefined ? noSource : check.optional(check.fields(source)),
  };
  const { props, problems } = readProps(checks, given);
  const samePlace = props.mountPath !== undefined && props.mountPath === props.secretsMountPath;
  return {
    problems: samePlace ? [...problems, "'secretsMountPath': must not be the same as 'mountPath'"] : problems,
    use: {
      startup: unique(props.startup),
      files: unique(props.files),
      dynamic: unique(props.dynamic),
      secrets: unique(props.secrets),
      mountPath: props.mountPath,
      secretsMountPath: props.secretsMountPath,
      secretsAs: props.secretsAs,
      source: (props.source ?? {}) as object,
    },
  };
}

const noSource = check.optional(check.matching(() => false, 'left out: the config centre has no source'));
const unique = (keys: readonly string[] = []): readonly string[] => [...new Set(keys)];
