package helpdesk.whatsapp.api;

import static org.assertj.core.api.Assertions.assertThat;

import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.testing.TestApp;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
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
    void mock_mode_is_refused_without_the_simulator() {
        try (TestApp app = TestApp.start(real(null, "profile", "real"))) {
            TestApp.Answer answer = mode(app, "mock", TestApp.TOKEN);

            assertThat(answer.status()).isEqualTo(409);
            assertThat(Json.text(answer.json(), "code")).isEqualTo("mock-mode-refused");
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
