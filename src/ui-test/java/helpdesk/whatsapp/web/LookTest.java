package helpdesk.whatsapp.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Request;
import com.microsoft.playwright.options.ColorScheme;
import helpdesk.whatsapp.testing.TestApp;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every page with the sample conversations, at four widths, light and dark: pictures in target/screenshots, axe, no sideways scroll. */
@EnabledIf(value = "helpdesk.whatsapp.web.Chromium#wanted", disabledReason = Chromium.MISSING)
class LookTest {

    private static Chromium chromium;
    private static TestApp app;

    @BeforeAll
    static void start() {
        chromium = new Chromium();
        app = TestApp.start(Map.of("whatsapp.simulator.samples", "true", "whatsapp.simulator.samples-pause", "1500"));
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> app.database().sql("""
                select count(*) from message where type = 'contacts' or status = 'read'""").query(Long.class).single() >= 4);
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> app.database().sql("select count(*) from media where state <> 'ready'")
                .query(Long.class).single() == 0);
        app.call("PUT", "/mock/control/phones/15551230002", "{\"behaviour\":\"refuses\"}",
                Map.of("Authorization", "Bearer " + TestApp.TOKEN, "Content-Type", "application/json"));
        String id = app.post("/api/whatsapp/messages", "{\"to\":\"15551230002\",\"type\":\"text\",\"text\":{\"body\":\"Yes, it fits in Friday's parcel.\"}}")
                .json().path("id").asText();
        app.awaitStatus(id, "failed");
    }

    @AfterAll
    static void stop() {
        if (app != null) {
            app.close();
        }
        if (chromium != null) {
            chromium.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"1920, 1080, LIGHT", "1440, 900, LIGHT", "1440, 900, DARK", "1024, 768, LIGHT", "1024, 768, DARK", "390, 844, LIGHT", "390, 844, DARK"})
    void every_page_is_accessible_and_fits(int width, int height, ColorScheme scheme) {
        try (Tab tab = new Tab(chromium, app, width, height, scheme)) {
            String name = width + "-" + scheme.name().toLowerCase();
            tab.page.navigate(app.url("/"));
            assertThat(tab.page.getByLabel("API token")).isVisible();
            look(tab, "login-" + name);
            tab.logIn();
            assertThat(tab.row("Ana Example")).isVisible();
            look(tab, "inbox-" + name);
            tab.row("Ana Example").click();
            assertThat(tab.message("The lid please")).isVisible();
            look(tab, "thread-" + name);
            if (width < 1240) {
                tab.button("Contact and ticket").click();
                look(tab, "panel-" + name);
            }
            tab.page.navigate(app.url("/#/inbox"));
            tab.row("Ben Sample").click();
            assertThat(tab.page.getByText("Not delivered.")).isVisible();
            look(tab, "failed-" + name);
            tab.page.navigate(app.url("/#/inbox"));
            tab.row("Chiara Muster").click();
            assertThat(tab.page.getByText("The 24-hour window closed")).isVisible();
            assertThat(tab.page.getByText("order_update").first()).isVisible();
            look(tab, "closed-" + name);
            tab.page.navigate(app.url("/#/phone"));
            assertThat(tab.page.getByPlaceholder("Message")).isVisible();
            tab.page.waitForTimeout(300);
            look(tab, "phone-" + name);
            tab.assertNoProblems();
        }
    }

    @ParameterizedTest
    @CsvSource({"1920, 1080, LIGHT", "1440, 900, LIGHT", "1440, 900, DARK", "1024, 768, LIGHT", "1024, 768, DARK", "390, 844, LIGHT", "390, 844, DARK"})
    void every_administration_page_is_accessible_and_fits(int width, int height, ColorScheme scheme) {
        try (Tab tab = new Tab(chromium, app, width, height, scheme).logIn()) {
            String name = width + "-" + scheme.name().toLowerCase();
            for (String page : List.of("health", "settings", "webhook", "setup", "profile", "contacts", "scenarios")) {
                tab.page.navigate(app.url("/#/" + page));
                assertThat(tab.page.locator("main .pane, main .step").first()).isVisible();
                tab.page.waitForTimeout(250);
                tab.picture(page + "-" + name);
                tab.page.evaluate("document.querySelectorAll('main details').forEach(d => d.open = true)");
                look(tab, page + "-open-" + name);
            }
            tab.page.locator(".people a").first().click();
            assertThat(tab.page.locator(".person")).isVisible();
            look(tab, "person-" + name);
            tab.assertNoProblems();
        }
    }

    private static void look(Tab tab, String name) {
        tab.page.waitForTimeout(250);
        tab.picture(name);
        tab.assertAccessible(name);
        assertThat(tab.page.evaluate("document.documentElement.scrollWidth <= innerWidth")).as("no sideways scroll: " + name).isEqualTo(true);
    }

    @Test
    void the_pages_weigh_less_than_120_kilobytes() {
        try (Tab tab = new Tab(chromium, app)) {
            List<Request> requests = new CopyOnWriteArrayList<>();
            tab.page.onRequestFinished(requests::add);
            tab.logIn();
            tab.row("Chiara Muster").click();
            assertThat(tab.page.getByText("The 24-hour window closed")).isVisible();
            tab.page.navigate(app.url("/#/phone"));
            assertThat(tab.page.getByPlaceholder("Message")).isVisible();
            long bytes = weight(requests);
            for (String page : List.of("health", "settings", "webhook", "setup", "profile", "contacts", "scenarios")) {
                requests.clear();
                tab.page.navigate(app.url("/#/" + page));
                assertThat(tab.page.locator("main .pane, main .step").first()).isVisible();
                assertThat(weight(requests)).as("what " + page + " adds").isLessThan(40_000);
            }
            System.out.println("Weight of the pages, compressed: " + bytes + " bytes");
            assertThat(bytes).isBetween(20_000L, 120_000L);
        }
    }

    private static long weight(List<Request> requests) {
        return requests.stream().filter(request -> {
            String path = request.url().substring(app.url("").length());
            return path.equals("/") || path.startsWith("/ui/");
        }).mapToLong(request -> request.sizes().responseBodySize).sum();
    }
}
