import type { Rights, UseRecord } from '../../model/system';
import { caFile } from '../../workload/backend-tls';
import type { Account, AccountsPlan } from '../accounts-plan';
import { accountsHead, awaitServer } from '../sql-accounts';

/**
 * How the accounts of Elasticsearch are created, by its API, and how long it keeps logs. A user that names a `namespace`
 * works in the indices that begin with it. What a log shipper gets is enough to add entries and to read none.
 * @see https://www.elastic.co/docs/reference/elasticsearch/security-privileges
 */
export const elasticsearchAccounts = (
  name: string,
  {
    isSecure,
    isShared,
    days,
  }: { readonly isSecure: boolean; readonly isShared: boolean; readonly days: number | undefined },
): AccountsPlan => ({
  script: [
    isSecure
      ? accountsHead('elastic|kibana|kibana_system|logstash_system|beats_system|apm_system|remote_monitoring_user')
      : head,
    ask(isSecure),
    isSecure ? accountsPart : '',
    days === undefined ? '' : retentionPart,
  ].join(''),
  line: ({ user, rights, use }: Account) => `${user} ${privileges[rights]} ${patterns(rights, use)}`,
  always: days !== undefined,
  shared: isShared,
  env: {
    ...(isSecure ? { CA: caFile(name) } : {}),
    ...(days === undefined ? {} : { RETENTION: `${days}d`, ROLLOVER: `${rolloverDays(days)}d` }),
  },
  problems: ({ namespace = 'a' }: UseRecord) =>
    /^[a-z0-9][a-z0-9._-]*$/.test(namespace)
      ? []
      : [`'namespace': must be the beginning of the names of indices, in lower case, got "${namespace}"`],
});

/** Of indices; every account may also ask what the cluster is and how it is. */
const privileges: Readonly<Record<Rights, string>> = {
  read: 'read,view_index_metadata',
  write: 'read,write,create_index,view_index_metadata,maintenance',
  append: 'create_doc,auto_configure',
  schema: 'all',
  backup: 'read,view_index_metadata',
  admin: 'all',
};

function patterns(rights: Rights, { namespace }: UseRecord): string {
  if (rights === 'append') return 'logs-*-*';
  return namespace === undefined ? '*' : `${namespace},${namespace}-*`;
}

/** A new index ten times in the retention: what is deleted is an index, and it is as old as its youngest entry. */
const rolloverDays = (days: number): number => Math.max(1, Math.round(days / 10));

const head = `#!/bin/sh
set -eu
umask 077
trap 'exit 143' TERM INT
`;

/** Asks the server, with the account of the administrator from a file, so that it stands in no list of processes. */
const ask = (isSecure: boolean): string => String.raw`text() { sed -e 's/[\\"]/\\&/g' "$1"; }
json() { printf '"%s"' "$(text "$1")"; }
list() { printf '"%s"' "$(printf %s "$1" | sed 's/,/","/g')"; }
${
  isSecure
    ? String.raw`printf 'user = "%s:%s"\ncacert = "%s"\n' "$(text /run/admin/username)" "$(text /run/admin/password)" "$CA" > /run/private/curl
server=https://$HOST:$PORT`
    : String.raw`: > /run/private/curl
server=http://$HOST:$PORT`
}
put() {
  code=$(curl -K /run/private/curl -sS --max-time 60 -o /run/private/answer -w '%{http_code}' -X PUT \
    -H 'Content-Type: application/json' --data-binary @- "$server/$1")
  case $code in
    2*) ;;
    *) echo "PUT $1: $code $(cat /run/private/answer)" >&2; return 1 ;;
  esac
}
ready() { curl -K /run/private/curl -fsS --max-time 30 -o /run/private/answer "$server/_cluster/health?wait_for_status=yellow&timeout=20s"; }
${awaitServer('ready')}`;

const accountsPart = String.raw`for user in $users; do
  indices=
  printf '%s\n' "$ACCOUNTS" | sed -n "s/^$user //p" | sort -u > /run/private/grants
  while read -r privileges patterns; do
    indices="$indices,{\"names\":[$(list "$patterns")],\"privileges\":[$(list "$privileges")]}"
  done < /run/private/grants
  put "_security/role/$user" << END
{"cluster":["monitor"],"indices":[${'$'}{indices#,}]}
END
  put "_security/user/$(cat "/run/accounts/$user/username")" << END
{"password":$(json "/run/accounts/$user/password"),"roles":["$user"]}
END
  echo "$user may do what it should"
done
`;

/**
 * Of the data streams that follow the built-in template of logs, whose own policy deletes nothing. A component template
 * of this name is what it leaves for changes.
 * @see https://www.elastic.co/docs/manage-data/lifecycle/index-lifecycle-management/tutorial-customize-built-in-policies
 */
const retentionPart = String.raw`put _ilm/policy/logs-retention << END
{"policy":{"phases":{"hot":{"actions":{"rollover":{"max_age":"$ROLLOVER","max_primary_shard_size":"50gb"}}},"delete":{"min_age":"$RETENTION","actions":{"delete":{}}}}}}
END
put _component_template/logs@custom << END
{"template":{"settings":{"index.lifecycle.name":"logs-retention"}}}
END
# Those that are there already.
put 'logs-*-*/_settings?expand_wildcards=all&allow_no_indices=true&ignore_unavailable=true' << END
{"index.lifecycle.name":"logs-retention"}
END
echo "logs are deleted after $RETENTION"
`;
