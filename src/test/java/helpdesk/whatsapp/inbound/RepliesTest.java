package helpdesk.whatsapp.inbound;

import static helpdesk.whatsapp.testing.Payloads.change;
import static helpdesk.whatsapp.testing.Payloads.message;
import static helpdesk.whatsapp.testing.Payloads.put;
import static helpdesk.whatsapp.testing.Payloads.text;
import static helpdesk.whatsapp.testing.Payloads.webhook;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.testing.Fault;
import helpdesk.whatsapp.testing.GraphStub;
import helpdesk.whatsapp.testing.Inbox;
import helpdesk.whatsapp.testing.TestApp;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A keyword's reply is sent once, however often its message comes and whatever fails on the way. */
class RepliesTest {

    private static GraphStub graph;
    private static TestApp app;

    private final String customer = TestApp.newCustomer();
    private final String wamid = TestApp.newWamid();
    private final byte[] question = body(text(customer, wamid, "What are your OPENING HOURS, please?"));

    @BeforeAll
    static void start() {
        graph = new GraphStub();
        app = TestApp.start(graph.realMode(Map.of()));
    }

    @AfterAll
    static void stop() {
        app.close();
        graph.close();
    }

    private static byte[] body(JsonNode... messages) {
        return webhook(change(GraphStub.REAL_NUMBER, "messages", messages)).getBytes(StandardCharsets.UTF_8);
    }

    private void assertOneReply() {
        app.awaitProcessed();
        Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(replies("accepted")).isEqualTo(1));
        assertThat(app.database().sql("select count(*) from message where context_wamid = ? and reply_rule = 'hours'").param(wamid)
                .query(Integer.class).single()).isEqualTo(1);
        assertThat(app.database().sql("select count(*) from outbox where message_id in (select id from message where context_wamid = ?)").param(wamid)
                .query(Integer.class).single()).isZero();
        assertThat(graph.calls(customer)).hasSize(1);
        JsonNode sent = graph.calls(customer).get(0).body();
        assertThat(sent.at("/text/body").asText()).isEqualTo("We are open Monday to Friday from 9 to 17.");
        assertThat(sent.at("/context/message_id").asText()).isEqualTo(wamid);
        assertThat(graph.calls(customer).get(0).authorization()).isEqualTo("Bearer access-token-of-the-tests");
    }

    private int replies(String status) {
        return app.database().sql("select count(*) from message where context_wamid = ? and direction = 'outbound' and status = ?")
                .param(wamid).param(status).query(Integer.class).single();
    }

    @Test
    void a_keyword_is_answered_with_a_quote_of_the_message() {
        app.webhook(question);

        assertOneReply();
    }

    @Test
    void duplicates_in_one_batch_are_answered_once() throws Exception {
        try (Inbox held = Inbox.hold(app)) {
            app.webhook(body(text(customer, wamid, "opening hours"), text(customer, wamid, "opening hours")));
            app.webhook(question);
        }

        assertOneReply();
    }

    @Test
    void duplicates_in_several_batches_are_answered_once() {
        for (int i = 0; i < 4; i++) {
            app.webhook(question);
            app.awaitProcessed();
        }

        assertOneReply();
    }

    @Test
    void parallel_posts_are_answered_once() {
        assertThat(IntStream.range(0, 20).parallel().map(i -> app.webhook(question).status())).containsOnly(200);

        assertOneReply();
    }

    @ParameterizedTest
    @ValueSource(strings = {"insert on events_log", "update on ledger", "insert on outbox", "update on lane_offset"})
    void a_batch_that_failed_and_was_worked_on_again_is_answered_once(String event) {
        try (Fault fault = Fault.on(app, event, "40001", 2)) {
            app.webhook(question);
            fault.awaitTries(3);
        }

        assertOneReply();
    }

    @Test
    void a_replay_of_the_same_bytes_is_answered_once() {
        app.webhook(question);
        app.awaitProcessed();
        for (int i = 0; i < 2; i++) {
            app.context().createFluentProducerTemplate().to("pglog:webhook").withBody(question).withHeader("replayOf", -1L).send();
            app.awaitProcessed();
        }

        assertOneReply();
        assertThat(app.database().sql("select count(*) from item_outcome where item_key = ? and replay and outcome = 'duplicate'")
                .param(wamid).query(Integer.class).single()).isEqualTo(2);
    }

    @Test
    void a_customer_without_a_phone_is_answered_by_user_id() {
        String userId = "US.R" + customer;
        app.webhook(body(put(text(null, wamid, "opening hours"), "from_user_id", userId)));
        app.awaitProcessed();

        Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(graph.calls(userId)).hasSize(1));
        assertThat(graph.calls(userId).get(0).body().has("to")).isFalse();
    }

    @Test
    void no_reply_leaves_from_a_number_that_nobody_configured() {
        app.webhook(webhook(change("987000000000001", "messages", text(customer, wamid, "opening hours"))));
        app.awaitProcessed();

        assertThat(app.database().sql("select direction from message where wamid = ? or context_wamid = ?").params(wamid, wamid)
                .query(String.class).list()).containsExactly("inbound");
        assertThat(graph.calls(customer)).isEmpty();
    }

    @Test
    void other_texts_and_other_types_are_not_answered() {
        ObjectNode image = message(customer, wamid + "I", "image");
        image.putObject("image").put("id", "1").put("caption", "opening hours");
        app.webhook(body(text(customer, wamid, "opening the hours"), image));
        app.awaitProcessed();

        assertThat(app.database().sql("select count(*) from message where direction = 'outbound' and context_wamid like ?")
                .param(wamid + "%").query(Integer.class).single()).isZero();
    }
}
