package helpdesk.whatsapp.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.playwright.Request;
import helpdesk.whatsapp.testing.TestApp;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every page with the sample conversations, at four widths, light and dark: pictures in target/screenshots, axe, no sideways scroll. */
@InBrowser(value = {"whatsapp.simulator.samples=true", "whatsapp.simulator.samples-pause=800"}, token = "")
class LookTest {

    private static final List<String> ADMINISTRATION = List.of("health", "settings", "webhook", "setup", "profile", "agents", "scenarios", "contacts");

    private static TestApp app;
    private Tab tab;

    @BeforeAll
    static void samples() {
        app.awaitSamples();
        app.call("PUT", "/mock/control/phones/15551230002", "{\"behaviour\":\"refuses\"}",
                Map.of("Authorization", "Bearer " + TestApp.TOKEN, "Content-Type", "application/json"));
        String id = app.post("/api/whatsapp/messages", "{\"to\":\"15551230002\",\"type\":\"text\",\"text\":{\"body\":\"Yes, it fits in Friday's parcel.\"}}")
                .json().path("id").asText();
        app.awaitStatus(id, "failed");
    }

    @Test
    void every_page_is_accessible_and_fits() {
        tab.page.navigate(app.url("/"));
        assertThat(tab.page.getByLabel("API token")).isVisible();
        tab.look("login", Look.ALL);
        tab.logIn();
        assertThat(tab.row("Ana Example")).isVisible();
        tab.look("inbox", Look.ALL);
        tab.row("Ana Example").click();
        assertThat(tab.message("The lid please")).isVisible();
        tab.look("thread", Look.ALL);
        for (List<Look> narrow : List.of(List.of(Look.TABLET, Look.TABLET_DARK), List.of(Look.PHONE, Look.PHONE_DARK))) {
            tab.page.setViewportSize(narrow.get(0).width(), narrow.get(0).height());
            tab.button("Contact and ticket").click();
            tab.look("panel", narrow);
            tab.page.keyboard().press("Escape");
        }
        tab.page.setViewportSize(Look.DESK.width(), Look.DESK.height());
        tab.page.navigate(app.url("/#/inbox"));
        tab.row("Ben Sample").click();
        assertThat(tab.page.getByText("Not delivered.")).isVisible();
        tab.look("failed", Look.ALL);
        tab.page.navigate(app.url("/#/inbox"));
        tab.row("Chiara Muster").click();
        assertThat(tab.page.getByText("The 24-hour window closed")).isVisible();
        assertThat(tab.page.getByText("order_update").first()).isVisible();
        tab.look("closed", Look.ALL);
        tab.page.navigate(app.url("/#/phone"));
        assertThat(tab.page.getByPlaceholder("Message")).isVisible();
        tab.look("phone", Look.ALL);
    }

    @Test
    void every_administration_page_is_accessible_and_fits() {
        tab.logIn();
        for (String page : ADMINISTRATION) {
            tab.page.navigate(app.url("/#/" + page));
            assertThat(tab.page.locator("main .pane, main .step").first()).isVisible();
            tab.pictures(page, Look.ALL);
            tab.page.evaluate("document.querySelectorAll('main details').forEach(d => d.open = true)");
            tab.look(page + "-open", Look.ALL);
        }
        tab.page.locator(".people a").first().click();
        assertThat(tab.page.locator(".person")).isVisible();
        tab.look("person", Look.ALL);
    }

    @Test
    void what_is_not_accessible_is_found() {
        tab.page.navigate(app.url("/"));
        assertThat(tab.page.getByLabel("API token")).isVisible();
        tab.assertAccessible("the login");
        tab.page.evaluate("document.querySelector('form').append(document.createElement('button'))");
        assertThatThrownBy(() -> tab.assertAccessible("a button without a name")).hasMessageContaining("button-name");
    }

    @Test
    void the_pages_weigh_less_than_120_kilobytes() {
        List<Request> requests = new CopyOnWriteArrayList<>();
        tab.page.onRequestFinished(requests::add);
        tab.logIn();
        tab.row("Chiara Muster").click();
        assertThat(tab.page.getByText("The 24-hour window closed")).isVisible();
        tab.page.navigate(app.url("/#/phone"));
        assertThat(tab.page.getByPlaceholder("Message")).isVisible();
        tab.settle();
        long bytes = tab.weight(requests);
        for (String page : Stream.concat(ADMINISTRATION.stream(), Stream.of("api", "trace")).toList()) {
            requests.clear();
            tab.page.navigate(app.url("/#/" + page));
            assertThat(tab.page.locator("main .pane, main .step, main h1, [role=main] h1").first()).isVisible();
            tab.settle();
            assertThat(tab.weight(requests)).as("what " + page + " adds").isLessThan(40_000);
        }
        assertThat(bytes).isBetween(20_000L, 120_000L);
    }
}
