package helpdesk.whatsapp.api;

import static org.assertj.core.api.Assertions.assertThat;

import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.testing.TestApp;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused instead of being misunderstood, and who may ask. */
class RefusalsTest {

    private static Map<String, String> real(TestApp app, String... more) {
        Map<String, String> properties = new HashMap<>(Map.of("whatsapp.app-secret", "s", "whatsapp.verify-token", "v",
                "whatsapp.access-token", "a", "whatsapp.phone-number-id", "1"));
        for (String key : app == null ? new String[0] : new String[] {"whatsapp.db.url", "whatsapp.db.user", "whatsapp.db.password"}) {
            properties.put(key, app.property(key));
        }
        for (int i = 0; i < more.length; i += 2) {
            properties.put(more[i], more[i + 1]);
        }
        return properties;
    }

    private static TestApp.Answer mode(TestApp app, String mode, String token) {
        return app.call("PUT", "/api/whatsapp/mode", "{\"mode\":\"" + mode + "\"}",
                Map.of("Authorization", "Bearer " + token, "Content-Type", "application/json"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"messages", "messages/1/retry"})
    void a_query_parameter_that_nobody_knows_is_refused_by_name(String path) {
        TestApp.Answer answer = TestApp.shared().post("/api/whatsapp/" + path + "?dryRun=true", "{\"to\":\"15551230001\",\"text\":{\"body\":\"x\"}}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("field").asText()).isEqualTo("dryRun");
    }

    @Test
    void a_number_is_taken_with_a_plus_or_two_zeros_and_not_without_its_country() {
        TestApp app = TestApp.shared();
        String customer = TestApp.newCustomer();
        for (String to : List.of("00" + customer, "+" + customer.substring(0, 1) + " (" + customer.substring(1, 4) + ") " + customer.substring(4))) {
            TestApp.Answer sent = app.post("/api/whatsapp/messages", "{\"to\":\"" + to + "\",\"text\":{\"body\":\"x\"}}");
            assertThat(sent.status()).as(sent.text()).isEqualTo(202);
            assertThat(app.database().sql("select c.wa_id from message m join contact c on c.id = m.contact_id where m.id = cast(? as bigint)")
                    .param(sent.json().path("id").asText()).query(String.class).single()).isEqualTo(customer);
        }
        TestApp.Answer national = app.post("/api/whatsapp/messages", "{\"to\":\"0170 1234567\",\"text\":{\"body\":\"x\"}}");
        assertThat(national.status()).isEqualTo(422);
        assertThat(national.json().at("/errors/0/field").asText()).isEqualTo("to");
        assertThat(national.json().at("/errors/0/message").asText()).contains("country code");
    }

    @Test
    void a_refusal_is_a_sentence() {
        TestApp app = TestApp.shared();
        Map<String, String> admin = Map.of("Authorization", "Bearer " + TestApp.TOKEN, "Content-Type", "application/json");
        assertThat(app.post("/api/whatsapp/agents", "{\"name\":\"A\",\"email\":\"nobody\"}").json().at("/errors/0/message").asText())
                .isEqualTo("must be an e-mail address");
        assertThat(app.call("PATCH", "/api/whatsapp/agents/1", "{}", admin).json().at("/errors/0/message").asText()).isEqualTo("must not be empty");
    }

    @Test
    void mock_mode_is_refused_without_the_simulator() {
        try (TestApp app = TestApp.start(real(null, "profile", "real"))) {
            TestApp.Answer answer = mode(app, "mock", TestApp.TOKEN);

            assertThat(answer.status()).isEqualTo(409);
            assertThat(Json.text(answer.json(), "code")).isEqualTo("mock-mode-refused");
            assertThat(Path.of(app.property("whatsapp.data-dir"), "simulator")).doesNotExist();
        }
    }

    @Test
    void real_mode_starts_again_with_the_token_that_was_made_and_tokens_follow_the_environment() throws Exception {
        try (TestApp first = TestApp.start(real(null, "whatsapp.api-token", "", "whatsapp.agent-token", "agent-1"))) {
            assertThat(mode(first, "real", "agent-1").status()).isEqualTo(403);
            first.database().sql("update setting set value = 'real', updated_by = 'x', version = version + 1").update();
            assertThat(Files.getPosixFilePermissions(Path.of(first.property("whatsapp.data-dir"), "media")))
                    .isEqualTo(PosixFilePermissions.fromString("rwx------"));
            try (TestApp again = TestApp.start(real(first, "whatsapp.api-token", ""))) {
                assertThat(again.database().sql("select name from api_token").query(String.class).list()).containsExactly("first-start");
            }
            try (TestApp own = TestApp.start(real(first))) {
                assertThat(own.database().sql("select name from api_token").query(String.class).list()).containsExactly("environment");
                assertThat(own.get("/api/whatsapp/mode").json().path("mode").asText()).isEqualTo("real");
            }
        }
    }
}
