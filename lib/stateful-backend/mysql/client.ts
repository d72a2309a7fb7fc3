/** What the clients of MySQL and MariaDB call differently. */
export const clientWords = {
  mariadb: {
    client: 'mariadb',
    dump: 'mariadb-dump',
    connect: '',
    flags: '',
    tls: `case "$SSL_MODE" in
    VERIFY_IDENTITY) echo ssl-verify-server-cert ;;
    *) echo ssl ;;
  esac
  if [ -n "\${CA_FILE:-}" ]; then printf 'ssl-ca="%s"\\n' "$CA_FILE"; fi`,
    // Routines are in a table, which the account of the backup may read.
    routines: [],
  },
  mysql: {
    client: 'mysql',
    dump: 'mysqldump',
    // Without TLS the password is sent with the key of the server, for which the client must ask.
    connect: ' --get-server-public-key',
    // It knows no public authorities by itself; those of its image are in one of these files.
    tls: `printf 'ssl-mode="%s"\\n' "$SSL_MODE"
  for authorities in "\${CA_FILE:-}" /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/certs/ca-certificates.crt; do
    if [ "$SSL_MODE" = REQUIRED ] || [ -z "$authorities" ]; then continue; fi
    if [ "$authorities" = "\${CA_FILE:-}" ] || [ -e "$authorities" ]; then
      printf 'ssl-ca="%s"\\n' "$authorities"
      break
    fi
  done`,
    // Both would need rights over the whole server.
    flags: ' --set-gtid-purged=OFF --no-tablespaces',
    routines: ['SHOW_ROUTINE'],
  },
} as const;

export type MysqlName = keyof typeof clientWords;
