import { seconds } from '../kubernetes/duration';
import { bytes } from '../kubernetes/quantity';
import type { PodProps } from '../workload/pod-props';
import type { EnginePlan, VolumePlan } from './plan';
import type { BackendProps, EngineProps, StorageProps } from './props';

/** What an engine knows better than its user: the values that stand where nobody said anything. */
export interface EngineDefaults {
  readonly image: string;
  /** What one member may store, volume by volume; its start takes longer with it. @defaultValue nothing */
  readonly storage?: readonly (EngineProps['storage'] | VolumePlan)[];
  /** The user that owns the files in the image. */
  readonly uid?: number;
  readonly resources?: PodProps['resources'];
  readonly flushTime?: BackendProps['flushTime'];
  readonly writablePaths?: PodProps['writablePaths'];
  readonly env?: PodProps['env'];
  readonly command?: PodProps['command'];
  readonly args?: PodProps['args'];
}

/** The part of a plan that is the same for every engine. */
export function basics(
  props: BackendProps,
  defaults: EngineDefaults,
): Pick<
  EnginePlan,
  'pods' | 'requestSeconds' | 'flushSeconds' | 'updatePartition' | 'annotations' | 'spread' | 'overrides'
> & {
  readonly startupSeconds: number;
} {
  const {
    startupTime,
    requestTimeout,
    updatePartition = 0,
    annotations,
    spread,
    overrides = {},
    tls: _,
    ...rest
  } = props;
  const { env, writablePaths, resources, image, uid, command, args } = defaults;
  const { flushTime = defaults.flushTime ?? '30s', ...pods } = rest;
  return {
    pods: {
      ...(pods as Omit<PodProps, 'image'>),
      image: pods.image ?? image,
      uid: pods.uid ?? uid,
      command: pods.command ?? command,
      args: pods.args ?? args,
      env: { ...env, ...pods.env },
      writablePaths: { ...writablePaths, ...pods.writablePaths },
      resources: { ...resources, ...pods.resources },
    },
    requestSeconds: requestTimeout && seconds(requestTimeout),
    flushSeconds: seconds(flushTime),
    startupSeconds: startupTime === undefined ? usualStartup(defaults.storage ?? []) : seconds(startupTime),
    updatePartition,
    annotations,
    spread,
    overrides,
  };
}

/**
 * 5m, and 1m more for each 20Gi: after a crash an engine reads its log and checks its files, and a new version may
 * convert them. To kill it in the middle of that is to begin again.
 */
function usualStartup(storage: NonNullable<EngineDefaults['storage']>): number {
  const stored = storage.map((each) => bytes(typeof each === 'object' ? each.size : (each ?? '0')));
  return 300 + 60 * Math.floor(stored.reduce((sum, size) => sum + size, 0) / (20 * 2 ** 30));
}

/** The one data volume of an engine. */
export function dataVolume(storage: EngineProps['storage'], path: string): VolumePlan[] {
  if (storage === undefined) return [];
  const { size, storageClass }: StorageProps = typeof storage === 'string' ? { size: storage } : storage;
  return [{ name: 'data', size, path, storageClass }];
}

/** `maxmemory 100mb`: settings of an engine as lines of its file; what the user says comes last and wins. */
export function settingLines(
  settings: Readonly<Record<string, string | number | boolean | undefined>>,
  between = ' ',
  boolean = (value: boolean): string => (value ? 'yes' : 'no'),
  text = (value: string): string => value,
): string {
  return Object.entries(settings)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => {
      const written = typeof value === 'boolean' ? boolean(value) : typeof value === 'string' ? text(value) : value;
      return `${name}${between}${written}\n`;
    })
    .join('');
}
