import type { Construct } from 'constructs';
import type { StatefulSet } from 'kubernetes-types/apps/v1';
import type { ConfigMap, Service, ServiceSpec } from 'kubernetes-types/core/v1';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1';
import { type Certificate, certificateKind } from '../imports/cert-manager';
import { notYetSaid, readProps } from './checks/read-props';
import type { ExternalBackend } from './external-backend';
import { kinds } from './kubernetes/kinds';
import { KubernetesObject } from './kubernetes/kubernetes-object';
import { isDnsLabel } from './metadata/names';
import { DESCRIBE } from './model/describe';
import { environmentOf } from './model/environment-facts';
import type { Records, UseRecord, WaitRecord } from './model/system';
import { AccountsJob, type AccountsJobInput } from './stateful-backend/accounts-job';
import { type Account, accountOfUser } from './stateful-backend/accounts-plan';
import { apollo } from './stateful-backend/apollo';
import { declareSource } from './stateful-backend/backup-source';
import { consul } from './stateful-backend/consul';
import { elasticsearch } from './stateful-backend/elasticsearch';
import { elsewhere } from './stateful-backend/elsewhere';
import { etcd } from './stateful-backend/etcd';
import { eureka } from './stateful-backend/eureka';
import { Exporter } from './stateful-backend/exporter';
import { generic, type StatefulBackendProps } from './stateful-backend/generic';
import { kafka } from './stateful-backend/kafka';
import { mariadb } from './stateful-backend/mariadb';
import { memcached } from './stateful-backend/memcached';
import { mongodb } from './stateful-backend/mongodb';
import { mysql } from './stateful-backend/mysql';
import { nacos } from './stateful-backend/nacos';
import {
  clientService,
  followersService,
  memberBudget,
  memberService,
  memberSpread,
  readService,
  statefulSet,
} from './stateful-backend/objects';
import { type Engine, type EnginePlan, peerService, portsNamed } from './stateful-backend/plan';
import { configPart, dataPart } from './stateful-backend/pod-parts';
import { postgres } from './stateful-backend/postgres';
import { type ByProvider, type Provider, readProvider } from './stateful-backend/provider';
import { rabbitmq } from './stateful-backend/rabbitmq';
import { redis } from './stateful-backend/redis';
import {
  certificateName,
  offeredTls,
  serverCertificate,
  serverTlsPart,
  tlsProblems,
  tlsRecord,
} from './stateful-backend/tls';
import { zookeeper } from './stateful-backend/zookeeper';
import { configGeneration } from './workload/config-generation';
import type { MetricsSource } from './workload/metrics-source';
import { podsOf } from './workload/network-policy';
import type { Offer, Usable, Use, Wanted } from './workload/use';
import { Workload } from './workload/workload';

/**
 * Something that keeps what it is told: a database, a cache, a queue, a registry. Each member has a name and a volume
 * of its own, and comes back with both.
 *
 * Makes a StatefulSet, a Service `<name>` for its users, a headless Service `<name>-peers` for its members, where the
 * members have different roles a Service `<name>-read`, a ServiceAccount without token, a NetworkPolicy, an immutable
 * ConfigMap whose change restarts the members, and a PodDisruptionBudget that leaves it its majority.
 *
 * The claims outlive it: deleting or shrinking a backend deletes no data.
 *
 * Known engines have their own way in: `StatefulBackend.redis(shop, 'cache', { storage: '1Gi' })`. With
 * `provider: 'external'` the same line leads to a managed service, and nothing changes for the services that use it.
 *
 * @example
 * const files = new StatefulBackend(shop, 'files', { image: 'files:1.0.3', ports: 9000, storage: '50Gi' });
 * orders.uses(files);
 */
