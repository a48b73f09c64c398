package helpdesk.whatsapp.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.FilePayload;
import helpdesk.whatsapp.testing.Payloads;
import helpdesk.whatsapp.testing.TestApp;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import javax.imageio.ImageIO;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** What ops and integration engineers do, in a real browser against the real product. After each test the console must have said nothing. */
@EnabledIf(value = "helpdesk.whatsapp.web.Chromium#wanted", disabledReason = Chromium.MISSING)
class AdminPagesTest {

    private static Chromium chromium;
    private static TestApp app;
    private Tab tab;

    @BeforeAll
    static void start() {
        chromium = new Chromium();
        app = TestApp.start(Map.of("whatsapp.simulator.delay-ms", "150"));
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

    @BeforeEach
    void open() {
        tab = new Tab(chromium, app).logIn();
    }

    @AfterEach
    void the_console_said_nothing() {
        tab.assertNoProblems();
        tab.close();
    }

    private void go(String page, String title) {
        tab.page.navigate(app.url("/#/" + page));
        assertThat(tab.page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName(title).setExact(true).setLevel(1))).isVisible();
    }

    private Locator text(String text) {
        return tab.page.getByText(text).first();
    }

    // ---- health ----------------------------------------------------------------------------------------------------

    @Test
    void a_dead_letter_is_inspected_and_resolved_by_a_replay() {
        String wamid = TestApp.newWamid();
        app.database().sql("alter table message add constraint test_refusal check (wamid not like '" + wamid + "%') not valid").update();
        app.webhook(Payloads.messages(Payloads.text(TestApp.newCustomer(), wamid, "Where is my parcel?")));
        app.awaitProcessed();
        String id = app.get("/api/whatsapp/dead-letters?limit=1").json().path("data").path(0).path("id").asText();

        go("health/dead", "Health");
        tab.button("Inspect dead letter " + id).click();
        assertThat(tab.page.getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName("Webhook, as received"))).containsText(wamid);
        tab.button("Replay dead letter " + id).click();
        assertThat(text("failed again")).isVisible();

