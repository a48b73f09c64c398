package helpdesk.whatsapp.db;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real PostgreSQL in the data directory of this instance, durable, on loopback, opened by a password made once. Until
 * {@link #keepUntilClosed()} the end of the JVM stops it; from then on only {@link #close()} does, so that it goes last.
 */
public final class EmbeddedDatabase implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedDatabase.class);
    private static final int START_ATTEMPTS = 60;
    private static final long PAUSE_MS = 500;
    private static final long LOG_LIMIT = 10_000_000;
    private static final Map<String, String> DURABLE = Map.of("fsync", "on", "synchronous_commit", "on", "full_page_writes", "on");
    /** On the command line, so that no file in the data directory overrides it. Terse, as details carry people's data. */
    private static final Map<String, String> SETTINGS = Map.of("listen_addresses", "127.0.0.1", "unix_socket_directories", "",
            "max_connections", "100", "idle_in_transaction_session_timeout", "60s", "timezone", "UTC", "log_timezone", "UTC",
            "log_error_verbosity", "terse", "log_min_error_statement", "panic", "log_checkpoints", "off");
    /** More than PostgreSQL's defaults for a small machine: pages that are used stay in memory, and are not written whole so often. */
    private static final Map<String, String> ROOM = Map.of("shared_buffers", "256MB", "max_wal_size", "2GB", "checkpoint_timeout", "15min");

    private final Path home;
    private final InstanceLock lock;
    private final Thread endOfJvm = new Thread(this::stopAtEndOfJvm, "embedded-postgresql-stop");
    private PostgresBinaries binaries;
    private Cluster cluster;
    private PostmasterFile postmaster;
    private String password;
    private int port;
    private boolean handedOver;
    private boolean closed;

    private EmbeddedDatabase(Path home, InstanceLock lock) {
        this.home = home;
        this.lock = lock;
    }

    /** Starts PostgreSQL on {@code dataDir/pgdata}, which is created when missing; whatever is wrong is said in the exception. */
    public static EmbeddedDatabase start(Path dataDir) {
        try {
            Path home = Files.createDirectories(dataDir.toAbsolutePath()).toRealPath();
            EmbeddedDatabase database = new EmbeddedDatabase(home, InstanceLock.acquire(home));
            Runtime.getRuntime().addShutdownHook(database.endOfJvm);
            try {
                database.start();
                return database;
            } catch (IOException | RuntimeException e) {
                database.close();
                throw e;
            }
        } catch (IOException e) {
            throw new DatabaseStartException("The embedded PostgreSQL can't be started in " + dataDir + ": " + e, e);
        }
    }

    private void start() throws IOException {
        long begin = System.nanoTime();
        binaries = PostgresBinaries.unpack(home);
        cluster = new Cluster(home, binaries);
        postmaster = new PostmasterFile(cluster.dataDirectory(), binaries);
        stopOrphan();
        password = cluster.prepare();
        launch(0);
        requireDurability();
        LOG.info("Embedded PostgreSQL serves {} on port {}, ready after {} ms", cluster.dataDirectory(), port,
                (System.nanoTime() - begin) / 1_000_000);
    }

    /** We hold the lock: a server that runs on our data has lost its application. */
    private void stopOrphan() throws IOException {
        Optional<ProcessHandle> process = postmaster.process();
        if (process.isEmpty()) {
            if (postmaster.exists() && postmaster.pid() < 0) {
                postmaster.forgetProcess();
            }
            return;                                         // PostgreSQL itself copes with the file of a process that is gone
        }
        long pid = process.get().pid();
        if (postmaster.isOurs(process.get())) {
            LOG.warn("PostgreSQL (process {}) still runs on {}: its application was killed. Stopping it", pid, cluster.dataDirectory());
            stopServer("20");
        } else {
            LOG.info("Process {} named in postmaster.pid is not our PostgreSQL: a stale file, the process is left alone", pid);
            postmaster.forgetProcess();
        }
    }

    /**
     * Not interleaved with the end of the JVM: either the server isn't launched any more or it is stopped again.
     *
     * @param wantedPort 0 for any
     */
    private synchronized void launch(int wantedPort) throws IOException {
        Path log = home.resolve("postgresql.log");
        if (Files.exists(log) && Files.size(log) > LOG_LIMIT) {
            Files.move(log, home.resolve("postgresql.log.1"), StandardCopyOption.REPLACE_EXISTING);
        }
        PostgresBinaries.Result result = null;
        for (int attempt = 0; attempt < START_ATTEMPTS; attempt++) {
            if (closed) {
                throw new DatabaseStartException("The JVM ends, PostgreSQL is not started.");
            }
            port = wantedPort == 0 ? freePort() : wantedPort;
            result = binaries.run("pg_ctl", "start", "-D", cluster.dataDirectory().toString(), "-l", log.toString(), "-w", "-t", "300",
                    "-o", options());
            if (result.exitCode() == 0) {
                return;
            }
            // Else somebody was faster, and may have gone again - a client's connection has such a port too: another one.
            if (isFree(port) && !tail(log, 4).contains("could not create any TCP/IP sockets")) {
                if (!tail(log, 4).contains("pre-existing shared memory block")) {
                    break;
                }
                LOG.info("Sessions of a killed server are still ending, waiting for them");
                pause();
            }
        }
        throw new DatabaseStartException("The embedded PostgreSQL doesn't start on " + cluster.dataDirectory() + ":\n"
                + result.output() + "\nThe end of " + log + ":\n" + tail(log, 15));
    }

    private String options() {
        List<String> options = new ArrayList<>(List.of("-p", String.valueOf(port)));
        Stream.of(SETTINGS, ROOM, DURABLE).flatMap(settings -> settings.entrySet().stream()).sorted(Map.Entry.comparingByKey())
                .forEach(setting -> options.add("-c " + setting.getKey() + "=" + setting.getValue()));
        return String.join(" ", options);
    }

    /** What the session really has: a setting of the role or the database wins over the command line. */
    private void requireDurability() {
        try (Connection connection = DriverManager.getConnection(url(), user(), password()); Statement statement = connection.createStatement()) {
            for (Map.Entry<String, String> setting : DURABLE.entrySet()) {
                try (ResultSet row = statement.executeQuery("show " + setting.getKey())) {
                    row.next();
                    if (!row.getString(1).equals(setting.getValue())) {
                        throw new DatabaseStartException(setting.getKey() + " is " + row.getString(1) + " in " + cluster.dataDirectory()
                                + ": what is acknowledged could be lost. Remove it from the role or the database (alter role ... reset).");
                    }
                }
            }
        } catch (SQLException e) {
            String mend = "28P01".equals(e.getSQLState()) ? " The file pg-password does not belong to this data directory." : "";
            throw new DatabaseStartException("The embedded PostgreSQL in " + home + " refuses us: " + e.getMessage() + mend, e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(PAUSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while starting PostgreSQL", e);
        }
    }

    private static String tail(Path log, int count) throws IOException {
        if (!Files.exists(log)) {
            return "(empty)";
        }
        List<String> lines = Files.readAllLines(log, StandardCharsets.ISO_8859_1);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - count), lines.size()));
    }

    public String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    }

    public String user() {
        return Cluster.USER;
    }

    public String password() {
        return password;
    }

    /** The process id of the server, from postmaster.pid. */
    public long postmasterPid() {
        try {
            return postmaster.pid();
        } catch (IOException e) {
            throw new IllegalStateException("PostgreSQL is not running in " + home, e);
        }
    }

    /** The application has started: from now on its own ordered stop decides when PostgreSQL goes; until then it is kept running. */
    public synchronized void keepUntilClosed() {
        handedOver = true;
        PostmasterWatch.start(new PostmasterWatch.Server() {
            @Override
            public boolean isWanted() {
                return !isClosed();
            }

            @Override
            public boolean runs() throws IOException {
                return postmaster.process().filter(postmaster::isOurs).isPresent();
            }

            @Override
            public void startAgain() throws IOException {
                reviveUnlessClosed();
            }
        });
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    /** On the port that the pool knows. */
    private synchronized void reviveUnlessClosed() throws IOException {
        if (!closed) {
            LOG.error("The embedded PostgreSQL in {} has ended by itself; starting it again", cluster.dataDirectory());
            stopOrphan();
            launch(port);
            LOG.info("The embedded PostgreSQL in {} serves again", cluster.dataDirectory());
        }
    }

    private void stopAtEndOfJvm() {
        synchronized (this) {
            if (handedOver) {
                return;
            }
        }
        close();
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            if (postmaster != null && postmaster.process().filter(postmaster::isOurs).isPresent()) {
                stopServer("60");
            }
        } catch (IOException e) {
            LOG.error("The embedded PostgreSQL in {} was not stopped; the next start does it", home, e);
        }
        try {
            lock.close();
            Runtime.getRuntime().removeShutdownHook(endOfJvm);
        } catch (IllegalStateException e) {
            LOG.trace("The JVM is ending already", e);
        } catch (IOException e) {
            LOG.warn("The lock of {} was not released", home, e);
        }
    }

    /** Fast, then immediate: that one costs a recovery at the next start, no committed row. */
    private void stopServer(String seconds) throws IOException {
        PostgresBinaries.Result result = null;
        for (String mode : List.of("fast", "immediate")) {
            result = binaries.run("pg_ctl", "stop", "-D", cluster.dataDirectory().toString(), "-m", mode, "-w", "-t", seconds);
            if (result.exitCode() == 0 || postmaster.process().isEmpty()) {
                LOG.info("Embedded PostgreSQL in {} stopped ({})", cluster.dataDirectory(), mode);
                return;
            }
            LOG.warn("PostgreSQL did not stop ({}) within {} s: {}", mode, seconds, result.output());
        }
        throw new IOException("PostgreSQL in " + cluster.dataDirectory() + " does not stop: " + result.output());
    }
}
