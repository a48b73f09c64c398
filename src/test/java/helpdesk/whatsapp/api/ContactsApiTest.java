package helpdesk.whatsapp.api;

import static helpdesk.whatsapp.api.ContractAssert.assertAnswer;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.testing.TestApp;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Contacts as agents and other programs use them: profile, verification, timeline, sync. */
class ContactsApiTest {

    private static final String AGENT = "token-of-an-agent";
    @AutoClose
    private static TestApp app;

    private final String customer = TestApp.newCustomer();

    @BeforeAll
    static void start() {
        app = TestApp.start(Map.of("whatsapp.agent-token", AGENT));
    }

    private static Map<String, String> as(String token) {
        return Map.of("Authorization", "Bearer " + token, "Content-Type", "application/json");
    }

    private static TestApp.Answer patch(String path, String body) {
        return app.call("PATCH", path, body, as(TestApp.TOKEN));
    }

    private String written() {
        assertThat(app.webhook(Payloads.of("text", customer, TestApp.newWamid())).status()).isEqualTo(200);
        app.awaitProcessed();
        return app.get("/api/whatsapp/contacts?waId=" + customer).json().path("data").path(0).path("id").asText();
    }

    private static List<String> kinds(String contact) {
        return assertAnswer(app.get("/api/whatsapp/contacts/" + contact + "/timeline"), "contact-timeline", 200).path("data").findValuesAsText("kind");
    }

    @Test
    void an_agent_edits_only_what_is_given_and_null_clears_it() {
        String path = "/api/whatsapp/contacts/" + written();
        JsonNode changed = assertAnswer(patch(path, """
                {"displayName":"Ana E.","email":"ana@example.com","company":"Example Ltd","language":"pt-BR","notes":"Likes tea","labels":["vip","kitchen"]}"""),
                "contact-change", 200);
        assertThat(changed.path("name").asText()).isEqualTo("Ana E.");
        assertThat(changed.path("profileName").asText()).isEqualTo("Ana Example");
        assertThat(changed.path("labels").toString()).isEqualTo("[\"vip\",\"kitchen\"]");

        changed = assertAnswer(patch(path, "{\"displayName\":null,\"labels\":[]}"), "contact-change", 200);
        assertThat(changed.path("name").asText()).isEqualTo("Ana Example");
        assertThat(changed.path("email").asText()).isEqualTo("ana@example.com");
        assertThat(changed.path("labels")).isEmpty();
        assertThat(assertAnswer(app.get(path), "contact-get", 200)).isEqualTo(changed);
    }

    @Test
    void a_repeated_edit_is_noted_once_and_tells_the_pages_once() {
        String contact = written();
        long before = events("contact.changed", contact);
        patch("/api/whatsapp/contacts/" + contact, "{\"company\":\"Example Ltd\"}");
        patch("/api/whatsapp/contacts/" + contact, "{\"company\":\"Example Ltd\"}");

        assertThat(kinds(contact)).containsOnlyOnce("profile-edited");
        assertThat(events("contact.changed", contact) - before).isEqualTo(1);
    }

    private static long events(String type, String contact) {
        return app.database().sql("select count(*) from events_log where convert_from(payload, 'UTF8') like ? and convert_from(payload, 'UTF8') like ?")
                .param("%\"" + type + "\"%").param("%\"contactId\": \"" + contact + "\"%").query(Long.class).single();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{}|body", "{\"email\":\"nobody\"}|email", "{\"language\":\"English\"}|language", "{\"labels\":\"vip\"}|labels", "{\"waId\":\"1\"}|waId",
        "{\"displayName\":\"\"}|displayName", "{\"notes\":\"a\\u0000b\"}|notes", "[]|body"})
    void a_wrong_edit_is_refused_by_field(String body, String field) {
        JsonNode problem = assertAnswer(patch("/api/whatsapp/contacts/1", body), "contact-change", 422);
        assertThat(problem.path("field").asText()).isEqualTo(field);
    }

