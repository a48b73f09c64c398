package helpdesk.whatsapp.db;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.postgresql.core.NativeQuery;
import org.postgresql.core.Parser;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * A data source whose statements know how many parameters they have. The driver asks the server, a round trip and a parse more for each
 * statement that camel-jdbc runs (it asks before every one); this counts in the text, by the driver's own parser.
 */
public final class LocalParameterCount extends DelegatingDataSource {

    private final Map<String, Integer> counts = new ConcurrentHashMap<>();

    public LocalParameterCount(DataSource target) {
        super(target);
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = super.getConnection();
        return proxy(Connection.class, connection, (method, arguments) -> {
            Object result = call(connection, method, arguments);
            return method.getName().equals("prepareStatement") && result instanceof PreparedStatement statement
                    ? statement(statement, (String) arguments[0]) : result;
        });
    }

    private PreparedStatement statement(PreparedStatement statement, String sql) {
        return proxy(PreparedStatement.class, statement, (method, arguments) ->
                method.getName().equals("getParameterMetaData") ? parameters(statement, sql) : call(statement, method, arguments));
    }

    private ParameterMetaData parameters(PreparedStatement statement, String sql) {
        return proxy(ParameterMetaData.class, statement, (method, arguments) ->
                method.getName().equals("getParameterCount") ? counts.computeIfAbsent(sql, LocalParameterCount::count)
                        : call(statement.getParameterMetaData(), method, arguments));
    }

    private static int count(String sql) {
        try {
            return Parser.parseJdbcSql(sql, true, true, false, true, true).stream().mapToInt(LocalParameterCount::parameters).sum();
        } catch (SQLException e) {
            throw new IllegalArgumentException("Not to be parsed: " + sql, e);
        }
    }

    private static int parameters(NativeQuery query) {
        return query.bindPositions.length;
    }

    private interface Calls {
        Object call(Method method, Object[] arguments) throws Throwable;
    }

    private static <T> T proxy(Class<T> type, Object target, Calls calls) {
        return type.cast(Proxy.newProxyInstance(LocalParameterCount.class.getClassLoader(), new Class<?>[] {type},
                (proxy, method, arguments) -> method.getName().equals("equals") ? arguments[0] == proxy || target.equals(arguments[0])
                        : calls.call(method, arguments)));
    }

    private static Object call(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
