export { ApiGateway, type GatewayRoute } from './api-gateway';
export type { ControllerName } from './api-gateway/controllers';
export type { ApiGatewayProps, Challenge, Controller, Issuer, RouteOptions } from './api-gateway/props';
export type { RouteTarget } from './api-gateway/target';
export type { PathMatch } from './api-gateway/traffic';
export { MicroserviceApp, type MicroserviceAppProps } from './app';
export { Backup } from './backup';
export type { BucketDestination } from './backup/bucket';
export type { BackupDestination, VolumeDestination } from './backup/destination';
export type { BackupEncryption } from './backup/encryption';
export type {
  AwsRole,
  AzureIdentity,
  EksPodIdentity,
  GoogleIdentity,
  WorkloadIdentity,
} from './backup/identity';
export type { BackupAlerts, BackupOverrides, BackupProps, BackupRetention } from './backup/props';
export type { ScratchProps } from './backup/size';
export { BatchJob } from './batch-job';
export type { BatchJobOverrides, BatchJobProps } from './batch-job/props';
export { ConfigCenter } from './config-center';
export { type FileContent, FileOnDisk, fromFile } from './config-center/content';
export type { ConfigCenterProps, StartupValue } from './config-center/props';
export type { ExistingSecret, SecretSource, StoredSecret } from './config-center/secrets';
export type { ConfigSource, SourceUse } from './config-center/sources';
export type { ApolloSettings, ApolloUse } from './config-center/sources/apollo';
export type { ConsulSettings, ConsulUse } from './config-center/sources/consul';
export type { NacosCredentials, NacosSettings, NacosUse } from './config-center/sources/nacos';
export type { ConfigServer, ServerAddress } from './config-center/sources/server';
export type { ConfigUse } from './config-center/use';
export { Environment } from './environment';
export type { ClusterDns, DnsPeers, DnsPlatform, DnsProps } from './environment/dns';
export type { MonitoringProps } from './environment/monitoring';
export type { EnvironmentProps } from './environment/props';
export { ExternalBackend } from './external-backend';
export type { ExternalBackendProps, ExternalPlace, ExternalPortProps } from './external-backend/props';
export type { SaslProps } from './external-backend/sasl';
export type { ExternalTls, ExternalTlsProps } from './external-backend/tls';
export { LoggingSidecar } from './logging-sidecar';
export type {
  ElasticsearchOutput,
  KafkaOutput,
  LogOutput,
  LogReceiver,
  LogstashOutput,
} from './logging-sidecar/output-props';
export type { LoggingSidecarProps, Multiline } from './logging-sidecar/props';
export { Migration } from './migration';
export type { MigrationOverrides, MigrationProps } from './migration/props';
export type { BackendIssuer, BackendTls, ServerTls } from './model/backend-tls';
export type { Priority } from './model/priority';
export { MonitoredApp, type PortsOf } from './monitored-app';
export type { AlertThresholds } from './monitored-app/alert-input';
export type { RequestMetrics } from './monitored-app/expressions';
export type { AlertingProps, MonitoredAppProps, PrometheusInstance } from './monitored-app/props';
export { NodeAgent } from './node-agent';
export type { HostPath, NodeAgentOverrides, NodeAgentProps } from './node-agent/props';
export { callGraph } from './report/mermaid';
export { ScheduledJob } from './scheduled-job';
export type { ScheduledJobOverrides, ScheduledJobProps } from './scheduled-job/props';
export { ShardedDatabase, type ShardedOrExternal } from './sharded-database';
export type {
  ImageNeeded,
  ProxyProps,
  ShardedMysqlProps,
  ShardedPostgresProps,
  ShardingProps,
} from './sharded-database/props';
export type { ShardedTable, Tables } from './sharded-database/tables';
export { type Provided, StatefulBackend } from './stateful-backend';
export type { ApolloProps } from './stateful-backend/apollo';
export type { BackupPlan, BackupTarget, MemberRestore } from './stateful-backend/backup-plan';
export type { ConsulProps } from './stateful-backend/consul';
export type { ElasticsearchProps } from './stateful-backend/elasticsearch';
export type { EtcdProps } from './stateful-backend/etcd';
export type { EurekaProps } from './stateful-backend/eureka';
export type { StatefulBackendProps } from './stateful-backend/generic';
export type { KafkaProps } from './stateful-backend/kafka';
export type { MemcachedProps } from './stateful-backend/memcached';
export type { MongodbProps } from './stateful-backend/mongodb';
export type { MysqlProps } from './stateful-backend/mysql/plan';
export type { NacosProps } from './stateful-backend/nacos';
export {
  type Engine,
  type EnginePlace,
  type EnginePlan,
  memberHost,
  memberHosts,
  type VolumePlan,
} from './stateful-backend/plan';
export type { PostgresProps } from './stateful-backend/postgres';
export type { PrimaryProps } from './stateful-backend/primary';
export type { BackendOverrides, BackendProps, EngineProps, StorageProps } from './stateful-backend/props';
export type { ByProvider, ExternalPart, Provider } from './stateful-backend/provider';
export type { RabbitmqProps } from './stateful-backend/rabbitmq';
export type { RedisProps } from './stateful-backend/redis';
export { onRenewal, SERVER_TLS, serverTls } from './stateful-backend/tls';
export type { ZookeeperProps } from './stateful-backend/zookeeper';
export { StatelessService } from './stateless-service';
export type { StatelessServiceOverrides, StatelessServiceProps } from './stateless-service/props';
export { type Suppression, suppress } from './suppress';
export type { ClientTls, TlsMode } from './workload/backend-tls';
export type { Credentials } from './workload/credentials';
export type { ParallelProps, RunProps } from './workload/job-props';
export type { Access, Offer, Usable, Use, UseOptions } from './workload/use';
export type { Awaitable } from './workload/wait';