    @Test
    void nobody_edits_verifies_or_follows_a_contact_that_is_not_there() {
        assertAnswer(patch("/api/whatsapp/contacts/999999999", "{\"company\":\"x\"}"), "contact-change", 404);
        assertAnswer(app.post("/api/whatsapp/contacts/999999999/verify", "{\"state\":\"none\"}"), "contact-verify", 404);
        assertAnswer(app.get("/api/whatsapp/contacts/999999999/timeline"), "contact-timeline", 404);
    }

    @Test
    void verification_is_unverified_then_by_inbound_then_by_an_agent_or_as_a_business_each_with_evidence_and_date() {
        TestApp.Answer sent = app.post("/api/whatsapp/messages", "{\"to\":\"+" + customer + "\",\"text\":{\"body\":\"Hello\"}}");
        String contact = app.get("/api/whatsapp/messages/" + sent.json().path("id").asText()).json().path("contactId").asText();
        String path = "/api/whatsapp/contacts/" + contact;
        assertThat(assertAnswer(app.get(path), "contact-get", 200).at("/verification/state").asText()).isEqualTo("unverified");

        written();
        JsonNode inbound = app.get(path).json().path("verification");
        assertThat(inbound.path("state").asText()).isEqualTo("inbound");
        assertThat(inbound.path("evidence").asText()).contains("simulator");
        assertThat(inbound.path("at").asText()).isNotEmpty();

        JsonNode agent = assertAnswer(app.call("POST", path + "/verify", "{\"state\":\"agent\",\"evidence\":\"E-mail of order 48213 matches\"}", as(AGENT)),
                "contact-verify", 200).path("verification");
        assertThat(agent.path("state").asText()).isEqualTo("agent");
        assertThat(agent.path("by").asText()).isEqualTo("environment-agent");
        JsonNode again = app.post(path + "/verify", "{\"state\":\"agent\",\"evidence\":\"E-mail of order 48213 matches\"}").json().path("verification");
        assertThat(again).as("a repeat").isEqualTo(agent);
        assertThat(kinds(contact)).containsOnlyOnce("verified");

        JsonNode business = app.post(path + "/verify", "{\"state\":\"business\",\"evidence\":\"Trade register 4711\"}").json().path("verification");
        assertThat(business.path("state").asText()).isEqualTo("business");
        String ticket = app.get("/api/whatsapp/tickets?contactId=" + contact).json().at("/data/0/id").asText();
        assertThat(assertAnswer(app.get("/api/whatsapp/tickets/" + ticket), "ticket-get", 200).at("/contact/verification").asText()).isEqualTo("business");

        assertThat(assertAnswer(app.post(path + "/verify", "{\"state\":\"none\",\"evidence\":\"It was somebody else\"}"), "contact-verify", 200)
                .at("/verification/state").asText()).isEqualTo("inbound");
        assertThat(kinds(contact).stream().filter("verified"::equals)).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"{}|state", "{\"state\":\"agent\"}|evidence", "{\"state\":\"inbound\",\"evidence\":\"because\"}|state",
        "{\"state\":\"business\",\"evidence\":\"\"}|evidence"})
    void without_evidence_nobody_is_verified(String body, String field) {
        assertThat(assertAnswer(app.post("/api/whatsapp/contacts/1/verify", body), "contact-verify", 422).path("field").asText()).isEqualTo(field);
    }

    @Test
    void the_timeline_tells_everything_newest_first_in_pages_without_repeats() {
        String contact = written();
        patch("/api/whatsapp/contacts/" + contact, "{\"company\":\"Example Ltd\"}");
        app.post("/api/whatsapp/contacts/" + contact + "/verify", "{\"state\":\"agent\",\"evidence\":\"Known since school\"}");
        app.webhook(Payloads.of("text", customer, TestApp.newWamid()).replace("Ana Example", "Ana New Name"));
        app.awaitProcessed();
        String ticket = app.get("/api/whatsapp/tickets?contactId=" + contact).json().at("/data/0/id").asText();
        patch("/api/whatsapp/tickets/" + ticket, "{\"status\":\"solved\",\"subject\":\"Lid\"}");
        app.webhook(Payloads.of("text", customer, TestApp.newWamid()));
        app.awaitProcessed();

        assertThat(kinds(contact)).containsExactly("ticket-reopened", "name-changed", "ticket-changed", "name-changed", "verified", "profile-edited",
                "ticket-opened", "first-seen");
        List<String> met = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = assertAnswer(app.get("/api/whatsapp/contacts/" + contact + "/timeline?limit=3" + cursor), "contact-timeline", 200);
            met.addAll(page.path("data").findValuesAsText("kind"));
            cursor = page.path("next").isNull() ? null : "&cursor=" + page.path("next").asText();
        } while (cursor != null);
        assertThat(met).isEqualTo(kinds(contact));
        JsonNode changed = app.get("/api/whatsapp/contacts/" + contact + "/timeline").json().path("data").path(2);
        assertThat(changed.at("/detail/status").toString()).isEqualTo("{\"to\":\"solved\",\"from\":\"open\"}");
        assertThat(changed.path("ticketId").asText()).isEqualTo(ticket);
        assertThat(changed.path("actor").asText()).isEqualTo("environment");
    }

    @Test
    void a_search_finds_parts_of_names_numbers_and_what_agents_wrote() {
        String contact = written();
        patch("/api/whatsapp/contacts/" + contact, "{\"displayName\":\"Zoë 100%_" + customer + "\",\"email\":\"z" + customer + "@example.com\"}");

        for (String q : List.of("zo%C3%AB%20100%25_" + customer, customer.substring(3), "%2B" + customer.charAt(0) + "%20" + customer.substring(1), "Z" + customer + "@EXAMPLE")) {
            JsonNode found = assertAnswer(app.get("/api/whatsapp/contacts?q=" + q), "contact-list", 200);
            assertThat(found.path("data").findValuesAsText("id")).as(q).contains(contact);
        }
        assertThat(app.get("/api/whatsapp/contacts?q=100_%25" + customer).json().path("data")).as("% and _ are themselves").isEmpty();
        assertThat(assertAnswer(app.get("/api/whatsapp/contacts?q="), "contact-list", 400).path("field").asText()).isEqualTo("q");
    }

    @Test
    void a_sync_gets_what_has_changed_and_never_misses_what_is_committed_late() throws Exception {
        String first = written();
        JsonNode all = synced("2020-01-01T00:00:00Z", List.of(first));
        assertThat(all.path("data").findValuesAsText("updatedAt")).isSorted();
        String until = all.path("syncedUntil").asText();
        assertThat(app.get("/api/whatsapp/contacts?updatedSince=" + until).json().path("data").findValuesAsText("id")).doesNotContain(first);

        try (Connection late = DriverManager.getConnection(app.property("whatsapp.db.url"), app.property("whatsapp.db.user"), app.property("whatsapp.db.password"))) {
            late.setAutoCommit(false);
            late.createStatement().execute("update contact set company = 'Late Ltd' where id = " + first);
            app.webhook(Payloads.of("text", TestApp.newCustomer(), TestApp.newWamid()));
            app.awaitProcessed();
            JsonNode meanwhile = app.get("/api/whatsapp/contacts?updatedSince=" + until).json();
            assertThat(meanwhile.path("data")).as("changes behind the open transaction wait").isEmpty();
            until = meanwhile.path("syncedUntil").asText();
            late.commit();
        }
        synced(until, List.of(first));
        assertThat(assertAnswer(app.get("/api/whatsapp/contacts?updatedSince=yesterday"), "contact-list", 400).path("field").asText()).isEqualTo("updatedSince");
    }

    /** The sync that has these: whatever the product has under way for a moment, each change behind it waits. */
    private static JsonNode synced(String since, List<String> contacts) {
        return Awaitility.await().atMost(Duration.ofSeconds(30)).until(() ->
                assertAnswer(app.get("/api/whatsapp/contacts?limit=200&updatedSince=" + since), "contact-list", 200),
                page -> page.path("data").findValuesAsText("id").containsAll(contacts));
    }

    @Test
    void a_sync_in_pages_meets_every_change_once_and_what_changes_meanwhile_again() {
        List<String> changed = new ArrayList<>();
        String since = app.get("/api/whatsapp/contacts?limit=1&updatedSince=2020-01-01T00:00:00Z").json().path("syncedUntil").asText();
        for (int i = 0; i < 4; i++) {
            String number = TestApp.newCustomer();
            app.webhook(Payloads.of("text", number, TestApp.newWamid()));
            app.awaitProcessed();
            changed.add(app.get("/api/whatsapp/contacts?waId=" + number).json().at("/data/0/id").asText());
        }
        synced(since, changed);
        List<String> met = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = assertAnswer(app.get("/api/whatsapp/contacts?limit=1&updatedSince=" + since + cursor), "contact-list", 200);
            page.path("data").forEach(contact -> met.add(contact.path("id").asText()));
            met.retainAll(changed);     // a sync begins anew with what another test changed, where something was under way meanwhile
            if (met.size() == 2) {
                patch("/api/whatsapp/contacts/" + changed.get(0), "{\"company\":\"Again Ltd\"}");
            }
            cursor = page.path("next").isNull() ? null : "&cursor=" + page.path("next").asText();
        } while (cursor != null && met.size() < 20);
        assertThat(met.subList(0, 4)).containsExactlyElementsOf(changed);
        assertThat(met.size()).as("the one that changed meanwhile may come again now, else with the next sync").isBetween(4, 5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"<script>alert(1)</script>", "'; drop table contact; --", "\" onload=\"x", "${jndi:ldap://x}", "{{constructor.constructor('x')()}}",
        "${bean:mode}", ":?request ::jsonb ? %s", "\u202Eevil\u0007", "حبيبي 例子 🏴‍☠️", "a\\u0000b"})
    void hostile_texts_are_kept_and_shown_as_they_are(String text) {
        String contact = written();
        com.fasterxml.jackson.databind.node.ObjectNode change = helpdesk.whatsapp.Json.object().put("displayName", text).put("notes", text).put("company", text);
        change.putArray("labels").add(text);
        JsonNode shown = assertAnswer(patch("/api/whatsapp/contacts/" + contact, helpdesk.whatsapp.Json.write(change)), "contact-change", 200);
        assertThat(shown.path("displayName").asText()).isEqualTo(text);
        assertThat(shown.path("notes").asText()).isEqualTo(text);
        assertThat(shown.path("labels").path(0).asText()).isEqualTo(text);
        String ticket = app.get("/api/whatsapp/tickets?contactId=" + contact).json().at("/data/0/id").asText();
        String subject = helpdesk.whatsapp.Json.write(helpdesk.whatsapp.Json.object().put("subject", text));
        assertThat(assertAnswer(patch("/api/whatsapp/tickets/" + ticket, subject), "ticket-change", 200).path("subject").asText()).isEqualTo(text);
        assertThat(app.get("/api/whatsapp/tickets/" + ticket).json().at("/contact/name").asText()).isEqualTo(text);
        String note = helpdesk.whatsapp.Json.write(helpdesk.whatsapp.Json.object().put("text", text));
        assertThat(assertAnswer(app.post("/api/whatsapp/tickets/" + ticket + "/notes", note), "note-add", 201).path("text").asText()).isEqualTo(text);
        String q = java.net.URLEncoder.encode(text, java.nio.charset.StandardCharsets.UTF_8);
        assertThat(assertAnswer(app.get("/api/whatsapp/tickets?q=" + q), "ticket-list", 200).path("data").findValuesAsText("id")).contains(ticket);
        assertAnswer(app.get("/api/whatsapp/contacts/" + contact + "/timeline"), "contact-timeline", 200);
    }

    @Test
    void a_message_alone_is_no_change_of_its_contact() {
        String contact = written();
        String before = app.get("/api/whatsapp/contacts/" + contact).json().path("updatedAt").asText();
        app.webhook(Payloads.of("text", customer, TestApp.newWamid(), Instant.now().plusSeconds(1)));
        app.awaitProcessed();
        assertThat(app.get("/api/whatsapp/contacts/" + contact).json().path("updatedAt").asText()).isEqualTo(before);
    }

    @Test
    void the_directory_is_taken_over_twice_without_duplicates_and_changed_names_are_updated() {
        String people = """
                {"data":[{"waId":"15551230002","name":"Ben Sample"},{"waId":"15551230003","name":"Chiara Muster","username":"chiara"},
                {"waId":"15551230005","name":"Emi 例子"}]}""";
        app.call("PUT", "/mock/control/contacts", people, as(TestApp.TOKEN));
        JsonNode first = assertAnswer(app.post("/api/whatsapp/contacts/sync", ""), "contact-sync", 200);
        assertThat(first.path("received").asInt()).isEqualTo(3);
        assertThat(first.path("created").asInt() + first.path("unchanged").asInt() + first.path("updated").asInt()).isEqualTo(3);
        JsonNode again = assertAnswer(app.post("/api/whatsapp/contacts/sync", ""), "contact-sync", 200);
        assertThat(again.path("unchanged").asInt()).isEqualTo(3);
        assertThat(app.get("/api/whatsapp/contacts?waId=15551230005").json().at("/data/0/profileName").asText()).isEqualTo("Emi 例子");

        String changed = people.replace("Ben Sample", "Benjamin Sample").replace("15551230003", customer);
        assertThat(app.call("PUT", "/mock/control/contacts", changed, as(TestApp.TOKEN)).status()).isEqualTo(200);
        JsonNode third = assertAnswer(app.post("/api/whatsapp/contacts/sync", ""), "contact-sync", 200);
        assertThat(third.path("created").asInt()).isEqualTo(1);
        assertThat(third.path("updated").asInt()).isEqualTo(1);
        JsonNode ben = app.get("/api/whatsapp/contacts?waId=15551230002").json().path("data");
        assertThat(ben).hasSize(1);
        assertThat(ben.at("/0/profileName").asText()).isEqualTo("Benjamin Sample");
        assertThat(ben.at("/0/verification/state").asText()).isEqualTo("unverified");
        assertThat(kinds(ben.at("/0/id").asText())).containsExactly("name-changed", "first-seen");
    }

    @Test
    void a_contact_of_the_directory_who_writes_is_the_same_contact() {
        app.call("PUT", "/mock/control/contacts", "{\"data\":[{\"waId\":\"" + customer + "\",\"name\":\"From the directory\"}]}", as(TestApp.TOKEN));
        app.post("/api/whatsapp/contacts/sync", "");
        String contact = app.get("/api/whatsapp/contacts?waId=" + customer).json().at("/data/0/id").asText();
        assertThat(written()).isEqualTo(contact);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"data\":[{\"waId\":\"x\",\"name\":\"y\"}]}", "nonsense"})
    void a_wrong_directory_is_refused(String body) {
        assertThat(app.call("PUT", "/mock/control/contacts", body, as(TestApp.TOKEN)).status()).isIn(400, 422);
    }

    @Test
    void an_agent_does_not_sync() {
        assertAnswer(app.call("POST", "/api/whatsapp/contacts/sync", "", as(AGENT)), "contact-sync", 403);
    }

    @Test
    void in_real_mode_the_sync_says_what_meta_offers() {
        try (helpdesk.whatsapp.testing.GraphStub meta = new helpdesk.whatsapp.testing.GraphStub(); TestApp real = TestApp.start(meta.realMode(Map.of("whatsapp.health.graph-delay", "600000")))) {
            JsonNode problem = assertAnswer(real.post("/api/whatsapp/contacts/sync", ""), "contact-sync", 409);
            assertThat(problem.path("code").asText()).isEqualTo("no-directory");
            assertThat(problem.path("detail").asText()).contains("smb_app_state_sync");
            assertThat(meta.journal()).isEmpty();
        }
    }
}
