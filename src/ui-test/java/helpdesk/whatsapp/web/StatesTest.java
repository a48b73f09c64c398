package helpdesk.whatsapp.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.FilePayload;
import helpdesk.whatsapp.testing.TestApp;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** What a page shows only now and then - a note, templates, files, dialogs, nothing at all: pictures, axe, no sideways scroll, as for the pages. */
@EnabledIf(value = "helpdesk.whatsapp.web.Chromium#wanted", disabledReason = Chromium.MISSING)
class StatesTest {

    private static final List<Look> LOOKS = List.of(Look.PHONE, Look.PHONE_DARK, Look.TABLET, Look.TABLET_DARK, Look.DESK_DARK, Look.DESK);

    private static Chromium chromium;
    private static TestApp app;
    private Tab tab;

    @BeforeAll
    static void start() {
        chromium = new Chromium();
        app = TestApp.start(Map.of("whatsapp.simulator.samples", "true", "whatsapp.simulator.samples-pause", "800"));
        app.awaitSamples();
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

    private void conversation(String name) {
        tab.row(name).click();
        assertThat(tab.page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName(name)).first()).isVisible();
    }

    private void dialog(String picture) {
        assertThat(tab.page.getByRole(AriaRole.DIALOG)).isVisible();
        tab.look(picture, LOOKS);
        tab.page.keyboard().press("Escape");
        assertThat(tab.page.getByRole(AriaRole.DIALOG)).hasCount(0);
    }

    @Test
    void a_note_and_files_of_the_composer() throws Exception {
        conversation("Ana Example");
        Locator reply = tab.button("Reply"), note = tab.button("Note");
        note.click();
        tab.page.getByRole(AriaRole.TEXTBOX, new Page.GetByRoleOptions().setName("Note")).fill("Asked the warehouse; they look on Monday.");
        tab.look("note", LOOKS);
        for (Look look : LOOKS) {
            tab.page.setViewportSize(look.width(), look.height());
            BoundingBox left = reply.boundingBox(), right = note.boundingBox();
            assertThat(right.y).as("Reply and Note stand in one line: %s", look).isEqualTo(left.y);
            assertThat(right.x - left.x - left.width).as("side by side").isBetween(0.0, 40.0);
            assertThat(tab.page.locator(".composer").boundingBox().height).as("the composer leaves room for the conversation: %s", look).isLessThan(190);
        }
        reply.click();
        tab.page.locator("#attach").setInputFiles(new FilePayload[] {
            new FilePayload("the lid, seen from above.jpg", "image/jpeg", Files.readAllBytes(Path.of("src/main/resources/simulator/picture.jpg"))),
            new FilePayload("too-large.png", "image/png", new byte[6 * 1024 * 1024]),
            new FilePayload("terms.pdf", "application/pdf", "%PDF-1.4".getBytes(StandardCharsets.US_ASCII))});
        assertThat(tab.page.getByText("· ready")).hasCount(2);
        tab.look("files", LOOKS);
    }

    @Test
    void templates_while_the_window_is_open() {
        conversation("Ana Example");
        tab.button("Send a template").click();
        assertThat(tab.page.locator(".tpl-form")).isVisible();
        tab.look("templates", LOOKS);
    }

    @Test
    void a_picture_in_full_and_the_dialogs_of_the_inbox() {
        conversation("Ana Example");
        tab.log().locator("button.media").first().click();
        dialog("lightbox");
        tab.message("The lid please").hover();
        tab.message("The lid please").getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("React")).click();
        dialog("react");
        tab.message("The lid please").getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("The way of this message")).click();
        tab.look("history", LOOKS);
        tab.page.locator("body").press("?");
        dialog("keys");
        tab.button("New message").click();
        dialog("new");
    }

    @Test
    void dialogs_and_refusals_of_the_administration() {
        tab.page.navigate(app.url("/#/webhook"));
        tab.button("Rotate…").click();
        dialog("rotate");
        tab.page.navigate(app.url("/#/profile"));
        tab.page.getByLabel("About", new Page.GetByLabelOptions().setExact(true)).fill("Here Mon to Sat.");
        tab.page.getByLabel("Website 2").fill("shop.example/spares");
        assertThat(tab.page.locator(".chg").first()).isVisible();
        tab.look("profile-edited", LOOKS);
        tab.page.navigate(app.url("/#/settings"));
        tab.page.getByLabel("Pause between statuses").fill("99999");
        assertThat(tab.page.locator(".savebar")).isVisible();
        tab.look("settings-edited", LOOKS);
        tab.page.navigate(app.url("/#/contacts"));
        tab.page.locator(".people a").first().click();
        tab.button("Verify…").click();
        assertThat(tab.page.locator("#v-evidence")).isVisible();
        tab.look("verify", LOOKS);
    }

    @Test
    void nothing_chosen_nothing_found_and_no_connection() {
        tab.page.getByRole(AriaRole.SEARCHBOX).fill("nobody of this name");
        assertThat(tab.page.getByText("Nothing matches")).isVisible();
        tab.look("found-nothing", LOOKS);
        tab.page.navigate(app.url("/#/contacts"));
        tab.page.getByRole(AriaRole.SEARCHBOX).fill("nobody of this name");
        assertThat(tab.page.getByText("Nobody found")).isVisible();
        tab.look("contacts-nobody", LOOKS);
        tab.page.navigate(app.url("/#/inbox"));
        tab.page.evaluate("import('/ui/app/live.js').then(m => m.live.dispatchEvent(new CustomEvent('state', { detail: 'lost' })))");
        assertThat(tab.page.getByText("No connection.")).isVisible();
        tab.look("no-connection", LOOKS);
    }

    @Test
    void everything_of_the_rail_is_on_the_screen_of_a_phone() {
        tab.page.setViewportSize(Look.PHONE.width(), Look.PHONE.height());
        assertThat(tab.page.evaluate("""
                [...document.querySelectorAll('.rail > :is(a, button)')].map(one => one.getBoundingClientRect()).filter(box => box.width)
                    .every(box => box.left >= 0 && box.right <= innerWidth && box.bottom <= innerHeight)""")).isEqualTo(true);
        tab.button("More").click();
        assertThat(tab.page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Log out"))).isInViewport();
    }

    @Test
    void before_anybody_wrote() {
        try (TestApp empty = TestApp.start(Map.of("whatsapp.simulator.samples", "false")); Tab first = new Tab(chromium, empty).logIn()) {
            assertThat(first.page.getByText("No conversations yet")).isVisible();
            first.look("inbox-empty", LOOKS);
            first.page.navigate(empty.url("/#/contacts"));
            assertThat(first.page.getByText("Nobody yet")).isVisible();
            first.look("contacts-empty", LOOKS);
            first.assertNoProblems();
        }
    }
}