export class StatefulBackend<
    PortName extends string = 'tcp',
    // biome-ignore lint/suspicious/noExplicitAny: the props are those of the engine, which is known where it is built
    Props extends object = any,
  >
  extends Workload<PortName>
  implements Usable<PortName>
{
  /** Redis, alone, watched by Sentinel, or as a Redis Cluster. */
  static readonly redis = factoryOf(redis);
  /** MySQL: a primary and replicas that follow it. No automatic failover. */
  static readonly mysql = factoryOf(mysql);
  /** MariaDB: a primary and replicas that follow it. No automatic failover. */
  static readonly mariadb = factoryOf(mariadb);
  /** PostgreSQL: a primary and replicas that follow it. No automatic failover. */
  static readonly postgres = factoryOf(postgres);
  /** MongoDB: a replica set. */
  static readonly mongodb = factoryOf(mongodb);
  /** Kafka without ZooKeeper. */
  static readonly kafka = factoryOf(kafka);
  /** Elasticsearch. */
  static readonly elasticsearch = factoryOf(elasticsearch);
  /** Nacos: registry and config centre, over a MySQL. */
  static readonly nacos = factoryOf(nacos);
  /** Apollo: config centre, over a MySQL. */
  static readonly apollo = factoryOf(apollo);
  /** Consul servers. */
  static readonly consul = factoryOf(consul);
  /** Eureka, in an image of one's own. */
  static readonly eureka = factoryOf(eureka);
  /** Memcached: members over which clients spread their keys. */
  static readonly memcached = factoryOf(memcached);
  /** RabbitMQ, as a cluster with quorum queues. */
  static readonly rabbitmq = factoryOf(rabbitmq);
  /** etcd. */
  static readonly etcd = factoryOf(etcd);
  /** ZooKeeper. */
  static readonly zookeeper = factoryOf(zookeeper);

  readonly statefulSet: KubernetesObject<StatefulSet>;
  /** What its users call. */
  readonly service: KubernetesObject<Service>;
  /** What those call who only read; missing where all members are alike. */
  readonly readService: KubernetesObject<Service> | undefined;
  /** What other sites follow; missing where nobody said that they do. */
  readonly followersService: KubernetesObject<Service> | undefined;
  /** In which each member has a name: `<name>-0.<name>-peers`. */
  readonly peerService: KubernetesObject<Service>;
  /** Missing where it has no config files. */
  readonly configMap: KubernetesObject<ConfigMap> | undefined;
  /** Missing where there is one member: a budget for one would block every drain. */
  readonly podDisruptionBudget: KubernetesObject<PodDisruptionBudget> | undefined;
  /** What cert-manager keeps for it; missing where its `tls` names no issuer. */
  readonly certificate: KubernetesObject<Certificate> | undefined;

  /** Creates the accounts of its users; missing where they share one, and without users. */
  accountsJob: AccountsJob | undefined;

  private readonly plan: EnginePlan;
  private source: MetricsSource | undefined;
  private readonly accounts: Account[] = [];

  /**
   * @param engine - what runs in it; one of your own has the same form as those of the library
   */
  constructor(scope: Construct, id: string, props: StatefulBackendProps<PortName>);
  constructor(scope: Construct, id: string, props: Props, engine: Engine<Props, PortName>);
  constructor(
    scope: Construct,
    id: string,
    given: object,
    engine: Engine<Props, PortName> = generic as unknown as Engine<Props, PortName>,
  ) {
    const { props, problems } = readProps(engine.checks, given as Props);
    const plan = engine.plan(props, { name: id, environment: environmentOf(scope) });
    super(scope, id, {
      component: 'backend',
      props: plan.pods,
      ports: plan.ports,
      sidecarPorts: plan.sidecarPorts,
      probes: plan.probes,
      requestSeconds: plan.requestSeconds,
      flushSeconds: plan.flushSeconds,
      behindBalancer: false,
      spread: memberSpread(plan),
      problems: [
        ...nameProblems(id),
        ...problems,
        ...notYetSaid(problems, [...plan.problems, ...reserved(plan, props), ...tlsProblems(plan, props)]),
      ],
    });
    this.plan = plan;
    declareSource(this, engine, plan, 'statefulset');
    this.configMap =
      plan.config && configGeneration(this, 'ConfigMap', `${id}-config`, plan.config.files, 'backend', id);
    for (const part of plan.parts) this.add(part);
    this.add(dataPart(plan.volumes));
    if (plan.tls) this.add(serverTlsPart(plan));
    if (plan.config && this.configMap) this.add(configPart(this.configMap.name, plan.config.path));
    this.certificate = this.createCertificate();
    this.statefulSet = this.createStatefulSet();
    this.service = this.createService('Service', id, () => clientService(id, plan, this.selector));
    this.readService =
      plan.readPorts.length > 0
        ? this.createService('ReadService', `${id}-read`, () => readService(plan, this.selector))
        : undefined;
    this.peerService = this.createService('PeerService', peerService(id), () => memberService(plan, this.selector));
    this.followersService =
      plan.followers &&
      this.createService('FollowersService', `${id}-followers`, () => followersService(id, plan, this.selector));
    this.podDisruptionBudget = plan.replicas > 1 ? this.createBudget() : undefined;
    this.admitMembers();
    this.admitFollowers();
    for (const { callee, options } of plan.calls ?? []) this.calls(callee, options);
    for (const { backend, options } of plan.uses ?? []) this.uses(backend, options);
    if (plan.accounts?.always) {
      this.accountsJob = this.createAccountsJob({ plan: plan.accounts, pods: plan.pods, admin: plan.credentials });
    }
    this.applyOverrides();
  }

  /** What a service is given that uses it. */
  offer({ access, port, user }: Wanted): Offer {
    const { clientPorts, credentials } = this.plan;
    const accounts = this.plan.accounts?.shared ? undefined : this.plan.accounts;
    return {
      port: port ?? clientPorts[0] ?? '',
      ports: portsNamed(this.plan, clientPorts),
      variables: this.plan.variables(access, port),
      tls: offeredTls(this.plan),
      credentials: accounts && user ? accountOfUser(this.name, user.name, credentials) : credentials,
      accounts: accounts && { made: accounts.script !== undefined || accounts.into !== undefined },
    };
  }

  acceptUse({ call, ports, record }: Use, user: { readonly name: string }): void {
    this.acceptCall(call, user);
    for (const port of ports) this.allowFrom([podsOf(user.name)], port);
    this.account(record, user.name);
  }

  /** Takes a user into the Job that creates the accounts, which begins with the first of them. */
  private account(use: UseRecord, user: string): void {
    const { accounts: plan, credentials: admin, pods } = this.plan;
    const { account } = use;
    if (plan === undefined || admin === undefined || account === undefined) return;
    for (const problem of plan.problems?.(use) ?? []) this.problems.push(`used by ${user}: ${problem}`);
    if (!account.made || account.secret === admin.secret) return;
    if (plan.into) {
      plan.into.push({ ...account, user: account.user ?? user, use });
      return;
    }
    this.accounts.push({ ...account, user: account.user ?? user, use });
    this.accountsJob ??= this.createAccountsJob({ plan, pods, admin });
  }

  /** The metrics of its engine. Where an exporter is needed for them, it is made with the first question. */
  override metricsSource(): MetricsSource | 'none' {
    this.source ??= this.engineMetrics();
    return this.source ?? 'none';
  }

  private engineMetrics(): MetricsSource | undefined {
    const { exporter, metrics = { port: 'metrics', path: '/metrics' } } = this.plan;
    if (exporter === undefined) {
      const { port: name, ...rest } = metrics;
      const port = this.plan.ports.find((candidate) => candidate.name === name);
      return port && { pods: this, port, ...rest };
    }
    if ('args' in exporter) return new Exporter(this as unknown as StatefulBackend, exporter).metricsSource();
    this.add(exporter.part);
    return { pods: this, port: exporter.port, path: '/metrics' };
  }

  [DESCRIBE](): Records {
    const { engine, replicas, quorum, maxConnections, reservedConnections, partitions, follows } = this.plan;
    const described = this.describeWorkload(this.statefulSet.node.path, { min: replicas, max: replicas });
    return {
      ...described,
      waits: [...(described.waits ?? []), ...this.accountWaits()],
      backends: [
        {
          path: this.path,
          environment: this.environment.name,
          name: this.name,
          provider: 'statefulset',
          engine,
          members: replicas,
          quorum,
          maxConnections,
          reservedConnections,
          partitions,
          hasBackupPlan: typeof this.plan.backup === 'function',
          follows,
          signsIn: this.plan.credentials !== undefined,
          tls: tlsRecord(this.plan),
        },
      ],
    };
  }

  private createAccountsJob(input: Pick<AccountsJobInput, 'plan' | 'pods' | 'admin'>): AccountsJob {
    const backend = this as unknown as Usable;
    const job = new AccountsJob(this, 'Accounts', { ...input, backend, accounts: () => this.accounts });
    const ports = portsNamed(this.plan, input.plan.ports ?? []);
    for (const port of ports) this.allowFrom([podsOf(job.name)], port);
    if (ports.length > 0) job.allowTo([podsOf(this.name)], ports);
    return job;
  }

  /** Where Argo CD orders the deployment, those who sign in come after their accounts. */
  private accountWaits(): WaitRecord[] {
    const { accountsJob, accounts, environment } = this;
    if (accountsJob === undefined) return [];
    const users = new Set(accounts.map(({ use }) => use.from));
    return [...users].map((from) => ({ from, to: accountsJob.path, environment: environment.name }));
  }

  private createStatefulSet(): KubernetesObject<StatefulSet> {
    const metadata = this.runnerMetadata(this.plan.annotations);
    return new KubernetesObject<StatefulSet>(this, 'StatefulSet', kinds.StatefulSet, metadata, () => ({
      spec: statefulSet(this.name, this.plan, this.selector, this.podTemplate()),
    }));
  }

  private createCertificate(): KubernetesObject<Certificate> | undefined {
    const { tls } = this.plan;
    if (!tls || tls.issuer === undefined) return undefined;
    const metadata = this.metadata({}, certificateName(this.name));
    return new KubernetesObject<Certificate>(this, 'Certificate', certificateKind, metadata, () => ({
      spec: serverCertificate(this.name, this.environment.namespace, tls, this.plan),
    }));
  }

  private createService(id: string, name: string, spec: () => ServiceSpec): KubernetesObject<Service> {
    return new KubernetesObject<Service>(this, id, kinds.Service, this.metadata({}, name), () => ({ spec: spec() }));
  }

  private createBudget(): KubernetesObject<PodDisruptionBudget> {
    const { PodDisruptionBudget: kind } = kinds;
    return new KubernetesObject<PodDisruptionBudget>(this, 'PodDisruptionBudget', kind, this.metadata(), () => ({
      spec: memberBudget(this.plan, this.selector),
    }));
  }

  /** Its members may speak with each other, and with nobody else but those who use them. */
  private admitMembers(): void {
    const ports = portsNamed(this.plan, this.plan.peerPorts);
    if (this.plan.replicas < 2 || ports.length === 0) return;
    for (const port of ports) this.allowFrom([podsOf(this.name)], port);
    this.allowTo([podsOf(this.name)], ports);
  }

  /** Other sites may connect to where users do, and to nothing else. */
  private admitFollowers(): void {
    const peers = (this.plan.followers ?? []).map((cidr) => ({ ipBlock: { cidr } }));
    if (peers.length === 0) return;
    for (const port of portsNamed(this.plan, this.plan.clientPorts)) this.allowFrom(peers, port);
  }

  private applyOverrides(): void {
    const { statefulSet, service, readService, peerService, followersService, podDisruptionBudget, certificate } =
      this.plan.overrides;
    if (certificate) this.certificate?.patch(certificate);
    if (followersService) this.followersService?.patch(followersService);
    if (statefulSet) this.statefulSet.patch(statefulSet);
    if (service) this.service.patch(service);
    if (readService) this.readService?.patch(readService);
    if (peerService) this.peerService.patch(peerService);
    if (podDisruptionBudget) this.podDisruptionBudget?.patch(podDisruptionBudget);
  }
}

