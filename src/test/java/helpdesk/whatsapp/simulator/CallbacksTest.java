package helpdesk.whatsapp.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.security.SignatureVerifier;
import helpdesk.whatsapp.settings.Mode;
import helpdesk.whatsapp.testing.Journal;
import helpdesk.whatsapp.testing.Ports;
import helpdesk.whatsapp.testing.TestApp;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Callbacks at somebody else's receiver. */
class CallbacksTest {

    private static final String ACCOUNT = "/v23.0/200000000000001";
    private static final Receiver RECEIVER = new Receiver();
    private static TestApp app;
    private static GraphApi graph;

    @BeforeAll
    static void start() {
        app = start(Map.of());
        graph = new GraphApi(app);
    }

    @AfterAll
    static void stop() {
        app.close();
        RECEIVER.close();
    }

    @AfterEach
    void accept_everything_again() {
        RECEIVER.answer(number -> 200);
    }

    private static TestApp start(Map<String, String> more) {
        Map<String, String> properties = new HashMap<>(Map.of("whatsapp.simulator.callback-url", RECEIVER.url(),
                "whatsapp.simulator.delay-ms", "0"));
        properties.putAll(more);
        return TestApp.start(properties);
    }

    @Test
    void sent_delivered_read_arrive_signed_and_in_order_with_what_the_send_asked_to_be_echoed() {
        Instant before = Instant.now();
        String customer = TestApp.newCustomer();
        String wamid = graph.sendText(customer, "attempt/1 é😊");

        List<Receiver.Post> posts = await(wamid, 3);

        assertThat(statuses(posts)).containsExactly("sent", "delivered", "read");
        for (Receiver.Post post : posts) {
            assertThat(post.uri()).isEqualTo("/hook?shop=1");
            assertThat(post.contentType()).isEqualTo("application/json");
            assertThat(post.signature()).isEqualTo(SignatureVerifier.header(post.body(), "mock-app-secret"));
            assertThat(post.text()).contains("\"biz_opaque_callback_data\":\"attempt\\/1 \\u00e9\\ud83d\\ude0a\"");
            JsonNode body = Json.read(post.body());
            assertThat(body.path("object").asText()).isEqualTo("whatsapp_business_account");
            assertThat(body.path("entry").path(0).path("id").asText()).isEqualTo("200000000000001");
            assertThat(body.path("entry").path(0).path("changes").path(0).path("field").asText()).isEqualTo("messages");
            assertThat(post.value().path("metadata").path("phone_number_id").asText()).isEqualTo(TestApp.NUMBER);
            assertThat(post.value().path("contacts").path(0).path("wa_id").asText()).isEqualTo(customer);
            JsonNode status = post.status();
            assertThat(status.path("id").asText()).isEqualTo(wamid);
            assertThat(status.path("recipient_id").asText()).isEqualTo(customer);
            assertThat(status.path("recipient_user_id").asText()).matches("US\\.\\d{20}");
            assertThat(post.value().at("/contacts/0/user_id")).isEqualTo(status.path("recipient_user_id"));
            assertThat(status.path("timestamp").isTextual()).isTrue();
            assertThat(status.path("timestamp").asLong()).isBetween(before.getEpochSecond(), Instant.now().getEpochSecond() + 1);
        }
        assertThat(posts.get(0).status().path("pricing").toString())
                .isEqualTo("{\"billable\":false,\"pricing_model\":\"PMP\",\"type\":\"free_customer_service\",\"category\":\"service\"}");
        assertThat(posts.get(1).status().path("pricing")).isEqualTo(posts.get(0).status().path("pricing"));
        assertThat(posts.get(2).status().has("pricing")).isFalse();
    }

    @Test
    void a_user_id_is_called_back_without_a_phone() {
        String wamid = GraphApi.wamid(graph.send("""
                {"messaging_product":"whatsapp","recipient":"US.555","text":{"body":"Hello"}}""").json());

        for (Receiver.Post post : await(wamid, 3)) {
            assertThat(post.status().path("recipient_user_id").asText()).isEqualTo("US.555");
            assertThat(post.status().has("recipient_id")).isFalse();
            assertThat(post.value().path("contacts").toString()).isEqualTo("[{\"user_id\":\"US.555\"}]");
        }
    }

