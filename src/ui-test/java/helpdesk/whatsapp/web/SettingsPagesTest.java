package helpdesk.whatsapp.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import helpdesk.whatsapp.testing.Payloads;
import helpdesk.whatsapp.testing.TestApp;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What is set up on the pages: settings, the webhook, the walk through the set-up. After each test the console must have said nothing. */
@InBrowser("whatsapp.simulator.delay-ms=150")
class SettingsPagesTest {

    private static TestApp app;
    private Tab tab;

    // ---- settings --------------------------------------------------------------------------------------------------

    @Test
    void a_setting_is_changed_refused_and_taken_back() {
        tab.go("settings", "Settings");
        Locator delay = tab.page.getByLabel("Pause between statuses");
        delay.fill("99999");
        assertThat(tab.text("Between 0 and 60,000.")).isVisible();
        delay.fill("120");
        assertThat(tab.text("Edited, was 150. Not saved.")).isVisible();
        tab.button("Save 1 edit").click();
        assertThat(tab.text("Saved. In force now.")).isVisible();
        assertThat(tab.page.locator("[data-key='whatsapp.app-secret-previous'] .sec-v")).not().hasClass(Pattern.compile("sec-need"));
        assertThat(tab.page.locator("[data-key='whatsapp.simulator.delay-ms']")).containsText("Panel");
        assertThat(app.database().sql("select value from setting where key = 'whatsapp.simulator.delay-ms'").query(String.class).single()).isEqualTo("120");

        tab.page.locator("[data-key='whatsapp.simulator.delay-ms']").getByRole(AriaRole.BUTTON).click();
        tab.button("Save 1 edit").click();
        assertThat(tab.page.locator("[data-key='whatsapp.simulator.delay-ms']")).not().containsText("Panel");
    }

    @Test
    void what_is_edited_while_a_save_is_under_way_stays_to_be_saved() {
        tab.go("settings", "Settings");
        Locator reopen = tab.page.getByLabel("Reopen within"), tries = tab.page.getByLabel("Tries for a file"), lag = tab.page.getByLabel("Lag that is too long");
        String before = reopen.inputValue();
        reopen.fill("47");
        lag.fill("77");
        List<Route> held = tab.hold("PUT", Pattern.compile(".*/api/whatsapp/settings$"));
        tab.button("Save 2 edits").click();
        Route save = tab.first(held);
        tries.fill("9");
        reopen.fill(before);
        save.resume();
        assertThat(tab.page.locator(".toast")).containsText("Saved");
        assertThat(lag).hasValue("77");
        assertThat(tries).hasValue("9");
        assertThat(reopen).hasValue(before);
        assertThat(tab.text("Edited, was 47. Not saved.")).isVisible();
        tab.button("Save 2 edits").click();
        tab.first(held).resume();
        assertThat(tab.page.getByText("2 edits not saved.")).hasCount(0);
        assertThat(tries).hasValue("9");
        assertThat(reopen).hasValue(before);
        assertThat(app.database().sql("select key || '=' || value from setting where key in ('whatsapp.ticket.reopen-hours', 'whatsapp.media.max-attempts', 'whatsapp.health.max-lag') order by key")
                .query(String.class).list()).containsExactly("whatsapp.health.max-lag=77", "whatsapp.media.max-attempts=9", "whatsapp.ticket.reopen-hours=" + before);
    }

    @Test
    void a_secret_is_written_and_never_read_back() {
        tab.go("settings", "Settings");
        tab.button("Set Previous app secret").click();
        tab.page.getByLabel("Previous app secret, new value").fill("a-secret-of-the-past-7391");
        tab.button("Save 1 edit").click();
        Locator row = tab.page.locator("[data-key='whatsapp.app-secret-previous']");
        assertThat(row).containsText("7391");
        assertThat(tab.page.content()).doesNotContain("a-secret-of-the-past");
        assertThat(app.database().sql("select value from setting where key = 'whatsapp.app-secret-previous'").query(String.class).single())
                .doesNotContain("past");
    }

