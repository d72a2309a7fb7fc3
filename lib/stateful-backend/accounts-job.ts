import type { Construct } from 'constructs';
import type { Job } from 'kubernetes-types/batch/v1';
import type { ConfigMap, VolumeProjection } from 'kubernetes-types/core/v1';
import { kinds } from '../kubernetes/kinds';
import type { KubernetesObject } from '../kubernetes/kubernetes-object';
import { variableName } from '../metadata/names';
import { DESCRIBE } from '../model/describe';
import type { Records, Rights } from '../model/system';
import { clientTlsPart } from '../workload/backend-tls';
import { configGeneration } from '../workload/config-generation';
import { type Credentials, secretFiles } from '../workload/credentials';
import { renderEnv } from '../workload/env';
import { HashedJob } from '../workload/hashed-job';
import { runOf } from '../workload/job-props';
import { JobWorkload } from '../workload/job-workload';
import type { PodPart } from '../workload/pod-part';
import type { PodProps } from '../workload/pod-props';
import type { Usable } from '../workload/use';
import type { Account, AccountsPlan } from './accounts-plan';
import { privatePart } from './private-files';

export interface AccountsJobInput {
  readonly backend: Usable;
  readonly plan: AccountsPlan;
  /** How the pods of the backend run; the Job has its image, and goes where it goes. */
  readonly pods: PodProps;
  /** The administrator's account; `undefined` where the backend has no accounts. */
  readonly admin: Credentials | undefined;
  /** Read when the Job is rendered, so that every use declared until then is in it. */
  readonly accounts: () => readonly Account[];
}

const SCRIPTS = '/etc/accounts';

/**
 * Creates the accounts of a backend's users, with their databases and grants. Its name ends in the hash of what it does:
 * another user, right or database is another Job, which runs. It runs once, and stays when it is done, so that no tool
 * creates it again; to run it again, such as after a password was changed, delete it and apply. What is there already it
 * leaves as it is.
 */
export class AccountsJob extends JobWorkload {
  /** Its name in the cluster has the hash, and stands in `job.toJson().metadata.name`. */
  readonly job: KubernetesObject<Job>;
  /** The script. */
  readonly configMap: KubernetesObject<ConfigMap>;

  constructor(
    scope: Construct,
    id: string,
    private readonly accountsInput: AccountsJobInput,
  ) {
    const { backend, plan, pods } = accountsInput;
    const { image, imagePullPolicy, nodeSelector, tolerations, priority } = pods;
    const name = `${backend.name}-accounts`;
    super(scope, id, {
      name,
      component: 'accounts',
      props: {
        image,
        imagePullPolicy,
        nodeSelector,
        tolerations,
        priority,
        command: ['sh', `${SCRIPTS}/accounts.sh`],
        resources: { cpu: '50m', memory: '64Mi', ...plan.resources },
      },
      // The backend starts at the same time, and waiting for it is part of the script.
      run: runOf({ flushTime: '5s' }, { activeDeadline: '1h', backoffLimit: 10 }),
      problems: [],
    });
    this.configMap = configGeneration(this, 'ConfigMap', name, { 'accounts.sh': plan.script ?? '' }, 'accounts', name);
    this.reach(backend, { credentials: false });
    const { tls } = backend.offer({ access: 'read-write', port: undefined });
    this.add(clientTlsPart(backend.name, variableName(backend.name), tls));
    this.add(this.part());
    this.add(privatePart);
    this.job = new HashedJob(this, 'Job', kinds.Job, this.runnerMetadata(), () => ({
      spec: this.jobSpec(),
    }));
  }

  override get rights(): Rights {
    return 'admin';
  }

  [DESCRIBE](): Records {
    return this.describeRuns(this.job.node.path, this.run.parallelism);
  }

  private part(): PodPart {
    const { backend, plan, admin, accounts } = this.accountsInput;
    const { HOST, PORT } = backend.offer({ access: 'read-write', port: undefined }).variables;
    const scripts = this.configMap.name;
    return {
      from: 'the accounts of its users',
      get env() {
        return renderEnv({ HOST, PORT, ...plan.env, ACCOUNTS: admin && lines(plan, accounts()) });
      },
      get volumes() {
        return [
          { name: 'scripts', configMap: { name: scripts, defaultMode: 0o555 } },
          ...(admin ? [{ name: 'admin', secret: secretFiles(admin) }] : []),
          ...(admin ? [{ name: 'accounts', projected: { defaultMode: 0o440, sources: projections(accounts()) } }] : []),
        ];
      },
      mounts: [
        { name: 'scripts', mountPath: SCRIPTS, readOnly: true },
        ...(admin
          ? [
              { name: 'admin', mountPath: '/run/admin', readOnly: true },
              { name: 'accounts', mountPath: '/run/accounts', readOnly: true },
            ]
          : []),
      ],
    };
  }
}

/** One line for each account and what it is granted, sorted, so that the order of the program does not matter. */
function lines(plan: AccountsPlan, accounts: readonly Account[]): string {
  return [...new Set(accounts.map((account) => plan.line(account)))].sort().join('\n');
}

/** The Secret of each user as a folder of its name. */
function projections(accounts: readonly Account[]): VolumeProjection[] {
  const byUser = new Map(accounts.map((account) => [account.user, account]));
  return [...byUser.values()]
    .sort((a, b) => (a.user < b.user ? -1 : 1))
    .map(({ user, secret, keys }) => ({
      secret: {
        name: secret,
        items: [
          { key: keys.username, path: `${user}/username` },
          { key: keys.password, path: `${user}/password` },
        ],
      },
    }));
}
