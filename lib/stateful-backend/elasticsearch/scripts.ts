import { secretFunction } from '../shell';
import { onRenewal, SERVER_TLS } from '../tls';

/**
 * The scripts of Elasticsearch. They know nothing but the variables that the manifest sets: SERVICE (the name of the
 * Service of all members), SCHEME, MEMBERS (their host names), and INITIAL (their names, for the first election).
 */

/** Where a member notes that it has caught up since its start. */
const CAUGHT_UP = '/tmp/caught-up';

const curl = (isSecure: boolean): string => (isSecure ? 'curl -K /tmp/curl.conf -fs' : 'curl -fs');

/**
 * The certificate where the server may read it, and reads it again when it changes; the administrator in the files of the
 * member itself, so that a question is answered while the index with the other accounts is not there.
 */
const security = `umask 077
certificate() { mkdir -p /tmp/config/tls && cp -L ${SERVER_TLS.certificate} ${SERVER_TLS.key} ${SERVER_TLS.ca} /tmp/config/tls; }
certificate
user="$(secret /run/accounts/username)"
password="$(secret /run/accounts/password)"
text() { printf %s "$1" | sed -e 's/[\\\\"]/\\\\&/g'; }
printf 'user = "%s:%s"\\ncacert = "%s"\\n' "$(text "$user")" "$(text "$password")" ${SERVER_TLS.ca} > /tmp/curl.conf
# Asked for twice, and read from here, so that it stands in no list of processes.
printf '%s\\n%s\\n' "$password" "$password" | /usr/share/elasticsearch/bin/elasticsearch-users useradd "$user" -r superuser
${onRenewal('certificate')}`;

/**
 * Initial masters are named at the first boot only: by a member that has no volume yet and finds no other that belongs
 * to a cluster. Said later, a member that lost its volume could found a second one.
 */
export const startScript = (isSecure: boolean): string => `#!/bin/sh
set -eu
${isSecure ? secretFunction : ''}rm -f ${CAUGHT_UP}*
mkdir -p /tmp/config /tmp/logs /data/nodes
cp -r /usr/share/elasticsearch/config/. /tmp/config
# Two gigabytes of logs of the garbage collector, beside a root that cannot be written.
sed -i '/^-Xlog:gc/d' /tmp/config/jvm.options
cp /etc/backend/elasticsearch.yml /tmp/config/elasticsearch.yml
export ES_PATH_CONF=/tmp/config
${isSecure ? security : ''}founded() {
  for host in $MEMBERS; do
    if ${curl(isSecure)} --max-time 2 "$SCHEME://$host:9200/" | grep -q '"cluster_uuid" : "[^_]'; then return 0; fi
  done
  return 1
}
if [ ! -d /data/nodes/_state ] && ! founded; then
  echo "cluster.initial_master_nodes: $INITIAL" >> /tmp/config/elasticsearch.yml
fi
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
export const readyScript = (isSecure: boolean): string => `#!/bin/sh
ask() { ${curl(isSecure)} --max-time "$1" "$SCHEME://$2"; }
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
