package helpdesk.whatsapp.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import helpdesk.whatsapp.testing.Payloads;
import helpdesk.whatsapp.testing.TestApp;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The pages for engineers, in the profile dev: the API from its contract, and the trace of a message over the route map. */
@InBrowser({"profile=dev", "whatsapp.simulator.samples=false"})
class EngineerPagesTest {

    private static TestApp app;
    private Tab tab;

    @Test
    void the_api_and_the_trace_are_shown() {
        String wamid = TestApp.newWamid();
        app.webhook(Payloads.messages(Payloads.text(TestApp.newCustomer(), wamid, "Trace <b>me</b>")));
        app.awaitProcessed();
        tab.page.setViewportSize(Look.PHONE.width(), Look.PHONE.height());
        tab.button("More").click();
        assertThat(tab.page.locator("#more")).isVisible();
        tab.look("more", List.of(Look.PHONE_DARK, Look.PHONE));
        tab.page.locator("#more a", new Page.LocatorOptions().setHasText("Trace")).click();
        assertThat(tab.page.getByLabel("Our id or wamid")).isVisible();
        tab.page.setViewportSize(Look.DESK.width(), Look.DESK.height());
        tab.page.locator(".rail a[title=API]").click();
        assertThat(tab.page.getByText("/dead-letters/{id}/replay")).isVisible();
        tab.look("api", Look.USUAL);
        tab.page.getByLabel("Find an operation").fill("Sends a message");
        tab.page.locator("a.ref-o", new Page.LocatorOptions().setHasText("/messages")).first().click();
        assertThat(tab.page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("POST /api/whatsapp/messages"))).isVisible();
        assertThat(tab.page.getByText("Idempotency-Key").first()).isVisible();
        assertThat(tab.page.getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName("With curl"))).containsText("-H \"Authorization: Bearer $TOKEN\"");
        tab.look("api-operation", Look.USUAL);

        tab.page.navigate(app.url("/#/inbox"));
        tab.row("Trace <b>me</b>").click();
        tab.page.getByRole(AriaRole.LOG).locator(".tools [aria-expanded]").first().click();
        assertThat(tab.page.locator(".history a")).hasText("its way through the routes");
        tab.look("trace-link", Look.USUAL);
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
        tab.look("trace", Look.USUAL);
    }
}
