package helpdesk.whatsapp.api;

import static org.assertj.core.api.Assertions.assertThat;

import helpdesk.whatsapp.testing.Payloads;
import helpdesk.whatsapp.testing.Ports;
import helpdesk.whatsapp.testing.TestApp;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
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

    @Test
    void what_health_says_is_there_as_meters() {
        int management = Ports.free();
        try (TestApp app = TestApp.start(Map.of("camel.management.enabled", "true", "camel.metrics.enabled", "true", "camel.management.port", "" + management))) {
            app.database().sql("""
                    with event as (insert into dead_event values (1, ''))
                    insert into dead_letter (log_pos, item_path, part, route, reason, simulated) values (1, '', 'message', 'test', 'test', true)""").update();
            String text = Payloads.messages(Payloads.text(TestApp.newCustomer(), TestApp.newWamid(), "hello"));
            app.webhook(text);
            app.awaitProcessed();
            app.webhook(text);
            Awaitility.await().atMost(Duration.ofSeconds(40)).untilAsserted(() -> {
                String meters = app.call("GET", "http://127.0.0.1:" + management + "/observe/metrics", (String) null, Map.of()).text();
                assertThat(meters).contains("whatsapp_dead_letters 1.0", "whatsapp_outbox_waiting 0.0", "whatsapp_outbox_oldest_seconds 0.0",
                        "whatsapp_sends_unconfirmed 0.0", "whatsapp_media_pending 0.0", "whatsapp_ledgers_balanced 1.0", "whatsapp_mode_real 0.0",
                        "whatsapp_up 1.0", "whatsapp_part_ok{part=\"database\"} 1.0", "whatsapp_part_ok{part=\"dead-letters\"} 0.0",
                        "whatsapp_ledger_events_total{outcome=\"done\"} 2.0", "whatsapp_ledger_items_total{outcome=\"stored\"} 1.0",
                        "whatsapp_ledger_items_total{outcome=\"duplicate\"} 1.0", "whatsapp_ledger_replays_total{outcome=\"stored\"} 0.0");
            });
        }
    }

    private static TestApp.Answer ask(TestApp app, int management, String what) {
        return app.call("GET", "http://127.0.0.1:" + management + "/observe/health/" + what, (String) null, Map.of());
    }
}
