import * as check from '../../checks/values';
import type { UseOptions } from '../../workload/use';
import { type SecretSource, secretSource } from '../secrets';
import type { SourceKind, SourceSettings } from './kind';
import { serverCheck } from './server';

/** Nacos as the source of configuration; its clients are told through the environment. */
export interface NacosSettings extends SourceSettings {
  /** The id of the namespace, not its name. @defaultValue public */
  readonly namespace?: string;
  /** @defaultValue DEFAULT_GROUP */
  readonly group?: string;
  /** What every consumer reads. @defaultValue none: the process asks by itself */
  readonly dataIds?: readonly string[];
  /**
   * Whether a consumer starts without a data id that is missing or cannot be read: `optional:` in its
   * `SPRING_CONFIG_IMPORT`. It then starts with the defaults of its image, and follows as soon as the data id is there.
   * `false` for a consumer that must not run without.
   * @defaultValue true: data ids are made by people in the console, so a first rollout would wait for them, and a new pod
   * would not start while Nacos is away
   * @see https://docs.spring.io/spring-boot/reference/features/external-config.html#features.external-config.files.optional-prefix
   */
  readonly optional?: boolean;
  /**
   * Whether its consumers also register there and find each other: the same server and account, in the same namespace and
   * group. Calls between them are declared with `calls` all the same, or the policies of their pods refuse them.
   * @defaultValue false
   */
  readonly discovery?: boolean;
  /** What it asks for at the door. @defaultValue the account that the server has for each consumer, where it is a backend */
  readonly credentials?: NacosCredentials;
}

export type NacosCredentials =
  | { readonly username: SecretSource; readonly password: SecretSource }
  | { readonly accessKey: SecretSource; readonly secretKey: SecretSource }
  | { readonly token: SecretSource };

export interface NacosUse {
  /** @defaultValue that of all */
  readonly group?: string;
  /** What this consumer reads. @defaultValue the same as all */
  readonly dataIds?: readonly string[];
  /** Whether it starts without them. @defaultValue that of all */
  readonly optional?: boolean;
  /** Whether it registers there and finds others. @defaultValue that of all */
  readonly discovery?: boolean;
}

const DEFAULT_GROUP = 'DEFAULT_GROUP';

const dataIds = check.optional(
  check.listOf(
    check.matching(
      (value) => check.isText(value) && /^[-\w.:]{1,255}$/.test(value),
      'letters, digits, dots, dashes, colons and underscores, at most 255 characters',
    ),
  ),
);

const credentials = check.either(
  '{ username, password }, { accessKey, secretKey } or { token }',
  [
    (value) => check.isMap(value) && 'username' in value,
    check.fields({ username: secretSource, password: secretSource }),
  ],
  [
    (value) => check.isMap(value) && 'accessKey' in value,
    check.fields({ accessKey: secretSource, secretKey: secretSource }),
  ],
  [(value) => check.isMap(value) && 'token' in value, check.fields({ token: secretSource })],
);

/** @see https://sca.aliyun.com/en/docs/2025.x/user-guide/nacos/advanced-guide */
export const nacos: SourceKind<NacosSettings, NacosUse> = {
  usualPort: 8848,
  // Clients since 2.0 ask on the first port and then stay connected to this one.
  furtherPorts: [1000],
  secretsAs: 'env',
  settingsChecks: {
    server: serverCheck,
    port: check.optional(check.portNameText),
    namespace: check.optional(check.nonEmptyText),
    group: check.optional(check.nonEmptyText),
    dataIds,
    optional: check.optional(check.boolean),
    discovery: check.optional(check.boolean),
    credentials: check.optional(credentials),
  },
  useChecks: {
    group: check.optional(check.nonEmptyText),
    dataIds,
    optional: check.optional(check.boolean),
    discovery: check.optional(check.boolean),
  },
  secrets: ({ credentials: given = {} }) => {
    const { username, password, accessKey, secretKey, token }: Partial<Record<string, SecretSource>> = given;
    return {
      NACOS_USERNAME: username,
      NACOS_PASSWORD: password,
      NACOS_ACCESS_KEY: accessKey,
      NACOS_SECRET_KEY: secretKey,
      NACOS_ACCESS_TOKEN: token,
    };
  },
  accountSecrets: ({ credentials }, { username, password }) =>
    Object.fromEntries(
      credentials === undefined ? Object.entries({ NACOS_USERNAME: username, NACOS_PASSWORD: password }) : [],
    ),
  uses: (settings, use) => {
    const { namespace, group = DEFAULT_GROUP, credentials } = settings;
    const dataIds = use.dataIds ?? settings.dataIds ?? [];
    const discovery = use.discovery ?? settings.discovery;
    const topics = dataIds.length > 0 ? dataIds.map((id) => `config/${id}`) : ['config/*'];
    const shared = { namespace, credentials: credentials && (false as const) };
    const config: UseOptions = { ...shared, access: 'read-only', group: use.group ?? group, topics };
    return discovery ? [config, { ...shared, group, topics: ['naming/*'] }] : [config];
  },
  // Its clients for config and for discovery both read the account that is named for neither.
  secretAliases: {
    SPRING_CLOUD_NACOS_USERNAME: 'NACOS_USERNAME',
    SPRING_CLOUD_NACOS_PASSWORD: 'NACOS_PASSWORD',
    SPRING_CLOUD_NACOS_CONFIG_ACCESS_KEY: 'NACOS_ACCESS_KEY',
    SPRING_CLOUD_NACOS_CONFIG_SECRET_KEY: 'NACOS_SECRET_KEY',
    SPRING_CLOUD_NACOS_DISCOVERY_ACCESS_KEY: 'NACOS_ACCESS_KEY',
    SPRING_CLOUD_NACOS_DISCOVERY_SECRET_KEY: 'NACOS_SECRET_KEY',
  },
  variables: ({ settings, use, address }) => {
    // Without a scheme it means HTTP.
    const server = `${address.https ? 'https://' : ''}${address.host}:${address.port}`;
    const group = use.group ?? settings.group ?? DEFAULT_GROUP;
    const wanted = use.dataIds ?? settings.dataIds ?? [];
    const some = wanted.length > 0;
    const prefix = (use.optional ?? settings.optional ?? true) ? 'optional:nacos:' : 'nacos:';
    const discovery = use.discovery ?? settings.discovery ?? false;
    return {
      NACOS_SERVER_ADDR: server,
      NACOS_NAMESPACE: settings.namespace,
      NACOS_GROUP: group,
      NACOS_DATA_IDS: some ? wanted.join(',') : undefined,
      SPRING_CLOUD_NACOS_SERVER_ADDR: server,
      SPRING_CLOUD_NACOS_CONFIG_NAMESPACE: settings.namespace,
      SPRING_CLOUD_NACOS_CONFIG_GROUP: group,
      SPRING_CLOUD_NACOS_DISCOVERY_NAMESPACE: discovery ? settings.namespace : undefined,
      SPRING_CLOUD_NACOS_DISCOVERY_GROUP: discovery ? (settings.group ?? DEFAULT_GROUP) : undefined,
      SPRING_CONFIG_IMPORT: some ? wanted.map((id) => `${prefix}${id}`).join(',') : undefined,
    };
  },
};
