package helpdesk.whatsapp.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** The statements of the outbox, on a business number of their own that no dispatcher sends from: who may go, and what a claim costs. */
class OutboxTest {

    private static final String NUMBER = "100000000000777";
    private static final long FIRST = 8_000_000_000L;

    @AutoClose
    private static TestApp app;
    private SingleConnectionDataSource connection;
    private JdbcClient database;

    /** One of its own: a million rows that are rolled back again leave their dead behind for all who look there. */
    @BeforeAll
    static void start() {
        app = TestApp.start(Map.of());
    }

    @BeforeEach
    void begin() {
        connection = connect();
        database = JdbcClient.create(connection);
        beginTransaction();
    }

    private void beginTransaction() {
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

    @Test
    void a_lease_that_could_end_during_a_call_is_refused_at_the_start() {
        assertThatThrownBy(() -> TestApp.start(Map.of("whatsapp.outbound.lease", "1")).close()).hasStackTraceContaining(
                "whatsapp.outbound.lease (seconds) must be longer than whatsapp.graph.connect-timeout and whatsapp.graph.timeout (milliseconds) together");
    }

    private List<Long> claim(int free) {
        return claim(free, 1_000_000);
    }

    private List<Long> claim(int free, int rate) {
        return claim(free, rate, false);
    }

    private List<Long> claim(int free, int rate, boolean whole) {
        return claim(free, rate, whole, "mock");
    }

    private List<Long> claim(int free, int rate, boolean whole, String believed) {
        return database.sql(statement("outbound/start-attempts.sql")).params(Map.of("free", free, "rate", rate, "lease", 30, "believed", believed,
                "whole", String.valueOf(whole), "uploadTimeout", 1000, "baseUrls", "{\"mock\":\"http://here\",\"real\":\"http://there\"}"))
                .query(String.class).list().stream().map(Json::read).map(send -> send.path("messageId").asLong()).toList();
    }

    /** What two of the statements are given: how the calls of some messages ended. */
    private void record(String outcome, List<Long> messages, String answer) {
        record(outcome, messages.stream().collect(Collectors.toMap(id -> id, id -> attempt(id, "sending"))), answer);
    }

    private String attempt(long message, String state) {
        return database.sql("select id from send_attempt where message_id = ? and state = ?").params(message, state).query(String.class).single();
    }

    private void record(String outcome, Map<Long, String> attempts, String answer) {
        List<JsonNode> ends = new ArrayList<>();
        attempts.forEach((id, attempt) -> ends.add(Json.object().put("messageId", id).put("number", 1).put("attemptId", attempt)
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

        long begin = System.nanoTime();
        assertThat(claim(500, 200)).as("a twentieth at once").hasSize(10);
        int more = claim(500, 200).size();
        assertThat(more).as("and what has come since").isLessThanOrEqualTo((int) Math.min(10, 200 * (System.nanoTime() - begin) / 1_000_000_000 + 1));
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

    /** As if nobody had recorded the end of the calls until their lease ended. */
    private void expire() {
        database.sql("update outbox set lease_until = now() - interval '1 second' where phone_number_id = ? and lease_until is not null")
                .param(NUMBER).update();
        database.sql(statement("outbound/expire-attempts.sql")).update();
    }

    private Map<String, Object> message(long id) {
        return database.sql("select m.status, m.error ->> 'code' as code, o.attempts, o.due_at > now() as later "
                + "from message m left join outbox o on o.message_id = m.id where m.id = ?").param(id).query().singleRow();
    }

    private List<String> states(long message) {
        return database.sql("select state from send_attempt where message_id = ? order by number").param(message).query(String.class).list();
    }

    @Test
    void what_meta_refused_for_certain_is_refused_also_when_it_is_recorded_after_the_lease() {
        queue(FIRST, 2, 2, "mock", "now() - interval '1 minute'", true);
        assertThat(claim(10)).containsExactly(FIRST, FIRST + 1);
        expire();
        assertThat(message(FIRST)).containsEntry("status", "unknown").containsEntry("attempts", null);

        record("fail", Map.of(FIRST, attempt(FIRST, "unknown")), "{\"code\":131026}");
        record("retry", Map.of(FIRST + 1, attempt(FIRST + 1, "unknown")), "{\"code\":130429}");

        assertThat(message(FIRST)).containsEntry("status", "failed").containsEntry("code", "131026").containsEntry("attempts", null);
        assertThat(states(FIRST)).containsExactly("failed");
        assertThat(message(FIRST + 1)).containsEntry("status", "queued").containsEntry("attempts", 1).containsEntry("later", true);
        assertThat(claim(10)).as("it waits for its time").isEmpty();
        database.sql("update outbox_contact set due_at = now() where phone_number_id = ?").param(NUMBER).update();
        assertThat(claim(10)).containsExactly(FIRST + 1);
        assertThat(states(FIRST + 1)).containsExactly("retry", "sending");
    }

    @Test
    void a_send_that_comes_back_goes_alone_and_at_its_time_though_later_ones_of_the_contact_went_on() {
        queue(FIRST, 3, 1, "mock", "now() - interval '1 minute'", true);
        assertThat(claim(10)).containsExactly(FIRST);
        expire();
        assertThat(claim(10)).containsExactly(FIRST + 1);

        record("retry", Map.of(FIRST, attempt(FIRST, "unknown")), "{}");
        assertThat(claim(10)).as("the next one is under way").isEmpty();
        record("lose", List.of(FIRST + 1), "{}");
        assertThat(claim(10)).as("it waits for its time, and the third one for it").isEmpty();
        database.sql("update outbox_contact set due_at = now() where phone_number_id = ?").param(NUMBER).update();
        assertThat(claim(10)).containsExactly(FIRST);
    }

    @Test
    void another_attempt_that_a_person_has_asked_for_goes_on_whatever_is_recorded_of_the_first() {
        queue(FIRST, 2, 2, "mock", "now() - interval '1 minute'", true);
        assertThat(claim(10)).hasSize(2);
        expire();
        for (long id = FIRST; id < FIRST + 2; id++) {
            assertThat(database.sql(statement("outbound/queue-again.sql")).param("request", "{\"id\":\"" + id + "\"}").query().listOfRows()).hasSize(1);
        }
        record("fail", Map.of(FIRST, attempt(FIRST, "unknown")), "{\"code\":131026}");
        assertThat(message(FIRST)).containsEntry("status", "queued").containsEntry("attempts", 0);
        assertThat(claim(10)).containsExactly(FIRST, FIRST + 1);
        record("retry", Map.of(FIRST + 1, attempt(FIRST + 1, "unknown")), "{}");

        assertThat(message(FIRST + 1)).containsEntry("status", "sending").containsEntry("attempts", 1).containsEntry("later", false);
        assertThat(states(FIRST)).containsExactly("failed", "sending");
        assertThat(states(FIRST + 1)).containsExactly("retry", "sending");
    }

    @Test
    void rows_of_the_other_mode_and_rows_of_numbers_without_a_rate_wait() {
        queue(FIRST, 3, 3, "real", "now() - interval '1 minute'", true);
        database.sql("delete from send_rate where phone_number_id = ?").param(NUMBER).update();
        queue(FIRST + 10, 3, 3, "mock", "now() - interval '1 minute'", true);

        assertThat(claim(10)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {300, 20_300})
    void what_is_queued_and_what_is_being_sent_is_listed_whether_few_or_many_wait(int rows) {
        queue(FIRST, rows, 100, "mock", "now() - interval '1 minute'", true);
        List<Long> sending = claim(3);

        List<Long> queued = list("queued", FIRST + rows);
        assertThat(queued).hasSize(51).isEqualTo(LongStream.range(0, 51).mapToObj(n -> FIRST + rows - 1 - n).toList());
        assertThat(list("queued", FIRST + 10)).containsExactly(FIRST + 9, FIRST + 8, FIRST + 7, FIRST + 6, FIRST + 5, FIRST + 4, FIRST + 3);
        assertThat(list("sending", FIRST + rows)).containsExactlyInAnyOrderElementsOf(sending);
        assertThat(list("failed", FIRST + rows)).isEmpty();
    }

    /** The first 51 of them before this one, as the list of messages has them. */
    private List<Long> list(String status, long before) {
        String request = Json.write(Json.object().put("status", status).put("phoneNumberId", NUMBER).put("limit", 51)
                .put("afterAt", database.sql("select cast(now() as text)").query(String.class).single()).put("afterId", String.valueOf(before)));
        JsonNode page = Json.read(database.sql(statement("message/list-messages.sql")).param("request", request).query(String.class).single());
        List<Long> ids = new ArrayList<>();
        page.path("data").forEach(message -> ids.add(message.path("id").asLong()));
        return ids;
    }

    @Test
    void a_million_waiting_rows_make_neither_a_claim_nor_the_acceptance_of_a_send_dearer() {
        queue(FIRST, 64, 64, "mock", "now() - interval '2 hours'", true);
        queue(FIRST + 100, 64, 64, "mock", "now() - interval '2 hours'", true);
        queue(FIRST + 200, 64, 64, "mock", "now() - interval '2 hours'", true);
        List<Long> ended = claim(64);
        long claimed = blocks(() -> claim(64));
        long recorded = blocks(() -> recordAll("lose", ended));
        long accepted = blocks(this::accept);

        queue(FIRST + 1_000_000, 250_000, 1, "mock", "now() - interval '1 hour'", false);
        queue(FIRST + 2_000_000, 250_000, 250_000, "mock", "now() - interval '1 hour'", false);
        queue(FIRST + 3_000_000, 250_000, 250_000, "real", "now() - interval '1 hour'", false);
        queue(FIRST + 4_000_000, 250_000, 250_000, "mock", "now() + interval '1 hour'", false);
        database.sql("analyze outbox, outbox_contact").update();

        List<Long> begun = new ArrayList<>();
        assertThat(blocks(() -> begun.addAll(claim(64)))).as("blocks of a claim, of %s before", claimed).isLessThan(2 * claimed);
        assertThat(begun).hasSize(64);
        assertThat(blocks(() -> recordAll("lose", begun))).as("blocks of recording, of %s before", recorded).isLessThan(2 * recorded);
        assertThat(blocks(this::accept)).as("blocks of an acceptance, of %s before", accepted).isLessThan(2 * accepted);
    }

    @Test
    void a_backlog_that_the_planner_has_not_heard_of_makes_nothing_dearer() {
        queue(FIRST, 50_000, 50_000, "mock", "now() - interval '1 hour'", false);
        database.sql("rollback").update();
        database.sql("vacuum (analyze, truncate false) outbox, outbox_contact").update();
        beginTransaction();

        queue(FIRST, 30, 30, "mock", "now() - interval '2 hours'", true);
        queue(FIRST + 100_000, 20_000, 20_000, "mock", "now() - interval '1 hour'", false);
        List<Long> begun = new ArrayList<>();
        assertThat(blocks(() -> begun.addAll(claim(30)))).as("blocks of a claim").isLessThan(2_000);
        assertThat(begun).hasSize(30);
        assertThat(blocks(() -> recordAll("lose", begun.subList(0, 10)))).as("blocks of what is unknown").isLessThan(500);
        assertThat(blocks(() -> recordAll("fail", begun.subList(10, 20)))).as("blocks of refusals").isLessThan(500);
        assertThat(blocks(() -> recordAll("accept", begun.subList(20, 30)))).as("blocks of what was taken").isLessThan(1_000);
        assertThat(blocks(this::accept)).as("blocks of an acceptance").isLessThan(500);
    }

    // As while a transaction of somebody else stays open: what has gone is dead, and stays in the indexes.
    @Test
    void what_has_gone_and_cannot_be_removed_yet_makes_no_look_dearer() {
        queue(FIRST, 20, 10, "mock", "now() - interval '1 minute'", true);
        List<Long> begun = new ArrayList<>();
        begun.addAll(claim(10));
        recordAll("lose", begun);
        queue(FIRST + 100_000, 50_000, 50_000, "mock", "now() - interval '1 hour'", false);
        database.sql("delete from outbox where message_id >= ?").param(FIRST + 100_000).update();

        assertThat(claim(10)).hasSize(10);
        assertThat(blocks(() -> claim(10))).as("blocks of a look that finds nothing").isLessThan(200);
    }

    @Test
    void a_look_goes_on_where_the_last_one_came_to_unless_the_mode_is_another_or_it_is_a_whole_one() {
        queue(FIRST, 1, 1, "mock", "now() - interval '1 minute'", true);
        assertThat(claim(10)).containsExactly(FIRST);
        queue(FIRST + 10, 1, 1, "mock", "now() - interval '63 seconds'", true);
        assertThat(claim(10)).as("it was committed a little later").containsExactly(FIRST + 10);
        queue(FIRST + 20, 1, 1, "mock", "now() - interval '1 hour'", true);
        assertThat(claim(10)).as("much later").isEmpty();
        assertThat(claim(10, 1_000_000, true)).containsExactly(FIRST + 20);

        queue(FIRST + 30, 1, 1, "mock", "now() - interval '1 minute'", true);
        assertThat(claim(10)).containsExactly(FIRST + 30);
        queue(FIRST + 40, 1, 1, "real", "now() - interval '2 hours'", true);
        database.sql("update setting set value = 'real' where key = 'whatsapp.mode'").update();
        assertThat(claim(10)).as("by who has not taken over the mode").isEmpty();
        assertThat(claim(10, 1_000_000, false, "real")).containsExactly(FIRST + 40);
    }

    private Object recordAll(String outcome, List<Long> messages) {
        record(outcome, messages, "{}");
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
