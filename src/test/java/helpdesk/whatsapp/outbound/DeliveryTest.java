package helpdesk.whatsapp.outbound;

import static helpdesk.whatsapp.testing.GraphStub.accepted;
import static helpdesk.whatsapp.testing.GraphStub.hangUp;
import static helpdesk.whatsapp.testing.GraphStub.plain;
import static helpdesk.whatsapp.testing.GraphStub.refused;
import static helpdesk.whatsapp.testing.Payloads.change;
import static helpdesk.whatsapp.testing.Payloads.status;
import static helpdesk.whatsapp.testing.Payloads.webhook;
import static org.assertj.core.api.Assertions.assertThat;

import helpdesk.whatsapp.testing.GraphStub;
import helpdesk.whatsapp.testing.TestApp;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of a send when the Graph API answers, refuses, stumbles or is silent: nothing is lost, nothing sent twice by itself. */
class DeliveryTest {

    private static GraphStub graph;
    private static TestApp app;

    private final String customer = TestApp.newCustomer();

    @BeforeAll
    static void start() {
        graph = new GraphStub();
        app = TestApp.start(graph.realMode(Map.of("whatsapp.graph.timeout", "8000", "whatsapp.graph.connect-timeout", "5000",
                "whatsapp.outbound.lease", "15",
                "whatsapp.outbound.retry-delay", "0.3", "whatsapp.outbound.poll", "50")));
    }

    @AfterAll
    static void stop() {
        app.close();
        graph.close();
    }

    private String send(String to, String text) {
        TestApp.Answer answer = app.post("/api/whatsapp/messages", body(to, text));
        assertThat(answer.status()).isEqualTo(202);
        return answer.json().path("id").asText();
    }

    private static String body(String to, String text) {
        return "{\"to\":\"+" + to + "\",\"type\":\"text\",\"text\":{\"body\":\"" + text + "\"}}";
    }

    private static TestApp.Answer retry(String id) {
        return app.call("POST", "/api/whatsapp/messages/" + id + "/retry", (byte[]) null, Map.of("Authorization", "Bearer " + TestApp.TOKEN));
    }

