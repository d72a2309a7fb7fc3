import { accountsHead, awaitServer } from '../sql-accounts';

/**
 * Creates accounts, databases and grants. Rights belong to three roles of each database, `<database>_owner`, `_writer`
 * and `_reader`, and accounts are members of them. A migration acts as the owner, so that what it creates belongs to the
 * owner, whose default privileges give it to the others.
 *
 * Passwords are hashed by the client, so no log of the server, whatever its settings, has one.
 * @see https://www.postgresql.org/docs/current/sql-alterdefaultprivileges.html
 */
export const accountsScript = String.raw`${accountsHead('postgres | monitor | replication | pg_*')}escaped() { sed -e 's/[\\:]/\\&/g' "$1"; }
printf '*:*:*:*:%s\n' "$(escaped /run/admin/password)" > /run/private/pgpass
PGUSER=$(cat /run/admin/username)
export PGUSER PGPASSFILE=/run/private/pgpass PGHOST="$HOST" PGPORT="$PORT" PGDATABASE=postgres PGCONNECT_TIMEOUT=5
export PGOPTIONS='-c client_min_messages=warning'
ask() { psql --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 "$@"; }
${awaitServer("ask --command='SELECT' > /dev/null")}
for database in $databases; do
  ask --set=database="$database" << 'SQL'
\set owner :database _owner
\set writer :database _writer
\set reader :database _reader
SELECT format('CREATE ROLE %I NOLOGIN', role) FROM (VALUES (:'owner'), (:'writer'), (:'reader')) AS needed (role)
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) \gexec
GRANT :"owner" TO CURRENT_USER;
SELECT format('CREATE DATABASE %I OWNER %I', :'database', :'owner')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
ALTER DATABASE :"database" OWNER TO :"owner";
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO :"reader";
GRANT CONNECT, TEMPORARY ON DATABASE :"database" TO :"writer";
SQL
  ask --dbname="$database" --set=database="$database" << 'SQL'
\set owner :database _owner
\set writer :database _writer
\set reader :database _reader
SET ROLE :"owner";
ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO :"reader", :"writer";
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO :"reader";
ALTER DEFAULT PRIVILEGES GRANT SELECT ON SEQUENCES TO :"reader";
ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :"writer";
ALTER DEFAULT PRIVILEGES GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO :"writer";
-- What is there already, as far as it is the owner's: an extension may have brought some of its own.
SELECT format('GRANT USAGE ON SCHEMA %I TO %I, %I', nspname, :'reader', :'writer') FROM pg_namespace
WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' AND pg_has_role(nspowner, 'USAGE') \gexec
SELECT format('GRANT SELECT ON %s TO %I', oid::regclass, :'reader') FROM pg_class
WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND pg_has_role(relowner, 'USAGE') AND relnamespace::regnamespace::text !~ '^pg_' \gexec
SELECT format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO %I', oid::regclass, :'writer') FROM pg_class
WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND pg_has_role(relowner, 'USAGE') AND relnamespace::regnamespace::text !~ '^pg_' \gexec
SELECT format('GRANT USAGE, SELECT, UPDATE ON SEQUENCE %s TO %I', oid::regclass, :'writer') FROM pg_class
WHERE relkind = 'S' AND pg_has_role(relowner, 'USAGE') AND relnamespace::regnamespace::text !~ '^pg_' \gexec
SQL
done

cat > /run/private/password.sql << 'SQL'
\set name ${'`'}cat "$ACCOUNT/username"${'`'}
\password :"name"
SQL
# The roles of one account, and the databases whose owner it is, as lists with commas.
roles() {
  printf '%s\n' "$ACCOUNTS" | while read -r user rights database; do
    if [ "$user" != "$1" ]; then continue; fi
    case $rights in
      read) echo "$database"_reader ;;
      write) echo "$database"_writer ;;
      schema) echo "$database"_owner ;;
      backup) echo pg_read_all_data; for each in $databases; do echo "$each"_reader; done ;;
    esac
  done | paste -s -d , -
}
owned() {
  printf '%s\n' "$ACCOUNTS" | while read -r user rights database; do
    if [ "$user $rights" = "$1 schema" ]; then echo "$database"; fi
  done | paste -s -d , -
}
for user in $users; do
  export ACCOUNT="/run/accounts/$user"
  ask << 'SQL'
\set name ${'`'}cat "$ACCOUNT/username"${'`'}
SELECT format('CREATE ROLE %I', :'name') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'name') \gexec
ALTER ROLE :"name" LOGIN NOCREATEDB NOCREATEROLE;
SQL
  password=$(cat "$ACCOUNT/password")
  # It is asked for twice.
  if ! printf '%s\n%s\n' "$password" "$password" | ask --file=/run/private/password.sql > /run/private/refused 2>&1; then
    cat /run/private/refused >&2
    exit 1
  fi
  ask --set=roles="$(roles "$user")" --set=owned="$(owned "$user")" << 'SQL'
\set name ${'`'}cat "$ACCOUNT/username"${'`'}
SELECT format('GRANT %I TO %I', role, :'name') FROM unnest(string_to_array(:'roles', ',')) AS role \gexec
SELECT format('REVOKE %I FROM %I', role.rolname, :'name') FROM pg_auth_members
JOIN pg_roles AS role ON role.oid = roleid JOIN pg_roles AS account ON account.oid = member
WHERE account.rolname = :'name' AND role.rolname <> ALL (string_to_array(:'roles', ',')) \gexec
SELECT format('ALTER ROLE %I IN DATABASE %I SET role = %L', :'name', database, database || '_owner')
FROM unnest(string_to_array(:'owned', ',')) AS database \gexec
SELECT format('ALTER ROLE %I IN DATABASE %I RESET role', :'name', datname) FROM pg_db_role_setting
JOIN pg_database ON pg_database.oid = setdatabase JOIN pg_roles ON pg_roles.oid = setrole
WHERE rolname = :'name' AND datname <> ALL (string_to_array(:'owned', ',')) AND array_to_string(setconfig, ' ') ~ '\mrole=' \gexec
SQL
  echo "$user has its account: $(roles "$user")"
done
`;
