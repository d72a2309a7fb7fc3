import { Construct } from 'constructs';
import type { ConfigMap } from 'kubernetes-types/core/v1';
import { readProps } from './checks/read-props';
import { kinds } from './kubernetes/kinds';
import { KubernetesObject } from './kubernetes/kubernetes-object';
import { filebeatConfig } from './logging-sidecar/filebeat';
import { resolveOutput, type Sink } from './logging-sidecar/output';
import { sidecarPart } from './logging-sidecar/part';
import { type LoggingSidecarProps, loggingSidecarChecks, withDefaults } from './logging-sidecar/props';
import { contentHash } from './metadata/hash';
import { isDnsLabel } from './metadata/names';
import { objectMetadata } from './metadata/object-metadata';
import { DESCRIBE } from './model/describe';
import { type EnvironmentFacts, environmentOf } from './model/environment-facts';
import type { Records } from './model/system';
import { GENERATION_OF } from './synth/generations';
import { toYaml } from './synth/yaml';
import type { Workload } from './workload/workload';

/**
 * Filebeat beside an application, for the files that it writes: the application knows nothing of it and only finds a
 * directory for its logs. It is a native sidecar where the Kubernetes version has them, so it starts before the
 * application and ends after it.
 *
 * Makes a ConfigMap that is named by the hash of its content, so that exactly the pods whose config has changed are
 * replaced, and opens the way to where the entries go.
 *
 * @example
 * new LoggingSidecar(orders, 'logs', { output: { elasticsearch: logStore } });
 * @see https://www.elastic.co/docs/reference/beats/filebeat/filebeat-input-filestream
 */
export class LoggingSidecar extends Construct {
  readonly configMap: KubernetesObject<ConfigMap>;

  private readonly sink: Sink | undefined;

  constructor(scope: Workload, id: string, given: LoggingSidecarProps) {
    super(scope, id);
    const { props, problems } = readProps(loggingSidecarChecks, given);
    const settings = withDefaults(props);
    const environment = environmentOf(this);
    const { sink, problems: ofOutput } = resolveOutput(scope, props.output);
    this.sink = sink;
    const base = `${scope.name}-${id}`;
    const config = { service: scope.name, environment: environment.name, inputId: base, settings, sink };
    const data = { 'filebeat.yml': toYaml(filebeatConfig(config)) };
    const name = `${base}-${contentHash(data)}`;
    this.configMap = this.createConfigMap(base, name, data, environment);
    if (props.overrides?.configMap) this.configMap.patch(props.overrides.configMap);
    scope.add(sidecarPart({ id, configMap: name, settings, sink, environment }));
    this.openWay(scope);
    this.node.addValidation({ validate: () => [...nameProblems(scope.name, id, name), ...problems, ...ofOutput] });
  }

  [DESCRIBE](): Records {
    return { calls: this.sink?.call ? [this.sink.call.record] : [] };
  }

  private createConfigMap(base: string, name: string, data: ConfigMap['data'], environment: EnvironmentFacts) {
    const metadata = objectMetadata({ name, component: 'logging' }, environment);
    const labels = { ...metadata.labels, [GENERATION_OF]: base };
    return new KubernetesObject<ConfigMap>(this, 'ConfigMap', kinds.ConfigMap, { ...metadata, labels }, () => ({
      // Whoever wants another content takes another name, so nodes need not watch it.
      immutable: true,
      data,
    }));
  }

  private openWay(workload: Workload): void {
    if (this.sink === undefined) return;
    const { opening, call } = this.sink;
    workload.allowTo(opening.peers, opening.ports);
    call?.to.acceptCall(call.record, workload);
  }
}

function nameProblems(workload: string, id: string, name: string): string[] {
  if (isDnsLabel(id) && name.length <= 63) return [];
  const room = 63 - (name.length - id.length);
  return [
    `'id': must be lower-case letters, digits and dashes, starting with a letter, at most ${Math.max(room, 0)} characters beside ${workload}, got "${id}"`,
  ];
}