        app.database().sql("alter table message drop constraint test_refusal").update();
        tab.button("Replay dead letter " + id).click();
        assertThat(text("Dead letter " + id + " is resolved.")).isVisible();
        assertThat(app.get("/api/whatsapp/messages/" + wamid).status()).isEqualTo(200);
    }

    @Test
    void health_tells_its_parts_apart_and_has_its_charts_as_tables() {
        go("health", "Health");
        assertThat(tab.page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("Parts"))).isVisible();
        assertThat(tab.page.locator(".comp")).hasCount(8);
        Locator figure = tab.page.locator("figure").first();
        assertThat(figure.getByRole(AriaRole.IMG)).hasAttribute("aria-label", java.util.regex.Pattern.compile("Webhooks in: now .*"));
        figure.getByText("As a table").click();
        assertThat(figure.getByRole(AriaRole.TABLE)).isVisible();
        assertThat(text("balances")).isVisible();
    }

    @Test
    void a_chart_of_few_minutes_shows_them_and_each_time_once() {
        for (int rows = 1; rows <= 7; rows++) {
            Object drawn = tab.page.evaluate("""
                    async rows => {
                      const [{ chart }, { render }] = await Promise.all([import('/ui/app/chart.js'), import('lit')]);
                      const data = Array.from({ length: rows }, (_, i) => ({ at: new Date(2026, 0, 1, 12, i).toISOString(), n: i + 1 }));
                      const place = document.createElement('div');
                      render(chart({ id: 'x', title: 'x', rows: data, series: [{ name: 'n', of: row => row.n, line: 'a' }] }), place);
                      const times = [...place.querySelectorAll('.xax span')].map(span => span.textContent).filter(Boolean);
                      const line = place.querySelector('.cv .ln-a').getAttribute('d');
                      return times.length > 0 && new Set(times).size === times.length && /[Lh]/.test(line);
                    }""", rows);
            org.assertj.core.api.Assertions.assertThat(drawn).as("%d rows", rows).isEqualTo(true);
        }
    }

    // ---- settings --------------------------------------------------------------------------------------------------

    @Test
    void a_setting_is_changed_refused_and_taken_back() {
        go("settings", "Settings");
        Locator delay = tab.page.getByLabel("Pause between statuses");
        delay.fill("99999");
        assertThat(text("Between 0 and 60,000.")).isVisible();
        delay.fill("120");
        assertThat(text("Edited, was 150. Not saved.")).isVisible();
        tab.button("Save 1 edit").click();
        assertThat(text("Saved. In force now.")).isVisible();
        assertThat(tab.page.locator("[data-key='whatsapp.simulator.delay-ms']")).containsText("Panel");
        assertThat(app.database().sql("select value from setting where key = 'whatsapp.simulator.delay-ms'").query(String.class).single()).isEqualTo("120");

        tab.page.locator("[data-key='whatsapp.simulator.delay-ms']").getByRole(AriaRole.BUTTON).click();
        tab.button("Save 1 edit").click();
        assertThat(tab.page.locator("[data-key='whatsapp.simulator.delay-ms']")).not().containsText("Panel");
    }

    @Test
    void a_secret_is_written_and_never_read_back() {
        go("settings", "Settings");
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
        go("settings", "Settings");
        int missing = app.get("/api/whatsapp/mode").json().path("refusals").size();
        assertThat(missing).isPositive();
        assertThat(tab.page.locator(".mopt-no .req-no")).hasCount(missing);
        assertThat(tab.page.locator(".mopt-no")).containsText("is still the public value of mock mode");
        tab.button("Switch to real…").press("Enter");          // aria-disabled: reachable, and says why
        assertThat(text("Still refused: " + missing + " missing.")).isVisible();
        assertThat(app.get("/api/whatsapp/mode").json().path("mode").asText()).isEqualTo("mock");
        tab.page.locator(".mopt-no").getByText("Set it below").first().click();
        assertThat(tab.page.locator(".set :focus")).hasCount(1);
    }

    // ---- webhook ---------------------------------------------------------------------------------------------------

    @Test
    void the_webhook_page_sees_an_event_a_refused_signature_and_a_test_delivery_as_they_come() {
        go("webhook", "Webhook");
        assertThat(text("Nothing has come since this page was opened.")).isVisible();
        app.webhook(Payloads.messages(Payloads.text(TestApp.newCustomer(), TestApp.newWamid(), "Where is my parcel?")));
        assertThat(text("Event received")).isVisible();

        app.call("POST", "/api/integrations/whatsapp/webhook", "{}".getBytes(StandardCharsets.UTF_8),
                Map.of("Content-Type", "application/json", "X-Hub-Signature-256", "sha256=" + "0".repeat(64)));
        assertThat(text("A signature was refused")).isVisible();
        tab.button("Send a test delivery").click();
        assertThat(text("Answered with 200")).isVisible();
    }

    @Test
    void the_verify_token_is_rotated_and_shown_once() {
        go("webhook", "Webhook");
        assertThat(tab.page.getByLabel("Callback URL", new Page.GetByLabelOptions().setExact(true)))
                .hasValue(java.util.regex.Pattern.compile(".*/api/integrations/whatsapp/webhook"));
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

    // ---- set-up ----------------------------------------------------------------------------------------------------

    @Test
    void the_walk_checks_every_step_mends_the_subscription_and_goes_on_where_it_was() {
        Map<String, String> admin = Map.of("Authorization", "Bearer " + TestApp.TOKEN, "Content-Type", "application/json");
        app.call("PUT", "/mock/control/account", "{\"subscribed\":false}", admin);
        go("setup", "Set-up");
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
        assertThat(text("This number must be a phone number")).isVisible();
        tab.forgive("422");
        tab.page.getByLabel("Your phone, with country code").fill("+" + phone);
        tab.button("Send a test message").click();
        assertThat(tab.page.locator("#step-test-message .chk-ok").first()).containsText("Accepted by Meta");
        app.call("POST", "/mock/control/inbound", "{\"from\":\"" + phone + "\",\"text\":\"It came\"}", admin);
        assertThat(tab.page.locator("#step-test-message > summary")).containsText("done");
    }

    // ---- profile, contacts -----------------------------------------------------------------------------------------

    @Test
    void the_profile_is_edited_beside_a_phone_compared_and_published() {
        go("profile", "Business profile");
        Locator about = tab.page.getByLabel("About", new Page.GetByLabelOptions().setExact(true));
        about.fill("Kitchenware. Here Mon to Sat, 9 to 18.");
        assertThat(tab.page.locator(".handset")).containsText("Here Mon to Sat");
        tab.page.getByLabel("Website 2").fill("shop.example/spares");
        assertThat(text("Needs https:// in front.")).isVisible();
        assertThat(tab.page.locator(".pub")).containsText("1 to mend: Website 2.");
        tab.button("Add it").click();
        assertThat(tab.page.locator(".chg").first()).containsText("https://shop.example/spares");
        tab.button("Publish 2 changes").click();
        assertThat(text("Published.")).isVisible();
        assertThat(app.get("/api/whatsapp/profile").json().path("about").asText()).isEqualTo("Kitchenware. Here Mon to Sat, 9 to 18.");
        tab.button("Compare").first().click();
        assertThat(tab.page.locator(".tr-detail")).containsText("Kitchenware");
    }

    @Test
    void a_picture_is_refused_when_it_is_no_good_and_published_with_its_preview() throws Exception {
        go("profile", "Business profile");
        Locator file = tab.page.locator(".pf-pic input[type=file]");
        file.setInputFiles(new FilePayload("note.txt", "text/plain", new byte[10]));
        assertThat(tab.page.locator(".pf-pic [role=alert]")).isVisible();
        file.setInputFiles(new FilePayload("broken.png", "image/png", new byte[10]));
        assertThat(tab.page.locator(".pf-pic [role=alert]")).isVisible();
        tab.forgive("blob:");

        byte[] picture = picture(640, 640);
        file.setInputFiles(new FilePayload("shop.png", "image/png", picture));
        assertThat(tab.page.locator(".handset img.ppic")).hasAttribute("alt", "New picture");
        assertThat(tab.page.locator(".chg").first()).containsText("shop.png");
        tab.button("Publish 1 change").click();
        assertThat(text("Published.")).isVisible();
        assertThat(app.get("/api/whatsapp/profile").json().path("hasPicture").asBoolean()).isTrue();
        assertThat(app.get("/api/whatsapp/profile/picture").bytes()).isEqualTo(picture);
        Locator shown = tab.page.locator(".handset img.ppic");
        assertThat(shown).hasAttribute("src", java.util.regex.Pattern.compile("/api/whatsapp/profile/picture.*"));
        Awaitility.await().pollInSameThread().atMost(Duration.ofSeconds(30)).until(() -> (Boolean) shown.evaluate("i => i.complete && i.naturalWidth === 640"));
    }

    private static byte[] picture(int width, int height) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), "png", out);
        return out.toByteArray();
    }

    @Test
    void a_sync_brings_the_directory_and_says_what_it_did() {
        String known = TestApp.newCustomer();
        Map<String, String> admin = Map.of("Authorization", "Bearer " + TestApp.TOKEN, "Content-Type", "application/json");
        directory(known, "From the directory", admin);
        go("contacts", "Contacts");
        tab.button("Sync").click();
        assertThat(tab.page.locator("[role=status]").filter(new Locator.FilterOptions().setHasText("1 new"))).isVisible();
        assertThat(tab.page.locator(".people").getByText("From the directory")).isVisible();

        directory(known, "Another name", admin);
        tab.button("Sync").click();
        assertThat(tab.page.locator(".people").getByText("Another name")).isVisible();
        assertThat(tab.page.locator(".people").getByText("From the directory")).hasCount(0);
        tab.button("Sync").click();
        assertThat(tab.page.locator("[role=status]").filter(new Locator.FilterOptions().setHasText("0 new, 0 updated"))).isVisible();
        tab.page.getByRole(AriaRole.SEARCHBOX).fill(known);
        assertThat(tab.page.locator(".people tbody tr")).hasCount(1);
    }

    private static void directory(String customer, String name, Map<String, String> admin) {
        assertThat(app.call("PUT", "/mock/control/contacts", "{\"data\":[{\"waId\":\"" + customer + "\",\"name\":\"" + name + "\"}]}", admin).status())
                .isEqualTo(200);
    }

    @Test
    void a_contact_is_found_changed_and_verified_with_evidence() {
        String customer = TestApp.newCustomer();
        app.webhook(Payloads.messages(Payloads.text(customer, TestApp.newWamid(), "Where is my parcel?")));
        app.awaitProcessed();
        go("contacts", "Contacts");
        tab.page.getByRole(AriaRole.SEARCHBOX).fill(customer);
        assertThat(tab.page.locator(".people tbody tr")).hasCount(1);
        tab.page.locator(".people tbody a").click();
        tab.page.getByLabel("E-mail").fill("nobody");
        tab.button("Save").click();
        tab.forgive("422");
        assertThat(tab.page.locator("#c-email[aria-invalid=true]")).isVisible();
        tab.page.getByLabel("E-mail").fill("ana@example.com");
        tab.page.getByLabel("Company").fill("<b>Shop</b>");
        tab.button("Save").click();
        assertThat(text("Saved.")).isVisible();

        tab.button("Verify…").click();
        tab.page.getByLabel("Evidence").fill("called back, knew order 4711");
        tab.button("Save the verification").click();
        assertThat(text("The verification is saved.")).isVisible();
        assertThat(tab.page.locator(".facts").first()).containsText("called back, knew order 4711");
        assertThat(tab.page.getByRole(AriaRole.IMG, new Page.GetByRoleOptions().setName("Verified by an agent")).first()).isVisible();
        assertThat(tab.page.locator(".person b:text-is('Shop')")).hasCount(0);
    }

    @Test
    void an_agent_is_added_changed_leaves_and_comes_back() {
        String name = "Agent " + TestApp.newCustomer();
        go("agents", "Agents");
        Locator add = tab.page.getByRole(AriaRole.FORM, new Page.GetByRoleOptions().setName("Add an agent"));
        add.getByLabel("Name").fill(name);
        add.getByLabel("E-mail").fill("nobody");
        add.getByRole(AriaRole.BUTTON).click();
        tab.forgive("422");
        assertThat(tab.page.locator("#n-email[aria-invalid=true]")).isVisible();
        add.getByLabel("E-mail").fill("agent@example.com");
        add.getByRole(AriaRole.BUTTON).click();
        assertThat(text(name + " can be assigned now.")).isVisible();
        add.getByLabel("Name").fill(name.toUpperCase());
        add.getByRole(AriaRole.BUTTON).click();
        tab.forgive("409");
        assertThat(text("An agent has this name already.")).isVisible();

        tab.button("Change " + name).click();
        tab.page.locator("#e-name").fill(name + " II");
        tab.page.locator("#e-name").press("Enter");
        assertThat(text(name + " II is saved.")).isVisible();
        tab.button(name + " II leaves").click();
        tab.button("Leaves").click();
        assertThat(text(name + " II has left.")).isVisible();
        tab.button("Bring " + name + " II back").click();
        assertThat(text(name + " II is back.")).isVisible();
        assertThat(app.get("/api/whatsapp/agents").text()).contains(name + " II").contains("agent@example.com");
    }

    @Test
    void a_name_without_a_gap_stays_in_its_column() {
        String customer = TestApp.newCustomer(), name = "N" + customer.repeat(12);
        TestApp.Answer written = app.call("POST", "/mock/control/inbound", "{\"from\":\"" + customer + "\",\"name\":\"" + name + "\",\"text\":\"hello\"}",
                Map.of("Authorization", "Bearer " + TestApp.TOKEN, "Content-Type", "application/json"));
        app.awaitStatus(written.json().path("wamid").asText(), "received");
        go("contacts", "Contacts");
        tab.page.getByRole(AriaRole.SEARCHBOX).fill(customer);
        assertThat(tab.page.locator(".people tbody tr")).hasCount(1);
        for (int width : new int[] {1440, 1024, 390}) {
            tab.page.setViewportSize(width, 800);
            org.assertj.core.api.Assertions.assertThat((Boolean) tab.page.locator(".people").evaluate("table => table.scrollWidth <= table.parentElement.clientWidth"))
                    .as("the table fits its pane at %d", width).isTrue();
        }
    }

    @Test
    void the_watch_has_the_width_of_its_pane() {
        go("webhook", "Webhook");
        assertThat(text("Nothing has come since this page was opened.")).isVisible();
        org.assertj.core.api.Assertions.assertThat(text("Nothing has come since this page was opened.").boundingBox().width).isGreaterThan(500);
    }

    @Test
    void a_contact_and_its_conversation_lead_to_each_other_and_the_activity_goes_on() {
        String customer = TestApp.newCustomer();
        app.webhook(Payloads.messages(Payloads.text(customer, TestApp.newWamid(), "Where is my parcel?")));
        app.awaitProcessed();
        String contact = app.get("/api/whatsapp/tickets?q=" + customer).json().at("/data/0/contactId").asText();
        for (int i = 0; i < 32; i++) {
            app.call("PATCH", "/api/whatsapp/contacts/" + contact, "{\"company\":\"Company " + i + "\"}",
                    Map.of("Authorization", "Bearer " + TestApp.TOKEN, "Content-Type", "application/json"));
        }
        tab.page.navigate(app.url("/#/contacts/" + contact));
        assertThat(tab.page.locator(".acts-b > li")).hasCount(30);
        tab.button("Show older").click();
        assertThat(text("First seen")).isVisible();
        assertThat(tab.page.locator(".acts-b > li").nth(32)).isVisible();

        tab.page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Open the conversation")).click();
        assertThat(tab.message("Where is my parcel?")).isVisible();
        tab.button("Verify…").click();
        tab.page.getByLabel("Evidence").fill("x");
        tab.forgive("422");
        tab.button("Save the verification").click();
        assertThat(text("At least 3 characters")).isVisible();
        tab.page.getByLabel("Evidence").fill("called back, knew order 4711");
        tab.button("Save the verification").click();
        assertThat(tab.page.locator("hd-panel .contact")).containsText("called back, knew order 4711");
        tab.page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Details and activity")).click();
        assertThat(tab.page.locator(".facts").first()).containsText("called back, knew order 4711");
    }
}
