package helpdesk.whatsapp.web;

import static helpdesk.whatsapp.api.ContractAssert.assertAnswer;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.testing.Payloads;
import helpdesk.whatsapp.testing.TestApp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The inbox's list, reading, typing, templates, simulated phones, samples; on an instance of its own, for some of it is about all there is. */
class ConversationsTest {

    private static final Map<String, String> ADMIN = Map.of("Authorization", "Bearer " + TestApp.TOKEN, "Content-Type", "application/json");
    private static TestApp app;

    @BeforeAll
    static void start() {
        app = TestApp.start(Map.of("whatsapp.simulator.samples-pause", "500"));
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    private static void write(String customer, String text) {
        app.webhook(Payloads.messages(Payloads.text(customer, TestApp.newWamid(), text)));
        app.awaitProcessed();
    }

    private static List<JsonNode> list(String query) {
        List<JsonNode> rows = new ArrayList<>();
        assertAnswer(app.get("/api/whatsapp/conversations" + query), "conversation-list", 200).path("data").forEach(rows::add);
        return rows;
    }

    private static JsonNode only(String query) {
        List<JsonNode> rows = list(query);
        assertThat(rows).as("conversations" + query).hasSize(1);
        return rows.get(0);
    }

    private static void behave(String customer, String behaviour) {
        TestApp.Answer answer = app.call("PUT", "/mock/control/phones/" + customer, "{\"behaviour\":\"" + behaviour + "\"}", ADMIN);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    }

    private static String send(String customer, String text) {
        return app.post("/api/whatsapp/messages", "{\"to\":\"" + customer + "\",\"text\":{\"body\":\"" + text + "\"}}").json().path("id").asText();
    }

    private static String journal() throws IOException {
        Path file = Path.of(app.property("whatsapp.data-dir"), "simulator/journal.jsonl");
        return Files.exists(file) ? Files.readString(file) : "";
    }

    @Test
    void a_row_has_all_that_the_inbox_shows() {
        String customer = TestApp.newCustomer();
        write(customer, "a_row_has_all");
        JsonNode row = only("?q=a_row_has_all");

        assertThat(row.path("unreadCount").asInt()).isEqualTo(1);
        assertThat(row.path("failedCount").asInt()).isZero();
        assertThat(row.at("/contact/waId").asText()).isEqualTo(customer);
        assertThat(row.at("/last/text").asText()).isEqualTo("a_row_has_all");
        assertThat(row.at("/last/direction").asText()).isEqualTo("inbound");
        assertThat(Instant.parse(row.path("windowEndsAt").asText())).isBetween(Instant.now().plusSeconds(23 * 3600),
                Instant.now().plusSeconds(24 * 3600 + 5));
        assertThat(assertAnswer(app.get("/api/whatsapp/conversations/" + row.path("id").asText()), "conversation-get", 200)).isEqualTo(row);
        assertAnswer(app.get("/api/whatsapp/conversations/999999999"), "conversation-get", 404);
        assertAnswer(app.get("/api/whatsapp/conversations/x"), "conversation-get", 404);
    }

    @Test
    void a_search_finds_names_numbers_and_texts_and_takes_wildcards_as_they_are() {
        String customer = TestApp.newCustomer();
        app.webhook(Payloads.webhook(Payloads.with(Payloads.change(TestApp.NUMBER, "messages", Payloads.text(customer, TestApp.newWamid(), "Kettle 100%_\\ lid")),
                "contacts", Payloads.contact(customer, null, "Zoë Quince"))));
        app.awaitProcessed();

        for (String q : List.of("quince", "Zo%C3%AB", customer, "%2B" + customer, customer.substring(4), "kettle", "100%25_%5C")) {
            assertThat(list("?q=" + q)).as(q).extracting(row -> row.at("/contact/waId").asText()).contains(customer);
        }
        assertThat(list("?q=kettle%25lid_")).isEmpty();
        assertThat(list("?view=done&q=quince")).isEmpty();
        assertThat(list("?q=%27%3B--%5B")).isEmpty();
        assertAnswer(app.get("/api/whatsapp/conversations?view=elsewhere"), "conversation-list", 400);
    }

    @Test
    void pages_follow_each_other_without_gap_or_repeat() {
        List<String> customers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            customers.add(TestApp.newCustomer());
            write(customers.get(i), "pages_follow");
        }
        List<String> seen = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = assertAnswer(app.get("/api/whatsapp/conversations?view=open&limit=2" + cursor), "conversation-list", 200);
            page.path("data").forEach(row -> seen.add(row.at("/contact/waId").asText()));
            cursor = page.path("next").isNull() ? null : "&cursor=" + page.path("next").asText();
        } while (cursor != null);
        assertThat(seen).doesNotHaveDuplicates().containsAll(customers);
    }

    @Test
    void reading_tells_the_phone_and_typing_shows_on_it() throws Exception {
        String customer = TestApp.newCustomer();
        write(customer, "reading_tells");
        JsonNode row = only("?q=reading_tells");
        String wamid = app.get("/api/whatsapp/messages/" + row.at("/last/id").asText()).json().path("wamid").asText();

        String path = "/api/whatsapp/conversations/" + row.path("id").asText();
        assertAnswer(app.post(path + "/read", ""), "conversation-read", 200);
        assertThat(only("?q=reading_tells").path("unreadCount").asInt()).isZero();
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> journal().contains(wamid));
        long receipts = journal().lines().filter(line -> line.contains(wamid)).count();
        JsonNode again = assertAnswer(app.post(path + "/read", ""), "conversation-read", 200);
        assertThat(again.has("receipt")).as("a second receipt").isFalse();

        app.call("POST", "/mock/control/inbound", "{\"from\":\"" + customer + "\",\"text\":\"once more\"}", ADMIN);
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> only("?q=reading_tells").path("unreadCount").asInt() == 1);
        assertAnswer(app.post(path + "/typing", ""), "conversation-typing", 200);
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> phone(customer).path("typing").asBoolean());
        assertThat(journal().lines().filter(line -> line.contains(wamid)).count()).isEqualTo(receipts);
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
    void what_failed_is_counted_with_the_ticket_until_it_is_sent_again() {
        String customer = TestApp.newCustomer();
        write(customer, "what_failed");
        behave(customer, "refuses");
        String id = send(customer, "Not today");
        JsonNode failed = app.awaitStatus(id, "failed");
        assertThat(failed.path("advice").asText()).contains("cannot be reached on WhatsApp");
        assertThat(only("?view=failed&q=what_failed").path("failedCount").asInt()).isEqualTo(1);
        assertThat(list("?view=failed")).extracting(row -> row.at("/contact/waId").asText()).contains(customer);

        behave(customer, "reads");
        app.call("POST", "/api/whatsapp/messages/" + id + "/retry", (String) null, ADMIN);
        app.awaitStatus(id, "read");
        assertThat(only("?q=what_failed").path("failedCount").asInt()).isZero();
    }

    @Test
    void templates_come_from_the_account_and_are_kept_for_a_while() throws Exception {
        JsonNode first = assertAnswer(app.get("/api/whatsapp/templates?refresh=true"), "template-list", 200);
        long calls = journal().lines().filter(line -> line.contains("message_templates")).count();
        JsonNode second = assertAnswer(app.get("/api/whatsapp/templates"), "template-list", 200);

        assertThat(first.path("data")).extracting(template -> template.path("name").asText()).contains("order_update", "parcel_ready");
        assertThat(second).isEqualTo(first);
        assertThat(journal().lines().filter(line -> line.contains("message_templates")).count()).isEqualTo(calls);
    }

    @Test
    void a_file_that_could_not_be_fetched_is_fetched_again_when_asked() {
        String customer = TestApp.newCustomer();
        String wamid = app.call("POST", "/mock/control/inbound", "{\"from\":\"" + customer + "\",\"type\":\"image\"}", ADMIN).json().path("wamid").asText();
        Awaitility.await().atMost(Duration.ofSeconds(15)).until(() -> app.get("/api/whatsapp/messages/" + wamid).json().at("/media/state").asText().equals("ready"));
        String media = app.get("/api/whatsapp/messages/" + wamid).json().at("/media/id").asText();
        TestApp.Answer early = app.post("/api/whatsapp/media/" + media + "/retry", "");
        assertAnswer(early, "media-retry", 409);
        app.database().sql("update media set state = 'failed', path = null, error = 'x' where id = cast(? as uuid)").param(media).update();

        assertAnswer(app.post("/api/whatsapp/media/" + media + "/retry", ""), "media-retry", 202);
        Awaitility.await().atMost(Duration.ofSeconds(15)).until(() -> app.get("/api/whatsapp/media/" + media + "/content").status() == 200);
    }

    @Test
    void samples_come_through_the_pipeline_and_one_action_removes_what_is_simulated() {
        try (TestApp fresh = TestApp.start(Map.of("whatsapp.simulator.samples", "true", "whatsapp.simulator.samples-pause", "800"))) {
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> fresh.database().sql("select count(*) from message where type = 'contacts'")
                    .query(Long.class).single() == 1);
            String real = TestApp.newCustomer();
            fresh.webhook(Payloads.messages(Payloads.text(real, TestApp.newWamid(), "I am real")));
            fresh.awaitProcessed();
            fresh.database().sql("update message set simulated = false where text = 'I am real'").update();
            fresh.database().sql("update ticket set simulated = false where id = (select ticket_id from message where text = 'I am real')").update();
            fresh.database().sql("update contact set simulated = false where wa_id = ?").param(real).update();
            assertThat(fresh.get("/api/whatsapp/conversations").json().path("data").size()).isGreaterThan(5);

            TestApp.Answer removed = fresh.call("DELETE", "/mock/control/data", (String) null, ADMIN);

            assertThat(removed.json().path("messages").asInt()).isGreaterThan(12);
            JsonNode left = fresh.get("/api/whatsapp/conversations").json().path("data");
            assertThat(left).hasSize(1);
            assertThat(left.path(0).at("/contact/waId").asText()).isEqualTo(real);
            assertThat(fresh.database().sql("select count(*) from media").query(Long.class).single()).isZero();
            assertThat(fresh.get("/api/whatsapp/health").json().at("/ledgers/balanced").asBoolean()).isTrue();
        }
    }
}
