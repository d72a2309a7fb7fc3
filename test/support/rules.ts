import { ApiObject } from 'cdk8s';
import { Environment, type EnvironmentProps, StatelessService, type StatelessServiceProps } from '../../lib';
import { nothingBefore } from '../../lib/model/previous';
import type { CallRecord, System } from '../../lib/model/system';
import type { Rule, Violation } from '../../lib/rules/rule';
import { quietApp } from './render';

/** An environment in an app of its own, with short ways to put things into it. */
export class Shop extends Environment<'test' | 'production'> {
  static create(props: EnvironmentProps = {}, stage: 'test' | 'production' = 'test'): Shop {
    return new Shop(quietApp(), stage, props);
  }

  /** A service of which only what matters is said. */
  add<const PortName extends string = 'http'>(
    id: string,
    props: Partial<StatelessServiceProps<PortName>> = {},
  ): StatelessService<PortName> {
    return new StatelessService<PortName>(this, id, { image: `registry.example.com/${id}:1.0.0`, ...props });
  }

  /** An object that the library did not write. */
  foreign(
    id: string,
    manifest: { readonly apiVersion: string; readonly kind: string; readonly [field: string]: unknown },
  ): ApiObject {
    return new ApiObject(this, id, manifest as ConstructorParameters<typeof ApiObject>[2]);
  }

  /** What one rule says of it: `[test/orders/Deployment] error: …`. */
  says(rule: Rule): string[] {
    return this.violations(rule).map(
      ({ path, severity = rule.severity, message }) => `[${path}] ${severity}: ${message}`,
    );
  }

  violations(rule: Rule): Violation[] {
    return [...rule.check(this.system())];
  }

  /** The system that it stands in; what is wrong for itself is a mistake in the test. */
  system(): System {
    const app = this.node.root as ReturnType<typeof quietApp>;
    const invalid = app.findings().filter((finding) => finding.rule === 'invalid');
    if (invalid.length > 0) throw new Error(invalid.map(({ path, message }) => `[${path}] ${message}`).join('\n'));
    return app.system();
  }
}

/** A Deployment as somebody else writes it. */
export function foreignDeployment(name: string, pod: object = {}, spec: object = {}) {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: 'main', image: `${name}:1.0.0` }], ...pod },
      },
      ...spec,
    },
  };
}

/** A call of which only what matters is said. */
export function call(from: string, to: string, options: Partial<CallRecord> = {}): CallRecord {
  return {
    from,
    to,
    environment: 'test',
    port: 'http',
    timeoutSeconds: undefined,
    perTrySeconds: undefined,
    retries: 0,
    backoffSeconds: 0,
    idempotent: true,
    optional: false,
    synchronous: true,
    parallel: undefined,
    ...options,
  };
}

/** A system that is nothing but its calls. */
export function systemOfCalls(calls: readonly CallRecord[]): System {
  return {
    environments: [],
    workloads: [],
    externals: [],
    backends: [],
    calls,
    waits: [],
    uses: [],
    routes: [],
    certificates: [],
    configs: [],
    configUses: [],
    backups: [],
    objects: [],
    previous: nothingBefore,
  };
}
