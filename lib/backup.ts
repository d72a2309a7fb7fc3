import type { Construct } from 'constructs';
import type { CronJob, Job } from 'kubernetes-types/batch/v1';
import type { ConfigMap, PersistentVolumeClaim } from 'kubernetes-types/core/v1';
import type { PrometheusRule } from '../imports/prometheus-operator';
import { backupAlerts } from './backup/alerts';
import { storeOf } from './backup/destination';
import {
  type BackupPods,
  backupVolumes,
  engineWork,
  initContainer,
  scriptCommand,
  storeResources,
  storeWork,
} from './backup/pods';
import { type BackupProps, type BackupSettings, backupChecks, withDefaults } from './backup/props';
import { Restore } from './backup/restore';
import { backupFiles, sourceAndPlan } from './backup/source';
import { mustBe } from './checks/must-be';
import { readProps } from './checks/read-props';
import { kinds } from './kubernetes/kinds';
import { KubernetesObject } from './kubernetes/kubernetes-object';
import { bytes, type Quantity } from './kubernetes/quantity';
import { shortened } from './metadata/names';
import { PROTECTION } from './metadata/protection';
import { canBeApart } from './model/apart';
import { DESCRIBE } from './model/describe';
import { environmentOf } from './model/environment-facts';
import type { Records, Rights } from './model/system';
import { type AlertGroup, prometheusRule, ruleFile } from './monitored-app/alert-objects';
import { cronJobSpec } from './scheduled-job/cron-job';
import { configGeneration } from './workload/config-generation';
import { renderEnv } from './workload/env';
import { JobWorkload } from './workload/job-workload';
import type { Usable } from './workload/use';

/**
 * Backups of what a backend holds, at certain times; and the way back.
 *
 * The engine's own programs write everything out, and rclone stores it and reads it back. Only then is it a backup, and
 * only then are older ones deleted that need not be kept. Works alike for a backend in the cluster and for one that
 * somebody else runs.
 *
 * Makes a CronJob `<backend>-<id>`, a ServiceAccount without token, a NetworkPolicy, an immutable ConfigMap with the
 * scripts, a PrometheusRule that tells of backups that are too old or fail, and for a destination in the cluster a
 * claim that outlives it. For the way back the same for a Job `<backend>-<id>-restore`, which is **not applied** with
 * the rest: it is written to `dist/<environment>.restore/`, and `kubectl create -f` of its file restores the newest
 * backup, over everything that is there now. Stop first whoever writes, and suspend the CronJob, or the next backup is
 * one of a half. In a chart of an app that is no `MicroserviceApp` everything is in one file, so there is no Job.
 *
 * Known engines: MySQL, MariaDB, PostgreSQL, MongoDB (without a common moment for its collections), Redis (but for a
 * cluster), etcd in the cluster, Consul.
 *
 * @example
 * new Backup(ordersDb, 'backup', {
 *   schedule: '30 1 * * *',
 *   to: { bucket: 's3://shop-backups', region: 'eu-central-1', credentials: { secret: 'backups' } },
 * });
 */
export class Backup extends JobWorkload {
  readonly cronJob: KubernetesObject<CronJob>;
  /** The scripts. */
  readonly configMap: KubernetesObject<ConfigMap>;
  /** Missing where backups go elsewhere than to a volume. */
  readonly volumeClaim: KubernetesObject<PersistentVolumeClaim> | undefined;
  /** One; for engines that are restored while they are off, one for each member. None in a plain chart. */
  readonly restoreJobs: readonly KubernetesObject<Job>[];
  /** Missing without alerts, and where there is no operator. */
  readonly prometheusRule: KubernetesObject<PrometheusRule> | undefined;
  /** The alerts as a rule file to be mounted, where there is no operator. */
  readonly ruleFile: KubernetesObject<ConfigMap> | undefined;

  private readonly settings: BackupSettings;
  private readonly backend: Construct & Usable;
  private readonly storage: Quantity | undefined;

