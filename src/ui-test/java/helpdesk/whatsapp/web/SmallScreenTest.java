package helpdesk.whatsapp.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.BoundingBox;
import helpdesk.whatsapp.testing.TestApp;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On a phone an agent has at hand what stands side by side on a desk, and nothing lies over it. */
@InBrowser("whatsapp.simulator.delay-ms=100")
class SmallScreenTest {

    private static final Pattern TICKET = Pattern.compile(".*/api/whatsapp/tickets/\\d+$");
    private static final LocatorAssertions.IsInViewportOptions WHOLE = new LocatorAssertions.IsInViewportOptions().setRatio(1);
    /** Whether it lies over what is in its middle. */
    private static final String COVERS = """
            e => {
              const box = e.getBoundingClientRect();
              return e.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2));
            }""";
    /** What was confirmed would go after five seconds: here nothing of the page happens so late. */
    private static final String NOTHING_GOES_BY_ITSELF = """
            () => {
              const later = setTimeout;
              window.setTimeout = (work, after, ...more) => after >= 3000 ? 0 : later(work, after, ...more);
            }""";
    private static TestApp app;
    private Tab tab;

    @BeforeEach
    void in_the_hand() {
        tab.page.setViewportSize(Look.PHONE.width(), Look.PHONE.height());
    }

    private void conversation(int hoursAgo) {
        tab.conversation(Customer.writes(app, TestApp.newCustomer(), "is anybody there", hoursAgo));
    }

    @Test
    void a_fault_is_said_once_covers_nothing_and_goes_with_what_it_is_about() {
        tab.forgive("ERR_FAILED");
        conversation(0);
        List<Route> refused = new CopyOnWriteArrayList<>();
        tab.page.route(TICKET, route -> {
            if (route.request().method().equals("PATCH")) {
                refused.add(route);
                route.abort();
            } else {
                route.resume();
            }
        });
        Locator faults = tab.page.locator(".toast");
        for (int times = 1; times <= 3; times++) {
            int asked = times;
            tab.page.locator("body").press("s");
            tab.page.waitForCondition(() -> refused.size() == asked);
            tab.settle();
            assertThat(faults).hasText("Not solved: The server doesn’t answer. Try again in a moment.");
        }
        BoundingBox fault = faults.boundingBox();
        assertThat(fault.y + fault.height).as("above the head of the conversation").isLessThanOrEqualTo(tab.page.locator(".thread-head").boundingBox().y);
        tab.look("fault", List.of(Look.PHONE_DARK, Look.PHONE));
        tab.button("Close").click();
        assertThat(faults).hasCount(0);
        tab.page.locator("body").press("s");
        assertThat(faults).hasCount(1);
        tab.page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Back to the inbox")).click();
        assertThat(tab.page.getByRole(AriaRole.SEARCHBOX)).isInViewport();
        assertThat(faults).hasCount(0);
    }

    @Test
    void every_page_of_the_administration_is_in_sight_from_the_others() {
        Locator pages = tab.page.locator(".adm-tabs a");
        for (String page : List.of("Health", "Agents")) {
            tab.go(page.toLowerCase(), page);
            for (String other : List.of("Health", "Set-up", "Settings", "Webhook", "Business profile", "Agents")) {
                assertThat(pages.filter(new Locator.FilterOptions().setHasText(other))).isInViewport(WHOLE);
            }
        }
        tab.look("admin-links", List.of(Look.PHONE_DARK, Look.PHONE));
    }

    @Test
    void a_fault_is_over_when_it_is_mended_and_of_words_about_a_ticket_the_newest_stands() {
        tab.forgive("ERR_FAILED");
        conversation(0);
        tab.page.route(TICKET, route -> {
            if (route.request().method().equals("PATCH")) {
                route.abort();
            } else {
                route.resume();
            }
        });
        Locator faults = tab.page.locator(".faults .toast"), words = tab.page.locator(".words .toast");
        for (String subject : List.of("Lid", "A cracked lid")) {
            tab.button("Contact and ticket").click();
            tab.page.locator("#t-subject").fill(subject);
            tab.page.locator("#t-subject").press("Enter");
            assertThat(faults).hasText("Subject not saved: The server doesn’t answer. Try again in a moment.");
            tab.page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Back to the conversation")).click();
        }
        tab.page.locator("body").press("s");
        assertThat(faults).hasCount(2);
        tab.page.unroute(TICKET);
        tab.button("Solve").click();
        assertThat(words).hasText(Pattern.compile("Solved"));
        assertThat(faults).hasText("Subject not saved: The server doesn’t answer. Try again in a moment.");
        assertThat((Boolean) words.evaluate(COVERS)).as("lies over what says it already").isFalse();
        tab.button("Reopen").click();
        assertThat(words).hasText(Pattern.compile("Open"));
        tab.button("Contact and ticket").click();
        tab.page.locator("#t-subject").fill("Saved at last");
        tab.page.locator("#t-subject").press("Enter");
        assertThat(faults).hasCount(0);
    }

