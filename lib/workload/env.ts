import type { EnvVar, EnvVarSource } from 'kubernetes-types/core/v1';

/**
 * The value of an environment variable: text that stays as it is; text in which Kubernetes replaces `$(OTHER)`; or
 * where Kubernetes finds it.
 * @see https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
 */
export type EnvValue = string | number | boolean | { readonly expand: string } | EnvVarSource;

export function renderEnv(variables: Readonly<Record<string, EnvValue | undefined>>): EnvVar[] {
  return Object.entries(variables)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => envVar(name, value as EnvValue));
}

export function envVar(name: string, value: EnvValue): EnvVar {
  if (typeof value !== 'object') return { name, value: literal(String(value)) };
  if ('expand' in value) return { name, value: value.expand };
  return { name, valueFrom: value };
}

/** Kubernetes replaces `$(NAME)` and takes `$$` for a dollar sign; a value that is data must come out as it went in. */
export function literal(text: string): string {
  return text.replace(/\$(?=[$(])/g, '$$$$');
}
