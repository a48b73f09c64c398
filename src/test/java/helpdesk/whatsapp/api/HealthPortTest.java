package helpdesk.whatsapp.api;

import static org.assertj.core.api.Assertions.assertThat;

import helpdesk.whatsapp.testing.Ports;
import helpdesk.whatsapp.testing.TestApp;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What an orchestrator asks: alive, and ready - on the management port only. */
class HealthPortTest {

    @Test
    void the_service_is_ready_while_the_database_answers_and_alive_also_without() {
        int management = Ports.free();
        try (TestApp app = TestApp.start(Map.of("camel.management.enabled", "true", "camel.health.enabled", "true", "camel.management.port", "" + management))) {
            assertThat(ask(app, management, "ready").status()).isEqualTo(200);
            assertThat(ask(app, management, "ready").text()).contains("UP");
            String name = app.property("whatsapp.db.url").replaceFirst(".*/", "");
            try (TestConnection other = new TestConnection(app)) {
                other.allow(name, false);
                other.endAll(name);
                TestApp.Answer ready = ask(app, management, "ready");
                assertThat(ready.status()).as(ready.text()).isEqualTo(503);
                assertThat(ask(app, management, "live").status()).isEqualTo(200);
                other.allow(name, true);
            }
            assertThat(app.call("GET", "/observe/health", (String) null, Map.of()).status()).as("not on the public port").isEqualTo(404);
        }
    }

    private static TestApp.Answer ask(TestApp app, int management, String what) {
        return app.call("GET", "http://127.0.0.1:" + management + "/observe/health/" + what, (String) null, Map.of());
    }
}
