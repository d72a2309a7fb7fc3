/**
 * The scripts of Elasticsearch. They know nothing but the variables that the manifest sets: SERVICE (the name of the
 * Service of all members), MEMBERS (their host names), and INITIAL (their names, for the first election).
 */

/** Where a member notes that it has caught up since its start. */
const CAUGHT_UP = '/tmp/caught-up';

/**
 * Who may be elected is said at the first boot only: by a member that has no volume yet and finds nobody who belongs
 * to a cluster. Said later, a member that lost its volume could found a second one.
 */
export const startScript = `#!/bin/sh
set -eu
rm -f ${CAUGHT_UP}*
mkdir -p /tmp/config /tmp/logs /data/nodes
cp -r /usr/share/elasticsearch/config/. /tmp/config
# Two gigabytes of logs of the garbage collector, beside a root that cannot be written.
sed -i '/^-Xlog:gc/d' /tmp/config/jvm.options
cp /etc/backend/elasticsearch.yml /tmp/config/elasticsearch.yml
founded() {
  for host in $MEMBERS; do
    if curl -fs --max-time 2 "http://$host:9200/" | grep -q '"cluster_uuid" : "[^_]'; then return 0; fi
  done
  return 1
}
if [ ! -d /data/nodes/_state ] && ! founded; then
  echo "cluster.initial_master_nodes: $INITIAL" >> /tmp/config/elasticsearch.yml
fi
export ES_PATH_CONF=/tmp/config
exec /usr/share/elasticsearch/bin/elasticsearch
`;

/**
 * Whether a member answers. After its start it also waits until no shard is on its way back, so that a rolling restart
 * goes to the next member only when each shard has its copies again; asked twice, because a member that has just
 * joined is not yet given its shards. Once it has caught up, the state of the cluster takes it out no more.
 *
 * Where no other member serves, after an outage of all or with a single member, users come before replicas: it is ready
 * as soon as there is a master and the primaries are back. A shard that is lost for good is unassigned, not on its way.
 */
export const readyScript = `#!/bin/sh
ask() { curl -fs --max-time "$1" "http://$2"; }
# Answered without a master, so that a member that is cut off still answers what it knows.
ask 3 'localhost:9200/_cluster/health?local=true' > /dev/null || exit 1
if [ -e ${CAUGHT_UP} ]; then exit 0; fi
health=$(ask 3 'localhost:9200/_cluster/health?master_timeout=2s') || exit 1
if echo "$health" | grep -Eq '"(initializing_shards|delayed_unassigned_shards|number_of_in_flight_fetch)":[1-9]'; then
  rm -f ${CAUGHT_UP}-once
  # Other members are ready, so this one takes its time.
  if ask 2 "$SERVICE:9200/" > /dev/null; then exit 1; fi
  if echo "$health" | grep -q '"status":"red"'; then exit 1; fi
elif [ ! -e ${CAUGHT_UP}-once ]; then
  touch ${CAUGHT_UP}-once
  exit 1
fi
touch ${CAUGHT_UP}
`;
