import type { UseRecord } from '../model/system';
import type { Account, AccountsPlan } from './accounts-plan';
import { isDatabaseName } from './database';
import { needed } from './shell';

/** How the accounts of a database server are created. */
export const sqlAccounts = (script: string | undefined, longestDatabase: number): AccountsPlan => ({
  script,
  line: ({ user, rights, use }: Account) => `${user} ${rights} ${use.database}`,
  problems: ({ database = '' }: UseRecord) =>
    isDatabaseName(database, longestDatabase)
      ? []
      : [`'database': must be at most ${longestDatabase} letters, digits, underscores and dashes, got "${database}"`],
});

/**
 * The beginning of their scripts: what to create, and whether the Secrets say enough. A password of several lines could
 * not be typed in by a client either.
 */
export const accountsHead = (reserved: string): string => String.raw`#!/bin/sh
set -eu
umask 077
trap 'exit 143' TERM INT
${needed}field() { printf '%s\n' "$ACCOUNTS" | cut -d ' ' -f "$1" | sort -u; }
newline='
'
users=$(field 1)
databases=$(field 3)
needed /run/admin/username /run/admin/password
for user in $users; do
  needed "/run/accounts/$user/username" "/run/accounts/$user/password"
  for file in username password; do
    case $(cat "/run/accounts/$user/$file") in
      *"$newline"*) echo "the $file of $user must be one line" >&2; exit 1 ;;
    esac
  done
  name=$(cat "/run/accounts/$user/username")
  case $name in
    ${reserved}) echo "the account of $user must not be called $name, which the server keeps for itself" >&2; exit 1 ;;
  esac
  if [ "$name" = "$(cat /run/admin/username)" ]; then
    echo "the account of $user must not be that of the administrator" >&2
    exit 1
  fi
  for other in $users; do
    if [ "$user" != "$other" ] && [ "$name" = "$(cat "/run/accounts/$other/username")" ]; then
      echo "$user and $other must have different accounts, but both are called $name" >&2
      exit 1
    fi
  done
done
`;

/** Waits for the server, and ends at once when the pod is deleted: a shell hears signals only between commands. */
export const awaitServer = (question: string): string => `until ${question} 2> /run/private/refused; do
  echo "waiting for $HOST: $(tail -n 1 /run/private/refused)"
  sleep 5 &
  wait $!
done
`;
