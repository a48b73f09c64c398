package helpdesk.whatsapp.log;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultProducer;

/**
 * Appends the body (bytes) to a topic. Returns when the entry is committed: from then on it survives a crash. A failure,
 * also one whose outcome is unknown, is {@link LogFull}: the caller repeats, and a repeat is harmless.
 */
final class PgLogProducer extends DefaultProducer {

    // One statement: the head row stays locked until its commit, so positions are dense and in commit order.
    private static final String APPEND = """
            with head as (update log_head set pos = pos + 1 where topic = ? returning pos)
            insert into %s (pos, lane, simulated, replay_of, payload)
            select head.pos, ?, ?, ?, ? from head
            returning pos""";

    // A replay is counted where it is appended, in the same transaction: so the ledger of events adds up at every moment. The
    // ledger's row is locked before the topic's head, for which webhooks wait.
    private static final String APPEND_REPLAY = """
            with counted as (update ledger set replays_appended = replays_appended + 1 returning id),
                 head as (update log_head set pos = pos + 1 where topic = ? and exists (select 1 from counted) returning pos)
            insert into %s (pos, lane, simulated, replay_of, payload)
            select head.pos, ?, ?, ?, ? from head
            returning pos""";

    private final PgLogEndpoint endpoint;

    PgLogProducer(PgLogEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    public void process(Exchange exchange) {
        Message message = exchange.getMessage();
        String key = message.getHeader(PgLogEndpoint.KEY, "", String.class);
        Long replayOf = message.getHeader(PgLogEndpoint.REPLAY_OF, Long.class);
        String sql = (replayOf == null ? APPEND : APPEND_REPLAY).formatted(endpoint.table());
        try (Connection connection = endpoint.getComponent().getDataSource().getConnection();
                PreparedStatement append = connection.prepareStatement(sql)) {
            append.setString(1, endpoint.getTopic());
            append.setInt(2, Math.floorMod(key.hashCode(), endpoint.getLanes()));
            append.setBoolean(3, message.getHeader(PgLogEndpoint.SIMULATED, false, Boolean.class));
            append.setObject(4, replayOf, Types.BIGINT);
            append.setBytes(5, message.getBody(byte[].class));
            try (ResultSet appended = append.executeQuery()) {
                appended.next();
                message.setHeader("pglogPosition", appended.getLong(1));
            }
        } catch (SQLException e) {
            throw new LogFull("Topic " + endpoint.getTopic() + " cannot be appended to.", e);
        }
    }
}
