package helpdesk.whatsapp.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import com.microsoft.playwright.options.ViewportSize;
import helpdesk.whatsapp.testing.TestApp;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** One browser of one person. Whatever its console says is a fault, which is how the content security policy is proven. */
final class Tab implements AutoCloseable {

    /** A browser draws no larger pictures well. */
    private static final int TALLEST = 12_000;

    private static final List<String> AXE = List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice");

    /** Of what a page asked for while it was left, the browser does not always tell the end. */
    private static final long NOT_TOLD_NS = TimeUnit.SECONDS.toNanos(10);

    private final TestApp app;
    private final BrowserContext context;
    private final List<String> problems = new ArrayList<>();
    private final List<String> forgiven = new ArrayList<>();
    /** With the moment in which each was asked, of {@link System#nanoTime()}. */
    private final Map<Request, Long> underWay = new HashMap<>();
    final Page page;

    Tab(Chromium chromium, TestApp app) {
        this(chromium, app, 1440, 900, ColorScheme.LIGHT);
    }

    Tab(Chromium chromium, TestApp app, int width, int height, ColorScheme scheme) {
        this.app = app;
        context = chromium.newContext(new Browser.NewContextOptions().setColorScheme(scheme).setLocale("en-GB")
                .setTimezoneId("Europe/London").setViewportSize(width, height).setReducedMotion(ReducedMotion.REDUCE));
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
        opened.onRequest(request -> underWay.put(request, System.nanoTime()));
        opened.onRequestFinished(underWay::remove);
        opened.onRequestFailed(underWay::remove);
        return opened;
    }

    /** A refusal that the test provokes: the browser itself says it on the console. */
    void forgive(String part) {
        forgiven.add(part);
    }

    /** Requests of the page by this method to this address: they wait here until they are let go or answered. */
    List<Route> hold(String method, Pattern address) {
        List<Route> held = new CopyOnWriteArrayList<>();
        page.route(address, route -> {
            if (route.request().method().equals(method)) {
                held.add(route);
            } else {
                route.fallback();
            }
        });
        return held;
    }

    /** The first of those that wait, once there is one. */
    Route first(List<Route> held) {
        page.waitForCondition(() -> !held.isEmpty());
        return held.remove(0);
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

    /** Another page, once its title stands. */
    void go(String address, String title) {
        page.navigate(app.url("/#/" + address));
        assertThat(page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName(title).setExact(true).setLevel(1))).isVisible();
    }

    void toTicket(String ticket) {
        page.evaluate("ticket => { location.hash = '/inbox/' + ticket; }", ticket);
    }

    /** A conversation, once it stands. */
    void conversation(String ticket) {
        toTicket(ticket);
        assertThat(page.locator(".thread-head .sub")).containsText("T-" + ticket);
        assertThat(log().locator(".msg").first()).isVisible();
    }

    void conversation(Customer customer) {
        conversation(customer.ticket());
        assertThat(page.locator(".thread-head h1")).containsText(customer.name());
    }

    /** Where this is said first. */
    Locator text(String text) {
        return page.getByText(text).first();
    }

