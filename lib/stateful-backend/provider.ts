import { show } from '../checks/read-props';
import * as check from '../checks/values';
import type { ExternalBackendProps } from '../external-backend/props';

/** Who runs a backend: the library as a StatefulSet, or somebody else outside the cluster. */
export type Provider = 'statefulset' | 'external';

/** What every known engine may be told beside its own props. */
export interface ByProvider<P extends Provider = Provider, PortName extends string = string> {
  /**
   * Who runs it. The services that use it see no difference, so test can have one in the cluster and production a
   * managed one.
   * @defaultValue statefulset
   */
  readonly provider?: P;
  /** Where it is, where somebody else runs it. */
  readonly external?: ExternalPart<PortName>;
}

/** What is known of an engine that somebody else runs. */
export interface ExternalPart<PortName extends string = string> extends Omit<ExternalBackendProps, 'ports'> {
  /**
   * Other numbers, or TLS, under the names that its ports have in the cluster: `{ http: { port: 443, protocol: 'https' } }`.
   * @defaultValue the ports that the engine usually has
   */
  readonly ports?: number | Readonly<Partial<Record<PortName, ExternalPorts[string]>>>;
}

export type ExternalPorts = Exclude<ExternalBackendProps['ports'], number>;

/** The parts of `ByProvider` that are right, and what is wrong with the others. */
export function readProvider<Props extends object>(given: Props & ByProvider) {
  const { provider = 'statefulset', external = {}, ...props } = check.isMap(given) ? given : ({} as typeof given);
  const problems = [
    ...(check.isMap(given) ? [] : [`props: must be an object, got ${show(given)}`]),
    ...(provider === 'statefulset' || provider === 'external'
      ? []
      : [`'provider': must be one of "statefulset", "external", got ${show(provider)}`]),
    ...(check.isMap(external) ? [] : [`'external': must be a map, got ${show(external)}`]),
  ];
  return { provider, external: check.isMap(external) ? external : {}, props: props as unknown as Props, problems };
}