    private static void awaitStatus(String id, String status) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20)).untilAsserted(() ->
                assertThat(message(id).get("status")).isEqualTo(status));
    }

    private static Map<String, Object> message(String id) {
        return app.database().sql("select status, wamid, error ->> 'code' as code, error ->> 'details' as details, error ->> 'advice' as advice "
                + "from message where id = ?::bigint").param(id).query().singleRow();
    }

    private static List<Map<String, Object>> attempts(String id) {
        return app.database().sql("select number, state, http_status, code, reason, advice, base_url, mode, wamid from send_attempt "
                + "where message_id = ?::bigint order by number").param(id).query().listOfRows();
    }

    private static void assertNothingIsQueued(String id) {
        assertThat(app.database().sql("select count(*) from outbox where message_id = ?::bigint").param(id).query(Integer.class).single()).isZero();
    }

    private List<String> texts() {
        return graph.calls(customer).stream().map(call -> call.body().at("/text/body").asText()).toList();
    }

    @Test
    void an_accepted_send_has_its_wamid_one_attempt_and_was_called_in_the_shape_of_the_cloud_api() {
        String wamid = GraphStub.newWamid();
        graph.answer(customer, accepted(wamid));
        String id = send(customer, "hello");
        awaitStatus(id, "accepted");

        assertThat(message(id)).containsEntry("wamid", wamid).containsEntry("code", null);
        assertThat(attempts(id)).singleElement().satisfies(attempt -> assertThat(attempt).containsEntry("state", "accepted")
                .containsEntry("http_status", 200).containsEntry("wamid", wamid).containsEntry("base_url", graph.url()).containsEntry("mode", "real"));
        assertNothingIsQueued(id);
        GraphStub.Call call = graph.calls(customer).get(0);
        assertThat(call.path()).isEqualTo("/v25.0/" + GraphStub.REAL_NUMBER + "/messages");
        assertThat(call.authorization()).isEqualTo("Bearer access-token-of-the-tests");
        assertThat(call.body().path("messaging_product").asText()).isEqualTo("whatsapp");
        assertThat(call.body().path("to").asText()).isEqualTo("+" + customer);
        assertThat(call.attemptId()).isEqualTo(app.database().sql("select id from send_attempt where message_id = ?::bigint").param(id)
                .query(String.class).single());
        assertThat(call.headers().keySet()).noneMatch(name -> name.equalsIgnoreCase("request") || name.toLowerCase().startsWith("whatsapp")
                || name.equalsIgnoreCase("Idempotency-Key") || name.equalsIgnoreCase("answer"));
    }

    @Test
    void a_refused_connection_is_tried_again_until_the_server_is_there() {
        graph.shut();
        String id = send(customer, "hello");
        try {
            Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(attempts(id)).isNotEmpty()
                    .allSatisfy(attempt -> assertThat(attempt).containsEntry("state", "retry").containsEntry("http_status", null)));
            assertThat(message(id).get("status")).isIn("queued", "sending");
        } finally {
            graph.open();
        }
        awaitStatus(id, "accepted");

        assertThat(graph.calls(customer)).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"500, 131000", "429, 130429", "400, 131056", "503, 131016", "400, 80007"})
    void an_error_that_passes_is_tried_again_whatever_its_http_status(int httpStatus, int code) {
        graph.answer(customer, refused(httpStatus, code, "for the moment"), accepted());
        String id = send(customer, "hello");
        awaitStatus(id, "accepted");

        assertThat(attempts(id)).hasSize(2);
        assertThat(attempts(id).get(0)).containsEntry("state", "retry").containsEntry("code", code).containsEntry("reason", "for the moment");
        assertThat(attempts(id).get(0).get("advice")).isNotNull();
        assertThat(graph.calls(customer)).extracting(GraphStub.Call::attemptId).doesNotHaveDuplicates().hasSize(2);
    }

    @Test
    void a_retry_keeps_the_order_of_the_contact() {
        graph.answer(customer, refused(429, 130429, "slow down"), refused(429, 130429, "slow down"), accepted());
        List<String> ids = List.of(send(customer, "one"), send(customer, "two"), send(customer, "three"));
        ids.forEach(id -> awaitStatus(id, "accepted"));

        assertThat(texts()).containsExactly("one", "one", "one", "two", "three");
    }

    @ParameterizedTest
    @CsvSource({"400, 131026", "401, 190", "400, 131047", "500, 131045", "400, 999999"})
    void an_error_that_stays_is_shown_with_its_code_its_details_and_what_to_do(int httpStatus, int code) {
        graph.answer(customer, refused(httpStatus, code, "the details"));
        String id = send(customer, "hello");
        awaitStatus(id, "failed");

        assertThat(message(id)).containsEntry("code", String.valueOf(code)).containsEntry("details", "the details");
        assertThat((String) message(id).get("advice")).isNotBlank();
        assertThat(attempts(id)).singleElement().satisfies(attempt -> assertThat(attempt).containsEntry("state", "failed")
                .containsEntry("code", code).containsEntry("http_status", httpStatus));
        assertThat(graph.calls(customer)).hasSize(1);
        assertNothingIsQueued(id);
    }

    @Test
    void an_answer_that_tells_nothing_leaves_the_send_unknown_and_the_next_ones_go_on() {
        graph.answer(customer, plain(500, "<html>oops</html>"), plain(200, "{}"), plain(302, ""), hangUp(),
                plain(503, "upstream connect error or disconnect/reset before headers"), accepted());
        List<String> ids = IntStream.range(0, 6).mapToObj(i -> send(customer, "text " + i)).toList();
        ids.subList(0, 5).forEach(id -> awaitStatus(id, "unknown"));
        awaitStatus(ids.get(5), "accepted");

        assertThat(texts()).containsExactly("text 0", "text 1", "text 2", "text 3", "text 4", "text 5");
        ids.subList(0, 5).forEach(id -> assertThat(attempts(id)).singleElement().satisfies(attempt -> {
            assertThat(attempt).containsEntry("state", "unknown");
            assertThat((String) attempt.get("advice")).contains("may have been sent");
        }));
        ids.forEach(DeliveryTest::assertNothingIsQueued);
    }

    @Test
    void silence_leaves_the_send_unknown_without_a_second_call_and_later_sends_go_on() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        graph.answer(customer, call -> {
            end.await(60, TimeUnit.SECONDS);
            return accepted().to(call);
        }, accepted());
        String silent = send(customer, "silent");
        String next = send(customer, "next");
        awaitStatus(silent, "unknown");
        awaitStatus(next, "accepted");
        end.countDown();

        assertThat(texts()).containsExactly("silent", "next");
    }

    @Test
    void busy_without_an_envelope_waits_as_long_as_it_was_told() {
        graph.answer(customer, call -> new GraphStub.Answer(503, Map.of("Retry-After", "1"), "busy"), accepted());
        String id = send(customer, "hello");
        awaitStatus(id, "accepted");

        assertThat(app.database().sql("select next_at - finished_at >= interval '0.9 seconds' from send_attempt where message_id = ?::bigint "
                + "and number = 1").param(id).query(Boolean.class).single()).isTrue();
    }

    @Test
    void a_slow_contact_delays_nobody_else() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        graph.answer(customer, call -> {
            end.await(60, TimeUnit.SECONDS);
            return accepted().to(call);
        });
        String slow = send(customer, "slow");
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> graph.calls(customer).size() == 1);
        List<String> others = IntStream.range(0, 5).mapToObj(i -> send(TestApp.newCustomer(), "quick")).toList();
        others.forEach(id -> awaitStatus(id, "accepted"));

        assertThat(message(slow).get("status")).isIn("sending", "unknown");
        end.countDown();
    }

    @Test
    void a_status_that_comes_before_the_answer_of_the_call_is_shown_when_the_answer_is_there() {
        String wamid = GraphStub.newWamid();
        graph.answer(customer, call -> {
            app.webhook(webhook(change(GraphStub.REAL_NUMBER, "statuses",
                    status(wamid, "sent").put("biz_opaque_callback_data", call.attemptId()), status(wamid, "delivered"))));
            app.awaitProcessed();
            return accepted(wamid).to(call);
        });
        String id = send(customer, "hello");
        awaitStatus(id, "delivered");
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> "accepted".equals(attempts(id).get(0).get("state")));

        assertThat(message(id)).containsEntry("wamid", wamid).containsEntry("status", "delivered");
        assertNothingIsQueued(id);
    }

    @Test
    void a_process_that_ended_during_the_call_leaves_the_send_unknown_and_it_is_not_called_again() {
        String id = app.database().sql("""
                with known as (
                    insert into contact (id) values (0) on conflict do nothing
                ), sent as (
                    insert into message (contact_id, phone_number_id, direction, type, status, mode, recipient, payload)
                    values (0, ?, 'outbound', 'text', 'sending', 'real', jsonb_build_object('to', '+' || ?),
                            '{"type":"text","text":{"body":"hello"}}') returning id
                ), queued as (
                    insert into outbox (message_id, contact_id, phone_number_id, mode, lease_until, attempts)
                    select id, 0, ?, 'real', now() - interval '1 minute', 1 from sent
                )
                insert into send_attempt (message_id, number, state, mode, base_url, started_at)
                select id, 1, 'sending', 'real', 'http://before', now() - interval '1 minute' from sent returning message_id""")
                .params(GraphStub.REAL_NUMBER, customer, GraphStub.REAL_NUMBER).query(String.class).single();
        awaitStatus(id, "unknown");
        assertNothingIsQueued(id);
        assertThat(graph.calls(customer)).isEmpty();

        assertThat(retry(id).status()).isEqualTo(202);
        awaitStatus(id, "accepted");
        assertThat(attempts(id)).extracting(attempt -> attempt.get("state")).containsExactly("unknown", "accepted");
    }

    @Test
    void a_claim_whose_worker_died_before_the_call_is_claimed_again() {
        String id = send(customer, "first");
        awaitStatus(id, "accepted");
        String later = app.database().sql("""
                with known as (
                    insert into contact (id) values (0) on conflict do nothing
                ), sent as (
                    insert into message (contact_id, phone_number_id, direction, type, status, mode, recipient, payload)
                    values (0, ?, 'outbound', 'text', 'queued', 'real', jsonb_build_object('to', '+' || ?),
                            '{"type":"text","text":{"body":"claimed"}}') returning id
                )
                insert into outbox (message_id, contact_id, phone_number_id, mode, lease_until)
                select id, -1, ?, 'real', now() + interval '1 second' from sent returning message_id""")
                .params(GraphStub.REAL_NUMBER, customer, GraphStub.REAL_NUMBER).query(String.class).single();
        awaitStatus(later, "accepted");

        assertThat(texts()).containsExactly("first", "claimed");
    }

    @Test
    void a_failed_send_is_sent_again_when_a_person_asks_and_only_then() {
        graph.answer(customer, refused(400, 131026, "undeliverable"), accepted());
        String id = send(customer, "hello");
        awaitStatus(id, "failed");
        assertThat(graph.calls(customer)).hasSize(1);

        assertThat(retry(id).status()).isEqualTo(202);
        awaitStatus(id, "accepted");
        assertThat(attempts(id)).extracting(attempt -> attempt.get("number")).containsExactly(1, 2);
        assertThat(message(id)).containsEntry("code", null);

        TestApp.Answer again = retry(id);
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.json().path("code").asText()).isEqualTo("not-to-retry");
    }

    private TestApp.Answer send(String key, String to, String text) {
        return app.call("POST", "/api/whatsapp/messages", body(to, text), Map.of("Authorization", "Bearer " + TestApp.TOKEN,
                "Content-Type", "application/json", "Idempotency-Key", key));
    }

    @Test
    void the_same_idempotency_key_is_one_send_and_another_body_is_a_conflict() {
        String key = "key-" + customer;
        List<TestApp.Answer> answers = IntStream.range(0, 10).parallel().mapToObj(i -> send(key, customer, "hello")).toList();

        assertThat(answers).extracting(TestApp.Answer::status).containsOnly(202);
        assertThat(answers).extracting(answer -> answer.json().path("id").asText()).containsOnly(answers.get(0).json().path("id").asText());
        awaitStatus(answers.get(0).json().path("id").asText(), "accepted");
        assertThat(send(key, customer, "hello").status()).isEqualTo(202);
        TestApp.Answer other = send(key, customer, "another text");
        assertThat(other.status()).isEqualTo(409);
        assertThat(other.json().path("code").asText()).isEqualTo("idempotency-conflict");
        assertThat(texts()).containsExactly("hello");
    }

    @Test
    void ten_sends_at_the_same_time_to_a_new_customer_are_one_contact_one_ticket_and_ten_messages() {
        List<String> ids = IntStream.range(0, 10).parallel().mapToObj(i -> send(customer, "text " + i)).toList();
        ids.forEach(id -> awaitStatus(id, "accepted"));

        assertThat(texts()).hasSize(10).doesNotHaveDuplicates();
        assertThat(app.database().sql("select count(distinct contact_id) + count(distinct ticket_id) from message where id in (:ids)")
                .param("ids", ids.stream().map(Long::valueOf).toList()).query(Integer.class).single()).isEqualTo(2);
    }

    @Test
    void a_ticket_of_another_customer_is_refused_and_nobody_gets_a_new_name() {
        String first = send(customer, "first");
        awaitStatus(first, "accepted");
        String ticket = app.database().sql("select ticket_id from message where id = ?::bigint").param(first).query(String.class).single();
        String stranger = TestApp.newCustomer();
        String inTicket = "{\"ticketId\":\"" + ticket + "\",";
        TestApp.Answer answer = app.post("/api/whatsapp/messages", body(stranger, "second").replaceFirst("\\{", inTicket));

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().path("field").asText()).isEqualTo("to");
        assertThat(app.database().sql("select count(*) from contact_identity where value = ?").param(stranger).query(Integer.class).single())
                .isZero();
        assertThat(app.post("/api/whatsapp/messages", body(customer, "third").replaceFirst("\\{", inTicket)).status()).isEqualTo(202);
    }
}