function nameProblems(id: string): string[] {
  // The name of a pod is a label, and so is that of its revision: a dash and ten digits more.
  if (!isDnsLabel(id) || id.length <= 52) return [];
  return [`'id': must be at most 52 characters, because the revisions of a StatefulSet are labels, got "${id}"`];
}

/** Connections that nobody is left with. */
function reserved({ maxConnections = 0, reservedConnections }: EnginePlan, props: object): string[] {
  if (!('maxConnections' in props) || maxConnections > reservedConnections) return [];
  const what = 'replicas, the exporter, probes and people';
  return [`'maxConnections': must be more than the ${reservedConnections} that ${what} need, got ${maxConnections}`];
}

/** What a factory gives: by the provider, and one of both where that is decided by the environment. */
export type Provided<P extends Provider, PortName extends string> = P extends 'external'
  ? ExternalBackend<PortName>
  : StatefulBackend<PortName>;

/** The way in to a known engine. */
function factoryOf<Props extends object, PortName extends string>(engine: Engine<Props, PortName>) {
  return <const P extends Provider = 'statefulset'>(
    scope: Construct,
    id: string,
    given: Props & ByProvider<P, PortName>,
  ): Provided<P, PortName> => {
    const { provider, external, props, problems } = readProvider<Props>(given as Props & ByProvider);
    const backend =
      provider === 'external'
        ? elsewhere(engine, scope, id, props, external, problems)
        : new StatefulBackend<PortName, Props>(scope, id, props, engine);
    backend.node.addValidation({ validate: () => problems });
    engine.complete?.(backend as unknown as Construct & Usable, readProps(engine.checks, props).props);
    return backend as Provided<P, PortName>;
  };
}
