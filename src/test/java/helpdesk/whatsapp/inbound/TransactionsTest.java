package helpdesk.whatsapp.inbound;

import static helpdesk.whatsapp.testing.Payloads.change;
import static helpdesk.whatsapp.testing.Payloads.status;
import static helpdesk.whatsapp.testing.Payloads.text;
import static helpdesk.whatsapp.testing.Payloads.webhook;
import static helpdesk.whatsapp.testing.Payloads.with;
import static org.assertj.core.api.Assertions.assertThat;

import helpdesk.whatsapp.testing.Fault;
import helpdesk.whatsapp.testing.GraphStub;
import helpdesk.whatsapp.testing.TestApp;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When a statement fails, nothing of its transaction stays; what was to be done is done later, or said to be unknown. */
class TransactionsTest {

    private static GraphStub graph;
    private static TestApp app;

    private final String customer = TestApp.newCustomer();
    private final String wamid = TestApp.newWamid();

    @BeforeAll
    static void start() {
        graph = new GraphStub();
        app = TestApp.start(graph.realMode(Map.of("whatsapp.outbound.lease", "6", "whatsapp.graph.timeout", "3000", "whatsapp.graph.connect-timeout", "1000")));
    }

    @AfterAll
    static void stop() {
        app.close();
        graph.close();
    }

    private String body() {
        return webhook(with(change(GraphStub.REAL_NUMBER, "messages", text(customer, wamid, "opening hours")), "statuses",
                status(wamid + "S", "sent")));
    }

    private Map<String, Long> traces() {
        Map<String, Long> traces = new LinkedHashMap<>();
        for (String query : List.of("contact_identity where value = :c", "message where wamid = :w", "message_status where wamid = :w || 'S'",
                "message where context_wamid = :w", "item_outcome where item_key = :w",
                "ticket t join contact_identity i on i.contact_id = t.contact_id where i.value = :c",
                "service_window t join contact_identity i on i.contact_id = t.contact_id where i.value = :c")) {
            traces.put(query, app.database().sql("select count(*) from " + query).param("c", customer).param("w", wamid)
                    .query(Long.class).single());
        }
        return traces;
    }

    @ParameterizedTest
    @CsvSource({"insert on events_log, 40001", "insert on events_log, 40P01", "update on ledger, 53200", "update on ledger, 57014",
        "update on lane_offset, 40001", "insert on message_status, 58030", "insert on item_outcome, 08006"})
    void a_fault_of_the_infrastructure_takes_all_of_the_batch_back_and_is_nobodys_dead_letter(String event, String sqlState) {
        long dead = app.database().sql("select count(*) from dead_letter").query(Long.class).single();
        try (Fault fault = Fault.on(app, event, sqlState, Fault.ALWAYS)) {
            app.webhook(body());
            fault.awaitTries(2);

            assertThat(traces().values()).containsOnly(0L);
        }
        app.awaitProcessed();

        assertThat(traces().values()).containsOnly(1L);
        assertThat(app.database().sql("select count(*) from dead_letter").query(Long.class).single()).isEqualTo(dead);
        assertThat(app.database().sql("select items_received - items_stored - items_duplicate - items_unsupported - items_dead from ledger")
                .query(Long.class).single()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"22003", "23514", "21000", "54000"})
    void a_fault_of_the_data_in_the_last_statement_takes_all_of_the_item_back_but_its_dead_letter(String sqlState) {
        app.database().sql("""
                create or replace function refuse() returns trigger language plpgsql as $$
                begin
                    if position('%s' in convert_from(new.payload, 'UTF8')) > 0 then raise exception 'refused' using errcode = '%s'; end if;
                    return new;
                end $$""".formatted(wamid, sqlState)).update();
        app.database().sql("create or replace trigger refuse before insert on events_log for each row execute function refuse()").update();
        app.webhook(body());
        app.awaitProcessed();
        app.database().sql("drop trigger refuse on events_log").update();

        assertThat(traces()).containsEntry("contact_identity where value = :c", 0L).containsEntry("message where wamid = :w", 0L)
                .containsEntry("message where context_wamid = :w", 0L).containsEntry("message_status where wamid = :w || 'S'", 0L)
                .containsEntry("item_outcome where item_key = :w", 1L);
        assertThat(app.database().sql("select reason from dead_letter join dead_event using (log_pos) where position(convert_to(?, 'UTF8') in raw) > 0").param(wamid)
                .query(String.class).list()).hasSize(2).allMatch(reason -> reason.startsWith("The database refuses it: ERROR: refused"));
    }

    private TestApp.Answer send(String to, String key) {
        return app.call("POST", "/api/whatsapp/messages", "{\"to\":\"+" + to + "\",\"type\":\"text\",\"text\":{\"body\":\"hello\"}}",
                Map.of("Authorization", "Bearer " + TestApp.TOKEN, "Content-Type", "application/json", "Idempotency-Key", key));
    }

    @Test
    void an_accepted_send_is_written_as_a_whole_or_not_at_all() {
        try (Fault fault = Fault.on(app, "update on ticket", "40001", Fault.ALWAYS)) {
            assertThat(send(customer, wamid).status()).isGreaterThanOrEqualTo(500);
            assertThat(fault.tries()).isPositive();
        }
        assertThat(traces().values()).containsOnly(0L);
        assertThat(app.database().sql("select count(*) from idempotency_key where key = ?").param(wamid).query(Integer.class).single())
                .isZero();

        assertThat(send(customer, wamid).status()).isEqualTo(202);
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> graph.calls(customer).size() == 1);
    }

    @Test
    void an_answer_that_could_not_be_recorded_is_unknown_and_not_called_again() {
        Map<String, String> sent = new LinkedHashMap<>();       // our id by whom it went to
        try (Fault fault = Fault.on(app, "insert on events_log", "40001", Fault.ALWAYS)) {
            for (GraphStub.Reply answer : List.of(GraphStub.accepted(), GraphStub.refused(400, 130429, "Rate limit hit"),
                    GraphStub.refused(400, 131026, "Message undeliverable"), GraphStub.plain(500, "oops"))) {
                String to = TestApp.newCustomer();
                graph.answer(to, answer);
                String id = send(to, to).json().path("id").asText();
                sent.put(to, id);
                Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20)).until(() -> graph.calls(to).size() == 1);
                fault.awaitTries((int) fault.tries() + 1);      // of its end, or of another one before it
                assertThat(attempt(id)).containsEntry("state", "sending").containsEntry("finished_at", null);
                assertThat(queued(id)).isEqualTo(1);
                assertThat(statusOf(id)).isEqualTo("sending");
            }
            // Until the lease of the calls has ended. What Meta refused for certain may be recorded as that later on, when it can be.
            sent.forEach((to, id) -> {
                Awaitility.await().atMost(Duration.ofSeconds(40)).until(() -> statusOf(id).equals("unknown"));
                assertThat(attempt(id)).containsEntry("state", "unknown");
                assertThat(graph.calls(to)).hasSize(1);
                assertThat(queued(id)).isZero();
            });
        }
    }

    private static String statusOf(String id) {
        return app.database().sql("select status from message where id = ?::bigint").param(id).query(String.class).single();
    }

    private static int queued(String id) {
        return app.database().sql("select count(*) from outbox where message_id = ?::bigint").param(id).query(Integer.class).single();
    }

    private static Map<String, Object> attempt(String id) {
        return app.database().sql("select state, finished_at, number from send_attempt where message_id = ?::bigint").param(id).query().singleRow();
    }
}
