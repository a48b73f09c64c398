package helpdesk.whatsapp.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.BoundingBox;
import helpdesk.whatsapp.Hashes;
import helpdesk.whatsapp.testing.TestApp;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is around a conversation: the login, the list, keys, light and dark. After each test the console must have said nothing. */
@InBrowser(value = "whatsapp.simulator.delay-ms=150", token = "")
class FrameTest {

    private static TestApp app;
    private Tab tab;
    private String customer;

    @BeforeEach
    void open() {
        customer = TestApp.newCustomer();
    }

    private String name() {
        return Customer.nameOf(customer);
    }

    private void write(String fields) {
        Customer.write(app, customer, fields);
    }

    private void says(String text) {
        write(",\"text\":\"" + text + "\"");
    }

    // ---- login -----------------------------------------------------------------------------------------------------

    @Test
    void a_one_time_link_logs_in_and_a_logout_ends_it() {
        app.database().sql("insert into login_link (hash, name, role, expires_at) values (?, 'login-link', 'admin', now() + interval '1 hour')")
                .param(Hashes.sha256(customer)).update();
        tab.page.navigate(app.url("/#/login/" + customer));
        tab.button("Log in").click();
        assertThat(tab.page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("Inbox"))).isVisible();
        assertThat(tab.page.url()).doesNotContain(customer);
        tab.page.reload();
        assertThat(tab.page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("Inbox"))).isVisible();

        tab.page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Log out (login-link)")).click();
        assertThat(tab.page.getByLabel("API token")).isVisible();
        tab.page.reload();
        assertThat(tab.page.getByLabel("API token")).isVisible();
    }

    @Test
    void a_wrong_token_says_so() {
        tab.forgive("401");
        tab.page.navigate(app.url("/"));
        tab.page.getByLabel("API token").fill("wrong");
        tab.button("Log in").click();
        assertThat(tab.page.getByRole(AriaRole.ALERT)).hasText("Nobody has this token. Check that all of it was copied.");
    }

    // ---- list and keys ---------------------------------------------------------------------------------------------

    @Test
    void keys_go_through_the_list_and_can_be_switched_off() {
        says("keys");
        tab.logIn();
        assertThat(tab.row(name())).isVisible();
        tab.page.keyboard().press("j");
        assertThat(tab.page.locator("a.row[aria-current]")).isVisible();
        assertThat(tab.reply()).isVisible();
        tab.page.keyboard().press("r");
        assertThat(tab.reply()).isFocused();
        tab.page.keyboard().type("jjj?");
        assertThat(tab.reply()).hasValue("jjj?");
        tab.reply().fill("");
        tab.page.keyboard().press("Escape");
        tab.page.keyboard().press("/");
        assertThat(tab.page.getByLabel("Search")).isFocused();
        tab.page.keyboard().press("Escape");
        tab.page.keyboard().press("?");
        Locator keys = tab.page.getByRole(AriaRole.DIALOG);
        assertThat(keys).isVisible();
        keys.getByLabel("Single-letter keys").uncheck();
        keys.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Close")).click();
        tab.page.keyboard().press("/");
        assertThat(tab.page.getByLabel("Search")).not().isFocused();
    }

    @Test
    void a_search_finds_and_says_when_it_does_not() {
        says("quincunx in the garden");
        tab.logIn();
        assertThat(tab.row(name())).isVisible();        // what comes later is not in what was found
        tab.page.getByLabel("Search").fill("quincunx");
        assertThat(tab.page.locator("a.row")).hasCount(1);
        tab.page.getByLabel("Search").fill("nothing like this");
        assertThat(tab.page.getByText("Nothing matches “nothing like this”")).isVisible();
        tab.button("Clear").click();
        assertThat(tab.row(name())).isVisible();
    }

    @Test
    void the_list_stays_under_the_pointer_until_it_is_asked_to_move() {
        says("old");
        app.awaitProcessed();
        tab.logIn();
        assertThat(tab.row(name())).isVisible();
        tab.page.locator("a.row").last().hover();
        String first = (String) tab.page.locator("a.row").first().getAttribute("data-id");
        double top = tab.page.locator("a.row").first().boundingBox().y;
        customer = TestApp.newCustomer();
        says("brand new");
        assertThat(tab.button("1 new")).isVisible();
        assertThat(tab.page.locator("a.row").first()).hasAttribute("data-id", first);
        assertThat(tab.page.locator("a.row").first().boundingBox().y).as("where the first row stood").isEqualTo(top);
        BoundingBox fresh = tab.button("1 new").boundingBox(), search = tab.page.locator(".list .searchbox").boundingBox();
        assertThat(fresh.y + fresh.height).as("beside the title, over nothing").isLessThanOrEqualTo(search.y);
        tab.button("1 new").click();
        assertThat(tab.page.locator("a.row").first()).containsText("brand new");
    }

    // ---- light and dark --------------------------------------------------------------------------------------------

    @Test
    void light_and_dark_are_kept() {
        tab.logIn();
        tab.page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Switch between light and dark")).click();
        assertThat(tab.page.locator("html")).hasAttribute("data-theme", "dark");
        tab.page.reload();
        assertThat(tab.page.locator("html")).hasAttribute("data-theme", "dark");
    }
}
