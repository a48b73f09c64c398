package helpdesk.whatsapp.log;

import java.util.Map;
import javax.sql.DataSource;
import org.apache.camel.Endpoint;
import org.apache.camel.support.DefaultComponent;

/**
 * {@code pglog:topic} - an append-only log in PostgreSQL. A producer goes on when its entry is committed; a consumer reads
 * batches lane by lane and advances the lane's offset in the transaction in which the route has worked on the batch. Topics:
 * {@code webhook}, {@code events}.
 */
public final class PgLogComponent extends DefaultComponent {

    private DataSource dataSource;

    public DataSource getDataSource() {
        return dataSource;
    }

    public void setDataSource(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        if (!remaining.equals("webhook") && !remaining.equals("events")) {
            throw new IllegalArgumentException("pglog has the topics webhook and events, not " + remaining);
        }
        PgLogEndpoint endpoint = new PgLogEndpoint(uri, this, remaining);
        setProperties(endpoint, parameters);
        return endpoint;
    }
}
