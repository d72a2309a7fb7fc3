import type { ConfigMap } from 'kubernetes-types/core/v1';
import type { ExternalSecret } from '../../imports/external-secrets';
import type { Checks } from '../checks/read-props';
import * as check from '../checks/values';
import type { Patch } from '../kubernetes/merge';
import { contentCheck, type FileContent } from './content';
import { type SecretSource, secretSource } from './secrets';
import { type ConfigSource, sourceCheck } from './sources';

/** The value of an environment variable; `undefined` says that this environment has none. */
export type StartupValue = string | number | boolean | undefined;

/**
 * What a config centre holds for one environment. A key whose value is `undefined` is declared but has no value here;
 * using it is then an error.
 */
export interface ConfigCenterProps<
  Startup extends string = string,
  File extends string = string,
  Dynamic extends string = string,
  Secret extends string = string,
  Source extends ConfigSource | undefined = ConfigSource | undefined,
> {
  /**
   * Values that are fixed when a process starts; they become environment variables. A change restarts exactly the
   * pods that use it.
   * @defaultValue none
   */
  readonly startup?: { readonly [Key in Startup]: StartupValue };
  /**
   * Files that are read once, at the start. A change restarts exactly the pods that use it.
   * @defaultValue none
   */
  readonly files?: { readonly [Key in File]: FileContent | undefined };
  /**
   * Files that the process reads again while it runs, such as switches. A change reaches the pods in a minute or two
   * and restarts none.
   * @defaultValue none
   * @see https://kubernetes.io/docs/concepts/configuration/configmap/#mounted-configmaps-are-updated-automatically
   */
  readonly dynamic?: { readonly [Key in Dynamic]: FileContent | undefined };
  /** Where secrets are found. No value of a secret ever stands here. @defaultValue none */
  readonly secrets?: { readonly [Key in Secret]: SecretSource | undefined };
  /** A config centre outside this program that consumers ask when they run. @defaultValue none */
  readonly source?: Source;
  /** Anything else, laid over the rendered objects in the field names of the Kubernetes API. @defaultValue none */
  readonly overrides?: {
    readonly dynamicConfig?: Patch<ConfigMap>;
    readonly externalSecret?: Patch<ExternalSecret>;
  };
}

const startupValue = check.optional(
  check.either(
    'text, a number, true or false',
    [
      check.isText,
      check.matching(
        (value) => check.isText(value) && check.isEncodable(value) && !value.includes('\0'),
        'text that a variable can hold: no U+0000, which ends it, nor U+007F to U+009F, U+FFFE and U+FFFF',
      ),
    ],
    [check.isNumber, check.matching(Number.isFinite, 'a finite number')],
    [(value) => typeof value === 'boolean', check.boolean],
  ),
);

export const configCenterChecks: Checks<ConfigCenterProps> = {
  startup: check.optional(check.mapOf(check.environmentVariable, startupValue)),
  files: check.optional(check.mapOf(check.fileName, contentCheck)),
  dynamic: check.optional(check.mapOf(check.fileName, contentCheck)),
  secrets: check.optional(check.mapOf(check.environmentVariable, check.optional(secretSource))),
  source: check.optional(sourceCheck),
  overrides: check.optional(
    check.fields({
      dynamicConfig: check.optional(check.plainMap),
      externalSecret: check.optional(check.plainMap),
    }),
  ),
};

/** What is wrong although every property for itself is right. */
export function clashes({ startup = {}, files = {}, dynamic = {}, secrets = {} }: ConfigCenterProps): string[] {
  const twice = (where: string, keys: object, other: string, others: object) =>
    Object.keys(keys)
      .filter((key) => Object.hasOwn(others, key))
      .map((key) => `'${where}.${key}': must be declared once, got it in '${other}' too`);
  return [...twice('dynamic', dynamic, 'files', files), ...twice('secrets', secrets, 'startup', startup)];
}
