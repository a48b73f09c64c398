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

/** Brings the schema up to date from the files of {@code sql/schema}; several instances at once are fine, one does the work. */
public final class Migrations {

    static final int OLDEST_POSTGRESQL = 14;

    private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);

    private Migrations() {
    }

    /** Returns the number of migrations applied now. */
    public static int run(DataSource dataSource) {
        return run(dataSource, Path.of("sql/schema"));
    }

    static int run(DataSource dataSource, Path folder) {
        requireSupportedVersion(dataSource);
        FluentConfiguration configuration = Flyway.configure()
                .dataSource(dataSource)
                .locations("filesystem:" + folder)
                .failOnMissingLocations(true)
                .validateMigrationNaming(true);
        // With the default, a lock inside a transaction, "create index concurrently" waits for ever for Flyway itself.
        configuration.getConfigurationExtension(PostgreSQLConfigurationExtension.class).setTransactionalLock(false);
        int applied = configuration.load().migrate().migrationsExecuted;
        LOG.info("Schema is up to date, {} migrations applied now", applied);
        return applied;
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
