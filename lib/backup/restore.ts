import type { ApiObjectMetadata } from 'cdk8s';
import type { Construct } from 'constructs';
import type { Job } from 'kubernetes-types/batch/v1';
import { kinds } from '../kubernetes/kinds';
import { type BodyOf, KubernetesObject, type Manifest } from '../kubernetes/kubernetes-object';
import { APART, type Apart } from '../model/apart';
import { DESCRIBE } from '../model/describe';
import type { Records, Rights } from '../model/system';
import type { MemberRestore } from '../stateful-backend/backup-plan';
import { renderEnv } from '../workload/env';
import { runOf } from '../workload/job-props';
import { JobWorkload } from '../workload/job-workload';
import type { PodPart } from '../workload/pod-part';
import type { PodProps } from '../workload/pod-props';
import type { Usable } from '../workload/use';
import {
  type BackupPods,
  backupVolumes,
  engineWork,
  initContainer,
  plainWork,
  scriptCommand,
  storeResources,
  storeWork,
} from './pods';

export interface RestoreInput {
  readonly name: string;
  /** The file that its job is written to, without the extension: the name of the backup. */
  readonly file: string;
  readonly backend: Construct & Usable;
  readonly pods: BackupPods;
  /** Where its pods run. */
  readonly place: Pick<PodProps, 'nodeSelector' | 'tolerations' | 'priority' | 'podAnnotations'>;
  /** When it is stopped; `undefined` for never: what is cut off after it has dropped the old data leaves half of both. */
  readonly activeDeadlineSeconds: number | undefined;
  /** The member whose volume is filled, where that is how it is done. */
  readonly member: (MemberRestore['members'][number] & Pick<MemberRestore, 'path' | 'port'>) | undefined;
}

/** How long it stays when it is done, to read its log. */
const DAY_SECONDS = 86_400;

/**
 * The way back from a backup. Its account and its policies are applied with everything else, so that the way is open
 * on the day when it is needed. Its job is in a folder of its own, and runs when somebody creates it.
 */
export class Restore extends JobWorkload {
  readonly job: KubernetesObject<Job>;

  constructor(scope: Construct, id: string, input: RestoreInput) {
    const { name, file, backend, pods, place, activeDeadlineSeconds, member } = input;
    const { source, resources, store } = pods;
    super(scope, id, {
      name,
      component: 'restore',
      props: {
        ...place,
        // A node that is not needed any more waits until it is done.
        podAnnotations: {
          'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false',
          'karpenter.sh/do-not-disrupt': 'true',
          ...place.podAnnotations,
        },
        image: source.image,
        // Clients are nobody in particular; what is written into a volume belongs to its member.
        uid: member && source.uid,
        command: member ? member.command : scriptCommand('restore.sh'),
        resources,
      },
      // A restore is supervised: it is not retried automatically.
      run: runOf({ restartPolicy: 'Never' }, { activeDeadline: '1h', backoffLimit: 0 }),
      problems: [],
    });
    this.reach(backend, { connectionsPerPod: 1 });
    for (const { peers, ports } of store.openings) this.allowTo(peers, ports);
    if (store.annotations) this.serviceAccount.patch({ metadata: { annotations: store.annotations } });
    this.add(member ? memberPart(pods, member) : networkPart(pods));
    this.job = new RestoreJob(this, file, this.metadata(), () => ({
      spec: { ttlSecondsAfterFinished: DAY_SECONDS, ...this.jobSpec(), activeDeadlineSeconds },
    }));
  }

  /** It makes everything anew. */
  override get rights(): Rights {
    return 'admin';
  }

  [DESCRIBE](): Records {
    return this.describeRuns(this.job.node.path, this.run.parallelism);
  }
}

/**
 * A job that the cluster gives a name at each creation. What has no name of its own cannot be applied, by mistake or by
 * a tool that takes every folder that it finds; and a second restore does not meet the first.
 */
class RestoreJob extends KubernetesObject<Job> {
  readonly [APART]: Apart[typeof APART];

  constructor(scope: Construct, file: string, metadata: ApiObjectMetadata, body: () => BodyOf<Job>) {
    super(scope, 'Job', kinds.Job, metadata, body);
    this[APART] = { folder: 'restore', file };
  }

  override toJson(): Manifest {
    const { metadata, ...rest } = super.toJson();
    const { name, ...others } = metadata;
    const { apiVersion, kind, ...body } = rest;
    return { apiVersion, kind, metadata: { generateName: `${name}-`, ...others }, ...body } as unknown as Manifest;
  }
}

/** Into a backend that runs. */
function networkPart(pods: BackupPods): PodPart {
  const { env, mounts } = engineWork(pods);
  return {
    from: 'the restore',
    volumes: backupVolumes(pods),
    initContainers: [fetch(pods)],
    env: renderEnv(env),
    mounts,
  };
}

/** Into the volume of a member that is off. */
function memberPart(pods: BackupPods, { host, claim, path, port }: NonNullable<RestoreInput['member']>): PodPart {
  const { env, mounts } = engineWork(pods);
  // The command makes the directory itself, so what is mounted is the one around it.
  const data = { name: 'data', mountPath: path.slice(0, path.lastIndexOf('/')) };
  const room = {
    name: 'make-room',
    image: pods.image,
    command: scriptCommand('make-room.sh'),
    resources: storeResources,
  };
  return {
    from: 'the restore',
    volumes: [...backupVolumes(pods), { name: data.name, persistentVolumeClaim: { claimName: claim } }],
    initContainers: [
      fetch(pods),
      initContainer(pods, room, plainWork({ MEMBER: host, PORT: port, DATA: path }, [data])),
    ],
    env: renderEnv(env),
    mounts: [...mounts, data],
  };
}

function fetch(pods: BackupPods) {
  const container = {
    name: 'fetch',
    image: pods.image,
    command: scriptCommand('fetch.sh'),
    resources: storeResources,
  };
  return initContainer(pods, container, storeWork(pods, { BACKUP: 'latest' }));
}
