import type { Container } from 'kubernetes-types/core/v1';
import { type Credentials, DEFAULT_CREDENTIAL_KEYS } from '../workload/credentials';

const PREFIX = 'LOGS_';

/** The variable that the config refers to: `password` becomes `LOGS_PASSWORD`. */
export const credentialVariable = (part: string): string => `${PREFIX}${part.toUpperCase()}`;

/** What is signed in with, and the key of the Secret under which it is found. */
export const credentialParts = ({ keys = DEFAULT_CREDENTIAL_KEYS }: Credentials): [part: string, key: string][] =>
  Object.entries(keys);

/**
 * How Filebeat is started. It reads credentials from variables and not from files; where they are files, a shell reads
 * them into variables of this one process, so that no Secret stands in the environment of a container.
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
  const script = String.raw`for part in ${names.join(' ')}; do
  IFS= read -r value < ${directory}/$part || true
  value=\${value//\\/\\u005c}
  export ${PREFIX}\${part^^}="\"\${value//\"/\\u0022}\""
done
exec filebeat "$@"`.replaceAll('\\${', '${');
  return { command: ['bash', '--norc', '-c', script, 'filebeat'], args: [...args] };
}
