/** What the clients of MySQL and MariaDB call differently. */
export const clientWords = {
  mariadb: {
    client: 'mariadb',
    dump: 'mariadb-dump',
    connect: '',
    flags: '',
    // Where routines are is a table, and whoever backs it up may read tables.
    routines: [],
  },
  mysql: {
    client: 'mysql',
    dump: 'mysqldump',
    // Without TLS the password is sent with the key of the server, for which the client must ask.
    connect: ' --get-server-public-key',
    // Both would need rights over the whole server.
    flags: ' --set-gtid-purged=OFF --no-tablespaces',
    routines: ['SHOW_ROUTINE'],
  },
} as const;

export type MysqlName = keyof typeof clientWords;
