package helpdesk.whatsapp.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import helpdesk.whatsapp.testing.Payloads;
import helpdesk.whatsapp.testing.TestApp;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The administration while something is under way, waits, is refused or may not be changed. Pictures of each. */
@InBrowser
class AdminStatesTest {

    private static final Map<String, String> JSON = Map.of("Authorization", "Bearer " + TestApp.TOKEN, "Content-Type", "application/json");
    private static final long TOMORROW = System.currentTimeMillis() / 1000 + 86_400;
    private static TestApp app;
    private Tab tab;

    private static TestApp.Answer call(String method, String path, String body) {
        TestApp.Answer answer = app.call(method, path, body, JSON);
        assertThat(answer.status()).as(answer.text()).isBetween(200, 299);
        return answer;
    }

    private void go(String page, String title) {
        tab.page.navigate(app.url("/#/" + page));
        assertThat(tab.page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName(title).setExact(true).setLevel(1))).isVisible();
    }

    private Locator step(String name) {
        return tab.page.locator("#step-" + name);
    }

    @Test
    void the_walk_before_it_began_with_faults_while_it_waits_and_when_it_is_done() {
        go("setup", "Set-up");
        assertThat(tab.page.locator(".prog")).containsText("0 of 6 steps done");
        tab.look("setup-begin", Look.USUAL);

        call("PUT", "/mock/control/account", "{\"subscribed\":false,\"scopes\":[\"whatsapp_business_messaging\"],\"tokenExpiresAt\":" + TOMORROW
                + ",\"number\":{\"status\":\"DISCONNECTED\",\"name_status\":\"PENDING_REVIEW\"}}");
        tab.button("Check all").click();
        assertThat(tab.page.locator(".prog")).containsText("3 to mend: Number, Token, Subscription");
        assertThat(step("token")).containsText("Use a permanent token of a system user");
        tab.look("setup-failed", Look.USUAL);

        call("PUT", "/mock/control/account", "{}");
        tab.button("Check all").click();
        assertThat(tab.page.locator(".prog")).not().containsText("to mend");
        assertThat(step("webhook").locator("summary")).containsText("waiting");
        app.webhook(Payloads.messages(Payloads.text(TestApp.newCustomer(), TestApp.newWamid(), "Where is my parcel?")));
        assertThat(step("webhook").locator("summary")).containsText("done");

        String phone = TestApp.newCustomer();
        if (step("test-message").getAttribute("open") == null) {
            step("test-message").locator("summary").click();
        }
        tab.page.getByLabel("Your phone, with country code").fill("+" + phone);
        tab.button("Send a test message").click();
        assertThat(step("test-message").locator(".chk-ok")).hasCount(2);
        assertThat(step("test-message").locator("summary")).containsText("waiting");
        tab.look("setup-waiting", Look.USUAL);

        call("POST", "/mock/control/inbound", "{\"from\":\"" + phone + "\",\"text\":\"It came\"}");
        assertThat(tab.page.locator(".prog")).containsText("All steps are done.");
        assertThat(step("test-message").locator("summary")).containsText("done");
        tab.look("setup-done", Look.USUAL);
    }

    @Test
    void settings_that_the_environment_fixes_or_that_wait_for_a_restart() {
        System.setProperty("whatsapp.health.silence", "720");
        System.setProperty("whatsapp.app-secret-previous", "from-the-environment-8842");
        try {
            call("PUT", "/api/whatsapp/settings", "{\"changes\":{\"whatsapp.media.max-attempts\":3}}");
            go("settings", "Settings");
            tab.page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Locked")).click();
            assertThat(tab.page.locator(".set")).hasCount(2);
            assertThat(tab.page.locator("[data-key='whatsapp.health.silence']")).containsText("WHATSAPP_HEALTH_SILENCE");
            assertThat(tab.page.locator("[data-key='whatsapp.health.silence'] input")).not().isEditable();
            tab.look("settings-locked", Look.USUAL);

            tab.page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Needs restart")).click();
            Locator attempts = tab.page.locator("[data-key='whatsapp.media.max-attempts']");
            assertThat(attempts).containsText("Saved. In force after a restart.");
            tab.look("settings-pending", Look.USUAL);
        } finally {
            System.clearProperty("whatsapp.health.silence");
            System.clearProperty("whatsapp.app-secret-previous");
        }
    }

    @Test
    void a_setting_that_the_server_refuses_says_so_at_its_place() {
        tab.forgive("422");
        go("settings", "Settings");
        tab.page.getByLabel("Graph version").fill("latest");
        tab.button("Save 1 edit").click();
        assertThat(tab.page.locator("[data-key='whatsapp.graph.version'] .say-bad")).hasText("must look like v25.0");
        assertThat(tab.page.locator("[data-key='whatsapp.graph.version'] input")).isFocused();
        tab.look("settings-refused", Look.USUAL);
        tab.button("Discard").click();
        assertThat(tab.page.locator(".savebar")).hasCount(0);
    }

    @Test
    void a_choice_that_is_taken_back_is_shown_as_it_was() {
        go("settings", "Settings");
        Locator callbacks = tab.page.locator("[data-key='whatsapp.simulator.callbacks'] select");
        assertThat(callbacks).hasValue("statuses");
        for (String choice : List.of("none", "statuses", "none")) {
            callbacks.selectOption(choice);
        }
        tab.button("Discard").click();
        assertThat(callbacks).hasValue("statuses");

        go("profile", "Business profile");
        Locator category = tab.page.locator("#pf-vertical");
        String before = category.inputValue();
        for (String choice : List.of("AUTO", before, "AUTO")) {
            category.selectOption(choice);
        }
        tab.button("Undo the change of Category").click();
        assertThat(category).hasValue(before);
    }

    @Test
    void an_agent_is_edited_and_refused_at_the_field() {
        tab.forgive("409");
        for (String name : new String[] {"Maria Ortega", "Tom Lindqvist"}) {
            call("POST", "/api/whatsapp/agents", "{\"name\":\"" + name + "\",\"email\":\"" + name.split(" ")[0].toLowerCase() + "@example.com\"}");
        }
        String gone = call("POST", "/api/whatsapp/agents", "{\"name\":\"Ines Vogel\"}").json().path("id").asText();
        call("DELETE", "/api/whatsapp/agents/" + gone, null);
        go("agents", "Agents");
        tab.button("Change Tom Lindqvist").click();
        assertThat(tab.page.locator("#e-name")).isFocused();
        tab.look("agent-edited", Look.USUAL);
        tab.page.locator("#e-name").fill("Maria Ortega");
        tab.page.locator("#e-name").press("Enter");
        assertThat(tab.page.getByText("An agent has this name already.")).isVisible();
        tab.look("agent-refused", Look.USUAL);
    }
}
