import type { Construct } from 'constructs';
import type { ConfigMap } from 'kubernetes-types/core/v1';
import {
  type AlertingRule,
  type PrometheusRule,
  prometheusRuleKind,
  type RecordingRule,
} from '../../imports/prometheus-operator';
import { kinds } from '../kubernetes/kinds';
import { KubernetesObject } from '../kubernetes/kubernetes-object';
import { toYaml } from '../kubernetes/yaml';
import { objectMetadata } from '../metadata/object-metadata';
import type { EnvironmentFacts } from '../model/environment-facts';

/** The alerts on one thing. */
export interface AlertGroup {
  readonly name: string;
  readonly environment: EnvironmentFacts;
  /** By which a Prometheus picks its rules. */
  readonly labels: Readonly<Record<string, string>>;
  /** Asked when all is declared. */
  readonly rules: () => (RecordingRule | AlertingRule)[];
}

/** For a Prometheus with an operator. */
export function prometheusRule(
  scope: Construct,
  { name, environment, labels, rules }: AlertGroup,
): KubernetesObject<PrometheusRule> {
  const metadata = monitoringMetadata(name, environment, labels);
  return new KubernetesObject<PrometheusRule>(scope, 'PrometheusRule', prometheusRuleKind, metadata, () => ({
    spec: { groups: [{ name, rules: rules() }] },
  }));
}

/** A file to be mounted by a Prometheus without one. */
export function ruleFile(scope: Construct, { name, environment, rules }: AlertGroup): KubernetesObject<ConfigMap> {
  const metadata = monitoringMetadata(`${name}-alerts`, environment);
  return new KubernetesObject<ConfigMap>(scope, 'RuleFile', kinds.ConfigMap, metadata, () => ({
    data: { [`${filePlace(name, environment)}.rules.yaml`]: toYaml({ groups: [{ name, rules: rules() }] }) },
  }));
}

export function monitoringMetadata(
  name: string,
  environment: EnvironmentFacts,
  labels: Readonly<Record<string, string>> = {},
) {
  const metadata = objectMetadata({ name, component: 'monitoring' }, environment);
  return { ...metadata, labels: { ...metadata.labels, ...labels } };
}

/** What tells the files of one thing from those of the same thing in other environments, in one directory. */
export const filePlace = (name: string, { namespace, name: environment }: EnvironmentFacts): string =>
  `${namespace ?? environment}-${name}`;
