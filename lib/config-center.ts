import { Construct } from 'constructs';
import type { ConfigMap } from 'kubernetes-types/core/v1';
import { type ExternalSecret, externalSecretKind } from '../imports/external-secrets';
import { problemsOf, readProps } from './checks/read-props';
import * as check from './checks/values';
import { type FileContent, textOf } from './config-center/content';
import { type Content, give, type Texts } from './config-center/give';
import { declaredKeys, keyRecords, usedKeys } from './config-center/keys';
import { type ConfigCenterProps, clashes, configCenterChecks } from './config-center/props';
import { externalSecretSpec, secretKeys } from './config-center/secrets';
import { type ConfigSource, Source } from './config-center/sources';
import { type ConfigUse, type Declared, readUse } from './config-center/use';
import { kinds } from './kubernetes/kinds';
import { KubernetesObject } from './kubernetes/kubernetes-object';
import { shortened } from './metadata/names';
import { objectMetadata } from './metadata/object-metadata';
import { DESCRIBE } from './model/describe';
import { type EnvironmentFacts, environmentOf } from './model/environment-facts';
import type { CallRecord, ConfigKeyRecord, ConfigUseRecord, Records } from './model/system';
import type { Workload, WorkloadSource } from './workload/workload';

/**
 * All settings of one environment in one place: values that are fixed when a process starts, files that it reads
 * again while it runs, and where its secrets are found. Services take the keys that they need with `configure`.
 *
 * What is read once goes into an immutable ConfigMap for each consumer, named by its content: a change restarts
 * exactly those who use what was changed. What is re-read keeps its name and restarts nobody.
 *
 * @example
 * const settings = new ConfigCenter(shop, 'settings', {
 *   startup: { LOG_LEVEL: shop.pick({ test: 'debug', production: 'info' }) },
 *   dynamic: { 'switches.json': { recommendations: true } },
 *   secrets: { DB_PASSWORD: { secret: 'orders-db', key: 'password' } },
 * });
 * orders.configure(settings, { startup: ['LOG_LEVEL'], dynamic: ['switches.json'], secrets: ['DB_PASSWORD'] });
 */
