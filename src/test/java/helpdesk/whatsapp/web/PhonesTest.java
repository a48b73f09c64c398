package helpdesk.whatsapp.web;

import static helpdesk.whatsapp.api.ContractAssert.assertAnswer;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.testing.Journal;
import helpdesk.whatsapp.testing.Payloads;
import helpdesk.whatsapp.testing.TestApp;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Simulated phones, what an agent's reading and typing does on them, templates, media again, samples; on an instance of its own. */
class PhonesTest {

    private static final Map<String, String> ADMIN = Map.of("Authorization", "Bearer " + TestApp.TOKEN, "Content-Type", "application/json");
    @AutoClose
    private static TestApp app;

    @BeforeAll
    static void start() {
        app = TestApp.start(Map.of("whatsapp.simulator.samples-pause", "500"));
    }

    private static void write(String customer, String text) {
        app.webhook(Payloads.messages(Payloads.text(customer, TestApp.newWamid(), text)));
        app.awaitProcessed();
    }

    private static List<JsonNode> list(String query) {
        List<JsonNode> rows = new ArrayList<>();
        assertAnswer(app.get("/api/whatsapp/tickets" + query), "ticket-list", 200).path("data").forEach(rows::add);
        return rows;
    }

    private static JsonNode only(String query) {
        List<JsonNode> rows = list(query);
        assertThat(rows).as("tickets" + query).hasSize(1);
        return rows.get(0);
    }

    private static void behave(String customer, String behaviour) {
        TestApp.Answer answer = app.call("PUT", "/mock/control/phones/" + customer, "{\"behaviour\":\"" + behaviour + "\"}", ADMIN);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    }

    private static String send(String customer, String text) {
        return app.post("/api/whatsapp/messages", "{\"to\":\"" + customer + "\",\"text\":{\"body\":\"" + text + "\"}}").json().path("id").asText();
    }

