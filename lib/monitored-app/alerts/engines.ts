import type { Alert } from '../alert';
import type { AlertInput } from '../alert-input';
import { ofServices, type Selection } from '../selection';

/** An alert on what the exporter of an engine, or the engine itself, says of its members. */
interface EngineAlert {
  readonly name: string;
  readonly severity: Alert['severity'];
  /** The condition; `{}` stands for the selector of the services, `$members` for the number of members. */
  readonly expr: string;
  readonly for: string;
  /** What is wrong, after the name of the service: `has a member that does not answer`. */
  readonly wrong: string;
}

/** The alerts of an engine, as far as its metrics give them. Its pods and volumes are watched like all others. */
export function engineAlerts({
  engine,
  members,
  environment,
  thresholds,
  isScraped,
  serviceLabel,
}: AlertInput): Alert[] {
  // Without an operator, series of exporters do not carry the name of the backend.
  if (engine === undefined || !isScraped || thresholds.engine === false || serviceLabel !== 'service') return [];
  return (engines[engine] ?? []).map(({ name, severity, expr, for: duration, wrong }) => ({
    name,
    severity,
    expr: (selection: Selection) =>
      expr
        .replaceAll('{}', ofServices(selection))
        .replace(/\{([^{}]+),\}/g, (_, more) => ofServices(selection, 'service', more))
        .replaceAll('$members', String(members)),
    for: duration,
    summary: `{{ $labels.service }} in ${environment} ${wrong}.`,
    description: `{{ $labels.service }} (${engine}) in ${environment} ${wrong}; the figure is {{ $value | humanize }}.`,
    threshold: expr.includes('$members') ? `${members} members` : '',
  }));
}

const down = (prefix: string, metric: string): EngineAlert => ({
  name: `${prefix}Down`,
  severity: 'critical',
  expr: `min by (namespace, service, pod) (${metric}{}) == 0`,
  for: '3m',
  wrong: 'has a member that does not answer its exporter ({{ $labels.pod }})',
});

const share = (name: string, used: string, most: string, wrong: string, limit = 0.8): EngineAlert => ({
  name,
  severity: 'warning',
  expr: `max by (namespace, service, pod) (${used} / (${most} > 0)) > ${limit}`,
  for: '10m',
  wrong,
});

const mysql: EngineAlert[] = [
  down('Mysql', 'mysql_up'),
  {
    name: 'MysqlReplicationStopped',
    severity: 'critical',
    expr: 'min by (namespace, service, pod) ({__name__=~"mysql_slave_status_(slave|replica)_(io|sql)_running",}) == 0',
    for: '5m',
    wrong: 'has a replica that has stopped to replicate ({{ $labels.pod }})',
  },
  {
    name: 'MysqlReplicationLag',
    severity: 'warning',
    expr: 'max by (namespace, service, pod) ({__name__=~"mysql_slave_status_seconds_behind_(master|source)",}) > 60',
    for: '5m',
    wrong: 'has a replica that is more than a minute behind ({{ $labels.pod }})',
  },
  share(
    'MysqlConnectionsNearMax',
    'mysql_global_status_threads_connected{}',
    'mysql_global_variables_max_connections{}',
    'has used more than 80% of its connections',
  ),
];

