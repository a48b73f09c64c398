package helpdesk.whatsapp.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import helpdesk.whatsapp.testing.Payloads;
import helpdesk.whatsapp.testing.TestApp;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pages for engineers, in the profile dev: the API from its contract, and the trace of a message over the route map. */
@EnabledIf(value = "helpdesk.whatsapp.web.Chromium#wanted", disabledReason = Chromium.MISSING)
class EngineerPagesTest {

    private static Chromium chromium;
    private static TestApp app;

    @BeforeAll
    static void start() {
        chromium = new Chromium();
        app = TestApp.start(Map.of("profile", "dev", "whatsapp.simulator.samples", "false"));
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

    private static void look(Tab tab, String name) {
        tab.page.waitForTimeout(250);
        tab.picture(name);
        tab.assertAccessible(name);
        assertThat(tab.page.evaluate("document.documentElement.scrollWidth <= innerWidth")).as("no sideways scroll: " + name).isEqualTo(true);
    }

    @ParameterizedTest
    @CsvSource({"1440, 900, LIGHT", "1440, 900, DARK", "1024, 768, LIGHT", "390, 844, LIGHT", "390, 844, DARK"})
    void the_api_and_the_trace_are_shown(int width, int height, ColorScheme scheme) {
        String wamid = TestApp.newWamid();
        app.webhook(Payloads.messages(Payloads.text(TestApp.newCustomer(), wamid, "Trace <b>me</b>")));
        app.awaitProcessed();
        try (Tab tab = new Tab(chromium, app, width, height, scheme)) {
            String name = width + "-" + scheme.name().toLowerCase();
            tab.logIn();
            if (width < 760) {
                tab.button("More").click();
                assertThat(tab.page.locator("#more")).isVisible();
                look(tab, "more-" + name);
                tab.page.locator("#more a", new Page.LocatorOptions().setHasText("Trace")).click();
                assertThat(tab.page.getByLabel("Our id or wamid")).isVisible();
                tab.button("More").click();
                tab.page.locator("#more a", new Page.LocatorOptions().setHasText("API")).click();
            } else {
                tab.page.locator(".rail a[title=API]").click();
            }
            assertThat(tab.page.getByText("/dead-letters/{id}/replay")).isVisible();
            look(tab, "api-" + name);
            tab.page.getByLabel("Find an operation").fill("Sends a message");
            tab.page.locator("a.ref-o", new Page.LocatorOptions().setHasText("/messages")).first().click();
            assertThat(tab.page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("POST /api/whatsapp/messages"))).isVisible();
            assertThat(tab.page.getByText("Idempotency-Key").first()).isVisible();
            assertThat(tab.page.getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName("With curl"))).containsText("-H \"Authorization: Bearer $TOKEN\"");
            look(tab, "api-operation-" + name);

            tab.page.navigate(app.url("/#/inbox"));
            tab.row("Trace <b>me</b>").click();
            tab.page.getByRole(AriaRole.LOG).locator(".tools [aria-expanded]").first().click();
            assertThat(tab.page.locator(".history a")).hasText("its way through the routes");
            look(tab, "trace-link-" + name);
            tab.page.locator(".history a").click();
            assertThat(tab.page.getByText("Trace <b>me</b>").last()).isVisible();
            assertThat(tab.page.locator(".tr-step").first()).isVisible();

            tab.page.navigate(app.url("/#/trace"));
            tab.page.getByLabel("Our id or wamid").fill(wamid);
            tab.page.getByLabel("Our id or wamid").press("Enter");
            assertThat(tab.page.getByText("Trace <b>me</b>").last()).isVisible();
            tab.page.locator(".tr-map a", new Page.LocatorOptions().setHasText("inbound-text")).click();
            assertThat(tab.page.locator(".tr-step[aria-current]")).containsText("inbound-text");
            assertThat(tab.page.locator(".tr-pre .added").first()).isVisible();
            look(tab, "trace-" + name);
            tab.assertNoProblems();
        }
    }
}
