package helpdesk.whatsapp.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import helpdesk.whatsapp.testing.Payloads;
import helpdesk.whatsapp.testing.TestApp;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A session with the role agent, in a real browser: an agent's work is there, what is for admins is neither offered nor possible. */
@InBrowser(value = "whatsapp.agent-token=" + AgentRoleTest.AGENT, token = AgentRoleTest.AGENT)
class AgentRoleTest {

    static final String AGENT = "token-of-an-agent";
    private static TestApp app;
    private Tab tab;

    private void go(String page, String title) {
        tab.page.navigate(app.url("/#/" + page));
        assertThat(tab.page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName(title).setExact(true).setLevel(1))).isVisible();
    }

    // The answer's status, as the page itself would call.
    private int call(String method, String path, String body) {
        return (int) tab.page.evaluate("""
                async ([method, path, body]) => (await fetch(path, { method, headers: { 'Helpdesk-Page': '1', 'Content-Type': 'application/json' },
                  body: body ?? undefined })).status""", Arrays.asList(method, path, body));
    }

    @Test
    void an_agent_answers_verifies_notes_and_solves() {
        String customer = TestApp.newCustomer();
        app.webhook(Payloads.webhook(Payloads.with(Payloads.change(TestApp.NUMBER, "messages", Payloads.text(customer, TestApp.newWamid(), "for an agent")),
                "contacts", Payloads.contact(customer, null, "Customer of an agent"))));
        tab.row("for an agent").click();
        Locator reply = tab.reply();
        reply.fill("an agent's answer");
        reply.press("Enter");
        assertThat(tab.message("an agent's answer").getByRole(AriaRole.IMG, new Locator.GetByRoleOptions().setName("Read").setExact(true))).isVisible();
        tab.page.getByRole(AriaRole.LOG, new Page.GetByRoleOptions().setName("Messages").setExact(true)).focus();
        tab.page.keyboard().press("n");
        tab.page.getByRole(AriaRole.TEXTBOX, new Page.GetByRoleOptions().setName("Note")).fill("an agent's note");
        tab.page.keyboard().press("Enter");
        assertThat(tab.log().locator(".note")).containsText("an agent's note");
        tab.button("Solve").first().click();
        assertThat(tab.page.locator(".thread-head .state")).hasText("Solved");

        go("contacts", "Contacts");
        tab.page.getByRole(AriaRole.SEARCHBOX).fill(customer);
        assertThat(tab.page.locator(".people tbody tr")).hasCount(1);
        tab.page.locator(".people tbody a").click();
        tab.button("Verify…").click();
        tab.page.getByLabel("Evidence").fill("knew the order");
        tab.button("Save the verification").click();
        assertThat(tab.page.getByText("The verification is saved.").first()).isVisible();
    }

    @Test
    void what_is_for_admins_is_not_offered() {
        go("contacts", "Contacts");
        assertThat(tab.page.locator("main .pane, main .empty").first()).isVisible();
        assertThat(tab.button("Sync")).hasCount(0);
        go("profile", "Business profile");
        assertThat(tab.page.getByLabel("About", new Page.GetByLabelOptions().setExact(true))).isDisabled();
        assertThat(tab.page.locator(".pf-pic button")).hasCount(0);
        go("settings", "Settings");
        assertThat(tab.page.locator(".set").first()).isVisible();
        assertThat(tab.page.locator(".set :is(input, select):not([disabled]):not([readonly])")).hasCount(0);
        assertThat(tab.button("Switch to real…")).hasCount(0);
        go("webhook", "Webhook");
        assertThat(tab.page.locator(".watch").first()).isVisible();
        assertThat(tab.button("Rotate…")).hasCount(0);
        assertThat(tab.button("Send a test delivery")).hasCount(0);
        go("setup", "Set-up");
        assertThat(tab.page.locator(".step").first()).isVisible();
        assertThat(tab.button("Check all")).hasCount(0);
        assertThat(tab.button("Send a test message")).hasCount(0);
        go("health/dead", "Health");
        assertThat(tab.page.locator("button", new Page.LocatorOptions().setHasText("Replay"))).hasCount(0);
    }

    @Test
    void what_is_for_admins_is_refused_to_the_session_whatever_the_page_does() {
        tab.forgive("403");
        for (List<String> one : List.of(List.of("PUT", "/api/whatsapp/mode", "{\"mode\":\"mock\"}"), List.of("PUT", "/api/whatsapp/settings", "{}"),
                List.of("PATCH", "/api/whatsapp/profile", "{\"about\":\"x\"}"), List.of("POST", "/api/whatsapp/contacts/sync", "{}"),
                List.of("POST", "/api/whatsapp/agents", "{\"name\":\"x\"}"), List.of("POST", "/api/whatsapp/webhook/verify-token", "{}"),
                List.of("POST", "/api/whatsapp/setup/check", "{}"), List.of("POST", "/api/whatsapp/dead-letters/1/replay", "{}"))) {
            assertThat(call(one.get(0), one.get(1), one.get(2))).as(String.join(" ", one)).isEqualTo(403);
        }
        assertThat(call("GET", "/api/whatsapp/health", null)).isEqualTo(200);
        assertThat(app.get("/api/whatsapp/mode").json().path("mode").asText()).isEqualTo("mock");
    }
}
