package helpdesk.whatsapp.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import helpdesk.whatsapp.db.EmbeddedDatabase;
import helpdesk.whatsapp.testing.GraphStub;
import helpdesk.whatsapp.testing.Payloads;
import helpdesk.whatsapp.testing.Ports;
import helpdesk.whatsapp.testing.TcpProxy;
import helpdesk.whatsapp.testing.TestApp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Health when not everything is well: each state comes about as it does in life, is told apart, and goes again. Pictures of each. */
@EnabledIf(value = "helpdesk.whatsapp.web.Chromium#wanted", disabledReason = Chromium.MISSING)
class HealthStatesTest {

    private static final Map<String, String> JSON = Map.of("Authorization", "Bearer " + TestApp.TOKEN, "Content-Type", "application/json");

    /** Looked up just now, and so remembered for the ten seconds in which the page asks twice. */
    private static final String SESSION_ANEW = """
            async token => {
              const headers = { 'Helpdesk-Page': '1', 'Content-Type': 'application/json' };
              await fetch('/api/whatsapp/session', { method: 'POST', headers, body: JSON.stringify({ token }) });
              return (await fetch('/api/whatsapp/mode', { headers })).status;
            }""";

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    private interface Work {
        void with(TestApp app, Tab tab) throws Exception;
    }

    /** An instance of its own, in which the number is asked for all the time, with somebody before its health. */
    private static void at(Map<String, String> more, Work work) throws Exception {
        Map<String, String> properties = new HashMap<>(Map.of("whatsapp.health.graph-delay", "1000", "whatsapp.health.graph-interval", "500"));
        properties.putAll(more);
        try (TestApp app = TestApp.start(properties); Tab tab = new Tab(new Chromium(), app).logIn()) {
            work.with(app, tab);
            tab.assertNoProblems();
        }
    }

    private static void call(TestApp app, String method, String path, String body) {
        TestApp.Answer answer = app.call(method, path, body, JSON);
        assertThat(answer.status()).as(answer.text()).isBetween(200, 299);
    }

    private static void writes(TestApp app) {
        assertThat(app.webhook(Payloads.messages(Payloads.text(TestApp.newCustomer(), TestApp.newWamid(), "Where is my parcel?"))).status()).isEqualTo(200);
    }

    private static String sends(TestApp app) {
        TestApp.Answer answer = app.post("/api/whatsapp/messages", "{\"to\":\"+" + TestApp.newCustomer() + "\",\"text\":{\"body\":\"It is on its way.\"}}");
        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
        return answer.json().path("id").asText();
    }

    private static void open(TestApp app, Tab tab) {
        tab.page.navigate(app.url("/#/health"));
        assertThat(verdict(tab)).isVisible();
    }

    private static Locator verdict(Tab tab) {
        return tab.page.locator("#verdict-t");
    }

    /** The part with this name, as it stands in the list. */
    private static Locator part(Tab tab, String name) {
        return tab.page.locator(".comp", new Page.LocatorOptions().setHas(tab.page.locator("b:text-is('" + name + "')")));
    }

    @Test
    void throttled_while_meta_asks_for_less_and_what_waits_goes_by_itself() throws Exception {
        at(Map.of("whatsapp.outbound.retry-delay", "20"), (app, tab) -> {
            writes(app);
            call(app, "POST", "/mock/control/scenarios", "{\"scenario\":\"error-130429\"}");
            for (int i = 0; i < 12; i++) {
                sends(app);
            }
            open(app, tab);
            assertThat(verdict(tab)).hasText("Slowed down. Nothing is lost.");
            assertThat(part(tab, "Sending")).containsText("Meta asks for less. Waiting, and going by themselves: 12.");
            assertThat(part(tab, "Sending").locator(".cond")).hasText("Throttled");
            tab.look("health-throttled", Look.USUAL);
            call(app, "DELETE", "/mock/control/scenarios", null);
            Awaitility.await().atMost(Duration.ofMinutes(4)).until(() ->       // the later, the longer it is until the next try
                    app.database().sql("select count(*) from outbox").query(Long.class).single() == 0);
            app.awaitQuiet();
        });
    }

    @Test
    void a_backlog_then_a_pause_then_everything_works_again() throws Exception {
        String inbox = "pglog:webhook?consumer=inbox&workers=2&batch=500&delay=50&pauseAfter=3&pauseSeconds=1";
        at(Map.of("whatsapp.health.max-lag", "2", "whatsapp.inbox.uri", inbox), (app, tab) -> {
            app.context().getRouteController().stopRoute("webhook-process");
            for (int i = 0; i < 30; i++) {
                writes(app);
            }
            open(app, tab);
            assertThat(verdict(tab)).hasText("It works; something waits for a person.");
            assertThat(part(tab, "Log").locator(".cond")).hasText("Attention");
            assertThat(part(tab, "Log")).containsText("30 waiting, the oldest for");
            tab.look("health-backlog", Look.USUAL);

            app.database().sql("alter table service_window rename to service_window_away").update();
            app.context().getRouteController().startRoute("webhook-process");
            assertThat(verdict(tab)).hasText("A part is paused. Nothing is lost.");
            assertThat(part(tab, "Log")).containsText("it is tried every minute and nothing of it is lost");
            tab.look("health-paused", Look.USUAL);

            app.database().sql("alter table service_window_away rename to service_window").update();
            app.awaitProcessed();
            assertThat(verdict(tab)).hasText("Everything works.");
            assertThat(tab.page.getByText("All 9 are OK")).isVisible();
            tab.look("health-well", Look.USUAL);
        });
    }

