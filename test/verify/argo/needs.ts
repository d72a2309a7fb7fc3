import type { KubernetesObject } from '../cluster/api';
import { healthRules } from './health';
import { waveOf } from './waves';

const podKinds = new Set(['DaemonSet', 'Deployment', 'Job', 'StatefulSet']);
const shown = ({ kind, metadata }: KubernetesObject): string =>
  `${kind} ${metadata.name} (wave ${waveOf({ metadata })})`;

/** A workload that is ready only when another one is, by the names of the objects that run their pods. */
export interface Dependency {
  readonly from: string;
  readonly to: string;
}

/**
 * Objects that a wave would wait for without end: one of wave n whose health needs one of a later wave, and one outside
 * of the last wave whose health needs something that no release brings.
 */
export function blockedWaves(objects: readonly KubernetesObject[], dependencies: readonly Dependency[]): string[] {
  const last = Math.max(...objects.map(waveOf));
  const byName = new Map(objects.map((object) => [`${object.kind} ${object.metadata.name}`, object]));
  const secretOf = new Map<string, KubernetesObject>(
    objects.flatMap((object) => {
      const name = { ExternalSecret: object.spec?.target?.name, Certificate: object.spec?.secretName }[
        object.kind ?? ''
      ];
      return name === undefined ? [] : [[`Secret ${name}`, object] as const];
    }),
  );
  const needed = (object: KubernetesObject): KubernetesObject[] => {
    const { kind = '', metadata, spec } = object;
    const names = [`Namespace ${metadata.namespace}`];
    if (podKinds.has(kind)) names.push(...namesIn(spec.template.spec));
    if (podKinds.has(kind))
      names.push(
        ...dependencies.flatMap(({ from, to }) =>
          from === metadata.name ? [...podKinds].map((each) => `${each} ${to}`) : [],
        ),
      );
    if (kind === 'HorizontalPodAutoscaler') names.push(`${spec.scaleTargetRef.kind} ${spec.scaleTargetRef.name}`);
    if (kind === 'ExternalSecret')
      names.push(`${spec.secretStoreRef.kind ?? 'SecretStore'} ${spec.secretStoreRef.name}`);
    if (kind === 'Certificate') names.push(`${spec.issuerRef.kind ?? 'Issuer'} ${spec.issuerRef.name}`);
    return names.flatMap((name) => byName.get(name) ?? secretOf.get(name) ?? []);
  };
  const readBeforeLast = new Set(
    objects.filter((object) => podKinds.has(object.kind ?? '') && waveOf(object) < last).flatMap(needed),
  );
  return objects.flatMap((object) => {
    const { kind = '', spec } = object;
    const rule = healthRules[kind];
    // Kinds without a health are needed all the same, and are found as the need of others.
    const late = needed(object).filter((other) => waveOf(other) > waveOf(object));
    const waits = late.map(
      (other) => `${shown(object)} needs ${shown(other)}: ${rule?.file ?? 'the API server refuses it'}`,
    );
    const isOutside =
      kind === 'CronJob' ||
      kind === 'Ingress' ||
      (kind === 'Service' && spec.type === 'LoadBalancer') ||
      ((kind === 'Certificate' || kind === 'PersistentVolumeClaim') && !readBeforeLast.has(object));
    if (isOutside && waveOf(object) < last)
      waits.push(`${shown(object)} may never be healthy, and is not in the last wave ${last}: ${rule?.file}`);
    return waits;
  });
}

/** What the pods of a template cannot start without, as `ConfigMap settings`. */
function namesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(namesIn);
  return Object.entries(value).flatMap(([key, content]) => {
    const name = content?.name as string | undefined;
    if (key === 'priorityClassName') return [`PriorityClass ${content}`];
    if (key === 'serviceAccountName') return [`ServiceAccount ${content}`];
    if (key === 'secretName') return [`Secret ${content}`];
    if (key === 'claimName') return [`PersistentVolumeClaim ${content}`];
    const kind = /^(configMap|secret)(KeyRef|Ref)?$/.exec(key)?.[1];
    const own =
      kind === undefined || name === undefined ? [] : [`${kind === 'secret' ? 'Secret' : 'ConfigMap'} ${name}`];
    return [...own, ...namesIn(content)];
  });
}
