import { readProps } from '../checks/read-props';
import * as check from '../checks/values';
import { variableName } from '../metadata/names';
import type { CallRecord, ExternalRecord } from '../model/system';
import { hostPeers, rangesOf } from '../workload/address-ranges';
import { renderEnv } from '../workload/env';
import type { PodPart } from '../workload/pod-part';
import type { Usable } from '../workload/use';
import type { Workload } from '../workload/workload';
import type { SecretKeys, SecretSource } from './secrets';
import { type ApolloSettings, type ApolloUse, apollo } from './sources/apollo';
import { type ConsulSettings, type ConsulUse, consul } from './sources/consul';
import type { SourceKind, SourceSettings } from './sources/kind';
import { type NacosSettings, type NacosUse, nacos } from './sources/nacos';
import { type Address, accountAt, addressOf, isCallee, isUsable, portNameOf } from './sources/server';

/** A config centre outside this program, of one of the makes that are known here. */
export type ConfigSource =
  | { readonly apollo: ApolloSettings }
  | { readonly nacos: NacosSettings }
  | { readonly consul: ConsulSettings };

/** What a consumer says of itself to the source of a config centre. */
export type SourceUse<Source> = Source extends { readonly apollo: unknown }
  ? ApolloUse
  : Source extends { readonly nacos: unknown }
    ? NacosUse
    : Source extends { readonly consul: unknown }
      ? ConsulUse
      : never;

const kinds: Readonly<Record<string, SourceKind<SourceSettings, object>>> = { apollo, nacos, consul };

export const sourceCheck = check.either(
  '{ apollo }, { nacos } or { consul }',
  ...Object.entries(kinds).map(
    ([make, { settingsChecks }]) =>
      [
        (value: unknown) => check.isMap(value) && make in value,
        check.fields({ [make]: check.fields(settingsChecks) }),
      ] as const,
  ),
);

/** The source of one config centre. */
export class Source {
  readonly make: string;
  private readonly kind: SourceKind<SourceSettings, object>;
  private readonly settings: SourceSettings;

  constructor(
    private readonly center: { readonly name: string; readonly path: string; readonly environmentName: string },
    given: ConfigSource,
  ) {
    const [make, settings] = Object.entries(given)[0] as [string, SourceSettings];
    this.make = make;
    this.kind = kinds[make] as SourceKind<SourceSettings, object>;
    this.settings = settings;
  }

  get secrets(): Readonly<Record<string, SecretSource | undefined>> {
    return this.kind.secrets(this.settings);
  }

  /** The account that the server has for a consumer. */
  accountSecrets(consumer: string): SecretKeys {
    const account = accountAt(this.settings.server, consumer);
    return (account && this.kind.accountSecrets?.(this.settings, account)) ?? {};
  }

  /** How its clients read secrets where the consumer does not say. */
  get secretsAs(): 'files' | 'env' {
    return this.kind.secretsAs;
  }

  get secretAliases(): Readonly<Record<string, string>> {
    return this.kind.secretAliases;
  }

  get useChecks(): Readonly<Record<string, check.Check>> {
    return this.kind.useChecks as Readonly<Record<string, check.Check>>;
  }

  /** What a consumer needs to reach it; reports to the workload what it cannot have. */
  giveTo(workload: Workload, given: object): PodPart | undefined {
    const { props: use } = readProps(this.kind.useChecks, given);
    const { server, port } = this.settings;
    const address = addressOf(server, port, this.kind.usualPort);
    this.open(workload, address, use);
    if (address === undefined) return undefined;
    const variables = this.kind.variables({ settings: this.settings, use, address, consumer: workload.name });
    return { from: `the ${this.make} of ${this.center.name}`, env: renderEnv(variables) };
  }

  /** An address is something outside that nobody else has declared. */
  get external(): ExternalRecord | undefined {
    const { server } = this.settings;
    if (isCallee(server)) return undefined;
    const { path, name, environmentName: environment } = this.center;
    const ports = this.portsOf(server.port ?? this.kind.usualPort, server.https === true);
    return {
      path,
      environment,
      name,
      ports,
      ranges: rangesOf(hostPeers(server.host, server.cidrs)),
      hosts: [server.host],
    };
  }

  /** The call of a server that is not itself part of the model. */
  callFrom(workload: string): CallRecord | undefined {
    if (isCallee(this.settings.server)) return undefined;
    const { path, environmentName: environment } = this.center;
    return { ...quietCall, from: workload, to: path, environment, port: this.make };
  }

  private open(workload: Workload, address: Address | undefined, use: object): void {
    const { server } = this.settings;
    if (!isCallee(server)) {
      workload.allowTo(hostPeers(server.host, server.cidrs), (this.external as ExternalRecord).ports);
      return;
    }
    const prefix = `${variableName(this.center.name)}_SERVER`;
    // Nobody who waits for an answer of the consumer waits for this one.
    const options = { port: portNameOf(server, this.settings.port), env: prefix, synchronous: false };
    const uses = isUsable(server) ? (this.kind.uses?.(this.settings, use) ?? []) : [];
    for (const own of uses) workload.reach(server as Usable, { ...own, ...options });
    if (uses.length === 0) workload.calls(server, options);
    if (address === undefined) return;
    for (const distance of this.kind.furtherPorts) {
      const further = Object.values(server.ports).find(({ servicePort }) => servicePort === address.port + distance);
      if (further === undefined) {
        workload.report(
          `configure(${this.center.name}): must find port ${address.port + distance} on ${server.name} too, ` +
            `where clients of ${this.make} stay connected (${address.port} + ${distance}), but it has only ` +
            `${Object.values(server.ports)
              .map(({ servicePort }) => servicePort)
              .join(', ')}`,
        );
      } else if (uses.length === 0)
        workload.calls(server, {
          port: further.name,
          env: `${prefix}_${variableName(further.name)}`,
          synchronous: false,
        });
    }
  }

  private portsOf(first: number, https: boolean): ExternalRecord['ports'] {
    const further = this.kind.furtherPorts.map((distance) => first + distance);
    return [
      { name: this.make, port: first, protocol: https ? 'https' : 'http' },
      ...further.map((port) => ({ name: `${this.make}-${port}`, port, protocol: 'tcp' as const })),
    ];
  }
}

/** Nobody who waits for an answer of the consumer waits for its config centre. */
const quietCall = {
  timeoutSeconds: undefined,
  perTrySeconds: undefined,
  retries: 0,
  backoffSeconds: 0,
  idempotent: true,
  optional: false,
  synchronous: false,
  parallel: undefined,
};
