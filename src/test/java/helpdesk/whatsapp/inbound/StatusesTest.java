package helpdesk.whatsapp.inbound;

import static helpdesk.whatsapp.testing.Payloads.status;
import static helpdesk.whatsapp.testing.Payloads.statuses;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.testing.Inbox;
import helpdesk.whatsapp.testing.TestApp;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What Meta tells of a send ends in one state, in whatever order and however often it is told. */
class StatusesTest {

    private static final List<String> ALL = List.of("sent", "delivered", "read", "played", "failed");

    private final TestApp app = TestApp.shared();

    /** A send as the outbox leaves it: accepted with its wamid, or without one while nobody knows it. */
    private record Send(long id, String wamid, UUID attempt) {
    }

    private Send send(String status, String attemptState, boolean wamidKnown) {
        return sends(1, status, attemptState, wamidKnown).get(0);
    }

    private List<Send> sends(int count, String status, String attemptState, boolean wamidKnown) {
        return app.database().sql("""
                with made as (
                    insert into message (contact_id, phone_number_id, direction, type, status, wamid, mode, simulated, payload)
                    select 0, :number, 'outbound', 'text', :status, case when :known then :wamid || 'N' || n end, 'mock', true,
                           jsonb_build_object('wamid', :wamid || 'N' || n)
                    from generate_series(1, :count) as n
                    returning id, wamid, payload ->> 'wamid' as later
                )
                insert into send_attempt (message_id, number, state, mode, base_url, wamid)
                select id, 1, :state, 'mock', 'http://x', wamid from made order by id
                returning message_id, (select later from made where made.id = message_id), id""")
                .param("number", TestApp.NUMBER).param("status", status).param("known", wamidKnown).param("wamid", TestApp.newWamid())
                .param("count", count).param("state", attemptState)
                .query((row, n) -> new Send(row.getLong(1), row.getString(2), row.getObject(3, UUID.class))).list();
    }

    private static List<List<String>> sequences(int length) {
        if (length == 0) {
            return List.of(List.of());
        }
        List<List<String>> all = new ArrayList<>();
        for (List<String> head : sequences(length - 1)) {
            for (String last : ALL) {
                List<String> sequence = new ArrayList<>(head);
                sequence.add(last);
                all.add(sequence);
            }
        }
        return all;
    }

    /** By the definition: the furthest step, but failed where nothing as far as delivered was seen. */
    private static String displayed(List<String> seen) {
        boolean arrived = seen.contains("delivered") || seen.contains("read") || seen.contains("played");
        if (seen.contains("failed") && !arrived) {
            return "failed/false";
        }
        String furthest = "accepted";
        for (String step : List.of("sent", "delivered", "read", "played")) {
            furthest = seen.contains(step) ? step : furthest;
        }
        return furthest + "/" + (arrived && seen.contains("failed"));
    }

    private void assertDisplayed(Map<Send, List<String>> told) {
        Map<Long, String> shown = new HashMap<>();
        app.database().sql("select id, status || '/' || late_failure as shown from message where id >= ?")
                .param(told.keySet().stream().mapToLong(Send::id).min().orElseThrow())
                .query((row, n) -> shown.put(row.getLong(1), row.getString(2))).list();
        Map<String, TreeSet<String>> history = new HashMap<>();
        app.database().sql("select s.wamid, s.status from message_status s join message m on m.wamid = s.wamid and m.phone_number_id = "
                + "s.phone_number_id where m.id >= ?").param(told.keySet().stream().mapToLong(Send::id).min().orElseThrow())
                .query((row, n) -> history.computeIfAbsent(row.getString(1), w -> new TreeSet<>()).add(row.getString(2))).list();
        told.forEach((send, statuses) -> {
            assertThat(shown.get(send.id)).as("%s", statuses).isEqualTo(displayed(statuses));
            assertThat(history.getOrDefault(send.wamid, new TreeSet<>())).isEqualTo(new TreeSet<>(statuses));
        });
    }

