package helpdesk.whatsapp.api;

import static helpdesk.whatsapp.api.ContractAssert.assertAnswer;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.testing.TestApp;
import helpdesk.whatsapp.web.Contract;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.camel.Route;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Health, ledgers, dead letters; on an instance of its own, whose numbers nobody else moves. */
class OperationsTest {

    @AutoClose
    private static TestApp app;

    @BeforeAll
    static void start() {
        app = TestApp.start(Map.of());
    }

    private static JsonNode ingest() {
        JsonNode ingest = assertAnswer(app.get("/api/whatsapp/ingest"), "ingest-get", 200);
        JsonNode events = ingest.path("events");
        JsonNode items = ingest.path("items");
        assertThat(events.path("done").asLong() + events.path("pending").asLong() + events.path("dead").asLong())
                .as("events of %s", ingest).isEqualTo(events.path("received").asLong());
        assertThat(items.path("stored").asLong() + items.path("duplicate").asLong() + items.path("unsupported").asLong()
                + items.path("dead").asLong()).as("items of %s", ingest).isEqualTo(items.path("received").asLong());
        return ingest;
    }

    private static long more(JsonNode before, JsonNode after, String path) {
        return after.at(path).asLong() - before.at(path).asLong();
    }

    private static TestApp.Answer replay(String path) {
        return app.call("POST", path, (String) null, Map.of("Authorization", "Bearer " + TestApp.TOKEN));
    }

    private static JsonNode newestDeadLetter() {
        return assertAnswer(app.get("/api/whatsapp/dead-letters?limit=1"), "dead-letter-list", 200).path("data").path(0);
    }

    @Test
    void the_ledgers_add_up_over_good_repeated_unknown_and_dead_items() {
        app.awaitProcessed();       // what another test has posted
        JsonNode before = ingest();
        app.webhook(Payloads.of("batch", TestApp.newCustomer(), TestApp.newWamid()));
        app.webhook("{\"object\":\"whatsapp_business_account\",\"entry\":5}");
        app.awaitProcessed();
        JsonNode after = ingest();

        assertThat(more(before, after, "/events/received")).isEqualTo(2);
        assertThat(more(before, after, "/events/done")).isEqualTo(1);
        assertThat(more(before, after, "/events/dead")).isEqualTo(1);
        assertThat(after.at("/events/pending").asLong()).isZero();
        assertThat(more(before, after, "/items/received")).isEqualTo(4);
        assertThat(more(before, after, "/items/stored")).isEqualTo(1);
        assertThat(more(before, after, "/items/duplicate")).isEqualTo(1);
        assertThat(more(before, after, "/items/unsupported")).isEqualTo(1);
        assertThat(more(before, after, "/items/dead")).isEqualTo(1);
    }

