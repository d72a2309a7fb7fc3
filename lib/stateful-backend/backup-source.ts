import type { Construct } from 'constructs';
import type { Quantity } from '../kubernetes/quantity';
import type { Credentials } from '../workload/credentials';
import type { AccountKeys } from './accounts';
import type { BackupPlan } from './backup-plan';
import type { Engine, EnginePlan } from './plan';
import type { Provider } from './provider';

/** What a backup needs to know of a backend. */
export interface BackupSource {
  /** As people call it. */
  readonly engine: string;
  readonly image: string;
  readonly uid: number | undefined;
  /** How much one member stores; `undefined` where nobody knows. */
  readonly storage: Quantity | undefined;
  /** The accounts that its users have. */
  readonly accountKeys: AccountKeys | undefined;
  /** How it is backed up, or why it cannot be. */
  backup(credentials: Credentials | undefined): BackupPlan | string;
}

const sources = new WeakMap<Construct, BackupSource>();

/** Remembers how a backend is backed up, whoever runs it. */
export function declareSource(
  backend: Construct,
  { accountKeys }: Pick<Engine<object>, 'accountKeys'>,
  plan: EnginePlan,
  provider: Provider,
): void {
  const { engine = 'an engine of your own', pods, volumes, backup } = plan;
  sources.set(backend, {
    engine,
    image: pods.image,
    uid: pods.uid,
    storage: volumes[0]?.size as Quantity | undefined,
    accountKeys,
    backup: (credentials) =>
      typeof backup === 'function'
        ? backup({ provider, credentials })
        : (backup ?? 'nobody has said how it is written out; a ScheduledJob of your own can do it'),
  });
}

/** `undefined` for a backend of which nobody knows what runs in it. */
export const sourceOf = (backend: Construct): BackupSource | undefined => sources.get(backend);