    private void post(List<ObjectNode> statuses) {
        for (int at = 0; at < statuses.size(); at += 1000) {
            assertThat(app.webhook(statuses(statuses.subList(at, Math.min(at + 1000, statuses.size())).toArray(JsonNode[]::new))).status())
                    .isEqualTo(200);
        }
        app.awaitProcessed();
    }

    @Test
    void every_order_of_four_of_the_statuses_with_repeats_and_of_all_five_ends_in_one_state() {
        Map<Send, List<String>> told = new LinkedHashMap<>();
        List<List<String>> sequences = new ArrayList<>(sequences(4));
        sequences(5).stream().filter(sequence -> new TreeSet<>(sequence).size() == 5).forEach(sequences::add);
        List<Send> sends = sends(sequences.size(), "accepted", "accepted", true);
        sequences.forEach(sequence -> told.put(sends.get(told.size()), sequence));

        for (int step = 0; step < 5; step++) {
            int at = step;
            post(told.entrySet().stream().filter(send -> at < send.getValue().size())
                    .map(send -> status(send.getKey().wamid, send.getValue().get(at))).toList());
        }

        assertThat(told).hasSize(625 + 120);
        assertDisplayed(told);
    }

    @Test
    void statuses_of_one_batch_end_in_the_same_state_as_one_after_the_other() {
        Map<Send, List<String>> told = new LinkedHashMap<>();
        List<List<String>> sequences = sequences(4);
        List<Send> sends = sends(sequences.size(), "accepted", "accepted", true);
        sequences.forEach(sequence -> told.put(sends.get(told.size()), sequence));

        post(told.entrySet().stream().flatMap(send -> send.getValue().stream().map(status -> status(send.getKey().wamid, status))).toList());

        assertDisplayed(told);
    }

    @Test
    void statuses_that_come_before_the_answer_of_the_call_are_joined_when_it_is_recorded() {
        Map<Send, List<String>> told = new LinkedHashMap<>();
        Map<Send, Integer> before = new HashMap<>();
        List<Send> sends = sends(4 * sequences(3).size(), "sending", "sending", false);
        for (List<String> sequence : sequences(3)) {
            for (int position = 0; position <= 3; position++) {
                Send send = sends.get(told.size());
                told.put(send, sequence);
                before.put(send, position);
            }
        }
        for (int step = 0; step < 3; step++) {
            post(some(told, before, step, true));
        }
        told.keySet().forEach(this::accept);
        for (int step = 0; step < 3; step++) {
            post(some(told, before, step, false));
        }

        assertDisplayed(told);
    }

    private static List<ObjectNode> some(Map<Send, List<String>> told, Map<Send, Integer> before, int step, boolean first) {
        return told.entrySet().stream().filter(send -> step < before.get(send.getKey()) == first)
                .map(send -> status(send.getKey().wamid, send.getValue().get(step))).toList();
    }

    // What outbound-deliver does with the answer of the call.
    private void accept(Send send) {
        app.context().createFluentProducerTemplate().to("direct:attempt-accept")
                .withHeader("ends", "[{\"attemptId\":\"" + send.attempt + "\",\"messageId\":" + send.id
                        + ",\"answer\":{\"kind\":\"accepted\",\"httpStatus\":200,\"wamid\":\"" + send.wamid + "\"}}]").send();
    }

    @Test
    void the_error_of_a_failure_stays_when_the_message_arrived_all_the_same() {
        Send failed = send("accepted", "accepted", true);
        Send late = send("accepted", "accepted", true);
        post(List.of(status(failed.wamid, "failed"), status(late.wamid, "failed"), status(late.wamid, "delivered")));

        assertThat(app.database().sql("select error ->> 'code' from message where id = ?").param(failed.id).query(String.class).single())
                .isEqualTo("131026");
        assertThat(app.database().sql("select status, late_failure, error ->> 'details' as details from message where id = ?")
                .param(late.id).query().singleRow()).containsEntry("status", "delivered").containsEntry("late_failure", true)
                .containsEntry("details", "Message Undeliverable.");
    }

