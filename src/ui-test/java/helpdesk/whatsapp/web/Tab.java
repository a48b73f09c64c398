package helpdesk.whatsapp.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import helpdesk.whatsapp.testing.TestApp;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One browser of one person. Whatever its console says is a fault, which is how the content security policy is proven. */
final class Tab implements AutoCloseable {

    private final TestApp app;
    private final BrowserContext context;
    private final List<String> problems = new ArrayList<>();
    private final List<String> forgiven = new ArrayList<>();
    final Page page;

    Tab(Chromium chromium, TestApp app) {
        this(chromium, app, 1440, 900, ColorScheme.LIGHT);
    }

    Tab(Chromium chromium, TestApp app, int width, int height, ColorScheme scheme) {
        this.app = app;
        context = chromium.browser().newContext(new Browser.NewContextOptions().setColorScheme(scheme).setLocale("en-GB")
                .setTimezoneId("Europe/London").setViewportSize(width, height).setReducedMotion(ReducedMotion.REDUCE));
        context.setDefaultTimeout(15_000);
        page = open();
    }

    /** Another page of the same browser: the same cookie. */
    Page open() {
        Page opened = context.newPage();
        opened.onConsoleMessage(message -> {
            if (!message.type().equals("log") && !message.type().equals("debug")) {
                problems.add(message.type() + ": " + message.text() + " " + message.location());
            }
        });
        opened.onPageError(problems::add);
        opened.onDialog(dialog -> {
            problems.add("dialog: " + dialog.message());
            dialog.dismiss();
        });
        return opened;
    }

    /** A refusal that the test provokes: the browser itself says it on the console. */
    void forgive(String part) {
        forgiven.add(part);
    }

    Tab logIn() {
        return logIn(TestApp.TOKEN);
    }

    Tab logIn(String token) {
        page.navigate(app.url("/"));
        page.getByLabel("API token").fill(token);
        button("Log in").click();
        assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("Inbox"))).isVisible();
        return this;
    }

    Locator button(String name) {
        return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    Locator row(String name) {
        return page.locator("a.row", new Page.LocatorOptions().setHasText(name)).first();
    }

    Locator log() {
        return page.getByRole(AriaRole.LOG, new Page.GetByRoleOptions().setName("Messages").setExact(true));
    }

    /** The last bubble with this text. */
    Locator message(String text) {
        return log().locator(".msg", new Locator.LocatorOptions().setHasText(text)).last();
    }

    void picture(String name) {
        page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target/screenshots", name + ".png")));
    }

    /** WCAG 2.2 AA, as far as axe sees it. */
    void assertAccessible(String where) {
        List<String> found = new AxeBuilder(page).withTags(List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")).analyze()
                .getViolations().stream().map(v -> v.getId() + ": " + v.getNodes().get(0).getHtml()).toList();
        assertThat(found).as("axe on %s", where).isEmpty();
    }

    void assertNoProblems() {
        assertThat(problems).as("what the console said").filteredOn(problem -> forgiven.stream().noneMatch(problem::contains)).isEmpty();
    }

    @Override
    public void close() {
        context.close();
    }
}