    @Test
    void a_voice_message_is_played_and_a_reaction_only_sent() {
        String voice = GraphApi.wamid(graph.send("""
                {"messaging_product":"whatsapp","to":"+15551230001","type":"audio","audio":{"link":"https://example.com/a.ogg","voice":true}}""").json());
        String reaction = GraphApi.wamid(graph.send("""
                {"messaging_product":"whatsapp","to":"+15551230001","type":"reaction","reaction":{"message_id":"wamid.A","emoji":"👍"}}""").json());

        assertThat(statuses(await(voice, 4))).containsExactly("sent", "delivered", "read", "played");
        assertThat(statuses(await(reaction, 1))).containsExactly("sent");
        assertThat(RECEIVER.about(voice).get(0).value().path("contacts").path(0).path("profile").path("name").asText())
                .isEqualTo("Ana Example");
    }

    @Test
    void anything_but_200_is_tried_again_in_the_same_bytes_until_it_is_accepted_and_those_behind_it_do_not_wait() {
        Queue<Integer> refusals = new ConcurrentLinkedQueue<>(List.of(500, 201, 204));
        RECEIVER.judge(post -> post.status().path("status").asText().equals("sent") && !refusals.isEmpty() ? refusals.remove() : 200);
        String wamid = graph.sendText(TestApp.newCustomer(), "again");

        List<Receiver.Post> posts = await(wamid, 6);

        RECEIVER.judge(null);
        List<Receiver.Post> sent = posts.stream().filter(post -> post.status().path("status").asText().equals("sent")).toList();
        assertThat(sent).extracting(Receiver.Post::answered).containsExactly(500, 201, 204, 200);
        assertThat(sent.get(1).body()).isEqualTo(sent.get(0).body());
        assertThat(sent.get(2).signature()).isEqualTo(sent.get(0).signature());
        assertThat(statuses(posts.stream().filter(post -> post.answered() == 200).toList())).containsExactly("delivered", "read", "sent");
        awaitNothingQueued(app);
    }

    @Test
    void a_callback_that_is_refused_for_seven_days_is_given_up() {
        RECEIVER.answer(number -> 503);
        String wamid = graph.sendText(TestApp.newCustomer(), "old");
        await(wamid, 1);

        app.database().sql("update simulator_callback set created_at = now() - interval '8 days', due_at = now()").update();

        awaitNothingQueued(app);
        assertThat(statuses(RECEIVER.about(wamid))).contains("delivered", "read");
    }

    @Test
    void the_clock_of_retries_can_run_faster_and_what_has_expired_by_it_is_given_up() {
        try (Receiver other = new Receiver();
                TestApp fast = start(Map.of("whatsapp.simulator.callback-url", other.url(), "whatsapp.simulator.retry-speed", "100000"))) {
            other.answer(number -> 503);
            String wamid = new GraphApi(fast).sendText(TestApp.newCustomer(), "expires");       // 7 days are 6 seconds

            awaitNothingQueued(fast);

            assertThat(other.about(wamid).size()).isGreaterThan(4);
            assertThat(statuses(other.about(wamid))).contains("sent", "delivered", "read");
            assertThat(fast.get("/mock/control/journal/wait?kind=callback&q=givenUp&count=3&timeout=30000").json().path("count").asInt()).isEqualTo(3);
        }
    }

