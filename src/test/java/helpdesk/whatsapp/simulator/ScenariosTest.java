package helpdesk.whatsapp.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.testing.TestApp;
import helpdesk.whatsapp.testing.TestApp.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every scenario, played to ourselves: in which state it leaves the product. What it looks like at the webhook is ScenarioCallbacksTest. */
class ScenariosTest {

    @AutoClose
    private static TestApp app;
    private static GraphApi graph;

    @BeforeAll
    static void start() {
        app = TestApp.start(Map.of("whatsapp.outbound.retry-delay", "1", "whatsapp.graph.timeout", "10000", "whatsapp.media.retry-delay", "1",
                "whatsapp.media.poll", "100"));
        graph = new GraphApi(app);
    }

    /** A customer who has just written, so that we may answer. */
    private static String customer() {
        return customer(TestApp.newCustomer());
    }

    private static String customer(String number) {
        String wamid = graph.inbound("{\"from\":\"" + number + "\"}");
        Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20)).until(() -> stored(wamid) == 1);
        return number;
    }

    private static long stored(String wamid) {
        return app.database().sql("select count(*) from message where wamid = ?").param(wamid).query(Long.class).single();
    }

    private static String choose(String json) {
        Answer answer = app.post("/mock/control/scenarios", json);
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer.json().path("id").asText();
    }

    private static String send(String customer) {
        return app.post("/api/whatsapp/messages", "{\"to\":\"+" + customer + "\",\"text\":{\"body\":\"Hello\"}}").json().path("id").asText();
    }

    private static JsonNode journal(String query) {
        return app.get("/mock/control/journal" + query).json();
    }

    private static void awaitEvent(String field, String part) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> journal("/count?kind=callback&status=200&q=" + part).path("count").asInt() > 0
                && app.database().sql("select count(*) from account_event where field = ?").param(field).query(Long.class).single() > 0);
    }

    @ParameterizedTest
    @CsvSource({"out-of-order, read, 1", "duplicates, read, 1", "batches, read, 1", "status-first, read, 1", "delivered-skipped, read, 1",
            "never-read, delivered, 1", "late-failure, failed, 1", "server-errors, read, 3", "wrong-signature, read, 1",
            "changed-number, read, 1", "quality-change, read, 1", "large-body, read, 1", "unknown-things, read, 1", "chaos, read, 0",
            "error-131047, failed, 1", "error-131049, failed, 1", "error-130472, failed, 1", "error-131042, failed, 1",
            "error-131053, failed, 1", "error-131021, failed, 1", "error-100, failed, 1", "error-131031, failed, 1"})
    void a_message_ends_in_the_state_that_the_scenario_leaves_it_in(String scenario, String status, int attempts) {
        String customer = customer(TestApp.newCustomer() + "0");       // the number after a changed one is nobody's either
        choose("{\"scenario\":\"" + scenario + "\",\"to\":\"" + customer + "\"}");

        JsonNode message = app.awaitStatus(send(customer), status);

        if (attempts > 0) {
            assertThat(message.path("attempts")).as(message.toString()).hasSize(attempts);
        }
        if (scenario.startsWith("error-")) {
            assertThat(message.at("/error/code").asText()).isEqualTo(scenario.substring(6));
        }
        int calls = message.path("attempts").size();        // the answer, and its entry, may come after the statuses
        assertThat(journal("/wait?kind=call&timeout=30000&count=" + calls + "&to=" + customer).path("count").asInt()).isEqualTo(calls);
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 80007, 130429, 131016, 131056, 131057, 133004})
    void a_passing_error_is_tried_again(int code) {
        String customer = customer();
        choose("{\"scenario\":\"error-" + code + "\",\"to\":\"" + customer + "\",\"next\":1}");

        JsonNode message = app.awaitStatus(send(customer), "read");

        assertThat(message.path("attempts")).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "131031|{\"refuse\":null,\"fail\":{\"code\":131031,\"after\":[\"sent\"]}}|200", "131047|{\"fail\":null,\"refuse\":{\"code\":131047}}|400"})
    void an_error_of_the_answer_may_come_in_a_status_and_one_of_a_status_in_the_answer(int code, String options, int httpStatus) {
        String customer = customer();
        choose("{\"scenario\":\"error-" + code + "\",\"to\":\"" + customer + "\",\"options\":" + options + "}");

        String id = send(customer);

        assertThat(app.awaitStatus(id, "failed").at("/error/code").asInt()).isEqualTo(code);
        assertThat(app.database().sql("select http_status from send_attempt where message_id = cast(? as bigint)").param(id).query(Integer.class).list())
                .containsExactly(httpStatus);
    }

    @Test
    void without_a_status_a_message_stays_accepted() {
        String customer = customer();
        choose("{\"scenario\":\"lost-statuses\",\"to\":\"" + customer + "\"}");
        String id = send(customer);

        app.awaitStatus(id, "accepted");

        assertThat(app.database().sql("select count(*) from simulator_callback where message = ?")
                .param(app.get("/api/whatsapp/messages/" + id).json().path("wamid").asText()).query(Long.class).single()).isZero();
    }

    @Test
    void a_message_whose_answer_did_not_come_is_not_sent_twice_and_its_status_settles_it() {
        String customer = customer();
        choose("{\"scenario\":\"timeout\",\"to\":\"" + customer + "\",\"options\":{\"hold\":12000}}");

        JsonNode message = app.awaitStatus(send(customer), "read");

        assertThat(message.path("attempts")).hasSize(1);
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> journal("/count?kind=call&to=" + customer).path("count").asInt() == 1);
    }

    @Test
    void an_answer_that_is_no_json_leaves_open_whether_the_message_was_taken() {
        String customer = customer();
        choose("{\"scenario\":\"not-json\",\"to\":\"" + customer + "\"}");

        assertThat(app.awaitStatus(send(customer), "unknown").path("attempts")).hasSize(1);
        assertThat(journal("?kind=call&to=" + customer).at("/data/0/response").asText()).startsWith("<html>");
    }

    @Test
    void slow_answers_are_waited_for() {
        String customer = customer();
        choose("{\"scenario\":\"slow-answers\",\"to\":\"" + customer + "\",\"options\":{\"hold\":1000}}");

        assertThat(app.awaitStatus(send(customer), "read").path("attempts")).hasSize(1);
    }

    @Test
    void a_paused_template_and_a_restricted_account_are_refused_and_told_by_webhook() {
        String customer = customer();
        choose("{\"scenario\":\"template-paused\",\"to\":\"" + customer + "\"}");
        assertThat(graph.send("""
                {"messaging_product":"whatsapp","to":"+%s","type":"template","template":{"name":"order_update","language":{"code":"en_US"},
                 "components":[{"type":"body","parameters":[{"type":"text","text":"Ana"},{"type":"text","text":"4711"},
                 {"type":"text","text":"today"}]}]}}""".formatted(customer)).json()
                .at("/error/code").asInt()).isEqualTo(132015);
        awaitEvent("message_template_status_update", "PAUSED");
        app.awaitStatus(send(customer), "read");        // texts go

        choose("{\"scenario\":\"account-restricted\",\"to\":\"" + customer + "\"}");
        JsonNode refused = app.awaitStatus(send(customer), "failed");
        assertThat(refused.at("/error/code").asInt()).isEqualTo(368);
        awaitEvent("account_update", "ACCOUNT_RESTRICTION");
    }

    @Test
    void a_change_of_quality_is_told_of_the_number_and_of_a_template_while_messages_go() {
        String customer = customer();
        choose("{\"scenario\":\"quality-change\",\"to\":\"" + customer + "\"}");

        app.awaitStatus(send(customer), "read");

        awaitEvent("phone_number_quality_update", "FLAGGED");
        awaitEvent("message_template_quality_update", "new_quality_score");
        assertThat(app.database().sql("select event from account_event where field = 'phone_number_quality_update'").query(String.class).list()).contains("FLAGGED");
        assertThat(app.database().sql("select value ->> 'new_quality_score' from account_event where field = 'message_template_quality_update'")
                .query(String.class).list()).contains("RED");
    }

    @Test
    void a_template_that_is_held_back_is_delivered_later() {
        String customer = customer();
        choose("{\"scenario\":\"template-held\",\"to\":\"" + customer + "\",\"options\":{\"callbacks\":{\"later\":500}}}");
        String template = "\"type\":\"template\",\"template\":{\"name\":\"hello_world\",\"language\":{\"code\":\"en_US\"}}}";

        assertThat(graph.send("{\"messaging_product\":\"whatsapp\",\"to\":\"+" + customer + "\"," + template).json()
                .at("/messages/0/message_status").asText()).isEqualTo("held_for_quality_assessment");
        String id = app.post("/api/whatsapp/messages", "{\"to\":\"+" + customer + "\"," + template).json().path("id").asText();
        app.awaitStatus(id, "read");

        choose("{\"scenario\":\"template-held\",\"to\":\"" + customer + "\",\"options\":{\"answer\":{\"message_status\":\"paused\"},"
                + "\"callbacks\":{\"drop\":[\"sent\",\"delivered\",\"read\"]}}}");
        assertThat(graph.send("{\"messaging_product\":\"whatsapp\",\"to\":\"+" + customer + "\"," + template).json()
                .at("/messages/0/message_status").asText()).isEqualTo("paused");
    }

    @Test
    void a_number_that_changed_leads_to_the_same_customer() {
        String customer = customer(TestApp.newCustomer() + "0");       // the number after it is nobody's either
        choose("{\"scenario\":\"changed-number\",\"to\":\"" + customer + "\"}");
        app.awaitStatus(send(customer), "read");
        String after = customer.substring(0, customer.length() - 1) + "9";

        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> app.database().sql("""
                select count(*) = 1 from contact_identity a join contact_identity b on b.contact_id = a.contact_id
                where a.value = ? and b.value = ?""").param(customer).param(after).query(Boolean.class).single());
    }

    @Test
    void a_user_who_hides_the_phone_is_answered_by_the_user_id() {
        String customer = TestApp.newCustomer();
        String wamid = graph.inbound("{\"from\":\"" + customer + "\",\"scenario\":\"hidden-phone\"}");
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> stored(wamid) == 1);

        Map<String, Object> contact = app.database().sql("""
                select c.wa_id, c.user_id, c.username, m.ticket_id from message m join contact c on c.id = m.contact_id where m.wamid = ?""")
                .param(wamid).query().singleRow();
        assertThat(contact.get("wa_id")).isNull();
        assertThat((String) contact.get("user_id")).startsWith("US.");
        assertThat((String) contact.get("username")).startsWith("customer.");
        String id = app.post("/api/whatsapp/messages", "{\"ticketId\":\"" + contact.get("ticket_id") + "\",\"text\":{\"body\":\"Hi\"}}")
                .json().path("id").asText();
        app.awaitStatus(id, "read");
        assertThat(Wamid.customer(wamid)).as("which would tell the phone").contains((String) contact.get("user_id"));
    }

    @Test
    void a_user_who_hides_the_phone_keeps_the_username() {
        String username = "u." + TestApp.newCustomer();
        String wamid = graph.inbound("{\"from\":\"" + TestApp.newCustomer() + "\",\"username\":\"" + username + "\",\"scenario\":\"hidden-phone\"}");
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> stored(wamid) == 1);

        assertThat(app.database().sql("select c.username from message m join contact c on c.id = m.contact_id where m.wamid = ?").param(wamid)
                .query(String.class).single()).isEqualTo(username);
    }

    @ParameterizedTest
    @CsvSource({"media-unavailable,message", "media-unavailable,customer", "expired-url,message", "expired-url,customer"})
    void a_file_that_cannot_be_fetched_at_first_is_fetched_in_the_end(String scenario, String chosenFor) {
        String customer = TestApp.newCustomer();
        String inbound = "{\"from\":\"" + customer + "\",\"type\":\"image\"}";
        if (chosenFor.equals("customer")) {
            choose("{\"scenario\":\"" + scenario + "\",\"to\":\"+" + customer + "\",\"next\":1}");
        }
        JsonNode first = app.post("/mock/control/inbound", chosenFor.equals("customer") ? inbound
                : inbound.replace("}", ",\"scenario\":\"" + scenario + "\"}")).json();
        JsonNode second = app.post("/mock/control/inbound", inbound).json();

        for (JsonNode written : List.of(first, second)) {
            Awaitility.await().atMost(Duration.ofSeconds(40)).until(() -> app.database().sql("""
                    select count(*) from message m join media f on f.id = m.media_id where m.wamid = ? and f.state = 'ready'""")
                    .param(written.path("wamid").asText()).query(Long.class).single() == 1);
        }
        String refusals = "/count?kind=call&method=GET&status=" + (scenario.equals("expired-url") ? "404" : "503") + "&q=";
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> journal(refusals + first.path("mediaId").asText()).path("count").asInt() > 0);
        assertThat(journal(refusals + second.path("mediaId").asText()).path("count").asInt()).isZero();
    }

    // ---- how they are chosen -----------------------------------------------------------------------------------------

    @Test
    void a_header_chooses_for_one_call() {
        String customer = customer();
        String body = "{\"messaging_product\":\"whatsapp\",\"to\":\"+" + customer + "\",\"type\":\"text\",\"text\":{\"body\":\"Hello\"}}";
        Map<String, String> headers = Map.of("Authorization", "Bearer " + GraphApi.TOKEN, "Content-Type", "application/json",
                "Simulator-Scenario", "error-131000");
        Answer refused = app.call("POST", "/mock/graph/v25.0/" + TestApp.NUMBER + "/messages", body, headers);

        assertThat(refused.status()).isEqualTo(500);
        assertThat(refused.json().at("/error/code").asInt()).isEqualTo(131000);
        assertThat(refused.json().at("/error/error_data/details").asText()).isNotBlank();
        assertThat(refused.json().at("/error/fbtrace_id").asText()).isNotBlank();
        assertThat(graph.send(body).status()).isEqualTo(200);
        Answer unknown = app.call("POST", "/mock/graph/v25.0/" + TestApp.NUMBER + "/messages", body, Map.of("Authorization",
                "Bearer " + GraphApi.TOKEN, "Content-Type", "application/json", "Simulator-Scenario", "rain"));
        assertThat(unknown.json().at("/error/message").asText()).contains("rain");
    }

    @Test
    void a_number_has_its_scenario() {
        String number = customer("15559131047");

        assertThat(app.awaitStatus(send(number), "failed").at("/error/code").asInt()).isEqualTo(131047);
        String first = customer("15558000010");
        assertThat(app.awaitStatus(send(first), "read").path("attempts")).hasSize(1);
    }

    @Test
    void for_everything_for_the_next_calls_and_by_the_draw_of_a_seed() {
        try (TestApp alone = TestApp.start(Map.of("whatsapp.simulator.callbacks", "none"))) {
            GraphApi api = new GraphApi(alone);
            alone.post("/mock/control/scenarios", "{\"scenario\":\"error-131016\",\"next\":2,\"options\":{\"on\":\"messages\"}}");
            assertThat(statuses(api, 3)).containsExactly(500, 500, 200);

            alone.post("/mock/control/scenarios", "{\"scenario\":\"error-131016\",\"share\":0.5,\"seed\":7,\"options\":{\"on\":\"messages\"}}");
            List<Integer> drawn = statuses(api, 20);
            alone.call("DELETE", "/mock/control/scenarios", (String) null, Map.of("Authorization", "Bearer " + TestApp.TOKEN));
            assertThat(statuses(api, 3)).containsOnly(200);
            alone.post("/mock/control/scenarios", "{\"scenario\":\"error-131016\",\"share\":0.5,\"seed\":7,\"options\":{\"on\":\"messages\"}}");

            assertThat(drawn).contains(200, 500);
            assertThat(statuses(api, 20)).isEqualTo(drawn);
        }
    }

    private static List<Integer> statuses(GraphApi api, int calls) {
        String customer = TestApp.newCustomer();
        return java.util.stream.IntStream.range(0, calls).mapToObj(call -> api.send("""
                {"messaging_product":"whatsapp","to":"+%s","type":"text","text":{"body":"Hello"}}""".formatted(customer)).status()).toList();
    }

    @Test
    void the_seed_decides_what_chaos_draws() {
        try (TestApp alone = TestApp.start(Map.of("whatsapp.simulator.callbacks", "none"))) {
            List<String> first = drawn(alone, 7);

            assertThat(first).hasSize(20).allMatch(name -> name.startsWith("chaos: "));
            assertThat(new TreeSet<>(first)).hasSizeGreaterThan(3);
            assertThat(drawn(alone, 7)).isEqualTo(first);
            assertThat(drawn(alone, 8)).isNotEqualTo(first);
        }
    }

    /** What is played with twenty messages, as the journal says. */
    private static List<String> drawn(TestApp of, int seed) {
        Map<String, String> admin = Map.of("Authorization", "Bearer " + TestApp.TOKEN);
        of.call("DELETE", "/mock/control/journal", (String) null, admin);
        of.post("/mock/control/scenarios", "{\"scenario\":\"chaos\",\"seed\":" + seed + "}");
        statuses(new GraphApi(of), 20);
        assertThat(of.get("/mock/control/journal/wait?kind=call&count=20&timeout=30000").json().path("reached").asBoolean()).isTrue();
        of.call("DELETE", "/mock/control/scenarios", (String) null, admin);
        return of.get("/mock/control/journal?kind=call&limit=100").json().path("data").findValuesAsText("scenario");
    }

    @Test
    void one_may_be_configured_for_good() {
        try (TestApp alone = TestApp.start(Map.of("whatsapp.simulator.scenario", "error-131045"))) {
            assertThat(statuses(new GraphApi(alone), 2)).containsOnly(500);
        }
        assertThatThrownBy(() -> TestApp.start(Map.of("whatsapp.simulator.scenario", "rain"))).hasStackTraceContaining("whatsapp.simulator.scenario is rain");
    }

    @Test
    void what_is_chosen_is_listed_and_ended() {
        String customer = TestApp.newCustomer();
        String id = choose("{\"scenario\":\"never-read\",\"to\":\"+" + customer + "\",\"next\":5,\"seed\":3}");

        JsonNode list = app.get("/mock/control/scenarios").json();
        JsonNode mine = null;
        for (JsonNode chosen : list.path("chosen")) {
            mine = chosen.path("id").asText().equals(id) ? chosen : mine;
        }
        assertThat(mine).isEqualTo(Json.read("{\"id\":\"" + id + "\",\"scenario\":\"never-read\",\"to\":\"" + customer
                + "\",\"next\":5,\"share\":1.0,\"seed\":3,\"played\":0}"));
        Map<String, String> admin = Map.of("Authorization", "Bearer " + TestApp.TOKEN);
        Answer left = app.call("DELETE", "/mock/control/scenarios/" + id, (String) null, admin);
        assertThat(left.json().path("chosen").findValuesAsText("id")).doesNotContain(id);
        assertThat(app.call("DELETE", "/mock/control/scenarios/" + id, (String) null, admin).status()).isEqualTo(404);
        assertThat(app.post("/mock/control/scenarios", "{\"scenario\":\"rain\"}").status()).isEqualTo(422);
        assertThat(app.post("/mock/control/scenarios", "{\"scenario\":\"timeout\",\"share\":2}").status()).isEqualTo(422);
    }

    @Test
    void every_scenario_and_every_number_is_there_once() {
        Set<String> names = new TreeSet<>();
        Set<String> numbers = new TreeSet<>();
        JsonNode data = app.get("/mock/control/scenarios").json().path("data");
        data.forEach(scenario -> {
            names.add(scenario.path("name").asText());
            numbers.add(scenario.path("number").asText());
        });

        assertThat(names).hasSize(data.size()).contains("out-of-order", "chaos");
        assertThat(numbers).hasSize(data.size()).allMatch(number -> number.matches("1555[89]\\d{6}"));
    }

    @Test
    void the_guide_names_every_scenario_with_its_number_every_error_and_every_event() throws IOException {
        String guide = Files.readString(Path.of("docs/simulator.md"));
        for (Scenario scenario : Scenario.all()) {
            if (!scenario.name().startsWith("error-")) {
                assertThat(guide).contains("| `" + scenario.name() + "` | +" + scenario.number() + " | " + scenario.about());
            }
        }
        assertThat(SimulatedError.table().keySet()).allSatisfy(code -> assertThat(guide).containsPattern("\\b" + code + "\\b"));
        assertThat(SimulatedEvents.names()).allSatisfy(name -> assertThat(guide).contains("`" + name + "`"));
    }
}
