package org.apache.shardingsphere.proxy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.sql.DataSource;
import org.apache.shardingsphere.authority.rule.AuthorityRule;
import org.apache.shardingsphere.driver.api.yaml.YamlShardingSphereDataSourceFactory;
import org.apache.shardingsphere.driver.jdbc.core.connection.ShardingSphereConnection;
import org.apache.shardingsphere.infra.metadata.user.Grantee;

/**
 * Stands in for the front end of ShardingSphere-Proxy, which is not on Maven Central. What is behind it is: the same
 * kernel in the same version reads the same files, knows the same accounts, and routes. It is started in the same way,
 * and speaks lines: the account, then one statement a line; it answers with rows, `=`, and an end, `.` or `!`.
 */
public final class Bootstrap {

    public static void main(final String[] args) throws Exception {
        Path config = Path.of(args[1]);
        String database = Files.readString(config.resolve("database-sharded.yaml"));
        // The proxy has one kind of pool; here it has to be named.
        String pool = "    dataSourceClassName: com.zaxxer.hikari.HikariDataSource\n";
        String yaml = Files.readString(config.resolve("global.yaml")) + database.replaceAll("(?m)^    url: ", pool + "    url: ");
        DataSource source = YamlShardingSphereDataSourceFactory.createDataSource(yaml.getBytes(StandardCharsets.UTF_8));
        AuthorityRule authority;
        try (Connection connection = source.getConnection()) {
            authority = ((ShardingSphereConnection) connection).getContextManager().getMetaDataContexts().getMetaData()
                    .getGlobalRuleMetaData().getSingleRule(AuthorityRule.class);
        }
        try (ServerSocket server = new ServerSocket()) {
            server.bind(new InetSocketAddress(args[2], Integer.parseInt(args[0])));
            System.out.println("started");
            while (true) {
                Socket socket = server.accept();
                Thread thread = new Thread(() -> serve(socket, source, authority));
                thread.setDaemon(true);
                thread.start();
            }
        }
    }

    private static void serve(final Socket socket, final DataSource source, final AuthorityRule authority) {
        Session session = new Session(source);
        try (socket; session) {
            BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            PrintStream out = new PrintStream(socket.getOutputStream(), false, StandardCharsets.UTF_8);
            String account = in.readLine();
            boolean known = account != null && isKnown(authority, account.split(" "));
            out.println(known ? "." : "!unknown account");
            out.flush();
            if (!known) {
                return;
            }
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                try {
                    String end = session.run(line);
                    for (String row : session.rows) {
                        out.println("=" + row);
                    }
                    out.println("." + end);
                } catch (final SQLException | RuntimeException ex) {
                    out.println("!" + ex.getClass().getSimpleName() + " " + String.valueOf(ex.getMessage()).replaceAll("\\s+", " "));
                }
                out.flush();
            }
        } catch (final IOException | SQLException ex) {
            System.out.println("a session ended: " + ex.getMessage());
        }
    }

    private static boolean isKnown(final AuthorityRule authority, final String[] account) {
        return authority.findUser(new Grantee(decoded(account[0]), "%")).map(user -> user.getPassword().equals(decoded(account[1]))).orElse(false);
    }

    private static String decoded(final String word) {
        return new String(Base64.getDecoder().decode(word), StandardCharsets.UTF_8);
    }

    /** Holds connections only during a transaction, as the proxy does. */
    private static final class Session implements AutoCloseable {

        private final DataSource source;

        private final List<String> rows = new ArrayList<>();

        private Connection transaction;

        private Session(final DataSource source) {
            this.source = source;
        }

        private String run(final String sql) throws SQLException {
            rows.clear();
            switch (sql) {
                case "BEGIN":
                    transaction = source.getConnection();
                    transaction.setAutoCommit(false);
                    return "";
                case "COMMIT":
                    transaction.commit();
                    close();
                    return "";
                case "ROLLBACK":
                    close();
                    return "";
                default:
                    if (transaction != null) {
                        return execute(transaction, sql);
                    }
                    try (Connection connection = source.getConnection()) {
                        return execute(connection, sql);
                    }
            }
        }

        private String execute(final Connection connection, final String sql) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                if (!statement.execute(sql, Statement.RETURN_GENERATED_KEYS)) {
                    return String.valueOf(statement.getUpdateCount());
                }
                try (ResultSet result = statement.getResultSet()) {
                    int columns = result.getMetaData().getColumnCount();
                    while (result.next()) {
                        StringBuilder row = new StringBuilder();
                        for (int column = 1; column <= columns; column++) {
                            row.append(column == 1 ? "" : "\t").append(result.getString(column));
                        }
                        rows.add(row.toString());
                    }
                }
                return "";
            }
        }

        @Override
        public void close() throws SQLException {
            if (transaction != null) {
                try (Connection connection = transaction) {
                    connection.rollback();
                } finally {
                    transaction = null;
                }
            }
        }
    }
}
