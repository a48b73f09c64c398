package helpdesk.whatsapp.db;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Brings the schema up to date from the files of {@code sql/schema}, or those of {@code sql/simulator-schema} where nothing but the
 * simulator is started; several instances at once are fine, one does the work. One database has the one or the other.
 */
public final class Migrations {

    static final int OLDEST_POSTGRESQL = 14;

    private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);

    private static final String HISTORY = "flyway_schema_history";
    private static final String SIMULATOR_HISTORY = "simulator_schema_history";

    private Migrations() {
    }

    /** Returns the number of migrations applied now. */
    public static int run(DataSource dataSource) {
        return run(dataSource, Path.of("sql/schema"));
    }

    /** The simulator's tables and no others. */
    public static int runSimulator(DataSource dataSource) {
        return run(dataSource, Path.of("sql/simulator-schema"), SIMULATOR_HISTORY);
    }

    static int run(DataSource dataSource, Path folder) {
        return run(dataSource, folder, HISTORY);
    }

    private static int run(DataSource dataSource, Path folder, String history) {
        requireSupportedVersion(dataSource);
        if (history.equals(HISTORY)) {
            refuse(dataSource, SIMULATOR_HISTORY, "This database is that of a simulator that was started alone.");
        } else {
            refuse(dataSource, HISTORY, "This database is the helpdesk's; a simulator that is started alone has one of its own.");
        }
        FluentConfiguration configuration = Flyway.configure()
                .dataSource(dataSource)
                .table(history)
                .locations("filesystem:" + folder)
                .failOnMissingLocations(true)
                .validateMigrationNaming(true);
        // With the default, a lock inside a transaction, "create index concurrently" waits for ever for Flyway itself.
        configuration.getConfigurationExtension(PostgreSQLConfigurationExtension.class).setTransactionalLock(false);
        int applied = configuration.load().migrate().migrationsExecuted;
        LOG.info("Schema is up to date, {} migrations applied now", applied);
        return applied;
    }

    private static void refuse(DataSource dataSource, String history, String why) {
        if (JdbcClient.create(dataSource).sql("select to_regclass(?) is not null").param(history).query(Boolean.class).single()) {
            throw new DatabaseStartException(why + " Set WHATSAPP_DATA_DIR, or WHATSAPP_DB_URL, to another one.");
        }
    }

    private static void requireSupportedVersion(DataSource dataSource) {
        try (Connection connection = dataSource.getConnection()) {
            requireSupported(connection.getMetaData().getDatabaseMajorVersion(), connection.getMetaData().getDatabaseProductVersion());
        } catch (SQLException e) {
            throw new DatabaseStartException("The database can't be reached for its migrations: " + e.getMessage(), e);
        }
    }

    static void requireSupported(int major, String version) {
        if (major < OLDEST_POSTGRESQL) {
            throw new DatabaseStartException("PostgreSQL " + version + " is too old: version " + OLDEST_POSTGRESQL + " or newer is needed.");
        }
    }
}
