package helpdesk.whatsapp.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.security.Sessions;
import helpdesk.whatsapp.testing.GraphStub;
import helpdesk.whatsapp.testing.Payloads;
import helpdesk.whatsapp.testing.SaidLog;
import helpdesk.whatsapp.testing.TestApp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What a page says of the server is so: its mode and its templates, its clock, that it is away, the link of its first start. */
@InBrowser("whatsapp.simulator.delay-ms=100")
class ToldTrulyTest {

    private static final Pattern SESSION = Pattern.compile(".*/api/whatsapp/session$");
    private static final Pattern TEMPLATES = Pattern.compile(".*/api/whatsapp/templates.*");
    private static final Pattern WEBHOOK = Pattern.compile(".*/api/whatsapp/webhook$");
    private static Chromium chromium;
    private static TestApp app;
    private Tab tab;

    /** Somebody writes, and the ticket that it opened. */
    private static String writes(String number, String text, int hoursAgo) {
        return Customer.writes(app, number, text, hoursAgo).ticket();
    }

    private static String writes(String text) {
        return Customer.writes(app, text).ticket();
    }

    private void look(String ticket) {
        tab.conversation(ticket);
    }

    // ---- nothing to do, and real mode ------------------------------------------------------------------------------

    @Test
    void in_real_mode_nobody_is_sent_to_a_phone_and_when_all_is_done_the_list_says_so() {
        String customer = TestApp.newCustomer();
        try (GraphStub meta = new GraphStub(); TestApp real = TestApp.start(meta.realMode(Map.of())); Tab desk = new Tab(chromium, real).logIn()) {
            Locator nothing = desk.page.locator(".list .empty");
            assertThat(desk.page.locator(".mode[data-mode=real]")).isVisible();
            assertThat(nothing).containsText("No conversations yet");
            assertThat(nothing.locator("a")).hasCount(0);
            desk.page.evaluate("location.hash = '/phone'");
            assertThat(desk.page.getByText("This page is there in mock mode only.")).isVisible();
            assertThat(desk.page).hasURL(Pattern.compile("#/inbox$"));
            desk.page.reload();
            desk.page.navigate(real.url("/#/scenarios"));
            assertThat(desk.page).hasURL(Pattern.compile("#/inbox$"));
            assertThat(desk.page.locator(".mode[data-mode=real]")).isVisible();
            desk.page.locator("body").pressSequentially("gp");
            desk.settle();
            assertThat(desk.page).hasURL(Pattern.compile("#/inbox$"));

            real.webhook(Payloads.messages(Payloads.text(customer, TestApp.newWamid(), "thanks")).replace(TestApp.NUMBER, GraphStub.REAL_NUMBER));
            desk.page.locator("a.row").click();
            desk.button("Solve").first().click();
            assertThat(nothing).containsText("All caught up");
            assertThat(nothing.locator("a")).hasCount(0);
            desk.page.reload();
            assertThat(nothing).containsText("All caught up");
            desk.assertNoProblems();
        }
    }

    // ---- the server and its clock ----------------------------------------------------------------------------------

    @Test
    void a_page_that_finds_no_server_goes_on_by_itself() {
        tab.forgive("ERR_FAILED");
        List<Route> asked = new CopyOnWriteArrayList<>();
        tab.page.route(SESSION, route -> {
            asked.add(route);
            if (asked.size() == 1) {
                route.abort();
            } else {
                route.resume();
            }
        });
        tab.page.reload();
        assertThat(tab.page.getByText("The server doesn’t answer yet.")).isVisible();
        assertThat(tab.page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("Inbox"))).isVisible();
    }

    @Test
    void the_watch_of_the_webhook_believes_the_servers_clock_only() {
        tab.page.route(WEBHOOK, route -> {
            APIResponse answer = route.fetch();
            ObjectNode info = (ObjectNode) Json.read(answer.text());
            JsonNode event = info.path("lastEvent");
            if (event.isObject()) {
                ((ObjectNode) event).put("at", Instant.parse(event.path("at").asText()).minusSeconds(600).toString());
            }
            route.fulfill(new Route.FulfillOptions().setResponse(answer).setBody(Json.write(info)));
        });
        tab.page.navigate(app.url("/#/webhook"));
        assertThat(tab.page.getByText("Nothing has come since this page was opened.")).isVisible();
        writes("by a slow clock");
        assertThat(tab.page.locator(".watch-now .when")).containsText("10");
        tab.button("Wait for the next").click();
        assertThat(tab.page.getByText("Nothing has come since this page was opened.")).isVisible();
        tab.page.unroute(WEBHOOK);      // it asks on, also while it is closed
    }

    @Test
    void the_templates_are_those_of_the_mode() {
        List<Route> asked = new CopyOnWriteArrayList<>();
        tab.page.route(TEMPLATES, route -> {
            asked.add(route);
            APIResponse answer = route.fetch();
            route.fulfill(new Route.FulfillOptions().setResponse(answer).setBody(asked.size() == 1 ? answer.text() : answer.text().replace("order_update", "other_side")));
        });
        look(writes(TestApp.newCustomer(), "long ago", 30));
        assertThat(tab.page.locator(".tpl-list").getByText("order_update").first()).isVisible();
        tab.page.evaluate("import('/ui/app/live.js').then(m => m.live.dispatchEvent(new CustomEvent('event', { detail: { type: 'mode.changed' } })))");
        assertThat(tab.page.locator(".tpl-list").getByText("other_side").first()).isVisible();
        assertThat(tab.page.locator(".tpl-list").getByText("order_update")).hasCount(0);
    }

    // ---- the first start -------------------------------------------------------------------------------------------

    @Test
    void the_link_that_the_first_start_prints_logs_in() {
        try (SaidLog log = SaidLog.of(Sessions.class); TestApp fresh = TestApp.start(Map.of()); Tab first = new Tab(chromium, fresh)) {
            List<String> printed = log.lines().stream().filter(line -> line.startsWith("Log in once")).toList();
            assertThat(printed).as("said once").hasSize(1);
            first.page.navigate(printed.get(0).replaceFirst("^.*( at )", ""));
            assertThat(first.page.getByText("This link logs you in once, in this browser.")).isVisible();
            first.button("Log in").click();
            assertThat(first.page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("Inbox"))).isVisible();
            first.assertNoProblems();
            assertThat(log.lines()).filteredOn(line -> line.startsWith("Log in once")).as("said once").hasSize(1);
        }
    }
}
