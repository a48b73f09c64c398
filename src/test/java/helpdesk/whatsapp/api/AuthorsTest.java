package helpdesk.whatsapp.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.testing.Payloads;
import helpdesk.whatsapp.testing.TestApp;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Each message of ours says who sent it. */
class AuthorsTest {

    private static final String AGENT_TOKEN = "token-of-a-crm";
    @AutoClose
    private static TestApp app;
    private final String customer = TestApp.newCustomer();

    @BeforeAll
    static void start() {
        app = TestApp.start(Map.of("whatsapp.agent-token", AGENT_TOKEN));
    }

    private static Map<String, String> by(String name, String value) {
        Map<String, String> headers = new HashMap<>(Map.of("Content-Type", "application/json", "Helpdesk-Page", "1"));
        headers.put(name, value);
        return headers;
    }

    private TestApp.Answer send(String more, Map<String, String> headers) {
        return app.call("POST", "/api/whatsapp/messages",
                "{\"to\":\"" + customer + "\",\"type\":\"text\",\"text\":{\"body\":\"hello\"}" + more + "}", headers);
    }

    private JsonNode author(TestApp.Answer accepted) {
        assertThat(accepted.status()).as(accepted.text()).isEqualTo(202);
        return app.get("/api/whatsapp/messages/" + accepted.json().path("id").asText()).json().path("author");
    }

    private static void assertAuthor(JsonNode author, String kind, String name) {
        assertThat(author.path("kind").asText()).isEqualTo(kind);
        assertThat(author.path("name").asText()).isEqualTo(name);
    }

    @Test
    void a_program_is_named_by_its_token() {
        String name = app.database().sql("select name from api_token where role = 'agent'").query(String.class).single();

        assertAuthor(author(send("", by("Authorization", "Bearer " + AGENT_TOKEN))), "token", name);
    }

    @Test
    void who_is_logged_in_at_the_pages_is_named_and_the_agent_who_sits_there() {
        TestApp.Answer login = app.call("POST", "/api/whatsapp/session", "{\"token\":\"" + TestApp.TOKEN + "\"}", Map.of("Content-Type", "application/json"));
        Map<String, String> session = by("Cookie", login.header("Set-Cookie").replaceFirst(";.*", ""));
        String agent = app.post("/api/whatsapp/agents", "{\"name\":\"Mira\"}").json().path("id").asText();

        assertAuthor(author(send("", session)), "login", login.json().path("name").asText());
        TestApp.Answer sent = send(",\"agentId\":\"" + agent + "\"", session);
        assertAuthor(author(sent), "agent", "Mira");

        app.call("PATCH", "/api/whatsapp/agents/" + agent, "{\"name\":\"Mira B.\"}", by("Authorization", "Bearer " + TestApp.TOKEN));
        assertAuthor(author(sent), "agent", "Mira");
        app.call("DELETE", "/api/whatsapp/agents/" + agent, (String) null, by("Authorization", "Bearer " + TestApp.TOKEN));
        TestApp.Answer refused = send(",\"agentId\":\"" + agent + "\"", session);
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.json().path("field").asText()).isEqualTo("agentId");
    }

    @Test
    void an_automatic_reply_is_named_by_its_rule_and_the_customers_message_by_nobody() {
        String wamid = TestApp.newWamid();
        app.webhook(Payloads.messages(Payloads.text(customer, wamid, "opening hours?")));
        app.awaitProcessed();
        JsonNode asked = app.get("/api/whatsapp/messages/" + wamid).json();

        assertThat(asked.path("author").isNull()).isTrue();
        Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertAuthor(
                app.get("/api/whatsapp/messages?direction=outbound&contactId=" + asked.path("contactId").asText()).json().at("/data/0/author"), "route", "hours"));
    }
}
