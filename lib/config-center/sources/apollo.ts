import * as check from '../../checks/values';
import { type SecretSource, secretSource } from '../secrets';
import { type SourceKind, type SourceSettings, urlOf } from './kind';
import { serverCheck } from './server';

/** Apollo as the source of configuration; its clients are told through the environment. */
export interface ApolloSettings extends SourceSettings {
  /** The environment as Apollo knows it: DEV, FAT, UAT, PRO. @defaultValue not said: a meta server serves one */
  readonly env?: string;
  /** The cluster whose values win over the default ones. @defaultValue default */
  readonly cluster?: string;
  /** What every consumer reads. @defaultValue application, which every application has */
  readonly namespaces?: readonly string[];
  /** The access key, where Apollo asks for one. @defaultValue none */
  readonly accessKey?: SecretSource;
}

export interface ApolloUse {
  /** The id under which Apollo knows the application. @defaultValue the name of the workload */
  readonly appId?: string;
  /** What this consumer reads. @defaultValue the same as all */
  readonly namespaces?: readonly string[];
}

const namespaces = check.optional(check.listOf(check.nonEmptyText));

/** @see https://www.apolloconfig.com/#/en/client/java-sdk-user-guide */
export const apollo: SourceKind<ApolloSettings, ApolloUse> = {
  usualPort: 8080,
  furtherPorts: [],
  secretsAs: 'env',
  settingsChecks: {
    server: serverCheck,
    port: check.optional(check.portNameText),
    env: check.optional(check.nonEmptyText),
    cluster: check.optional(check.nonEmptyText),
    namespaces,
    accessKey: check.optional(secretSource),
  },
  useChecks: { appId: check.optional(check.nonEmptyText), namespaces },
  secrets: ({ accessKey }) => ({ APOLLO_ACCESS_KEY_SECRET: accessKey }),
  secretAliases: {},
  variables: ({ settings, use, address, consumer }) => ({
    APP_ID: use.appId ?? consumer,
    APOLLO_META: urlOf(address),
    ENV: settings.env,
    // Spring Boot reads the first, the plain client the second.
    APOLLO_CLUSTER: settings.cluster,
    IDC: settings.cluster,
    // Before the beans are made, or values that they are made with would be missing.
    APOLLO_BOOTSTRAP_ENABLED: true,
    APOLLO_BOOTSTRAP_NAMESPACES: (use.namespaces ?? settings.namespaces ?? ['application']).join(','),
    // The root of the container is read-only, and so is the usual place under /opt.
    APOLLO_CACHE_DIR: '/tmp/apollo',
  }),
};