export class ConfigCenter<
    Startup extends string = never,
    File extends string = never,
    Dynamic extends string = never,
    Secret extends string = never,
    const Origin extends ConfigSource | undefined = undefined,
  >
  extends Construct
  implements WorkloadSource<ConfigUse<Startup, File, Dynamic, Secret, Origin>>
{
  readonly name: string;
  /** Holds the dynamic files; missing where there are none. */
  readonly dynamicConfig: KubernetesObject<ConfigMap> | undefined;
  /** Fetches what lies in a store outside the cluster; missing where every Secret exists already. */
  readonly externalSecret: KubernetesObject<ExternalSecret> | undefined;

  private readonly environment: EnvironmentFacts;
  private readonly problems: string[];
  private readonly keys: readonly ConfigKeyRecord[];
  private readonly declared: Declared;
  private readonly content: Content;
  private readonly uses = new Map<string, ConfigUseRecord>();
  private readonly calls: CallRecord[] = [];

  constructor(scope: Construct, id: string, given: ConfigCenterProps<Startup, File, Dynamic, Secret, Origin>) {
    super(scope, id);
    const { props, problems } = readProps(configCenterChecks, given as ConfigCenterProps);
    this.name = id;
    this.environment = environmentOf(this);
    this.problems = [...problemsOf(check.dnsLabel, id, 'id'), ...problems, ...clashes(props)];
    this.keys = keyRecords(props);
    this.content = this.read(props);
    this.declared = { keys: declaredKeys(given), source: this.content.source?.useChecks };
    this.dynamicConfig = this.createDynamicConfig();
    this.externalSecret = this.createExternalSecret(props);
    const { dynamicConfig, externalSecret } = props.overrides ?? {};
    if (dynamicConfig) this.dynamicConfig?.patch(dynamicConfig);
    if (externalSecret) this.externalSecret?.patch(externalSecret);
    this.node.addValidation({ validate: () => this.problems });
  }

  /** Called by `configure`. What is wrong is reported with the path of the workload. */
  giveTo(workload: Workload, given: ConfigUse<Startup, File, Dynamic, Secret, Origin>): void {
    const misplaced = this.misplaced(workload);
    if (misplaced !== undefined) {
      workload.report(`configure(${this.name}): ${misplaced}`);
      return;
    }
    const { use, problems } = readUse(this.declared, given as ConfigUse);
    for (const problem of problems) workload.report(`configure(${this.name}) ${problem}`);
    this.uses.set(workload.path, { config: this.node.path, by: workload.path, keys: usedKeys(use) });
    give(this.content, workload, use);
    const call = this.content.source?.callFrom(workload.path);
    if (call) this.calls.push(call);
  }

  [DESCRIBE](): Records {
    const { path } = this.node;
    const { source } = this.content;
    return {
      configs: [{ path, environment: this.environment.name, name: this.name, source: source?.make, keys: this.keys }],
      configUses: [...this.uses.values()],
      externals: source?.external ? [source.external] : [],
      calls: this.calls,
    };
  }

  /** Turns what was declared into texts and references, and reports what has none. */
  private read(props: ConfigCenterProps): Content {
    const { name, environment } = this;
    const source =
      props.source && new Source({ name, path: this.node.path, environmentName: environment.name }, props.source);
    return {
      name,
      startup: startupTexts(props.startup),
      files: this.texts('files', props.files),
      dynamic: this.texts('dynamic', props.dynamic),
      dynamicName: shortened(`${name}-dynamic`, 63),
      secrets: secretKeys(props.secrets ?? {}, this.madeSecret),
      sourceSecrets: secretKeys(source?.secrets ?? {}, this.madeSecret),
      source,
    };
  }

  private texts(where: string, files: Readonly<Record<string, FileContent | undefined>> = {}): Texts {
    const texts: Record<string, string> = {};
    for (const [name, content] of Object.entries(files)) {
      if (content === undefined) continue;
      const result = textOf(name, content);
      if ('text' in result) texts[name] = result.text;
      else this.problems.push(`'${where}.${name}': ${result.problem}`);
    }
    return texts;
  }

  /** The Secret that External Secrets Operator makes. */
  private get madeSecret(): string {
    return shortened(`${this.name}-secrets`, 63);
  }

  private createDynamicConfig(): KubernetesObject<ConfigMap> | undefined {
    const { dynamic, dynamicName } = this.content;
    if (Object.keys(dynamic).length === 0) return undefined;
    const metadata = objectMetadata(
      { name: dynamicName, app: this.name, component: 'configuration' },
      this.environment,
    );
    return new KubernetesObject<ConfigMap>(this, 'DynamicConfig', kinds.ConfigMap, metadata, () => ({
      data: { ...dynamic },
    }));
  }

  private createExternalSecret(props: ConfigCenterProps): KubernetesObject<ExternalSecret> | undefined {
    const spec = externalSecretSpec({ ...props.secrets, ...this.content.source?.secrets }, this.madeSecret);
    if (spec === undefined) return undefined;
    const metadata = objectMetadata(
      { name: this.madeSecret, app: this.name, component: 'configuration' },
      this.environment,
    );
    return new KubernetesObject<ExternalSecret>(this, 'ExternalSecret', externalSecretKind, metadata, () => ({ spec }));
  }

  /** Why a workload cannot take anything from here. */
  private misplaced(workload: Workload): string | undefined {
    if (this.uses.has(workload.path)) return 'must be called once for a workload, with everything that it takes';
    const { name } = this.environment;
    if (workload.environmentName === name) return undefined;
    return `must be of the environment ${workload.environmentName}, but the config centre is in ${name}`;
  }
}

function startupTexts(values: ConfigCenterProps['startup'] = {}): Texts {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([key, value]) => [key, String(value)]));
}