    @Test
    void real_mode_is_refused_with_everything_that_is_missing() {
        tab.go("settings", "Settings");
        int missing = app.get("/api/whatsapp/mode").json().path("refusals").size();
        assertThat(missing).isPositive();
        assertThat(tab.page.locator(".mopt-no .req-no")).hasCount(missing);
        assertThat(tab.page.locator(".mopt-no")).containsText("is still the public value of mock mode");
        tab.button("Switch to real…").press("Enter");          // aria-disabled: reachable, and says why
        assertThat(tab.text("Still refused: " + missing + " missing.")).isVisible();
        assertThat(app.get("/api/whatsapp/mode").json().path("mode").asText()).isEqualTo("mock");
        tab.page.locator(".mopt-no").getByText("Set it below").first().click();
        assertThat(tab.page.locator(".set :focus")).hasCount(1);
    }

    // ---- webhook ---------------------------------------------------------------------------------------------------

    @Test
    void the_webhook_page_sees_an_event_a_refused_signature_and_a_test_delivery_as_they_come() {
        tab.go("webhook", "Webhook");
        assertThat(tab.text("Nothing has come since this page was opened.")).isVisible();
        app.webhook(Payloads.messages(Payloads.text(TestApp.newCustomer(), TestApp.newWamid(), "Where is my parcel?")));
        assertThat(tab.text("Event received")).isVisible();

        app.call("POST", "/api/integrations/whatsapp/webhook", "{}".getBytes(StandardCharsets.UTF_8),
                Map.of("Content-Type", "application/json", "X-Hub-Signature-256", "sha256=" + "0".repeat(64)));
        assertThat(tab.text("A signature was refused")).isVisible();
        tab.button("Send a test delivery").click();
        assertThat(tab.text("Answered with 200")).isVisible();
    }

    @Test
    void the_verify_token_is_rotated_and_shown_once() {
        tab.go("webhook", "Webhook");
        assertThat(tab.page.getByLabel("Callback URL", new Page.GetByLabelOptions().setExact(true)))
                .hasValue(Pattern.compile(".*/api/integrations/whatsapp/webhook"));
        tab.button("Rotate…").click();
        tab.button("Rotate").click();
        String token = tab.page.getByLabel("Verify token", new Page.GetByLabelOptions().setExact(true)).inputValue();
        assertThat(token).hasSizeGreaterThan(16);
        assertThat(app.call("GET", "/api/integrations/whatsapp/webhook?hub.mode=subscribe&hub.challenge=42&hub.verify_token=" + token,
                (String) null, Map.of()).text()).isEqualTo("42");
        tab.page.reload();
        assertThat(tab.page.getByText(token.substring(token.length() - 4)).first()).isVisible();
        assertThat(tab.page.content()).doesNotContain(token);
    }

    @Test
    void the_watch_has_the_width_of_its_pane() {
        tab.go("webhook", "Webhook");
        assertThat(tab.text("Nothing has come since this page was opened.")).isVisible();
        assertThat(tab.text("Nothing has come since this page was opened.").boundingBox().width).isGreaterThan(500);
    }

    // ---- set-up ----------------------------------------------------------------------------------------------------

    @Test
    void the_walk_checks_every_step_mends_the_subscription_and_goes_on_where_it_was() {
        Map<String, String> admin = Map.of("Authorization", "Bearer " + TestApp.TOKEN, "Content-Type", "application/json");
        app.call("PUT", "/mock/control/account", "{\"subscribed\":false}", admin);
        tab.go("setup", "Set-up");
        tab.button("Check all").click();
        assertThat(tab.page.locator("#step-subscription")).containsText("2 to mend");
        tab.button("Subscribe our app").click();
        assertThat(tab.page.locator("#step-subscription > summary")).containsText("done");

        tab.page.reload();
        assertThat(tab.page.locator("#step-subscription > summary")).containsText("done");
        if (tab.page.locator("#step-test-message:not([open])").count() == 1) {
            tab.page.locator("#step-test-message > summary").click();
        }
        String phone = TestApp.newCustomer();
        tab.page.getByLabel("Your phone, with country code").fill("12");
        tab.button("Send a test message").click();
        assertThat(tab.text("This number must be a phone number")).isVisible();
        tab.forgive("422");
        tab.page.getByLabel("Your phone, with country code").fill("+" + phone);
        tab.button("Send a test message").click();
        assertThat(tab.page.locator("#step-test-message .chk-ok").first()).containsText("Accepted by Meta");
        app.call("POST", "/mock/control/inbound", "{\"from\":\"" + phone + "\",\"text\":\"It came\"}", admin);
        assertThat(tab.page.locator("#step-test-message > summary")).containsText("done");
    }
}
