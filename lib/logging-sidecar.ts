import { Construct } from 'constructs';
import type { ConfigMap } from 'kubernetes-types/core/v1';
import { problemsOf, readProps } from './checks/read-props';
import * as check from './checks/values';
import type { KubernetesObject } from './kubernetes/kubernetes-object';
import { toYaml } from './kubernetes/yaml';
import { filebeatConfig } from './logging-sidecar/filebeat';
import { resolveOutput, type Sink } from './logging-sidecar/output';
import { sidecarPart } from './logging-sidecar/part';
import { type LoggingSidecarProps, loggingSidecarChecks, withDefaults } from './logging-sidecar/props';
import { DESCRIBE } from './model/describe';
import { environmentOf } from './model/environment-facts';
import type { Records } from './model/system';
import { configGeneration } from './workload/config-generation';
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
    this.configMap = configGeneration(this, 'ConfigMap', base, data, 'logging', scope.name);
    const { name } = this.configMap;
    if (props.overrides?.configMap) this.configMap.patch(props.overrides.configMap);
    scope.add(sidecarPart({ id, configMap: name, settings, sink, environment }));
    this.openWay(scope);
    this.node.addValidation({ validate: () => [...problemsOf(check.dnsLabel, id, 'id'), ...problems, ...ofOutput] });
  }

  [DESCRIBE](): Records {
    const { call, use } = this.sink ?? {};
    return { calls: call ? [call.record] : [], uses: use ? [use.use.record] : [] };
  }

  private openWay(workload: Workload): void {
    if (this.sink === undefined) return;
    const { opening, call, use } = this.sink;
    workload.allowTo(opening.peers, opening.ports);
    if (use) use.of.acceptUse(use.use, workload);
    else call?.to.acceptCall(call.record, workload);
  }
}
