package helpdesk.whatsapp.db;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.apache.camel.Exchange;
import org.apache.camel.component.jdbc.DefaultJdbcPrepareStatementStrategy;
import org.apache.camel.component.jdbc.JdbcComponent;
import org.apache.camel.component.jdbc.JdbcEndpoint;

/**
 * camel-jdbc, which reads a statement's text for its named parameters once and not before every call: the statements are files of some
 * kilobytes. What it makes of a text is the same object each time, by which the driver finds the prepared statement without reading it.
 */
public final class SqlComponent extends JdbcComponent {

    private final Parameters parameters = new Parameters();

    @Override
    protected JdbcEndpoint createEndpoint(String uri, JdbcComponent component, DataSource dataSource) {
        JdbcEndpoint endpoint = super.createEndpoint(uri, component, dataSource);
        endpoint.setPrepareStatementStrategy(parameters);
        return endpoint;
    }

    private static final class Parameters extends DefaultJdbcPrepareStatementStrategy {

        private static final Pattern NAME = Pattern.compile(":\\?(\\w+)");

        private record Read(String prepared, List<String> names) {
        }

        private final Map<String, Read> known = new ConcurrentHashMap<>();

        @Override
        public String prepareQuery(String query, boolean allowNamedParameters) throws SQLException {
            return allowNamedParameters && hasNamedParameters(query) ? read(query).prepared() : super.prepareQuery(query, allowNamedParameters);
        }

        @Override
        public Iterator<?> createPopulateIterator(String query, String prepared, int expected, Exchange exchange, Object value) throws SQLException {
            Map<String, Object> headers = exchange.getMessage().getHeaders();
            List<String> names = read(query).names();
            if (names.size() != expected || !headers.keySet().containsAll(names)) {
                return super.createPopulateIterator(query, prepared, expected, exchange, value);      // which says what is wrong
            }
            List<Object> values = new ArrayList<>(expected);
            names.forEach(name -> values.add(headers.get(name)));
            return values.iterator();
        }

        @Override
        protected boolean hasNamedParameters(String query) {
            return known.containsKey(query) || super.hasNamedParameters(query);
        }

        // As many as there are files: a route's statement is a resource, never made of what somebody sent.
        private Read read(String query) {
            return known.computeIfAbsent(query, text -> new Read(NAME.matcher(text).replaceAll("?"),
                    NAME.matcher(text).results().map(found -> found.group(1)).toList()));
        }
    }
}