const engines: Readonly<Record<string, readonly EngineAlert[] | undefined>> = {
  redis: [
    down('Redis', 'redis_up'),
    {
      name: 'RedisReplicaDisconnected',
      severity: 'warning',
      expr: 'min by (namespace, service, pod) (redis_master_link_up{}) == 0',
      for: '5m',
      wrong: 'has a replica without its primary ({{ $labels.pod }})',
    },
    share(
      'RedisMemoryNearMax',
      'redis_memory_used_bytes{}',
      'redis_memory_max_bytes{}',
      'has used more than 90% of maxmemory',
      0.9,
    ),
    share(
      'RedisConnectionsNearMax',
      'redis_connected_clients{}',
      'redis_config_maxclients{}',
      'has used more than 80% of its connections',
    ),
  ],
  mysql,
  mariadb: mysql,
  postgres: [
    down('Postgres', 'pg_up'),
    {
      name: 'PostgresReplicationLag',
      severity: 'warning',
      expr: 'max by (namespace, service, pod) (pg_replication_lag_seconds{}) > 60',
      for: '5m',
      wrong: 'has a replica that is more than a minute behind ({{ $labels.pod }})',
    },
    {
      name: 'PostgresConnectionsNearMax',
      severity: 'warning',
      expr: 'sum by (namespace, service, pod) (pg_stat_activity_count{}) / max by (namespace, service, pod) (pg_settings_max_connections{}) > 0.8',
      for: '10m',
      wrong: 'has used more than 80% of its connections',
    },
  ],
  mongodb: [
    down('Mongodb', 'mongodb_up'),
    {
      name: 'MongodbMemberUnhealthy',
      severity: 'critical',
      expr: 'min by (namespace, service) (mongodb_rs_members_health{}) == 0',
      for: '5m',
      wrong: 'has a member that the others do not reach',
    },
    {
      name: 'MongodbConnectionsNearMax',
      severity: 'warning',
      expr: 'max by (namespace, service, pod) (mongodb_ss_connections{conn_type="current",}) / sum by (namespace, service, pod) (mongodb_ss_connections{conn_type=~"current|available",}) > 0.8',
      for: '10m',
      wrong: 'has used more than 80% of its connections',
    },
  ],
  kafka: [
    {
      name: 'KafkaBrokersMissing',
      severity: 'critical',
      expr: 'max by (namespace, service) (kafka_brokers{}) < $members',
      for: '5m',
      wrong: 'has fewer brokers than members',
    },
    {
      name: 'KafkaPartitionsOffline',
      severity: 'critical',
      expr: 'count by (namespace, service) (kafka_topic_partition_leader{} < 0) > 0',
      for: '2m',
      wrong: 'has partitions without a leader, which can be neither written nor read',
    },
    {
      name: 'KafkaUnderReplicated',
      severity: 'warning',
      expr: 'sum by (namespace, service) (kafka_topic_partition_under_replicated_partition{}) > 0',
      for: '15m',
      wrong: 'has partitions with fewer copies in sync than they should have',
    },
  ],
  elasticsearch: [
    {
      name: 'ElasticsearchRed',
      severity: 'critical',
      expr: 'max by (namespace, service) (elasticsearch_cluster_health_status{color="red",}) == 1',
      for: '5m',
      wrong: 'has shards without a primary',
    },
    {
      name: 'ElasticsearchNodesMissing',
      severity: 'critical',
      expr: 'min by (namespace, service) (elasticsearch_cluster_health_number_of_nodes{}) < $members',
      for: '10m',
      wrong: 'has fewer nodes than members',
    },
    {
      name: 'ElasticsearchDiskLow',
      severity: 'critical',
      expr: 'min by (namespace, service, name) (elasticsearch_filesystem_data_available_bytes{} / elasticsearch_filesystem_data_size_bytes{}) < 0.1',
      for: '10m',
      wrong: 'has a node with less than 10% of its disk free; at 5% its indices become read-only',
    },
    {
      name: 'ElasticsearchHeapHigh',
      severity: 'warning',
      expr: 'max by (namespace, service, name) (elasticsearch_jvm_memory_used_bytes{area="heap",} / elasticsearch_jvm_memory_max_bytes{area="heap",}) > 0.9',
      for: '15m',
      wrong: 'has a node with more than 90% of its heap in use',
    },
  ],
  memcached: [
    down('Memcached', 'memcached_up'),
    share(
      'MemcachedConnectionsNearMax',
      'memcached_current_connections{}',
      'memcached_max_connections{}',
      'has used more than 80% of its connections',
    ),
  ],
  rabbitmq: [
    {
      name: 'RabbitmqMemoryAlarm',
      severity: 'critical',
      expr: 'max by (namespace, service, pod) (rabbitmq_alarms_memory_used_watermark{}) == 1',
      for: '2m',
      wrong: 'has stopped its publishers, because its memory is used up',
    },
    {
      name: 'RabbitmqDiskAlarm',
      severity: 'critical',
      expr: 'max by (namespace, service, pod) (rabbitmq_alarms_free_disk_space_watermark{}) == 1',
      for: '2m',
      wrong: 'has stopped its publishers, because its disk is full',
    },
    {
      name: 'RabbitmqPeersUnreachable',
      severity: 'critical',
      expr: 'max by (namespace, service) (rabbitmq_unreachable_cluster_peers_count{}) > 0',
      for: '5m',
      wrong: 'has members that do not reach each other',
    },
  ],
  etcd: [
    {
      name: 'EtcdNoLeader',
      severity: 'critical',
      expr: 'min by (namespace, service, pod) (etcd_server_has_leader{}) == 0',
      for: '1m',
      wrong: 'has a member without a leader ({{ $labels.pod }})',
    },
    share(
      'EtcdSpaceNearQuota',
      'etcd_mvcc_db_total_size_in_bytes{}',
      'etcd_server_quota_backend_bytes{}',
      'has used more than 80% of its quota; when it is full, it only reads',
    ),
  ],
  consul: [
    {
      name: 'ConsulUnhealthy',
      severity: 'critical',
      expr: 'min by (namespace, service) (consul_autopilot_healthy{}) == 0',
      for: '5m',
      wrong: 'has a server that its autopilot holds for unhealthy',
    },
  ],
};