    Locator button(String name) {
        return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    Locator row(String name) {
        return page.locator("a.row", new Page.LocatorOptions().setHasText(name)).first();
    }

    Locator reply() {
        return page.getByRole(AriaRole.TEXTBOX, new Page.GetByRoleOptions().setName("Reply"));
    }

    Locator log() {
        return page.getByRole(AriaRole.LOG, new Page.GetByRoleOptions().setName("Messages").setExact(true));
    }

    /** The last bubble with this text. */
    Locator message(String text) {
        return log().locator(".msg", new Locator.LocatorOptions().setHasText(text)).last();
    }

    /** Until the page has what it asked for and has drawn it. What stays open, as the events do, is not waited for. */
    void settle() {
        awaitAnswers();
        awaitPictures();
        page.evaluate("document.fonts.ready.then(() => new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn))))");
        awaitAnswers();
    }

    // By the page itself: what Playwright waits for in a page it asks by an eval, which the policy of the page refuses from the second time on.
    private void awaitPictures() {
        page.evaluate("""
                () => new Promise((done, fail) => {
                  const until = Date.now() + 30_000;
                  const look = () => {
                    const missing = [...document.images].filter(image => !image.complete && image.loading !== 'lazy').map(image => image.src);
                    if (!missing.length) done(); else if (Date.now() > until) fail(new Error('pictures: ' + missing)); else setTimeout(look, 50);
                  };
                  look();
                })""");
    }

    private void awaitAnswers() {
        page.waitForCondition(() -> underWay.entrySet().stream().allMatch(asked -> asked.getKey().resourceType().equals("eventsource")
                || asked.getKey().resourceType().equals("media") || System.nanoTime() - asked.getValue() > NOT_TOLD_NS));
    }

    /** A picture in target/screenshots in each of these looks: axe finds nothing, and everything fits. The last one stays. */
    void look(String name, List<Look> looks) {
        for (Look look : looks) {
            show(look);
            String picture = name + "-" + look;
            picture(picture);
            assertAccessible(picture);
            assertFits(picture);
        }
    }

    /** Nothing is wider than the window or the pane that it scrolls in, but for what is made to be, and nothing of a bubble is outside of it. */
    void assertFits(String where) {
        assertThat(page.evaluate("""
                (() => {
                  const name = e => `${e.localName}.${e.className?.baseVal ?? e.className}`;
                  const sideways = 'pre, .sideways, .tabs, .filters, .toc, .walk-n, .tr-map';
                  const wide = [...document.querySelectorAll('html, body *')].filter(e => e.scrollWidth > e.clientWidth + 1 && !e.matches(sideways)
                      && (e.localName === 'html' || /auto|scroll/.test(getComputedStyle(e).overflowX)));
                  const outside = [...document.querySelectorAll('.bubble')].flatMap(bubble => {
                    const box = bubble.getBoundingClientRect();
                    return [...bubble.querySelectorAll('*')].filter(e => !e.closest('pre, svg') && !e.matches('.sr') && e.checkVisibility()).filter(e => {
                      const part = e.getBoundingClientRect();
                      return part.width > 0 && (part.left < box.left - 1 || part.right > box.right + 1);
                    });
                  });
                  const away = [...document.querySelectorAll('.toast')].filter(toast => toast.getBoundingClientRect().right > innerWidth);
                  return [...away.map(e => 'outside of the window: ' + name(e)), ...wide.map(e => 'scrolls sideways: ' + name(e)), ...outside.map(e => 'outside of its bubble: ' + name(e))];
                })()""")).as("what does not fit: " + where).isEqualTo(List.of());
    }

    /** The pictures alone. */
    void pictures(String name, List<Look> looks) {
        for (Look look : looks) {
            show(look);
            picture(name + "-" + look);
        }
    }

    /** What came for these requests, compressed as it came: files and answers of the API, without what customers sent. */
    long weight(List<Request> requests) {
        return requests.stream().filter(request -> request.url().startsWith(app.url("")) && !request.url().contains("/content"))
                .mapToLong(request -> request.sizes().responseBodySize).sum();
    }

    private void show(Look look) {
        page.setViewportSize(look.width(), look.height());
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(look.scheme()));
        settle();
    }

    /** Of all of the page: panes that scroll get the height of what they hold. */
    void picture(String name) {
        ViewportSize window = page.viewportSize();
        int hidden = (int) page.evaluate("""
                Math.max(0, ...[...document.querySelectorAll('.adm-col, .ref-main, .panel, .simside, .tpl, dialog[open]')]
                    .filter(pane => pane.offsetParent || pane.matches('dialog')).map(pane => pane.scrollHeight - pane.clientHeight))""");
        if (hidden > 0) {
            page.setViewportSize(window.width, Math.min(window.height + hidden, TALLEST));
        }
        page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target/screenshots", name + ".png")));
        if (hidden > 0) {
            page.setViewportSize(window.width, window.height);
        }
    }

    /** WCAG 2.2 AA, as far as axe sees it. It comes into a page once, and tells what is wrong only: to tell the rest takes longer than to look. */
    void assertAccessible(String where) {
        if ((boolean) page.evaluate("!window.axe")) {
            page.evaluate(AxeBuilder.getAxeScript());
        }
        assertThat(page.evaluate("""
                async tags => (await axe.run(document, { runOnly: tags, resultTypes: ['violations'] }))
                    .violations.map(found => `${found.id}: ${found.nodes[0].html}`)""", AXE)).as("axe on %s", where).isEqualTo(List.of());
    }

    void assertNoProblems() {
        assertThat(problems).as("what the console said").filteredOn(problem -> forgiven.stream().noneMatch(problem::contains)).isEmpty();
    }

    @Override
    public void close() {
        context.close();
    }
}