    @Test
    void nothing_is_posted_before_the_address_has_answered_the_handshake() {
        try (Receiver other = new Receiver(); TestApp careful = start(Map.of("whatsapp.simulator.callback-url", other.url(),
                "whatsapp.verify-token", "token &/+% of the test"))) {
            other.open(false);
            String wamid = new GraphApi(careful).sendText(TestApp.newCustomer(), "handshake");
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> other.handshakes().size() >= 2);
            assertThat(other.posts()).isEmpty();
            assertThat(other.handshakes().get(0)).startsWith("shop=1&hub.mode=subscribe&hub.challenge=")
                    .endsWith("&hub.verify_token=token &/+% of the test");

            other.open(true);

            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> other.about(wamid).size() == 3);
            int handshakes = other.handshakes().size();
            String next = new GraphApi(careful).sendText(TestApp.newCustomer(), "no second handshake");
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> other.about(next).size() == 3);
            assertThat(other.handshakes()).hasSize(handshakes);
            assertThat(careful.get("/mock/control/journal?kind=handshake&limit=1").json().at("/data/0/verified").asBoolean()).isTrue();
        }
    }

    @Test
    void number_and_account_go_before_the_app_for_messages_and_nothing_else() {
        try (Receiver number = new Receiver(); Receiver account = new Receiver(); Receiver own = new Receiver();
                TestApp routed = start(Map.of("whatsapp.simulator.callback-url", own.url(), "whatsapp.simulator.template-approval-ms", "0"))) {
            set(routed, "account", account);
            assertThat(arrives(routed, account)).isTrue();
            set(routed, "number", number);
            assertThat(arrives(routed, number)).isTrue();
            assertThat(number.handshakes().get(0)).endsWith("hub.verify_token=token-of-number");
            routed.post("/mock/control/events", "{\"event\":\"template-paused\"}");
            new GraphApi(routed).call("POST", ACCOUNT + "/message_templates", """
                    {"name":"decided","language":"en","category":"UTILITY","components":[{"type":"BODY","text":"a"}]}""");
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> own.posts().size() == 2);
            assertThat(own.posts()).allMatch(post -> post.text().contains("\"field\":\"message_template_status_update\""))
                    .anyMatch(post -> post.value().path("message_template_name").asText().equals("decided"));

            set(routed, "number", null);
            set(routed, "account", null);

            assertThat(arrives(routed, own)).isTrue();
            set(routed, "app", account);
            assertThat(arrives(routed, account)).isTrue();
            assertThat(routed.get("/mock/control/webhooks").json().at("/data/0/scope").asText()).isEqualTo("app");
        }
    }

    @Test
    void without_the_subscription_of_the_account_or_to_the_field_nothing_is_delivered_and_the_journal_says_why() {
        try (Receiver own = new Receiver(); TestApp subscribed = start(Map.of("whatsapp.simulator.callback-url", own.url()))) {
            GraphApi api = new GraphApi(subscribed);
            api.call("DELETE", ACCOUNT + "/subscribed_apps", null);
            goesNowhere(subscribed, "the app is not subscribed to the account.");
            api.call("POST", ACCOUNT + "/subscribed_apps", "{}");
            assertThat(arrives(subscribed, own)).isTrue();

            String app = "/mock/graph/v23.0/300000000000001/subscriptions";
            Map<String, String> byApp = Map.of("Authorization", "Bearer 300000000000001|mock-app-secret", "Content-Type", "application/json");
            assertThat(subscribed.call("POST", app, "{\"object\":\"whatsapp_business_account\",\"callback_url\":\"" + own.url()
                    + "\",\"verify_token\":\"v\",\"fields\":\"message_template_status_update\"}", byApp).status()).isEqualTo(200);
            goesNowhere(subscribed, "the app has not subscribed to the field messages.");
            subscribed.post("/mock/control/events", "{\"event\":\"template-paused\"}");
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> own.posts().stream().anyMatch(post -> post.text().contains("PAUSED")));
            assertThat(subscribed.call("DELETE", app, (String) null, byApp).status()).isEqualTo(200);
            goesNowhere(subscribed, "the app has not subscribed to the field messages.");
            assertThat(own.posts()).hasSize(4);
        }
    }

    private static void goesNowhere(TestApp of, String why) {
        String customer = TestApp.newCustomer();
        of.post("/mock/control/inbound", "{\"from\":\"" + customer + "\"}");
        JsonNode waited = of.get("/mock/control/journal/wait?kind=callback&count=1&timeout=30000&to=" + customer).json();
        assertThat(waited.path("reached").asBoolean()).isTrue();
        JsonNode entry = of.get("/mock/control/journal?kind=callback&to=" + customer).json().at("/data/0");
        assertThat(entry.path("fault").asText()).isEqualTo("Nobody is subscribed: " + why);
        assertThat(entry.path("givenUp").asBoolean()).isTrue();
    }

    private static void set(TestApp of, String scope, Receiver receiver) {
        String more = receiver == null ? "" : ",\"url\":\"" + receiver.url() + "\",\"verifyToken\":\"token-of-" + scope + "\"";
        assertThat(of.call("PUT", "/mock/control/webhooks", "{\"scope\":\"" + scope + "\"" + more + "}",
                Map.of("Authorization", "Bearer " + TestApp.TOKEN, "Content-Type", "application/json")).status()).isEqualTo(200);
    }

    private static boolean arrives(TestApp of, Receiver at) {
        String wamid = new GraphApi(of).sendText(TestApp.newCustomer(), "routed");
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> at.about(wamid).size() == 3);
        return true;
    }

    @Test
    void until_v23_a_message_has_a_conversation() {
        try (TestApp old = start(Map.of("whatsapp.graph.version", "v23.0"))) {
            List<Receiver.Post> posts = await(new GraphApi(old).sendText(TestApp.newCustomer(), "old version"), 3);

            JsonNode conversation = posts.get(0).status().path("conversation");
            assertThat(conversation.path("id").asText()).matches("[0-9a-f]{32}");
            assertThat(conversation.path("expiration_timestamp").isTextual()).isTrue();
            assertThat(conversation.at("/origin/type").asText()).isEqualTo("service");
            assertThat(posts.get(1).status().path("conversation")).isEqualTo(((ObjectNode) conversation.deepCopy()).without("expiration_timestamp"));
            assertThat(posts.get(2).status().has("conversation")).isFalse();
        }
        assertThat(await(graph.sendText(TestApp.newCustomer(), "new version"), 1).get(0).status().has("conversation")).isFalse();
    }

    @Test
    void callbacks_that_were_not_accepted_survive_a_restart_and_so_do_chosen_scenarios_and_the_pace_of_a_customer() {
        RECEIVER.answer(number -> 503);
        Map<String, String> same = new HashMap<>(Map.of("whatsapp.simulator.strict.pair", "true"));
        String wamid;
        String paced = TestApp.newCustomer();
        try (TestApp first = start(same)) {
            for (String key : List.of("whatsapp.db.url", "whatsapp.db.user", "whatsapp.db.password", "whatsapp.data-dir")) {
                same.put(key, first.property(key));
            }
            GraphApi api = new GraphApi(first);
            wamid = api.sendText(TestApp.newCustomer(), "kept");
            await(wamid, 1);
            // All 45 of a burst, or those that can be sent in its six seconds.
            assertThat(IntStream.range(0, 45).takeWhile(i -> !api.sendText(paced, "m" + i).isEmpty()).count()).isPositive();
            chosen(first, "POST", "{\"scenario\":\"not-json\",\"to\":\"15557770001\",\"next\":2}");
            assertThat(api.send("{\"messaging_product\":\"whatsapp\",\"to\":\"+15557770001\",\"text\":{\"body\":\"a\"}}").status()).isEqualTo(502);
        }
        RECEIVER.answer(number -> 200);
        try (TestApp second = start(same)) {
            GraphApi api = new GraphApi(second);
            GraphApi.assertError(api.send("{\"messaging_product\":\"whatsapp\",\"to\":\"+" + paced + "\",\"text\":{\"body\":\"a\"}}"), 400, 131056);
            assertThat(chosen(second, "GET", null).at("/chosen/0/next").asInt()).isEqualTo(1);
            assertThat(api.send("{\"messaging_product\":\"whatsapp\",\"to\":\"+15557770001\",\"text\":{\"body\":\"a\"}}").status()).isEqualTo(502);
            assertThat(chosen(second, "GET", null).path("chosen")).isEmpty();
            Awaitility.await().atMost(Duration.ofSeconds(40)).until(() -> RECEIVER.about(wamid).stream()
                    .filter(post -> post.answered() == 200).count() == 3);
            awaitNothingQueued(second);
        }
        assertThat(statuses(RECEIVER.about(wamid).stream().filter(post -> post.answered() == 200).toList()))
                .containsExactlyInAnyOrder("sent", "delivered", "read");
    }

    private static JsonNode chosen(TestApp of, String method, String choice) {
        return of.call(method, "/mock/control/scenarios", choice, Map.of("Authorization", "Bearer " + GraphApi.TOKEN, "Content-Type", "application/json")).json();
    }

    @Test
    void many_are_delivered_each_once_and_in_its_messages_order() {
        List<String> wamids = new ArrayList<>();
        IntStream.range(0, 60).forEach(i -> wamids.add(graph.sendText(TestApp.newCustomer(), "m" + i)));

        for (String wamid : wamids) {
            assertThat(statuses(await(wamid, 3))).containsExactly("sent", "delivered", "read");
        }
        awaitNothingQueued(app);
    }

    @Test
    void when_callbacks_are_off_a_call_is_only_logged() {
        try (TestApp quiet = start(Map.of("whatsapp.simulator.callbacks", "none"))) {
            String wamid = new GraphApi(quiet).sendText(TestApp.newCustomer(), "quiet");

            assertThat(wamid).startsWith("wamid.");
            assertThat(quiet.database().sql("select count(*) from simulator_callback").query(Long.class).single()).isZero();
            assertThat(Journal.of(quiet)).anyMatch(line -> line.toString().contains(wamid));
            assertThat(RECEIVER.about(wamid)).isEmpty();
        }
    }

    @Test
    void the_journal_has_every_call_and_callback_but_never_the_token() {
        String wamid = graph.sendText(TestApp.newCustomer(), "secret " + GraphApi.TOKEN);
        app.call("GET", "/mock/graph/v25.0/" + TestApp.NUMBER + "?access_token=" + GraphApi.TOKEN, (String) null,
                Map.of("Authorization", "Bearer " + GraphApi.TOKEN));
        await(wamid, 3);
        awaitNothingQueued(app);
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> Journal.of(app).stream()
                .filter(line -> isCallback(line, wamid)).count() == 3);

        List<JsonNode> lines = Journal.of(app);
        JsonNode call = lines.stream().filter(line -> line.path("response").toString().contains(wamid)).findFirst().orElseThrow();
        assertThat(call.path("kind").asText()).isEqualTo("call");
        assertThat(call.path("method").asText()).isEqualTo("POST");
        assertThat(call.path("path").asText()).isEqualTo("/v25.0/" + TestApp.NUMBER + "/messages");
        assertThat(call.path("request").path("body").path("text").path("body").asText()).isEqualTo("Hello");
        assertThat(call.path("status").asInt()).isEqualTo(200);
        List<JsonNode> callbacks = lines.stream().filter(line -> isCallback(line, wamid)).toList();
        assertThat(callbacks).allSatisfy(line -> {
            assertThat(line.path("kind").asText()).isEqualTo("callback");
            assertThat(line.path("url").asText()).isEqualTo(RECEIVER.url());
            assertThat(line.path("status").asInt()).isEqualTo(200);
        });
        assertThat(lines.toString()).doesNotContain(GraphApi.TOKEN);
    }

    @Test
    void in_real_mode_the_simulator_is_not_there_and_its_callbacks_wait() {
        try (TestApp toggled = start(Map.of("whatsapp.simulator.delay-ms", "60000"))) {
            Mode mode = toggled.context().getRegistry().lookupByNameAndType("mode", Mode.class);
            GraphApi api = new GraphApi(toggled);
            String wamid = api.sendText(TestApp.newCustomer(), "waits");

            mode.set(Mode.REAL, Integer.MAX_VALUE - 1);     // newer than what the database knows

            assertThat(api.get("/v25.0/" + TestApp.NUMBER).status()).isEqualTo(404);
            assertThat(toggled.post("/mock/control/inbound", "{}").status()).isEqualTo(404);
            toggled.database().sql("update simulator_callback set ready_at = now(), due_at = case when isfinite(due_at) then now() else due_at end").update();
            Awaitility.await().during(Duration.ofSeconds(1)).atMost(Duration.ofSeconds(30))
                    .until(() -> RECEIVER.about(wamid).isEmpty());

            mode.set(Mode.MOCK, Integer.MAX_VALUE);

            assertThat(statuses(await(wamid, 3))).containsExactly("sent", "delivered", "read");
        }
    }

    @Test
    void the_profile_real_does_not_even_load_the_simulator() throws IOException {
        int port = Ports.free();
        try (TestApp real = TestApp.start(Map.of("profile", "real", "whatsapp.app-secret", "s", "whatsapp.verify-token", "v",
                "whatsapp.access-token", "a", "whatsapp.phone-number-id", "1", "whatsapp.simulator.port", "" + port))) {
            assertThat(real.context().getRoutes()).extracting(route -> route.getRouteId()).isNotEmpty()
                    .noneMatch(id -> id.startsWith("simulator"));
            assertThat(real.context().getRegistry().lookupByName("graphCalls")).isNull();
            for (String path : List.of("/mock/graph/v25.0/1", "/mock/control/journal", "/mock/control/inbound", "/mock/")) {
                assertThat(real.get(path).status()).as(path).isEqualTo(404);
                assertThat(real.post(path, "{}").status()).as(path).isEqualTo(404);
            }
            new ServerSocket(port).close();     // nobody listens there
        }
    }

    private static List<Receiver.Post> await(String wamid, int count) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20))
                .until(() -> RECEIVER.about(wamid).size() >= count);
        return RECEIVER.about(wamid);
    }

    private static void awaitNothingQueued(TestApp of) {
        Awaitility.await().atMost(Duration.ofSeconds(40)).pollInterval(Duration.ofMillis(20)).until(() ->
                of.database().sql("select count(*) from simulator_callback").query(Long.class).single() == 0);
    }

    private static List<String> statuses(List<Receiver.Post> posts) {
        return posts.stream().map(post -> post.status().path("status").asText()).toList();
    }

    private static boolean isCallback(JsonNode line, String wamid) {
        return line.path("kind").asText().equals("callback") && line.path("message").asText().equals(wamid);
    }
}