    @Test
    void misconfigured_where_nothing_helps_but_a_person() throws Exception {
        at(Map.of(), (app, tab) -> {
            writes(app);
            call(app, "POST", "/mock/control/scenarios", "{\"scenario\":\"not-json\"}");
            app.awaitStatus(sends(app), "unknown");
            call(app, "POST", "/mock/control/scenarios", "{\"scenario\":\"error-190\"}");
            app.awaitStatus(sends(app), "failed");
            call(app, "PUT", "/mock/control/account", "{\"number\":{\"status\":\"DISCONNECTED\"}}");
            app.call("POST", "/api/integrations/whatsapp/webhook", Payloads.messages(Payloads.text(TestApp.newCustomer(), TestApp.newWamid(), "Hello")),
                    Map.of("Content-Type", "application/json", "X-Hub-Signature-256", "sha256=" + "0".repeat(64)));
            open(app, tab);
            assertThat(verdict(tab)).hasText("Something cannot work as it is set.");
            for (String part : new String[] {"Webhook", "Sending", "Number at Meta"}) {
                assertThat(part(tab, part).locator(".cond")).hasText("Misconfigured");
            }
            assertThat(part(tab, "Webhook")).containsText("Compare the app secret here with the one in the app dashboard.");
            assertThat(part(tab, "Sending")).containsText("190");
            tab.look("health-misconfigured", Look.USUAL);
        });
    }

    @Test
    void attention_while_an_edited_route_file_is_held_back() throws Exception {
        try (Stream<Path> walk = Files.walk(Path.of("routes"))) {
            for (Path path : walk.toList()) {
                Files.copy(path, folder.resolve(path.toString()));
            }
        }
        at(Map.of("whatsapp.routes.live", "true", "whatsapp.routes.folder", folder.resolve("routes").toString()), (app, tab) -> {
            Path text = folder.resolve("routes/inbound/text.camel.yaml");
            String shipped = Files.readString(text);
            writes(app);
            open(app, tab);
            assertThat(verdict(tab)).hasText("Everything works.");
            Files.writeString(text, shipped.replace("ref: replies", "ref: replys"));
            assertThat(verdict(tab)).hasText("It works; something waits for a person.");
            assertThat(part(tab, "Routes").locator(".cond")).hasText("Attention");
            assertThat(part(tab, "Routes")).containsText("routes/inbound/text.camel.yaml:21: there is no bean 'replys'; the old route goes on serving.");
            assertThat(part(tab, "Routes")).containsText("Mend the file: it is live within a second.");
            tab.look("health-routes-held", Look.USUAL);

            Files.writeString(text, shipped);
            assertThat(verdict(tab)).hasText("Everything works.");
            assertThat(part(tab, "Routes")).containsText("No file is held back.");
        });
    }

    @Test
    void down_while_meta_does_not_answer() throws Exception {
        try (GraphStub meta = new GraphStub()) {
            meta.shut();
            at(meta.realMode(Map.of()), (app, tab) -> {
                sends(app);
                open(app, tab);
                assertThat(verdict(tab)).hasText("A part is down.");
                assertThat(part(tab, "Number at Meta").locator(".cond")).hasText("Down");
                tab.look("health-meta-down", Look.USUAL);
                tab.page.navigate(app.url("/#/setup"));
                tab.button("Check all").click();
                assertThat(tab.page.locator(".prog")).containsText("to mend:");
                assertThat(tab.page.locator("#step-token")).containsText("Nothing is known of it while Meta does not answer. Check again.");
                tab.look("setup-meta-down", Look.USUAL);
            });
        }
    }

    @Test
    void down_without_its_database_and_back_by_itself() throws Exception {
        try (EmbeddedDatabase database = EmbeddedDatabase.start(folder); TcpProxy proxy = proxy(database)) {
            at(Map.of("whatsapp.db.url", "jdbc:postgresql://127.0.0.1:" + proxy.port() + "/postgres", "whatsapp.db.user", database.user(),
                    "whatsapp.db.password", database.password()), (app, tab) -> {
                tab.forgive("503");
                open(app, tab);
                assertThat(tab.page.evaluate(SESSION_ANEW, TestApp.TOKEN)).isEqualTo(200);
                proxy.target(Ports.free());
                assertThat(verdict(tab)).hasText("A part is down.");
                assertThat(part(tab, "Database")).containsText("Webhooks are answered 503 and come again");
                assertThat(part(tab, "Database")).containsText("so that Meta delivers them again");      // the session is not remembered any more
                assertThat(tab.page.locator(".say-bad")).hasCount(0);
                tab.look("health-database-down", Look.USUAL);
                proxy.target(port(database));
                assertThat(verdict(tab)).not().hasText("A part is down.");
                assertThat(tab.page.getByText("Ledgers").first()).isVisible();
            });
        }
    }

    private static TcpProxy proxy(EmbeddedDatabase database) throws IOException {
        return new TcpProxy(port(database));
    }

    private static int port(EmbeddedDatabase database) {
        return Integer.parseInt(database.url().replaceAll(".*:(\\d+)/.*", "$1"));
    }
}
