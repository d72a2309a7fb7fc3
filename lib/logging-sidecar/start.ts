import type { Container } from 'kubernetes-types/core/v1';
import { type Credentials, DEFAULT_CREDENTIAL_KEYS } from '../workload/credentials';

const PREFIX = 'LOGS_';

/** The variable that the config refers to: `password` becomes `LOGS_PASSWORD`. */
export const credentialVariable = (part: string): string => `${PREFIX}${part.toUpperCase()}`;

/** What is signed in with, and the key of the Secret under which it is found. */
export const credentialParts = ({ keys = DEFAULT_CREDENTIAL_KEYS }: Credentials): [part: string, key: string][] =>
  Object.entries(keys);

/** How often the files are compared: the kubelet brings a new Secret within a minute or so. */
const CHECK_SECONDS = 10;

/**
 * How Filebeat is started. It reads credentials from variables and not from files, and only once; where they are files,
 * a shell reads them into variables of this one process, so that no Secret stands in the environment of a container.
 * When the Secret is rotated, the shell ends Filebeat and starts it anew: its registry knows what was sent, so nothing is
 * lost or sent twice. With `as: 'env'` only a restart of the pod does that.
 *
 * @see https://kubernetes.io/docs/concepts/configuration/secret/#using-secrets-as-files-from-a-pod
 */
export function startCommand(
  args: readonly string[],
  directory: string,
  credentials: Credentials | undefined,
): Pick<Container, 'command' | 'args'> {
  if (credentials === undefined || credentials.as === 'env') return { args: [...args] };
  const names = credentialParts(credentials).map(([part]) => part);
  // The first line of each file, with or without an end; `read` fails where it has none. In quotes, or Filebeat takes
  // a password with a comma for a list; by number, or it takes a backslash at the end for part of the quote.
  // `wait -n` comes back when Filebeat or the pause ends, or a signal arrives, which is handed on.
  const script = String.raw`read_credentials() {
  found=
  for part in ${names.join(' ')}; do
    value=
    IFS= read -r value < ${directory}/$part || true
    found+="$value"$'\n'
    value=\${value//\\/\\u005c}
    export ${PREFIX}\${part^^}="\"\${value//\"/\\u0022}\""
  done
}
ended=
trap 'ended=1; kill -TERM "$filebeat" 2> /dev/null' TERM INT
while true; do
  read_credentials
  used=$found
  filebeat "$@" &
  filebeat=$!
  [ -z "$ended" ] || kill -TERM "$filebeat"
  while [ "$found" = "$used" ]; do
    sleep ${CHECK_SECONDS} > /dev/null 2>&1 &
    pause=$!
    wait -n "$filebeat" "$pause"
    code=$?
    kill "$pause" 2> /dev/null
    if [ -n "$ended" ]; then
      while kill -0 "$filebeat" 2> /dev/null; do wait "$filebeat"; code=$?; done
      exit "$code"
    fi
    kill -0 "$filebeat" 2> /dev/null || exit "$code"
    read_credentials
  done
  echo 'The credentials have changed: Filebeat is started anew.' >&2
  kill -TERM "$filebeat"
  wait "$filebeat"
  [ -z "$ended" ] || exit 0
done`.replaceAll('\\${', '${');
  return { command: ['bash', '--norc', '-c', script, 'filebeat'], args: [...args] };
}
