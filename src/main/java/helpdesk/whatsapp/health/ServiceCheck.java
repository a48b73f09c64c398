package helpdesk.whatsapp.health;

import java.util.Map;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What machines ask on the management port beside Camel's own checks: ready while the database answers. A database that is away is no
 * reason to end the process, so it is not asked whether it is alive.
 */
public final class ServiceCheck extends AbstractHealthCheck {

    private static final int SECONDS = 5;

    private final JdbcTemplate database;
    private final Map<String, Supplier<String>> details;

    /** @param details what is told besides, by name */
    public ServiceCheck(DataSource dataSource, Map<String, Supplier<String>> details) {
        super("helpdesk", "database");
        database = new JdbcTemplate(dataSource);
        database.setQueryTimeout(SECONDS);
        this.details = details;
    }

    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        details.forEach((name, detail) -> builder.detail(name, detail.get()));
        try {
            database.queryForObject("select 1", Integer.class);
            builder.up();
        } catch (DataAccessException e) {
            builder.down().message("The database does not answer.");
        }
    }
}