    @Test
    void typing_shows_on_the_phone_until_the_message_comes() {
        String customer = TestApp.newCustomer();
        write(customer, "reading_tells");
        String path = "/api/whatsapp/tickets/" + only("?q=reading_tells").path("id").asText();

        // a wamid of the simulator, for it holds whose message it is
        app.call("POST", "/mock/control/inbound", "{\"from\":\"" + customer + "\",\"text\":\"once more\"}", ADMIN);
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> only("?q=reading_tells").path("unreadCount").asInt() == 2);
        assertThat(phone(customer).path("typing").asBoolean()).isFalse();
        assertAnswer(app.post(path + "/typing", ""), "ticket-typing", 200);
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> phone(customer).path("typing").asBoolean());
        app.awaitStatus(send(customer, "Here it is"), "read");
        assertThat(phone(customer).path("typing").asBoolean()).as("typing after the message came").isFalse();
    }

    private static JsonNode phone(String customer) {
        for (JsonNode phone : app.call("GET", "/mock/control/phones", (String) null, ADMIN).json().path("data")) {
            if (phone.path("id").asText().equals(customer)) {
                return phone;
            }
        }
        return Json.object();
    }

    @Test
    void a_phone_that_does_not_read_or_is_off_does_it_later() {
        String customer = TestApp.newCustomer();
        behave(customer, "off");
        String id = send(customer, "later");
        app.awaitStatus(id, "sent");
        behave(customer, "takes");
        app.awaitStatus(id, "delivered");
        behave(customer, "reads");
        app.awaitStatus(id, "read");
        assertThat(app.call("PUT", "/mock/control/phones/" + customer, "{\"behaviour\":\"sleeps\"}", ADMIN).status()).isEqualTo(422);
    }

    @Test
    void a_phone_that_was_off_for_long_misses_nothing() {
        try (TestApp alone = TestApp.start(Map.of("profile", "simulator", "whatsapp.simulator.callback-url", "", "whatsapp.simulator.delay-ms", "0"))) {
            String customer = TestApp.newCustomer();
            alone.call("PUT", "/mock/control/phones/all", "{\"behaviour\":\"off\"}", ADMIN);
            alone.database().sql("""
                    insert into simulator_held (customer, callback)
                    select ?, jsonb_build_object('message', 'wamid.' || n, 'kind', kind, 'delay_ms', 3600000, 'position', 0, 'body', '{}')
                    from generate_series(1, 1200) n, unnest(array['delivered', 'read']) with ordinality as k (kind, i) order by n, i""").param(customer).update();

            alone.call("PUT", "/mock/control/phones/all", "{\"behaviour\":\"takes\"}", ADMIN);
            assertThat(waiting(alone)).isEqualTo(1200);
            assertThat(queued(alone, "delivered")).isEqualTo(1200);
            alone.call("PUT", "/mock/control/phones/" + customer, "{\"behaviour\":\"reads\"}", ADMIN);
            assertThat(waiting(alone)).isZero();
            assertThat(queued(alone, "read")).isEqualTo(1200);
        }
    }

    private static long queued(TestApp of, String kind) {
        return of.database().sql("select count(*) from simulator_callback where kind = ?").param(kind).query(Long.class).single();
    }

    @Test
    void what_a_phone_does_later_is_held_back_as_long_as_it_cannot_be_queued() {
        try (TestApp alone = TestApp.start(Map.of("profile", "simulator", "whatsapp.simulator.callback-url", "", "whatsapp.simulator.delay-ms", "0"))) {
            String customer = TestApp.newCustomer();
            alone.database().sql("insert into simulator_held (customer, callback) values (?, '{\"message\":\"wamid.A\",\"kind\":\"read\",\"delay_ms\":0,\"body\":\"{}\"}')")
                    .param(customer).update();
            alone.database().sql("alter table simulator_callback add constraint closed check (kind <> 'read')").update();
            assertThat(alone.call("PUT", "/mock/control/phones/" + customer, "{\"behaviour\":\"reads\"}", ADMIN).status()).isGreaterThanOrEqualTo(500);
            assertThat(waiting(alone)).isEqualTo(1);
        }
    }

    @Test
    void a_phone_behaves_after_a_restart_as_it_did_before_and_does_then_what_it_had_not_done() {
        String customer = TestApp.newCustomer();
        String id;
        Map<String, String> sameDatabase;
        try (TestApp before = TestApp.start(Map.of())) {
            sameDatabase = Map.of("whatsapp.db.url", before.property("whatsapp.db.url"), "whatsapp.db.user", before.property("whatsapp.db.user"),
                    "whatsapp.db.password", before.property("whatsapp.db.password"));
            before.call("PUT", "/mock/control/phones/" + customer, "{\"behaviour\":\"off\"}", ADMIN);
            id = before.post("/api/whatsapp/messages", "{\"to\":\"" + customer + "\",\"text\":{\"body\":\"x\"}}").json().path("id").asText();
            before.awaitStatus(id, "sent");
        }
        try (TestApp after = TestApp.start(sameDatabase)) {
            assertThat(after.call("GET", "/mock/control/phones", (String) null, ADMIN).json().path("data")).anySatisfy(phone -> {
                assertThat(phone.path("id").asText()).isEqualTo(customer);
                assertThat(phone.path("behaviour").asText()).isEqualTo("off");
            });
            after.call("PUT", "/mock/control/phones/" + customer, "{\"behaviour\":\"reads\"}", ADMIN);
            after.awaitStatus(id, "read");
            assertThat(after.database().sql("select count(*) from simulator_held").query(Long.class).single()).isZero();
        }
    }

    @Test
    void what_failed_is_counted_with_the_ticket_until_it_is_sent_again() {
        String customer = TestApp.newCustomer();
        write(customer, "what_failed");
        behave(customer, "refuses");
        String id = send(customer, "Not today");
        JsonNode failed = app.awaitStatus(id, "failed");
        assertThat(failed.path("advice").asText()).contains("cannot be reached on WhatsApp");
        assertThat(only("?failed=true&q=what_failed").path("failedSends").asInt()).isEqualTo(1);
        assertThat(list("?failed=true")).extracting(row -> row.at("/contact/phone").asText()).contains("+" + customer);

        behave(customer, "reads");
        app.call("POST", "/api/whatsapp/messages/" + id + "/retry", (String) null, ADMIN);
        app.awaitStatus(id, "read");
        assertThat(only("?q=what_failed").path("failedSends").asInt()).isZero();
    }

    @Test
    void templates_come_from_the_account_and_are_kept_for_a_while() {
        JsonNode first = assertAnswer(app.get("/api/whatsapp/templates?refresh=true"), "template-list", 200);
        long calls = Journal.calls(app, "GET", "/message_templates");
        JsonNode second = assertAnswer(app.get("/api/whatsapp/templates"), "template-list", 200);

        assertThat(first.path("data")).extracting(template -> template.path("name").asText()).contains("order_update", "parcel_ready");
        assertThat(second).isEqualTo(first);
        assertThat(calls).isPositive();
        assertThat(Journal.calls(app, "GET", "/message_templates")).isEqualTo(calls);
    }

    @Test
    void a_file_that_could_not_be_fetched_is_fetched_again_when_asked() {
        String customer = TestApp.newCustomer();
        String wamid = app.call("POST", "/mock/control/inbound", "{\"from\":\"" + customer + "\",\"type\":\"image\"}", ADMIN).json().path("wamid").asText();
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> app.get("/api/whatsapp/messages/" + wamid).json().at("/media/state").asText().equals("ready"));
        String media = app.get("/api/whatsapp/messages/" + wamid).json().at("/media/id").asText();
        TestApp.Answer early = app.post("/api/whatsapp/media/" + media + "/retry", "");
        assertAnswer(early, "media-retry", 409);
        app.database().sql("update media set state = 'failed', path = null, error = 'x' where id = cast(? as uuid)").param(media).update();

        assertAnswer(app.post("/api/whatsapp/media/" + media + "/retry", ""), "media-retry", 202);
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> app.get("/api/whatsapp/media/" + media + "/content").status() == 200);
    }

    @Test
    void samples_come_through_the_pipeline_and_one_action_removes_what_is_simulated() {
        try (TestApp fresh = TestApp.start(Map.of("whatsapp.simulator.samples", "true", "whatsapp.simulator.samples-pause", "800"))) {
            fresh.awaitSamples();
            String real = TestApp.newCustomer();
            fresh.webhook(Payloads.messages(Payloads.text(real, TestApp.newWamid(), "I am real")));
            fresh.awaitProcessed();
            fresh.database().sql("update message set simulated = false where text = 'I am real'").update();
            fresh.database().sql("update ticket set simulated = false where id = (select ticket_id from message where text = 'I am real')").update();
            fresh.database().sql("update contact set simulated = false where wa_id = ?").param(real).update();
            assertThat(fresh.get("/api/whatsapp/tickets").json().path("data").size()).isGreaterThan(5);

            assertThat(fresh.get("/api/whatsapp/agents").json().path("data")).as("somebody to assign to").hasSize(2);

            String hidden = TestApp.newCustomer();
            fresh.post("/mock/control/inbound", "{\"from\":\"" + hidden + "\",\"userId\":\"US.9" + hidden + "\",\"hidden\":true}");
            fresh.call("PUT", "/mock/control/phones/" + hidden, "{\"behaviour\":\"off\"}", ADMIN);
            fresh.call("POST", "/mock/graph/" + TestApp.NUMBER + "/messages", "{\"messaging_product\":\"whatsapp\",\"to\":\"+" + hidden
                    + "\",\"text\":{\"body\":\"Hello\"}}", Map.of("Authorization", "Bearer mock-access-token", "Content-Type", "application/json"));
            assertThat(waiting(fresh)).as("delivered and read").isEqualTo(2);
            fresh.awaitQuiet();     // a callback that is on its way would come after the removal

            TestApp.Answer removed = fresh.call("DELETE", "/mock/control/data", (String) null, ADMIN);

            assertThat(removed.json().path("messages").asInt()).isGreaterThan(12);
            JsonNode left = fresh.get("/api/whatsapp/tickets").json().path("data");
            assertThat(left).hasSize(1);
            assertThat(left.path(0).at("/contact/phone").asText()).isEqualTo("+" + real);
            assertThat(fresh.database().sql("select count(*) from media").query(Long.class).single()).isZero();
            assertThat(fresh.get("/api/whatsapp/agents").json().path("data")).isEmpty();
            assertThat(fresh.get("/api/whatsapp/health").json().at("/ledgers/balanced").asBoolean()).isTrue();

            assertThat(waiting(fresh)).isZero();
            fresh.call("PUT", "/mock/control/phones/" + hidden, "{\"behaviour\":\"reads\"}", ADMIN);
            assertThat(fresh.database().sql("select count(*) from simulator_callback").query(Long.class).single()).as("nothing was held back").isZero();
            assertThat(fresh.database().sql("select count(*) from simulator_user").query(Long.class).single()).isZero();
            assertThat(fresh.post("/mock/control/events", "{\"event\":\"user-opted-in\",\"from\":\"" + hidden + "\"}")
                    .json().at("/value/user_preferences/0/wa_id").asText()).as("hidden no more").isEqualTo(hidden);
        }
    }

    @Test
    void what_is_removed_while_somebody_adds_to_it_goes_with_what_was_added() throws Exception {
        try (TestApp fresh = TestApp.start(Map.of())) {
            String customer = TestApp.newCustomer();
            fresh.webhook(Payloads.messages(Payloads.text(customer, TestApp.newWamid(), "Hello")));
            fresh.awaitProcessed();

            try (Connection late = DriverManager.getConnection(fresh.property("whatsapp.db.url"), fresh.property("whatsapp.db.user"),
                    fresh.property("whatsapp.db.password"))) {
                late.setAutoCommit(false);
                late.createStatement().execute("insert into contact_identity (value, kind, contact_id)"
                        + " select 'late-" + customer + "', 'bsuid', id from contact where wa_id = '" + customer + "'");
                CompletableFuture<TestApp.Answer> removal = CompletableFuture.supplyAsync(
                        () -> fresh.call("DELETE", "/mock/control/data", (String) null, ADMIN));
                Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> removal.isDone() || fresh.database()
                        .sql("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")
                        .query(Long.class).single() > 0);
                late.commit();

                assertThat(assertAnswer(removal.get(30, TimeUnit.SECONDS), "simulator-data-remove", 200).path("contacts").asInt()).isEqualTo(1);
            }
            assertThat(fresh.database().sql("select count(*) from contact_identity").query(Long.class).single()).isZero();
        }
    }

    private static long waiting(TestApp of) {
        return of.database().sql("select count(*) from simulator_held").query(Long.class).single();
    }
}