    @Test
    void a_status_with_the_id_of_our_attempt_resolves_an_unknown_send() {
        Send send = send("unknown", "unknown", false);
        app.database().sql("insert into outbox (message_id, contact_id, phone_number_id, mode, due_at) values (?, 0, ?, 'real', now())")
                .param(send.id).param(TestApp.NUMBER).update();
        app.database().sql("update send_attempt set advice = 'It may have been sent.' where id = ?").param(send.attempt).update();

        post(List.of(status(send.wamid, "delivered").put("biz_opaque_callback_data", send.attempt.toString())));

        assertThat(app.database().sql("select status, wamid from message where id = ?").param(send.id).query().singleRow())
                .containsEntry("status", "delivered").containsEntry("wamid", send.wamid);
        assertThat(app.database().sql("select state, advice from send_attempt where id = ?").param(send.attempt).query().singleRow())
                .containsEntry("state", "accepted").containsEntry("advice", null);
        assertThat(app.database().sql("select count(*) from outbox where message_id = ?").param(send.id).query(Integer.class).single())
                .isZero();
    }

    @Test
    void callback_data_that_is_no_attempt_of_ours_changes_nothing() {
        Send send = send("unknown", "unknown", false);

        post(List.of(status(TestApp.newWamid(), "delivered").put("biz_opaque_callback_data", "ticket:42"),
                status(TestApp.newWamid(), "delivered").put("biz_opaque_callback_data", UUID.randomUUID().toString()),
                status(TestApp.newWamid(), "delivered").put("biz_opaque_callback_data", "")));

        assertThat(app.database().sql("select status from message where id = ?").param(send.id).query(String.class).single())
                .isEqualTo("unknown");
    }

    @Test
    void a_repeated_failure_of_an_attempt_does_not_take_back_the_retry_that_a_person_asked_for() {
        Send send = send("accepted", "accepted", true);
        ObjectNode failure = status(send.wamid, "failed").put("biz_opaque_callback_data", send.attempt.toString());
        post(List.of(failure));
        app.database().sql("update message set status = 'queued', wamid = null, error = null where id = ?").param(send.id).update();
        app.database().sql("insert into outbox (message_id, contact_id, phone_number_id, mode) values (?, 0, ?, 'real')").param(send.id)
                .param(TestApp.NUMBER).update();

        post(List.of(failure));

        assertThat(app.database().sql("select status from message where id = ?").param(send.id).query(String.class).single())
                .isEqualTo("queued");
        assertThat(app.database().sql("delete from outbox where message_id = ?").param(send.id).update()).isEqualTo(1);
    }

    @Test
    void a_status_that_another_batch_has_not_committed_yet_is_not_overwritten() throws Exception {
        Send send = send("accepted", "accepted", true);
        try (Connection other = Inbox.connect(app); Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("""
                    insert into message_status (phone_number_id, wamid, status, at, payload, log_pos, log_item)
                    values ('%s', '%s', 'read', now(), '{}', 0, 0)""".formatted(TestApp.NUMBER, send.wamid));
            statement.execute("update message set status = 'read' where id = " + send.id);
            app.webhook(statuses(status(send.wamid, "delivered")));
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> app.database()
                    .sql("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")
                    .query(Integer.class).single() > 0);
            other.commit();
        }
        app.awaitProcessed();

        assertThat(app.database().sql("select status from message where id = ?").param(send.id).query(String.class).single())
                .isEqualTo("read");
    }

    @Test
    void each_participant_of_a_group_has_a_history_of_its_own() {
        Send send = send("accepted", "accepted", true);
        post(List.of(status(send.wamid, "read").put("recipient_participant_user_id", "US.1"),
                status(send.wamid, "read").put("recipient_participant_user_id", "US.2"),
                status(send.wamid, "read").put("recipient_participant_user_id", "US.1")));

        assertThat(app.database().sql("select participant from message_status where wamid = ? order by 1").param(send.wamid)
                .query(String.class).list()).containsExactly("US.1", "US.2");
    }
}
