package helpdesk.whatsapp.db;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one database of this instance: the embedded PostgreSQL, or the one at a JDBC URL. */
public final class Database implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Database.class);
    private static final String APPLICATION = "helpdesk-whatsapp";
    private static final int CONNECT_TIMEOUT_S = 3;
    /** Longer than any statement of ours; a server that vanished without a word is noticed by then. */
    private static final int SOCKET_TIMEOUT_S = 60;

    /** One for the writer of each topic, and one to make their days. */
    private static final int LOG_CONNECTIONS = 3;
    /** An append takes milliseconds; its callers wait for seconds at most. */
    private static final int LOG_SOCKET_TIMEOUT_S = 10;

    private final EmbeddedDatabase embedded;
    private final PGSimpleDataSource direct;
    private final HikariDataSource pool;
    private final Supplier<HikariDataSource> logMaker;
    private HikariDataSource log;

    /**
     * An empty {@code url} means the embedded PostgreSQL in {@code dataDir}; {@code startTimeout} is for a URL only.
     *
     * @param limits of the sessions of the pool
     */
    public record Config(String url, String user, String password, Path dataDir, int poolSize, Duration startTimeout, Limits limits) {

        public Config(String url, String user, String password, Path dataDir, int poolSize, Limits limits) {
            this(url, user, password, dataDir, poolSize, Duration.ofSeconds(60), limits);
        }

        boolean isEmbedded() {
            return url == null || url.isBlank();
        }

        @Override
        public String toString() {
            return "Config[url=" + url + ", user=" + user + ", dataDir=" + dataDir + ", poolSize=" + poolSize + "]";
        }
    }

    /**
     * How long a session waits for a lock that somebody else holds, and how long it may hold its own while it says nothing: a JVM that
     * hangs, or whose connection is half open, is in nobody's way for longer.
     */
    public record Limits(int lockTimeoutMs, int idleInTransactionMs) {

        public static final Limits DEFAULT = new Limits(5_000, 30_000);

        /** @param statementTimeoutMs after which the server ends a statement, for nobody waits for it any more */
        String toSql(int statementTimeoutMs) {
            // A server or role where commits do not wait for the disk would lose what was acknowledged. What is in force is set too, so
            // that it stays when the server reads other settings.
            return "set lock_timeout = " + lockTimeoutMs + "; set idle_in_transaction_session_timeout = " + idleInTransactionMs
                    + "; set statement_timeout = " + statementTimeoutMs + "; select set_config('synchronous_commit', "
                    + "case current_setting('synchronous_commit') when 'off' then 'on' else current_setting('synchronous_commit') end, false)";
        }
    }

    private Database(EmbeddedDatabase embedded, PGSimpleDataSource direct, HikariDataSource pool, Supplier<HikariDataSource> logMaker) {
        this.embedded = embedded;
        this.direct = direct;
        this.pool = pool;
        this.logMaker = logMaker;
    }

    /** Returns when the database answers, or fails with what to do. */
    public static Database open(Config config) {
        if (config.isEmbedded()) {
            EmbeddedDatabase embedded = EmbeddedDatabase.start(config.dataDir());
            try {
                return open(embedded, embedded.url(), embedded.user(), embedded.password(), config);
            } catch (RuntimeException e) {
                embedded.close();
                throw e;
            }
        }
        if (!config.url().startsWith("jdbc:postgresql:")) {
            throw new DatabaseStartException("WHATSAPP_DB_URL must be like jdbc:postgresql://host:5432/database.");
        }
        awaitAnswer(direct(config.url(), config.user(), config.password()), config);
        return open(null, config.url(), config.user(), config.password(), config);
    }

    private static Database open(EmbeddedDatabase embedded, String url, String user, String password, Config config) {
        return new Database(embedded, direct(url, user, password),
                pool(APPLICATION, direct(url, user, password), config.poolSize(), SOCKET_TIMEOUT_S, config.limits()),
                () -> pool(APPLICATION + "-log", direct(url, user, password), LOG_CONNECTIONS, LOG_SOCKET_TIMEOUT_S, config.limits()));
    }

    private static HikariDataSource pool(String name, PGSimpleDataSource source, int size, int socketTimeout, Limits limits) {
        if (source.getSocketTimeout() == 0) {
            source.setSocketTimeout(socketTimeout);
        }
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        config.setDataSource(source);
        config.setConnectionInitSql(limits.toSql(statementTimeoutMs(source.getSocketTimeout())));
        config.setMaximumPoolSize(size);
        config.setInitializationFailTimeout(-1);
        config.setConnectionTimeout(CONNECT_TIMEOUT_S * 1000L);
        config.setValidationTimeout(2_000);
        config.setKeepaliveTime(120_000);
        return new HikariDataSource(config);
    }

    /** A little less than the driver waits, so that what is given up here does not go on there: a tenth, and at most 5 s. */
    private static int statementTimeoutMs(int socketTimeoutSeconds) {
        return socketTimeoutSeconds * 1000 - Math.min(5_000, socketTimeoutSeconds * 100);
    }

    private static PGSimpleDataSource direct(String url, String user, String password) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setConnectTimeout(CONNECT_TIMEOUT_S);
        source.setTcpKeepAlive(true);
        source.setApplicationName(APPLICATION);
        // A null is bound without a type, so texts are too: a statement that was prepared for one would not fit the other, and be
        // parsed and planned anew for it.
        source.setStringType("unspecified");
        source.setUrl(url);
        if (user != null && !user.isBlank()) {
            source.setUser(user);
        }
        if (password != null && !password.isEmpty()) {
            source.setPassword(password);
        }
        return source;
    }

    private static void awaitAnswer(PGSimpleDataSource source, Config config) {
        source.setSocketTimeout(10);
        String where = source.getServerNames()[0] + ":" + source.getPortNumbers()[0] + "/" + source.getDatabaseName();
        long deadline = System.nanoTime() + config.startTimeout().toNanos();
        for (int attempt = 1; ; attempt++) {
            try (Connection connection = source.getConnection()) {
                LOG.info("Database {} answers, PostgreSQL {}", where, connection.getMetaData().getDatabaseProductVersion());
                warnOfLoss(connection, where);
                return;
            } catch (SQLException e) {
                if (!mayPass(e) || System.nanoTime() - deadline > 0) {
                    throw new DatabaseStartException("The database " + where + " can't be opened: " + e.getMessage()
                            + " Check WHATSAPP_DB_URL, WHATSAPP_DB_USER and WHATSAPP_DB_PASSWORD, and that the server runs.", e);
                }
                if (attempt % 5 == 1) {
                    LOG.warn("Waiting for the database {}, for at most {} s: {}", where, config.startTimeout().toSeconds(), e.getMessage());
                }
                pause();
            }
        }
    }

    private static void warnOfLoss(Connection connection, String where) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet fsync = statement.executeQuery("show fsync")) {
            if (fsync.next() && fsync.getString(1).equals("off")) {
                LOG.warn("The database {} runs with fsync = off: when its machine fails, what was acknowledged may be lost, and the rest damaged. "
                        + "Switch it on.", where);
            }
        }
    }

    /** Not reachable, starting up or full; a wrong password or name stays wrong. */
    private static boolean mayPass(SQLException e) {
        String state = e.getSQLState();
        return state == null || state.startsWith("08") || state.startsWith("53") || state.startsWith("57");
    }

    private static void pause() {
        try {
            Thread.sleep(1_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DatabaseStartException("Interrupted while waiting for the database", e);
        }
    }

    /** The pool: gives up after 3 s when the database is away. */
    public HikariDataSource dataSource() {
        return pool;
    }

    /** A few connections for the log alone, so that nothing else keeps a webhook waiting for one. */
    public synchronized DataSource logDataSource() {
        if (log == null) {
            log = logMaker.get();
        }
        return log;
    }

    /** Connections outside of the pool, which may work for as long as they need: for {@link Migrations}. */
    public DataSource unpooled() {
        return direct;
    }

    /** Call it when the application has started: until then the end of the JVM stops an embedded PostgreSQL, later only {@link #close()}. */
    public void keepUntilClosed() {
        if (embedded != null) {
            embedded.keepUntilClosed();
        }
    }

    @Override
    public synchronized void close() {
        if (log != null) {
            log.close();
        }
        pool.close();
        if (embedded != null) {
            embedded.close();
        }
    }
}