    @Test
    void what_is_confirmed_stands_below_the_head_until_one_goes_on() {
        conversation(0);
        Locator words = tab.page.locator(".words .toast");
        tab.page.evaluate(NOTHING_GOES_BY_ITSELF);
        tab.button("Contact and ticket").click();
        verify("knew order 4711");
        BoundingBox head = tab.page.locator(".panel-head").boundingBox();
        assertThat(words.boundingBox().y).as("below the head").isGreaterThanOrEqualTo(head.y + head.height);
        assertThat((Boolean) words.evaluate(COVERS)).isTrue();
        tab.page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Back to the conversation")).click();
        assertThat(words).hasCount(0);
        tab.button("Contact and ticket").click();
        verify("called back");
        tab.page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Details and activity")).click();
        assertThat(words).hasCount(0);
    }

    private void verify(String evidence) {
        tab.button("Verify…").click();
        tab.page.getByLabel("Evidence").fill(evidence);
        tab.button("Save the verification").click();
        assertThat(tab.page.locator(".words .toast")).hasText("The verification is saved.");
    }

    @Test
    void what_is_tapped_to_go_elsewhere_is_large_enough() {
        Map<String, String> pages = Map.of("inbox", ".list .tabs button", "health", ".adm-tabs a", "phone", ".viewtabs button");
        for (String page : pages.keySet()) {
            tab.page.navigate(app.url("/#/" + page));
            Locator tabs = tab.page.locator(pages.get(page));
            assertThat(tabs.first()).isVisible();
            tab.settle();
            for (Locator one : tabs.all()) {
                BoundingBox box = one.boundingBox();
                assertThat(box.width).as("width of %s", one.textContent()).isGreaterThanOrEqualTo(24);
                assertThat(box.height).as("height of %s", one.textContent()).isGreaterThanOrEqualTo(36);
            }
        }
    }

    @Test
    void the_head_of_a_conversation_says_its_state_and_solves_it() {
        conversation(0);
        Locator state = tab.page.locator(".thread-head .state");
        assertThat(state).hasText("Open");
        assertThat(state).isInViewport(WHOLE);
        assertThat(tab.button("Solve")).isInViewport(WHOLE);
        tab.look("head", List.of(Look.PHONE_DARK, Look.PHONE));
        tab.button("Solve").click();
        assertThat(state).hasText("Solved");
        tab.button("Reopen").click();
        assertThat(state).hasText("Open");
    }

    @Test
    void what_a_template_wants_and_what_sends_it_are_in_sight_together() {
        conversation(30);
        Locator send = tab.button("Send template"), another = tab.button("Choose another");
        Locator other = tab.page.locator(".tpl-list").getByText("parcel_ready");
        assertThat(other).isVisible();
        assertThat(another).hasCount(0);
        tab.page.getByText("order_update").click();
        assertThat(other).isHidden();
        for (int value = 1; value <= 3; value++) {
            Locator field = tab.page.getByLabel("Value " + value);
            assertThat(send).isInViewport(WHOLE);
            field.fill("what number " + value + " is");
            assertThat(field).isInViewport(WHOLE);
        }
        assertThat(send).isInViewport(WHOLE);
        tab.look("template-filled", List.of(Look.PHONE_DARK, Look.PHONE));
        another.click();
        assertThat(other).isVisible();
        assertThat(tab.page.locator(".tpl-list input").first()).isFocused();
        tab.page.getByText("order_update").click();
        assertThat(tab.page.getByLabel("Value 1")).hasValue("what number 1 is");
        send.click();
        assertThat(tab.message("Hello what number 1 is, news on order what number 2 is: what number 3 is.")).isVisible();
    }
}