  /**
   * @param scope - the backend that is backed up: made by `StatefulBackend`, here or elsewhere
   */
  constructor(scope: Construct & Usable, id: string, given: BackupProps) {
    mustBe('a backend', scope, 'acceptUse', `Backup ${id}`);
    const { props, problems } = readProps(backupChecks, given);
    const name = `${scope.name}-${id}`;
    const found = sourceAndPlan(scope, name, props.credentials);
    const { source, plan, credentials, restoreCredentials, problems: ofSource } = found;
    const settings = withDefaults(props, source.storage);
    super(scope, id, {
      name,
      component: 'backup',
      props: {
        ...placeOf(settings),
        image: settings.job.image,
        command: scriptCommand('store.sh'),
        resources: storeResources,
      },
      run: settings.job.run,
      problems: [...problems, ...settings.problems, ...ofSource],
    });
    this.settings = settings;
    this.storage = source.storage;
    this.backend = scope;
    const store = storeOf(settings.to, name, environmentOf(scope).name, settings.encryption);
    this.configMap = configGeneration(this, 'ConfigMap', `${name}-scripts`, backupFiles(plan), 'backup', name);
    const pods: BackupPods = {
      source,
      plan,
      store,
      scripts: this.configMap.name,
      image: settings.job.image,
      address: scope.offer({ access: 'read-write', port: undefined }).variables,
      backend: scope.name,
      tls: scope.offer({ access: 'read-write', port: undefined }).tls || undefined,
      env: settings.env,
      credentials,
      resources: { cpu: '250m', memory: '512Mi', ...plan.resources, ...settings.resources },
      scratch: settings.scratch,
      environment: this.environment,
    };
    this.reach(scope, { connectionsPerPod: 1, credentials: settings.credentials });
    for (const { peers, ports } of store.openings) this.allowTo(peers, ports);
    if (store.annotations) this.serviceAccount.patch({ metadata: { annotations: store.annotations } });
    this.fill(pods);
    this.volumeClaim = store.claim && this.createClaim(store.claim);
    this.cronJob = this.createCronJob();
    const { alerts } = settings;
    const usual = this.environment.monitoring.operator ? 'prometheus-rule' : 'rule-file';
    const via = alerts === false ? usual : (alerts.via ?? usual);
    this.prometheusRule = alerts !== false && via !== 'rule-file' ? prometheusRule(this, this.alertGroup()) : undefined;
    this.ruleFile = alerts !== false && via === 'rule-file' ? ruleFile(this, this.alertGroup()) : undefined;
    this.restoreJobs = canBeApart(this) ? this.createRestores({ ...pods, credentials: restoreCredentials }) : [];
    this.applyOverrides();
  }

  /** It reads everything, and changes nothing. */
  override get rights(): Rights {
    return 'backup';
  }

  [DESCRIBE](): Records {
    const { to, encryption, scratch, job } = this.settings;
    const size = 'volume' in to ? (typeof to.volume === 'string' ? to.volume : to.volume.size) : undefined;
    return {
      ...this.describeRuns(this.cronJob.node.path, 0),
      backups: [
        {
          path: this.path,
          environment: this.environment.name,
          name: this.name,
          backend: this.backend.path,
          storageBytes: this.storage === undefined ? undefined : bytes(this.storage),
          scratchBytes: bytes(typeof scratch === 'string' ? scratch : scratch.size),
          volumeBytes: size === undefined ? undefined : bytes(size),
          deadlineSeconds: job.run.activeDeadlineSeconds,
          isPlaintext: 'bucket' in to && (to.endpoint ?? '').startsWith('http:') && encryption === undefined,
        },
      ],
    };
  }

