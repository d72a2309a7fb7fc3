import type { Checks } from '../../checks/read-props';
import type { EnvValue } from '../../workload/env';
import type { UseOptions } from '../../workload/use';
import type { ExistingSecret, SecretSource } from '../secrets';
import type { Address, ConfigServer, ServerAccount } from './server';

/** What all kinds of config centres have in common. */
export interface SourceSettings {
  /** Where it is in this environment. */
  readonly server: ConfigServer;
  /** Which port of a callee that has several. @defaultValue its only port, or the one named `http` */
  readonly port?: string;
}

/** One make of config centre: what its clients have to be told before they can ask it for the rest. */
export interface SourceKind<Settings extends SourceSettings, Use> {
  /** Where it listens if nobody says. */
  readonly usualPort: number;
  /** What else its clients connect to, as distances from the first port. */
  readonly furtherPorts: readonly number[];
  /** How its clients read secrets: `env` where they know no other way. */
  readonly secretsAs: 'files' | 'env';
  readonly settingsChecks: Checks<Settings>;
  readonly useChecks: Checks<Use>;
  /** Its secrets by the name of the variable that clients read. */
  secrets(settings: Settings): Readonly<Record<string, SecretSource | undefined>>;
  /** The same for the account that the server has for a consumer. @defaultValue it has none */
  accountSecrets?(settings: Settings, account: ServerAccount): Readonly<Record<string, ExistingSecret>>;
  /** What a consumer does there, for the rights of its account. @defaultValue it only calls it */
  uses?(settings: Settings, use: Use): readonly UseOptions[];
  /** Further variables that some clients read for the same secrets. */
  readonly secretAliases: Readonly<Record<string, string>>;
  /** All else that its clients are told. */
  variables(input: BootstrapInput<Settings, Use>): Readonly<Record<string, EnvValue | undefined>>;
}

export interface BootstrapInput<Settings, Use> {
  readonly settings: Settings;
  readonly use: Use;
  readonly address: Address;
  /** The name of the workload. */
  readonly consumer: string;
}

export const urlOf = ({ host, port, https }: Address): string => `${https ? 'https' : 'http'}://${host}:${port}`;
