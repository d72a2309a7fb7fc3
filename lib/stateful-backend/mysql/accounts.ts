import { accountsHead, awaitServer } from '../sql-accounts';
import { clientWords, type MysqlName } from './client';

/**
 * Creates databases and accounts, grants what is missing, and only then takes away what is too much, so that no client that
 * is signed in is without rights for a moment.
 *
 * In a GRANT the name of a database is a pattern, in which an underscore stands for any character. With ANSI_QUOTES names
 * stand between double quotes, and a backslash escapes in text whatever the server's own sql_mode says.
 */
export function accountsScript(engine: MysqlName): string {
  const { client, connect, routines } = clientWords[engine];
  return String.raw`${accountsHead('root | monitor | replication')}option() { sed -e 's/[\\"]/\\&/g' "$1"; }
text() { sed -e "s/[\\\\']/\\\\&/g" "/run/accounts/$1/$2"; }
printf '[client]\nuser="%s"\npassword="%s"\n' "$(option /run/admin/username)" "$(option /run/admin/password)" > /run/private/client.cnf
ask() {
  ${client} --defaults-file=/run/private/client.cnf --host="$HOST" --port="$PORT"${connect} --connect-timeout=5 \
    --init-command="SET SESSION sql_mode = 'ANSI_QUOTES'" --batch --raw --skip-column-names "$@"
}
${awaitServer("ask --execute='DO 0'")}pattern() { printf '%s\n' "$1" | sed 's/_/\\_/g'; }
of_database() {
  case $1 in
    read) echo 'SELECT, SHOW VIEW' ;;
    write) echo 'SELECT, INSERT, UPDATE, DELETE, EXECUTE, CREATE TEMPORARY TABLES, LOCK TABLES, SHOW VIEW' ;;
    schema) echo 'ALL PRIVILEGES' ;;
  esac
}
of_server='${['SELECT', 'LOCK TABLES', 'SHOW VIEW', 'EVENT', 'TRIGGER', ...routines].join(', ')}'
# The words of a list as texts of SQL.
quoted() { printf "'%s'\n" "$1" | sed "s/, /', '/g"; }
# Calls $2 with the rights and the database of each line of an account.
each() {
  printf '%s\n' "$ACCOUNTS" | while read -r account rights database; do
    if [ "$account" = "$1" ]; then "$2" "$rights" "$database"; fi
  done
}
grant() {
  if [ "$1" = backup ]; then
    printf 'GRANT %s ON *.* TO %s;\n' "$of_server" "$name"
  else
    printf 'GRANT %s ON "%s".* TO %s;\n' "$(of_database "$1")" "$(pattern "$2")" "$name"
  fi
}
account() {
  printf "CREATE USER IF NOT EXISTS %s IDENTIFIED BY '%s';\n" "$name" "$(text "$1" password)"
  printf "ALTER USER %s IDENTIFIED BY '%s';\n" "$name" "$(text "$1" password)"
  each "$1" grant
}
keep_in_database() {
  case $1 in
    backup) ;;
    schema) printf "OR table_schema = '%s'\n" "$(pattern "$2" | sed 's/\\/&&/g')" ;;
    *) printf "OR table_schema = '%s' AND privilege_type IN (%s)\n" "$(pattern "$2" | sed 's/\\/&&/g')" "$(quoted "$(of_database "$1")")" ;;
  esac
}
keep_in_server() { if [ "$1" = backup ]; then printf 'OR privilege_type IN (%s)\n' "$(quoted "$of_server")"; fi; }
# What it has beside that.
excess() {
  grantee="grantee = CONCAT('''', '$(text "$1" username)', '''@''%''')"
  ask << SQL
SELECT CONCAT('REVOKE ', privilege_type, ' ON "', table_schema, '"."', table_name, '"') FROM information_schema.table_privileges WHERE $grantee;
SELECT CONCAT('REVOKE ', privilege_type, ' ON "', table_schema, '".*') FROM information_schema.schema_privileges
  WHERE $grantee AND NOT (FALSE $(each "$1" keep_in_database));
SELECT CONCAT('REVOKE ', privilege_type, ' ON *.*') FROM information_schema.user_privileges
  WHERE $grantee AND privilege_type <> 'USAGE' AND NOT (FALSE $(each "$1" keep_in_server));
SELECT DISTINCT CONCAT('REVOKE GRANT OPTION ON "', table_schema, '".*') FROM information_schema.schema_privileges
  WHERE $grantee AND is_grantable = 'YES';
SELECT DISTINCT 'REVOKE GRANT OPTION ON *.*' FROM information_schema.user_privileges WHERE $grantee AND is_grantable = 'YES';
SQL
}
for database in $databases; do printf 'CREATE DATABASE IF NOT EXISTS "%s";\n' "$database"; done | ask
for user in $users; do
  name="'$(text "$user" username)'@'%'"
  account "$user" | ask
  excess "$user" > /run/private/excess
  : > /run/private/revoke
  while read -r revoke; do
    echo "$user: $revoke"
    printf '%s FROM %s;\n' "$revoke" "$name" >> /run/private/revoke
  done < /run/private/excess
  if [ -s /run/private/revoke ]; then ask < /run/private/revoke; fi
  echo "$user has its account:"
  each "$user" grant | sed "s/ TO '.*//"
done
`;
}
