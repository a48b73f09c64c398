package helpdesk.whatsapp.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.testing.TestApp;
import helpdesk.whatsapp.testing.TestApp.Answer;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One customer is one: by number, by user id, or by both. */
class UserIdsTest {

    private static final Receiver RECEIVER = new Receiver();
    private static TestApp app;
    private static GraphApi graph;

    private final String number = TestApp.newCustomer();
    private final String userId = "US." + number;

    @BeforeAll
    static void start() {
        app = TestApp.start(Map.of("whatsapp.simulator.callback-url", RECEIVER.url(), "whatsapp.simulator.delay-ms", "0"));
        graph = new GraphApi(app);
    }

    @AfterAll
    static void stop() {
        app.close();
        RECEIVER.close();
    }

    private static List<Receiver.Post> await(String wamid, int count) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20)).until(() -> RECEIVER.about(wamid).size() >= count);
        return RECEIVER.about(wamid);
    }

    private static Answer toUser(String user) {
        Answer answer = graph.send("{\"messaging_product\":\"whatsapp\",\"recipient\":\"" + user + "\",\"text\":{\"body\":\"Hello\"}}");
        assertThat(answer.json().path("contacts").toString()).isEqualTo("[{\"input\":\"" + user + "\",\"user_id\":\"" + user + "\"}]");
        return answer;
    }

    private static Receiver.Post first(Answer send) {
        return await(GraphApi.wamid(send.json()), 1).get(0);
    }

    private String userIdOfStatus() {
        return await(graph.sendText(number, "who"), 1).get(0).status().path("recipient_user_id").asText();
    }

    @ParameterizedTest
    @ValueSource(strings = {"15551230001", "4915112345678", "5511987654321", "99999999999", "12345"})
    void a_made_user_id_tells_the_number_it_was_made_of(String of) {
        assertThat(SampleCustomers.userId(of)).matches("[A-Z]{2}\\.\\d{20}");
        assertThat(SampleCustomers.number(SampleCustomers.userId(of))).isEqualTo(of);
        assertThat(SampleCustomers.number(SampleCustomers.nextUserId(SampleCustomers.userId(of)))).isNull();
        assertThat(SampleCustomers.number("US.12345678901234567890")).isNull();
    }

    @Test
    void statuses_name_the_user_id_parent_and_username_with_which_the_customer_wrote_and_the_new_one_after_a_change() {
        graph.inbound("{\"from\":\"" + number + "\",\"userId\":\"" + userId + "\",\"parentUserId\":\"US.ENT.1" + number + "\",\"username\":\"zoe.k\",\"name\":\"Zoë\"}");

        List<Receiver.Post> posts = await(graph.sendText(number, "known"), 3);

        assertThat(posts).allSatisfy(post -> {
            assertThat(post.status().path("recipient_id").asText()).isEqualTo(number);
            assertThat(post.status().path("recipient_user_id").asText()).isEqualTo(userId);
            assertThat(post.status().path("recipient_parent_user_id").asText()).isEqualTo("US.ENT.1" + number);
            ObjectNode contact = (ObjectNode) post.value().at("/contacts/0");
            assertThat(contact.at("/profile/username").asText("none")).isEqualTo(post.status().path("status").asText().equals("sent") ? "none" : "zoe.k");
            assertThat(List.of(contact.at("/profile/name").asText(), contact.path("wa_id").asText(), contact.path("user_id").asText(),
                    contact.path("parent_user_id").asText())).containsExactly("Zoë", number, userId, "US.ENT.1" + number);
        });
        assertThat(first(toUser(userId)).status().path("recipient_id").asText()).isEqualTo(number);

        graph.inbound("{\"from\":\"" + number + "\",\"type\":\"system\",\"change\":\"user_id\",\"newUserId\":\"US.2" + number + "\"}");
        assertThat(userIdOfStatus()).isEqualTo("US.2" + number);
        assertThat(first(toUser(userId)).status().has("recipient_id")).as("nobody's any more").isFalse();
        JsonNode told = app.post("/mock/control/events", "{\"event\":\"user-id-changed\",\"from\":\"" + number + "\"}").json().at("/value/user_id_update/0/user_id");
        assertThat(told.path("previous").asText()).isEqualTo("US.2" + number);
        assertThat(userIdOfStatus()).isEqualTo(told.path("current").asText());

        assertThat(fromDatabase().of(number).userId()).as("after a restart").isEqualTo(told.path("current").asText());
    }

    private static SimulatedUsers fromDatabase() {
        return new SimulatedUsers(new UserMemory(app.context().getRegistry().lookupByNameAndType("txds", DataSource.class)));
    }

    @Test
    void of_who_only_has_a_name_nothing_is_written_and_the_oldest_names_are_forgotten() {
        graph.inbound("{\"from\":\"" + number + "\",\"name\":\"Zoë\"}");

        assertThat(await(graph.sendText(number, "named"), 1).get(0).value().at("/contacts/0/profile/name").asText()).isEqualTo("Zoë");
        SimulatedUsers users = fromDatabase();
        assertThat(users.of(number).name()).isNull();
        for (int i = 0; i <= 10_000; i++) {
            users.remember(users.of("1666" + (1_000_000 + i)).called("Customer " + i));
        }
        assertThat(users.of("16661000000").name()).isNull();
        assertThat(users.of("16661000001").name()).isEqualTo("Customer 1");
    }

    @Test
    void who_is_who_is_told_while_the_database_writes() throws Exception {
        DataSource dataSource = app.context().getRegistry().lookupByNameAndType("txds", DataSource.class);
        SimulatedUsers users = fromDatabase();
        Thread writer = new Thread(() -> users.remember(users.of(number).withUserId(userId)));
        try (Connection other = dataSource.getConnection()) {
            other.setAutoCommit(false);
            other.createStatement().execute("lock table simulator_user in exclusive mode");
            writer.start();
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> app.database().sql(
                    "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like '%into simulator_user%' and datname = current_database()")
                    .query(Long.class).single() > 0);

            assertThat(CompletableFuture.supplyAsync(() -> users.of(number).userId()).get(30, TimeUnit.SECONDS)).isEqualTo(SampleCustomers.userId(number));
            other.rollback();
        }
        writer.join();
        assertThat(users.of(number).userId()).isEqualTo(userId);
        assertThat(fromDatabase().of(number).userId()).isEqualTo(userId);
    }

    @Test
    void a_phone_stays_hidden_until_the_customer_says_otherwise_and_events_do_not_tell_it() {
        graph.inbound("{\"from\":\"" + number + "\",\"hidden\":true,\"name\":\"Zoë\"}");
        graph.inbound("{\"from\":\"" + number + "\"}");
        String made = SampleCustomers.userId(number);

        JsonNode told = preference();
        assertThat(told.toString()).doesNotContain("wa_id", number).contains(made);
        assertThat(told.at("/contacts/0/profile/name").asText()).isEqualTo("Zoë");
        assertThat(first(toUser(made)).status().has("recipient_id")).isFalse();

        graph.inbound("{\"from\":\"" + number + "\",\"hidden\":false}");
        assertThat(preference().at("/user_preferences/0/wa_id").asText()).isEqualTo(number);
    }

    private JsonNode preference() {
        return app.post("/mock/control/events", "{\"event\":\"user-opted-in\",\"from\":\"" + number + "\"}").json().path("value");
    }

    @Test
    void a_phone_is_changed_by_the_user_id_too() {
        put("/phones/" + SampleCustomers.userId(number), "{\"behaviour\":\"refuses\"}");

        assertThat(await(graph.sendText(number, "refused"), 1).get(0).status().at("/errors/0/code").asInt()).isEqualTo(131026);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"userId\":\"Zoe\"", "\"type\":\"system\",\"change\":\"user_id\",\"newUserId\":\"Zoe\""})
    void what_is_no_user_id_is_refused(String fields) {
        assertThat(app.post("/mock/control/inbound", "{\"from\":\"" + number + "\"," + fields + "}").status()).isEqualTo(422);
    }

    @Test
    void with_another_number_comes_another_user_id() {
        String now = TestApp.newCustomer();
        graph.inbound("{\"from\":\"" + number + "\",\"userId\":\"" + userId + "\",\"name\":\"Zoë\"}");
        graph.inbound("{\"from\":\"" + number + "\",\"type\":\"system\",\"waId\":\"" + now + "\"}");

        Receiver.Post status = await(graph.sendText(now, "moved"), 1).get(0);
        assertThat(status.status().path("recipient_user_id").asText()).isEqualTo(SampleCustomers.userId(now));
        assertThat(status.value().at("/contacts/0/profile/name").asText()).isEqualTo("Zoë");
        assertThat(userIdOfStatus()).isEqualTo(SampleCustomers.userId(number));
    }

    @Test
    void a_send_to_the_user_id_reaches_the_phone_whose_number_is_known() {
        graph.inbound("{\"from\":\"" + number + "\"}");
        String made = SampleCustomers.userId(number);

        Receiver.Post sent = first(toUser(made));
        assertThat(sent.status().path("recipient_id").asText()).isEqualTo(number);
        assertThat(sent.status().path("recipient_user_id").asText()).isEqualTo(made);
        assertThat(sent.value().at("/contacts/0/wa_id").asText()).isEqualTo(number);

        app.post("/mock/control/scenarios", "{\"scenario\":\"error-131049\",\"to\":\"" + number + "\",\"next\":1}");
        Receiver.Post failed = first(toUser(made));
        assertThat(failed.status().at("/errors/0/code").asInt()).isEqualTo(131049);
        assertThat(failed.status().path("recipient_user_id").asText()).isEqualTo(made);
        put("/phones/" + number, "{\"behaviour\":\"refuses\"}");
        assertThat(first(toUser(made)).status().at("/errors/0/code").asInt()).isEqualTo(131026);
        String block = "{\"messaging_product\":\"whatsapp\",\"block_users\":[{\"user_id\":\"" + made + "\"}]}";
        assertThat(graph.call("POST", "/v23.0/" + TestApp.NUMBER + "/block_users", block).json().at("/block_users/added_users/0/user_id").asText()).isEqualTo(made);
        assertThat(graph.get("/v23.0/" + TestApp.NUMBER + "/block_users").json().path("data").findValuesAsText("wa_id")).contains(number);
        assertThat(await(graph.sendText(number, "blocked"), 1).get(0).status().at("/errors/0/code").asInt()).isEqualTo(130403);
    }

    @Test
    void a_hidden_phone_is_not_told_and_still_answers_as_it_is_set() {
        graph.inbound("{\"from\":\"" + number + "\",\"hidden\":true,\"username\":\"zoe.k\"}");
        String made = SampleCustomers.userId(number);

        Receiver.Post sent = first(toUser(made));
        assertThat(sent.status().has("recipient_id")).isFalse();
        assertThat(sent.text()).doesNotContain(number);
        put("/phones/" + number, "{\"behaviour\":\"answers\"}");
        toUser(made);
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> RECEIVER.posts().stream().map(post -> post.value().at("/messages/0")).anyMatch(message ->
                message.path("from_user_id").asText().equals(made) && message.at("/text/body").asText().startsWith("Thank you") && !message.has("from")));
    }

    @Test
    void the_user_id_that_a_send_names_beside_the_number_is_the_number_s() {
        Answer both = graph.send("{\"messaging_product\":\"whatsapp\",\"to\":\"+" + number + "\",\"recipient\":\"" + userId + "\",\"text\":{\"body\":\"Hello\"}}");

        assertThat(both.json().path("contacts").toString()).isEqualTo("[{\"input\":\"+" + number + "\",\"wa_id\":\"" + number + "\"}]");
        assertThat(first(both).status().path("recipient_user_id").asText()).isEqualTo(userId);
        graph.inbound("{\"from\":\"" + number + "\"}");
        assertThat(userIdOfStatus()).isEqualTo(userId);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "hidden"})
    void a_customer_whose_number_nobody_knows_has_another_user_id_after_a_change(String phone) {
        String user = phone.equals("none") ? userId : SampleCustomers.userId(number);
        graph.inbound(phone.equals("none") ? "{\"from\":null,\"userId\":\"" + user + "\"}" : "{\"from\":\"" + number + "\",\"hidden\":true}");
        app.post("/mock/control/scenarios", "{\"scenario\":\"changed-number\",\"to\":\"" + user + "\",\"next\":1}");

        assertThat(toUser(user).status()).isEqualTo(200);

        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> RECEIVER.posts().stream().map(post -> post.value().at("/messages/0/system")).anyMatch(system ->
                system.path("type").asText().equals("user_changed_user_id") && system.path("body").asText().contains(user) && !system.has("wa_id")));
    }

    private static void put(String path, String json) {
        Answer answer = app.call("PUT", "/mock/control" + path, json, Map.of("Authorization", "Bearer " + TestApp.TOKEN, "Content-Type", "application/json"));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    }
}