    @Test
    void the_ledgers_add_up_at_every_moment() {
        List<Thread> posts = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            posts.add(new Thread(() -> {
                for (int j = 0; j < 15; j++) {
                    app.webhook(Payloads.of("batch", TestApp.newCustomer(), TestApp.newWamid()));
                }
            }));
        }
        posts.forEach(Thread::start);
        while (posts.stream().anyMatch(Thread::isAlive)) {
            ingest();
            assertThat(app.get("/api/whatsapp/health").json().path("ledgers").path("balanced").asBoolean()).isTrue();
        }
        app.awaitProcessed();
        assertThat(ingest().at("/events/pending").asLong()).isZero();
    }

    @Test
    void a_dead_letter_shows_why_where_and_what() {
        String wamid = TestApp.newWamid();
        app.webhook(Payloads.of("batch", TestApp.newCustomer(), wamid));
        app.awaitProcessed();
        JsonNode listed = newestDeadLetter();
        JsonNode letter = assertAnswer(app.get("/api/whatsapp/dead-letters/" + listed.path("id").asText()), "dead-letter-get", 200);

        assertThat(letter.path("reason").asText()).contains("text.body");
        assertThat(letter.path("itemPath").asText()).isEqualTo("entry[0].changes[0].value.messages[1]");
        assertThat(letter.path("raw").asText()).contains(wamid + ".bad").startsWith("{\"object\"");
        assertThat(letter.path("resolvedAt").isNull()).isTrue();
        assertThat(listed.has("raw")).isFalse();
    }

    @Test
    void bytes_that_are_no_text_are_shown_escaped() {
        long id = app.database().sql("""
                with event as (insert into dead_event values (-1, decode('00ff41', 'hex')))
                insert into dead_letter (log_pos, item_path, part, route, reason, simulated)
                values (-1, '', 'event', 'x', 'y', true) returning id""").query(Long.class).single();

        assertThat(assertAnswer(app.get("/api/whatsapp/dead-letters/" + id), "dead-letter-get", 200).path("raw").asText())
                .isEqualTo("\\000\\377A");
        app.database().sql("delete from dead_event where log_pos = -1").update();
    }

    @Test
    void a_replay_of_what_is_still_bad_is_counted_apart_and_stays_open() {
        app.webhook(Payloads.of("batch", TestApp.newCustomer(), TestApp.newWamid()));
        app.awaitProcessed();
        String id = newestDeadLetter().path("id").asText();
        JsonNode before = ingest();
        JsonNode replay = assertAnswer(replay("/api/whatsapp/dead-letters/" + id + "/replay"), "dead-letter-replay", 202);
        ingest();
        app.awaitProcessed();
        JsonNode after = ingest();

        assertThat(replay.path("id").asText()).isEqualTo(id);
        assertThat(more(before, after, "/replays/appended")).isEqualTo(1);
        assertThat(more(before, after, "/replays/dead")).isEqualTo(1);
        assertThat(after.path("events")).isEqualTo(before.path("events"));
        assertThat(after.path("items")).isEqualTo(before.path("items"));
        JsonNode letter = app.get("/api/whatsapp/dead-letters/" + id).json();
        assertThat(letter.path("resolvedAt").isNull()).isTrue();
        assertThat(letter.path("replayedAt")).isEqualTo(replay.path("replayedAt"));
    }

    @Test
    void a_dead_letter_is_resolved_by_a_replay_once_its_cause_is_mended() {
        String customer = TestApp.newCustomer();
        String wamid = TestApp.newWamid();
        // The database refuses this customer's messages: a fault of the data, as a broken trigger or rule would be.
        app.database().sql("alter table message add constraint test_refusal check (wamid not like '" + wamid + "%') not valid").update();
        app.webhook(Payloads.of("text", customer, wamid));
        app.awaitProcessed();
        JsonNode letter = newestDeadLetter();
        assertThat(app.get("/api/whatsapp/messages/" + wamid).status()).isEqualTo(404);
        app.database().sql("alter table message drop constraint test_refusal").update();
        JsonNode before = ingest();

        String path = "/api/whatsapp/dead-letters/" + letter.path("id").asText();
        assertAnswer(replay(path + "/replay"), "dead-letter-replay", 202);
        app.awaitProcessed();

        assertThat(app.get("/api/whatsapp/messages/" + wamid).json().path("text").asText()).startsWith("Where is");
        assertThat(more(before, ingest(), "/replays/stored")).isEqualTo(1);
        assertThat(app.get(path).json().path("resolvedAt").isNull()).isFalse();
        assertThat(app.get("/api/whatsapp/dead-letters?resolved=true").json().path("data").findValuesAsText("id"))
                .contains(letter.path("id").asText());
        assertThat(app.get("/api/whatsapp/dead-letters").json().path("data").findValuesAsText("id"))
                .doesNotContain(letter.path("id").asText());
        assertThat(assertAnswer(replay(path + "/replay"), "dead-letter-replay", 409).path("code").asText())
                .isEqualTo("already-resolved");
        assertThat(app.database().sql("select actor from audit where action = 'dead-letter-replay' order by id desc limit 1")
                .query(String.class).single()).isEqualTo("environment");
    }

    @Test
    void nobody_replays_what_is_not_there() {
        assertThat(assertAnswer(replay("/api/whatsapp/dead-letters/999999999/replay"), "dead-letter-replay", 404)
                .path("code").asText()).isEqualTo("not-found");
    }

    @Test
    void health_is_up_and_tells_what_waits() {
        JsonNode health = assertAnswer(app.get("/api/whatsapp/health"), "health-get", 200);

        assertThat(health.path("status").asText()).isEqualTo("up");
        assertThat(health.path("mode").asText()).isEqualTo("mock");
        assertThat(health.at("/database/status").asText()).isEqualTo("up");
        assertThat(health.at("/ledgers/balanced").asBoolean()).isTrue();
        assertThat(health.at("/deadLetters").asInt()).isEqualTo(app.database()
                .sql("select count(*) from dead_letter where resolved_at is null").query(Integer.class).single());
    }

    @Test
    void a_lost_file_waits_for_a_person_as_long_as_meta_keeps_it() {
        String wamid = TestApp.newWamid();
        app.webhook(Payloads.of("text", TestApp.newCustomer(), wamid));
        app.awaitProcessed();
        String ticket = app.get("/api/whatsapp/messages/" + wamid).json().path("ticketId").asText();
        app.database().sql("""
                with lost as (
                    insert into media (id, direction, state, mode, phone_number_id, graph_id, attempts, error, created_at)
                    values (gen_random_uuid(), 'inbound', 'failed', 'mock', '1', '404', 6, 'x', now() - interval '6 days 23 hours') returning id
                )
                update message set media_id = lost.id from lost where wamid = ?""").param(wamid).update();
        JsonNode health = assertAnswer(app.get("/api/whatsapp/health"), "health-get", 200);
        assertThat(health.at("/media/failed").asInt()).isEqualTo(1);
        assertThat(health.at("/media/failedTicketId").asText()).isEqualTo(ticket);
        assertThat(media(health).path("state").asText()).isEqualTo("attention");
        assertThat(media(health).path("mend").asText()).contains("press Retry");

        app.database().sql("update media set created_at = now() - interval '7 days 1 minute' where state = 'failed'").update();
        health = assertAnswer(app.get("/api/whatsapp/health"), "health-get", 200);
        assertThat(health.at("/media/failed").asInt()).isZero();
        assertThat(health.at("/media/failedTicketId").isNull()).isTrue();
        assertThat(media(health).path("state").asText()).isEqualTo("ok");
        assertThat(media(health).path("mend").isNull()).isTrue();
    }

    private static JsonNode media(JsonNode health) {
        for (JsonNode condition : health.path("conditions")) {
            if (condition.path("part").asText().equals("media")) {
                return condition;
            }
        }
        throw new AssertionError("no condition of the media in " + health);
    }

    @Test
    void the_number_is_not_asked_for_before_the_simulator_can_answer() {
        try (TestApp asking = TestApp.start(Map.of("whatsapp.health.graph-delay", "0"))) {
            org.awaitility.Awaitility.await().atMost(java.time.Duration.ofSeconds(30)).until(
                    () -> !asking.get("/api/whatsapp/health").json().path("number").isNull());
            assertThat(asking.get("/api/whatsapp/health").json().at("/number/state").asText()).isEqualTo("ok");
        }
    }

    @Test
    void health_is_degraded_while_a_ledger_does_not_add_up() {
        app.database().sql("update ledger set items_dead = items_dead + 1").update();
        JsonNode health = assertAnswer(app.get("/api/whatsapp/health"), "health-get", 200);
        app.database().sql("update ledger set items_dead = items_dead - 1").update();

        assertThat(health.path("status").asText()).isEqualTo("degraded");
        assertThat(health.at("/ledgers/balanced").asBoolean()).isFalse();
    }

    @Test
    void health_is_down_while_the_database_does_not_answer_and_up_again_after() {
        String name = app.property("whatsapp.db.url").replaceFirst(".*/", "");
        TestApp.Answer health;
        TestApp.Answer list;
        try (TestConnection other = new TestConnection(app)) {
            other.allow(name, false);
            other.endAll(name);
            health = app.get("/api/whatsapp/health");
            list = app.get("/api/whatsapp/contacts");
            other.allow(name, true);
        }
        assertThat(assertAnswer(health, "health-get", 503).path("status").asText()).isEqualTo("down");
        assertThat(assertAnswer(list, "contact-list", 503).path("code").asText()).isEqualTo("database-down");
        assertThat(list.header("Retry-After")).isNotNull();
        org.awaitility.Awaitility.await().atMost(java.time.Duration.ofSeconds(30)).until(
                () -> app.get("/api/whatsapp/health").json().path("status").asText().equals("up"));
    }

    static Stream<Arguments> operations() {
        List<Arguments> operations = new ArrayList<>();
        ContractAssert.document().path("paths").fields().forEachRemaining(path ->
                path.getValue().fields().forEachRemaining(operation -> operations.add(Arguments.of(
                        operation.getKey().toUpperCase(), path.getKey(), operation.getValue().path("operationId").asText()))));
        return operations.stream();
    }

    // A stream does not end (EventStreamTest).
    static Stream<Arguments> endingOperations() {
        return operations().filter(operation -> !ContractAssert.operation((String) operation.get()[2]).toString().contains("text/event-stream")
                && !operation.get()[2].equals("simulator-samples-make"));       // goes on making them, and the ledgers move
    }

    @ParameterizedTest
    @MethodSource("endingOperations")
    void every_operation_of_the_contract_is_there(String method, String path, String operationId) {
        boolean takesJson = ContractAssert.operation(operationId).at("/requestBody/content").has("application/json");
        boolean takesFile = ContractAssert.operation(operationId).at("/requestBody/content").has("multipart/form-data");
        Map<String, String> headers = takesJson
                ? Map.of("Authorization", "Bearer " + TestApp.TOKEN, "Content-Type", "application/json")
                : takesFile ? Map.of("Authorization", "Bearer " + TestApp.TOKEN, "Content-Type", "multipart/form-data; boundary=b")
                : Map.of("Authorization", "Bearer " + TestApp.TOKEN);
        TestApp.Answer answer = app.call(method, path.replace("{id}", "0"), takesFile ? "--b--\r\n" : method.equals("GET") ? null : "[]", headers);

        assertThat(answer.status()).isNotIn(405, 415, 500);
        assertThat(answer.text()).doesNotContain("There is nothing at");
        assertAnswer(answer, operationId, answer.status());
    }

    // Every path that Camel serves for the helpdesk, Meta or whoever plays with the simulator; its Graph API is Meta's. The live events are served by the edge itself.
    @Test
    void every_route_of_the_api_is_in_the_contract_and_every_operation_has_a_route() {
        Set<String> served = new TreeSet<>(Set.of("GET /api/whatsapp/events"));
        for (Route route : app.context().getRoutes()) {
            if (route.getEndpoint() instanceof PlatformHttpEndpoint endpoint && endpoint.getPath().matches("/(api|mock/control)/.*")) {
                served.add(endpoint.getHttpMethodRestrict() + " " + endpoint.getPath().replace("/messages/*", "/messages/{id}"));
            }
        }
        Set<String> described = new TreeSet<>();
        operations().forEach(operation -> described.add(operation.get()[0] + " " + operation.get()[1]));

        assertThat(described).isEqualTo(served);
    }

    @Test
    void the_contract_is_openapi_3_1_and_served_as_yaml_and_as_json() {
        TestApp.Answer yaml = app.get("/api/whatsapp/openapi.yaml");
        JsonNode json = assertAnswer(app.get("/api/whatsapp/openapi.json"), "contract-get-json", 200);

        assertThat(yaml.header("Content-Type")).startsWith("application/yaml");
        assertThat(yaml.text()).startsWith("openapi: 3.1.0");
        assertThat(json).isEqualTo(ContractAssert.document());
        assertThat(json.path("openapi").asText()).isEqualTo("3.1.0");
    }

    @Test
    void the_contract_refers_to_what_it_has_and_uses_all_of_it() {
        JsonNode document = ContractAssert.document();
        Set<String> used = new TreeSet<>(document.findValuesAsText("$ref"));
        Set<String> there = new TreeSet<>();
        for (String kind : List.of("schemas", "parameters", "responses")) {
            document.at("/components/" + kind).fieldNames().forEachRemaining(name -> there.add("#/components/" + kind + "/" + name));
        }
        List<String> tags = new ArrayList<>();
        document.path("tags").forEach(tag -> tags.add(tag.path("name").asText()));

        assertThat(used).allSatisfy(ref -> assertThat(document.at(ref.substring(1)).isMissingNode()).as(ref).isFalse());
        there.removeIf(name -> name.contains("/Simulated"));        // some are of the simulated Graph API, which is Meta's
        assertThat(used).containsAll(there);
        for (JsonNode path : document.path("paths")) {
            for (JsonNode operation : path) {
                assertThat(operation.path("summary").asText()).as(operation.path("operationId").asText()).isNotEmpty();
                assertThat(tags).contains(operation.at("/tags/0").asText());
            }
        }
    }

    static Stream<Arguments> bodies() {
        return operations().map(operation -> ContractAssert.operation((String) operation.get()[2]))
                .filter(operation -> operation.at("/requestBody/content/application~1json/schema").has("$ref"))
                .map(operation -> Arguments.of(operation.path("operationId").asText(),
                        operation.at("/requestBody/content/application~1json")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bodies")
    void every_body_has_an_example_that_fits(String operationId, JsonNode content) {
        String name = content.at("/schema/$ref").asText().replaceFirst(".*/", "");
        List<JsonNode> examples = new ArrayList<>();
        content.path("examples").forEach(example -> examples.add(example.path("value")));
        ContractAssert.document().at("/components/schemas/" + name + "/examples").forEach(examples::add);

        assertThat(examples).isNotEmpty().allSatisfy(example -> assertThat(new Contract().errors(name, example)).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"messages", "contacts", "tickets", "health", "ingest", "dead-letters", "openapi.yaml", "contacts/1", "messages/1"})
    void another_method_is_refused_in_words(String path) {
        TestApp.Answer answer = app.call("DELETE", "/api/whatsapp/" + path, (String) null,
                Map.of("Authorization", "Bearer " + TestApp.TOKEN));

        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.json().path("code").asText()).isEqualTo("method-not-allowed");
        assertThat(answer.header("Allow")).contains("GET");
    }
}
