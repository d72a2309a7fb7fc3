import * as check from '../../checks/values';
import { type SecretSource, secretSource } from '../secrets';
import type { SourceKind, SourceSettings } from './kind';
import { serverCheck } from './server';

/** Consul's key-value store as the source of configuration; its clients are told through the environment. */
export interface ConsulSettings extends SourceSettings {
  /** The folders in which the values lie. @defaultValue none: what the client takes by itself */
  readonly prefixes?: readonly string[];
  /** The datacenter whose values are read. @defaultValue that of the agent that is asked */
  readonly datacenter?: string;
  /** The ACL token. @defaultValue none */
  readonly token?: SecretSource;
}

export interface ConsulUse {
  /** The folders that this consumer reads. @defaultValue the same as all */
  readonly prefixes?: readonly string[];
}

const prefixes = check.optional(
  check.listOf(
    check.matching(
      (value) => check.isText(value) && /^[^\s,/][^\s,]*$/.test(value),
      'a folder such as config/shop, without a slash at the front',
    ),
  ),
);

/**
 * @see https://developer.hashicorp.com/consul/commands#environment-variables
 * @see https://docs.spring.io/spring-cloud-consul/reference/appendix.html
 */
export const consul: SourceKind<ConsulSettings, ConsulUse> = {
  usualPort: 8500,
  furtherPorts: [],
  // CONSUL_HTTP_TOKEN_FILE is a variable that its clients know. Spring does not: it wants `secretsAs: 'env'`.
  secretsAs: 'files',
  settingsChecks: {
    server: serverCheck,
    port: check.optional(check.portNameText),
    prefixes,
    datacenter: check.optional(check.nonEmptyText),
    token: check.optional(secretSource),
  },
  useChecks: { prefixes },
  secrets: ({ token }) => ({ CONSUL_HTTP_TOKEN: token }),
  secretAliases: { SPRING_CLOUD_CONSUL_CONFIG_ACL_TOKEN: 'CONSUL_HTTP_TOKEN' },
  variables: ({ settings, use, address }) => {
    const folders = (use.prefixes ?? settings.prefixes)?.join(',');
    return {
      CONSUL_HTTP_ADDR: `${address.host}:${address.port}`,
      CONSUL_HTTP_SSL: address.https ? true : undefined,
      CONSUL_DATACENTER: settings.datacenter,
      CONSUL_PREFIXES: folders,
      SPRING_CONFIG_IMPORT: 'consul:',
      SPRING_CLOUD_CONSUL_HOST: address.host,
      SPRING_CLOUD_CONSUL_PORT: address.port,
      SPRING_CLOUD_CONSUL_SCHEME: address.https ? 'https' : 'http',
      SPRING_CLOUD_CONSUL_CONFIG_PREFIXES: folders,
    };
  },
};
