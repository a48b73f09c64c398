package helpdesk.whatsapp.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.testing.TestApp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** The statements of the outbox, on a business number of their own that no dispatcher sends from: who may go, and what a claim costs. */
class OutboxTest {

    private static final String NUMBER = "100000000000777";
    private static final long FIRST = 8_000_000_000L;

    private static TestApp app;
    private SingleConnectionDataSource connection;
    private JdbcClient database;

    /** One of its own: a million rows that are rolled back again leave their dead behind for all who look there. */
    @BeforeAll
    static void start() {
        app = TestApp.start(Map.of());
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void begin() {
        connection = connect();
        database = JdbcClient.create(connection);
        database.sql("begin").update();
        // The number's rate exists in this transaction only: nobody else takes what is due here.
        database.sql("insert into send_rate (phone_number_id, tokens, filled_at) values (?, 0, now() - interval '1 minute')").param(NUMBER).update();
    }

    @AfterEach
    void rollBack() {
        database.sql("rollback").update();
        connection.destroy();
    }

    private SingleConnectionDataSource connect() {
        return new SingleConnectionDataSource(app.property("whatsapp.db.url"), app.property("whatsapp.db.user"),
                app.property("whatsapp.db.password"), true);
    }

    /** Rows of contacts, of which row n belongs to contact {@code n % contacts}, with ids and due times in this order. */
    private void queue(long from, int rows, int contacts, String mode, String due, boolean messages) {
        Map<String, Object> parameters = Map.of("from", from, "rows", rows, "contacts", contacts, "mode", mode, "number", NUMBER);
        if (messages) {
            database.sql("""
                    insert into message (id, contact_id, phone_number_id, direction, type, status, mode, recipient, payload)
                    overriding system value
                    select :from + n, :from + n % :contacts, :number, 'outbound', 'text', 'queued', :mode, '{"to":"+15550000000"}',
                           '{"type":"text","text":{"body":"hello"}}' from generate_series(0, :rows - 1) as n""").params(parameters).update();
        }
        database.sql("insert into outbox (message_id, contact_id, phone_number_id, mode, due_at) "
                + "select :from + n, :from + n % :contacts, :number, :mode, " + due + " from generate_series(0, :rows - 1) as n")
                .params(parameters).update();
    }

    private static String statement(String file) {
        try {
            return Files.readString(Path.of("sql", file)).replace(":?", ":");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Long> claim(int free) {
        return claim(free, 1_000_000);
    }

    private List<Long> claim(int free, int rate) {
        return database.sql(statement("outbound/start-attempts.sql")).params(Map.of("free", free, "rate", rate, "lease", 30,
                "uploadTimeout", 1000, "baseUrls", "{\"mock\":\"http://here\",\"real\":\"http://there\"}"))
                .query(String.class).list().stream().map(Json::read).map(send -> send.path("messageId").asLong()).toList();
    }

    /** What two of the statements are given: how the calls of some messages ended. */
    private void record(String outcome, List<Long> messages, String answer) {
        List<JsonNode> ends = new ArrayList<>();
        messages.forEach(id -> ends.add(Json.object().put("messageId", id).put("number", 1)
                .put("attemptId", database.sql("select id from send_attempt where message_id = ? and state = 'sending'").param(id).query(String.class).single())
                .<ObjectNode>set("answer", Json.read(answer))));
        Map<String, Object> parameters = new HashMap<>(Map.of("ends", Json.write(ends)));
        parameters.put("retryDelay", "60");
        database.sql(statement("outbound/" + outcome + "-attempts.sql")).params(parameters).update();
    }

    @Test
    void of_each_contact_the_oldest_goes_and_the_next_one_when_it_has_ended() {
        queue(FIRST, 6, 2, "mock", "now() - interval '1 minute'", true);

        assertThat(claim(10)).containsExactly(FIRST, FIRST + 1);
        assertThat(claim(10)).as("both contacts are busy").isEmpty();
        record("lose", List.of(FIRST + 1), "{}");
        assertThat(claim(10)).containsExactly(FIRST + 3);
        record("lose", List.of(FIRST + 3, FIRST), "{}");
        assertThat(claim(10)).containsExactly(FIRST + 2, FIRST + 5);
        record("lose", List.of(FIRST + 2, FIRST + 5), "{}");
        record("lose", claim(10), "{}");
        assertThat(database.sql("select count(*) from outbox_contact where phone_number_id = ?").param(NUMBER).query(Integer.class).single()).isZero();
    }

    @Test
    void a_contact_with_many_rows_and_one_that_waits_for_a_retry_delay_nobody() {
        queue(FIRST, 1000, 1, "mock", "now() - interval '1 hour'", true);
        queue(FIRST + 10_000, 5, 1, "mock", "now() - interval '1 hour'", true);
        assertThat(claim(10)).containsExactly(FIRST, FIRST + 10_000);
        record("retry", List.of(FIRST + 10_000), "{\"httpStatus\":503}");
        record("lose", List.of(FIRST), "{}");
        queue(FIRST + 20_000, 3, 3, "mock", "now() - interval '1 minute'", true);

        assertThat(claim(4)).as("the long queue has its turn, no more").containsExactly(FIRST + 1, FIRST + 20_000, FIRST + 20_001, FIRST + 20_002);
        record("lose", List.of(FIRST + 1), "{}");
        queue(FIRST + 30_000, 1, 1, "mock", "now() - interval '1 second'", true);
        assertThat(claim(1)).as("its next row comes after who waited already").containsExactly(FIRST + 30_000);
        assertThat(claim(10)).containsExactly(FIRST + 2);
    }

    @Test
    void no_more_go_than_the_rate_of_the_number_leaves() {
        queue(FIRST, 500, 500, "mock", "now() - interval '1 minute'", true);

        assertThat(claim(500, 200)).as("a twentieth at once").hasSize(10);
        assertThat(claim(500, 200).size()).as("and what has come since").isLessThan(10);
    }

    @Test
    void the_backlog_of_one_number_does_not_hold_up_another() {
        String other = NUMBER + "9";        // comes after it in every order
        database.sql("insert into send_rate (phone_number_id, tokens, filled_at) values (?, 0, now() - interval '1 minute')").param(other).update();
        queue(FIRST, 20, 20, "mock", "now() - interval '1 hour'", true);
        database.sql("update outbox set phone_number_id = ? where message_id between ? and ?").params(List.of(other, FIRST, FIRST + 19)).update();
        database.sql("update outbox_contact set phone_number_id = ? where contact_id between ? and ?").params(List.of(other, FIRST, FIRST + 19)).update();
        queue(FIRST + 100, 20, 20, "mock", "now() - interval '1 second'", true);

        assertThat(claim(5)).as("who has waited for longest, whatever the number").containsExactly(FIRST, FIRST + 1, FIRST + 2, FIRST + 3, FIRST + 4);
    }

    @Test
    void after_a_clock_that_was_ahead_sends_go_on() {
        queue(FIRST, 3, 3, "mock", "now() - interval '1 minute'", true);
        database.sql("update send_rate set tokens = 0, filled_at = now() + interval '1 day' where phone_number_id = ?").param(NUMBER).update();

        assertThat(claim(10)).as("it is filled from now on").isEmpty();
        database.sql("select pg_sleep(0.01)").query().singleRow();
        assertThat(claim(10)).hasSize(3);
    }

    @Test
    void a_call_whose_row_of_the_outbox_is_gone_becomes_unknown_too() {
        queue(FIRST, 1, 1, "mock", "now() - interval '1 minute'", true);
        assertThat(claim(1)).hasSize(1);
        database.sql("delete from outbox where message_id = ?").param(FIRST).update();
        database.sql("update send_attempt set started_at = now() - interval '1 hour' where message_id = ?").param(FIRST).update();

        database.sql(statement("outbound/expire-attempts.sql")).update();

        assertThat(database.sql("select state from send_attempt where message_id = ?").param(FIRST).query(String.class).single()).isEqualTo("unknown");
    }

    @Test
    void rows_of_the_other_mode_and_rows_of_numbers_without_a_rate_wait() {
        queue(FIRST, 3, 3, "real", "now() - interval '1 minute'", true);
        database.sql("delete from send_rate where phone_number_id = ?").param(NUMBER).update();
        queue(FIRST + 10, 3, 3, "mock", "now() - interval '1 minute'", true);

        assertThat(claim(10)).isEmpty();
    }

    @Test
    void a_million_waiting_rows_make_neither_a_claim_nor_the_acceptance_of_a_send_dearer() {
        queue(FIRST, 64, 64, "mock", "now() - interval '2 hours'", true);
        queue(FIRST + 100, 64, 64, "mock", "now() - interval '2 hours'", true);
        queue(FIRST + 200, 64, 64, "mock", "now() - interval '2 hours'", true);
        List<Long> ended = claim(64);
        long claimed = blocks(() -> claim(64));
        long recorded = blocks(() -> recordAll(ended));
        long accepted = blocks(this::accept);

        queue(FIRST + 1_000_000, 250_000, 1, "mock", "now() - interval '1 hour'", false);
        queue(FIRST + 2_000_000, 250_000, 250_000, "mock", "now() - interval '1 hour'", false);
        queue(FIRST + 3_000_000, 250_000, 250_000, "real", "now() - interval '1 hour'", false);
        queue(FIRST + 4_000_000, 250_000, 250_000, "mock", "now() + interval '1 hour'", false);
        database.sql("analyze outbox, outbox_contact").update();

        List<Long> begun = new ArrayList<>();
        assertThat(blocks(() -> begun.addAll(claim(64)))).as("blocks of a claim, of %s before", claimed).isLessThan(2 * claimed);
        assertThat(begun).hasSize(64);
        assertThat(blocks(() -> recordAll(begun))).as("blocks of recording, of %s before", recorded).isLessThan(2 * recorded);
        assertThat(blocks(this::accept)).as("blocks of an acceptance, of %s before", accepted).isLessThan(2 * accepted);
    }

    private Object recordAll(List<Long> messages) {
        record("lose", messages, "{}");
        return messages;
    }

    /** Blocks of tables and indexes that were looked at meanwhile, by this connection. */
    private long blocks(Supplier<?> work) {
        String fetched = "select sum(pg_stat_get_xact_blocks_fetched(oid)) from pg_class where relkind in ('r', 'i') and relnamespace = 'public'::regnamespace";
        long before = database.sql(fetched).query(Long.class).single();
        Object done = work.get();
        assertThat(done).isNotNull();
        return database.sql(fetched).query(Long.class).single() - before;
    }

    private Object accept() {
        String customer = TestApp.newCustomer();
        Map<String, Object> parameters = new HashMap<>(Map.of("mode", "mock",
                "messages", "[{\"wa_id\":\"" + customer + "\"}]",
                "send", "{\"type\":\"text\",\"waId\":\"" + customer + "\",\"phoneNumberId\":\"" + TestApp.NUMBER + "\",\"text\":\"hello\",\"payload\":{},"
                        + "\"recipient\":{}}"));
        database.sql(statement("contact/claim-names.sql")).params(parameters).query().listOfRows();
        parameters.put("found", database.sql(statement("outbound/find-recipient.sql")).params(parameters).query(String.class).single());
        return database.sql(statement("outbound/accept-send.sql")).params(parameters).query(String.class).single();
    }
}
