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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a page shows only now and then - a note, templates, files, dialogs, nothing at all: pictures, axe, no sideways scroll, as for the pages. */
@InBrowser({"whatsapp.simulator.samples=true", "whatsapp.simulator.samples-pause=800"})
class StatesTest {

    private static Chromium chromium;
    private static TestApp app;
    private Tab tab;

    @BeforeAll
    static void samples() {
        app.awaitSamples();
    }

    private void conversation(String name) {
        tab.row(name).click();
        assertThat(tab.page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName(name)).first()).isVisible();
    }

    private void dialog(String picture) {
        assertThat(tab.page.getByRole(AriaRole.DIALOG)).isVisible();
        tab.look(picture, Look.USUAL);
        tab.page.keyboard().press("Escape");
        assertThat(tab.page.getByRole(AriaRole.DIALOG)).hasCount(0);
    }

    @Test
    void a_note_and_files_of_the_composer() throws Exception {
        conversation("Ana Example");
        Locator reply = tab.button("Reply"), note = tab.button("Note");
        note.click();
        tab.page.getByRole(AriaRole.TEXTBOX, new Page.GetByRoleOptions().setName("Note")).fill("Asked the warehouse; they look on Monday.");
        tab.look("note", Look.USUAL);
        for (Look look : Look.USUAL) {
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
        tab.page.setViewportSize(Look.PHONE.width(), Look.PHONE.height());
        assertThat(tab.page.locator(".file.bad .mt")).isInViewport();
        assertThat(tab.page.locator(".file").last()).isInViewport();
        tab.look("files", Look.USUAL);
    }

    @Test
    void templates_while_the_window_is_open() {
        conversation("Ana Example");
        tab.button("Send a template").click();
        assertThat(tab.page.locator(".tpl-form")).isVisible();
        tab.look("templates", Look.USUAL);
        tab.page.getByText("parcel_ready").click();
        assertThat(tab.page.getByLabel("first name, e.g. Ana")).isVisible();
        for (Look look : List.of(Look.PHONE_DARK, Look.TABLET, Look.DESK)) {
            tab.look("template", List.of(look));
            BoundingBox first = tab.page.locator(".tpl-form input").first().boundingBox(), second = tab.page.locator(".tpl-form input").nth(1).boundingBox();
            assertThat(List.of(second.y, second.height)).as("fields beside each other stand in line, whatever their labels: %s", look).isEqualTo(List.of(first.y, first.height));
        }
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
        for (Look look : List.of(Look.DESK, Look.PHONE)) {
            tab.page.setViewportSize(look.width(), look.height());
            BoundingBox bubble = tab.message("The lid please").locator(".bubble").boundingBox();
            BoundingBox tools = tab.message("The lid please").locator(".tools").boundingBox();
            assertThat(look == Look.DESK ? tools.x - bubble.x - bubble.width : tools.y - bubble.y - bubble.height)
                    .as("the tools stand next to the bubble and cover none of its words: %s", look).isBetween(0.0, 8.0);
        }
        assertThat(tab.page.locator(".history")).containsText(java.util.regex.Pattern.compile("\\d\\d:\\d\\d:\\d\\d"));
        tab.look("history", Look.USUAL);
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
        tab.look("profile-edited", Look.USUAL);
        tab.page.navigate(app.url("/#/settings"));
        tab.page.getByLabel("Pause between statuses").fill("99999");
        assertThat(tab.page.locator(".savebar")).isVisible();
        tab.look("settings-edited", Look.USUAL);
        tab.page.navigate(app.url("/#/contacts"));
        tab.page.locator(".people a").first().click();
        tab.button("Verify…").click();
        assertThat(tab.page.locator("#v-evidence")).isVisible();
        tab.look("verify", Look.USUAL);
    }

    @Test
    void nothing_chosen_nothing_found_and_no_connection() {
        tab.page.getByRole(AriaRole.SEARCHBOX).fill("nobody of this name");
        assertThat(tab.page.getByText("Nothing matches")).isVisible();
        tab.look("found-nothing", Look.USUAL);
        tab.page.navigate(app.url("/#/contacts"));
        tab.page.getByRole(AriaRole.SEARCHBOX).fill("nobody of this name");
        assertThat(tab.page.getByText("Nobody found")).isVisible();
        tab.look("contacts-nobody", Look.USUAL);
        tab.page.navigate(app.url("/#/inbox"));
        tab.page.evaluate("import('/ui/app/live.js').then(m => m.live.dispatchEvent(new CustomEvent('state', { detail: 'lost' })))");
        assertThat(tab.page.getByText("No connection.")).isVisible();
        tab.look("no-connection", Look.USUAL);
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
            assertThat(first.page.locator(".list .empty a")).hasText("Open a phone");
            first.look("inbox-empty", Look.USUAL);
            first.page.navigate(empty.url("/#/contacts"));
            assertThat(first.page.getByText("Nobody yet")).isVisible();
            first.look("contacts-empty", Look.USUAL);
            first.assertNoProblems();
        }
    }
}
