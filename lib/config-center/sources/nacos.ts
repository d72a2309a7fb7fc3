import * as check from '../../checks/values';
import { type SecretSource, secretSource } from '../secrets';
import type { SourceKind, SourceSettings } from './kind';
import { accountAt, serverCheck } from './server';

/** Nacos as the source of configuration; its clients are told through the environment. */
export interface NacosSettings extends SourceSettings {
  /** The id of the namespace, not its name. @defaultValue public */
  readonly namespace?: string;
  /** @defaultValue DEFAULT_GROUP */
  readonly group?: string;
  /** What every consumer reads. @defaultValue none: the process asks by itself */
  readonly dataIds?: readonly string[];
  /** What it asks for at the door. @defaultValue the account of the server where it is a backend that has one */
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
}

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
    credentials: check.optional(credentials),
  },
  useChecks: { group: check.optional(check.nonEmptyText), dataIds },
  secrets: ({ server, credentials: given = accountAt(server) ?? {} }) => {
    const { username, password, accessKey, secretKey, token }: Partial<Record<string, SecretSource>> = given;
    return {
      NACOS_USERNAME: username,
      NACOS_PASSWORD: password,
      NACOS_ACCESS_KEY: accessKey,
      NACOS_SECRET_KEY: secretKey,
      NACOS_ACCESS_TOKEN: token,
    };
  },
  secretAliases: {
    SPRING_CLOUD_NACOS_CONFIG_USERNAME: 'NACOS_USERNAME',
    SPRING_CLOUD_NACOS_CONFIG_PASSWORD: 'NACOS_PASSWORD',
    SPRING_CLOUD_NACOS_CONFIG_ACCESS_KEY: 'NACOS_ACCESS_KEY',
    SPRING_CLOUD_NACOS_CONFIG_SECRET_KEY: 'NACOS_SECRET_KEY',
  },
  variables: ({ settings, use, address }) => {
    // Without a scheme it means HTTP.
    const server = `${address.https ? 'https://' : ''}${address.host}:${address.port}`;
    const group = use.group ?? settings.group ?? 'DEFAULT_GROUP';
    const wanted = use.dataIds ?? settings.dataIds ?? [];
    const some = wanted.length > 0;
    return {
      NACOS_SERVER_ADDR: server,
      NACOS_NAMESPACE: settings.namespace,
      NACOS_GROUP: group,
      NACOS_DATA_IDS: some ? wanted.join(',') : undefined,
      SPRING_CLOUD_NACOS_CONFIG_SERVER_ADDR: server,
      SPRING_CLOUD_NACOS_CONFIG_NAMESPACE: settings.namespace,
      SPRING_CLOUD_NACOS_CONFIG_GROUP: group,
      SPRING_CONFIG_IMPORT: some ? wanted.map((id) => `nacos:${id}`).join(',') : undefined,
    };
  },
};
