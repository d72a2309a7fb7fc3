import type { Construct } from 'constructs';
import type { Job } from 'kubernetes-types/batch/v1';
import type { ConfigMap } from 'kubernetes-types/core/v1';
import { kinds } from '../../kubernetes/kinds';
import type { KubernetesObject } from '../../kubernetes/kubernetes-object';
import { DESCRIBE } from '../../model/describe';
import type { Records } from '../../model/system';
import { configGeneration } from '../../workload/config-generation';
import { renderEnv } from '../../workload/env';
import { HashedJob } from '../../workload/hashed-job';
import { runOf } from '../../workload/job-props';
import { JobWorkload } from '../../workload/job-workload';
import type { Usable } from '../../workload/use';
import { privatePart } from '../private-files';
import { patience, properties, toolVariables } from './client';

const SCRIPTS = '/etc/topics';

/**
 * Creates the topics that are not there, adds partitions where there are fewer, and sets what each topic says. It takes
 * nothing away: a topic that is no longer declared stays, with what is in it.
 */
const script = `#!/bin/sh
set -eu
umask 077
${patience}${properties}properties "$BROKERS_SECURITY_PROTOCOL" "\${BROKERS_SASL_MECHANISM:-}" "\${BROKERS_USERNAME_FILE:-}" \\
  "\${BROKERS_PASSWORD_FILE:-}" "\${BROKERS_CA_FILE:-}" > /run/private/client.properties
tool() {
  name=$1
  shift
  "/opt/kafka/bin/$name.sh" --bootstrap-server "$BROKERS_BOOTSTRAP_SERVERS" --command-config /run/private/client.properties \\
    "$@" < /dev/null
}
until tool kafka-topics --list > /tmp/topics 2> /tmp/refused; do
  echo "waiting for $BROKERS_BOOTSTRAP_SERVERS: $(grep -v '^[[:space:]]*at ' /tmp/refused | tail -n 1)"
  pause
done
printf '%s\\n' "$TOPICS" | while read -r topic partitions replicas settings; do
  if grep -Fqx -e "$topic" /tmp/topics; then
    now=$(tool kafka-topics --describe --topic "$topic" | sed -n 's/.*PartitionCount: *\\([0-9]*\\).*/\\1/p' | head -n 1)
    if [ "\${now:-0}" -lt "$partitions" ]; then
      tool kafka-topics --alter --topic "$topic" --partitions "$partitions"
    elif [ "$now" -gt "$partitions" ]; then
      echo "$topic keeps its $now partitions: Kafka takes none away"
    fi
    tool kafka-configs --alter --entity-type topics --entity-name "$topic" --add-config "$settings"
  else
    tool kafka-topics --create --if-not-exists --topic "$topic" --partitions "$partitions" --replication-factor "$replicas"
    tool kafka-configs --alter --entity-type topics --entity-name "$topic" --add-config "$settings"
  fi
done
`;

export interface TopicsJobInput {
  readonly backend: Usable;
  /** The image with Kafka's tools. */
  readonly image: string;
  /** One line for each topic, from `topicLines`. */
  readonly topics: string;
}

/**
 * Creates the topics of a Kafka, in the cluster or outside of it. It signs in as its users do. Its name ends in the hash of what it does,
 * so other topics are another Job.
 */
export class TopicsJob extends JobWorkload {
  /** Its name in the cluster has the hash, and stands in `job.toJson().metadata.name`. */
  readonly job: KubernetesObject<Job>;
  /** The script. */
  readonly configMap: KubernetesObject<ConfigMap>;

  constructor(scope: Construct, id: string, { backend, image, topics }: TopicsJobInput) {
    const name = `${backend.name}-topics`;
    super(scope, id, {
      name,
      component: 'topics',
      props: {
        image,
        command: ['sh', `${SCRIPTS}/topics.sh`],
        resources: { cpu: '200m', memory: '256Mi' },
      },
      // The brokers start at the same time, and waiting for them is part of the script.
      run: runOf({ flushTime: '5s' }, { activeDeadline: '1h', backoffLimit: 10 }),
      problems: [],
    });
    this.configMap = configGeneration(this, 'ConfigMap', name, { 'topics.sh': script }, 'topics', backend.name);
    this.uses(backend, { env: 'BROKERS' });
    this.add(privatePart);
    this.add({
      from: 'the topics',
      env: renderEnv({ TOPICS: topics, ...toolVariables }),
      volumes: [{ name: 'scripts', configMap: { name: this.configMap.name, defaultMode: 0o555 } }],
      mounts: [{ name: 'scripts', mountPath: SCRIPTS, readOnly: true }],
    });
    this.job = new HashedJob(this, 'Job', kinds.Job, this.runnerMetadata(), () => ({ spec: this.jobSpec() }));
  }

  [DESCRIBE](): Records {
    return this.describeRuns(this.job.node.path, this.run.parallelism);
  }
}