  /** The dump by the engine's image, and then the main container, which stores it. */
  private fill(pods: BackupPods): void {
    const { source, plan, resources } = pods;
    const { keep, job } = this.settings;
    const { last = 0, days = 0 } = keep === 'bucket-lifecycle' ? { last: 'all' } : keep;
    const command = typeof plan.dump === 'string' ? scriptCommand('dump.sh') : [...plan.dump];
    const dump = initContainer(pods, { name: 'dump', image: source.image, command, resources }, engineWork(pods));
    const { env, mounts } = storeWork(pods, {
      KEEP_LAST: last,
      KEEP_DAYS: days,
      DEADLINE: job.run.activeDeadlineSeconds,
    });
    this.add({
      from: 'the backup',
      volumes: backupVolumes(pods),
      initContainers: [dump],
      env: renderEnv(env),
      mounts,
    });
  }

  private createCronJob(): KubernetesObject<CronJob> {
    const { settings, labels } = this;
    const metadata = this.runnerMetadata(settings.job.annotations);
    return new KubernetesObject<CronJob>(this, 'CronJob', kinds.CronJob, metadata, () => ({
      spec: cronJobSpec(settings.job, labels, this.jobSpec()),
    }));
  }

  private createClaim({ size, storageClass }: { readonly size: string; readonly storageClass?: string }) {
    // Backups are deleted by people, never because a program no longer declares them.
    const metadata = this.metadata(PROTECTION);
    return new KubernetesObject<PersistentVolumeClaim>(
      this,
      'VolumeClaim',
      kinds.PersistentVolumeClaim,
      metadata,
      () => ({
        spec: {
          accessModes: ['ReadWriteOnce'],
          storageClassName: storageClass,
          volumeMode: 'Filesystem',
          resources: { requests: { storage: size } },
        },
      }),
    );
  }

  private createRestores(pods: BackupPods): KubernetesObject<Job>[] {
    const { restore } = pods.plan;
    const common = {
      file: this.name,
      backend: this.backend,
      pods,
      place: placeOf(this.settings),
      activeDeadlineSeconds: undefined,
    };
    if (typeof restore === 'string') {
      return [new Restore(this, 'Restore', { ...common, name: restoreName(this.name), member: undefined }).job];
    }
    const { members, path, port } = restore;
    return members.map((member, ordinal) => {
      const name = restoreName(this.name, `-${ordinal}`);
      return new Restore(this, `Restore-${ordinal}`, { ...common, name, member: { ...member, path, port } }).job;
    });
  }

  private alertGroup(): AlertGroup {
    const { name, backend, environment } = this;
    const { alerts, maxAgeSeconds, job } = this.settings;
    const { monitoring } = environment;
    const {
      severities,
      runbook,
      owner = monitoring.owner,
      labels = monitoring.labels,
    } = alerts === false ? {} : alerts;
    const rules = () =>
      backupAlerts({
        namespace: environment.namespace,
        environment: environment.name,
        service: backend.name,
        cronJob: name,
        maxAgeSeconds,
        startingSeconds: job.startingDeadlineSeconds,
        labels: owner === undefined ? {} : { owner },
        severities: { ...monitoring.severities, ...severities },
        runbook: runbook ?? (monitoring.runbook && `${monitoring.runbook}/${backend.name}`),
      });
    return { name, environment, labels, rules };
  }

  private applyOverrides(): void {
    const { cronJob, restoreJob, volumeClaim, prometheusRule } = this.settings.overrides;
    if (cronJob) this.cronJob.patch(cronJob);
    if (restoreJob) for (const job of this.restoreJobs) job.patch(restoreJob);
    if (volumeClaim) this.volumeClaim?.patch(volumeClaim);
    if (prometheusRule) this.prometheusRule?.patch(prometheusRule);
  }
}

/** As long as the name of a job may be; the label of its pods is longer. */
const restoreName = (name: string, more = ''): string => shortened(`${name}-restore${more}`, 52);

/** Where the pods of both run, and what comes before what. */
const placeOf = ({ job: { nodeSelector, tolerations, priority, podAnnotations } }: BackupSettings) => ({
  nodeSelector,
  tolerations,
  priority,
  podAnnotations,
});
