import * as check from '../checks/values';
import type { ConfigKeyRecord, ConfigKind } from '../model/system';
import type { ConfigCenterProps } from './props';
import type { ReadUse } from './use';

const kindOf = { startup: 'startup', files: 'file', dynamic: 'dynamic', secrets: 'secret' } as const;
const sections = Object.entries(kindOf) as [keyof typeof kindOf, ConfigKind][];

/** Every key that is declared, and whether it has a value here. */
export function keyRecords(props: ConfigCenterProps): ConfigKeyRecord[] {
  return sections.flatMap(([section, kind]) =>
    Object.entries(props[section] ?? {}).map(([key, value]) => ({ kind, key, hasValue: value !== undefined })),
  );
}

/** The names of the keys as they were given: also of those whose values are wrong, which are reported once. */
export function declaredKeys(given: object): Readonly<Record<ConfigKind, readonly string[]>> {
  const names = (section: string) => {
    const values = (given as Readonly<Record<string, unknown>> | null)?.[section];
    return check.isMap(values) ? Object.keys(values) : [];
  };
  return { startup: names('startup'), file: names('files'), dynamic: names('dynamic'), secret: names('secrets') };
}

export function usedKeys(use: ReadUse): { readonly kind: ConfigKind; readonly key: string }[] {
  return sections.flatMap(([section, kind]) => use[section].map((key) => ({ kind, key })));
}
