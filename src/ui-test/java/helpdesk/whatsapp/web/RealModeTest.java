package helpdesk.whatsapp.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import helpdesk.whatsapp.testing.TestApp;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The pages in real mode. Meta's place is an address that nobody has, so nothing leaves this machine. */
@InBrowser({"whatsapp.app-secret=s3cret", "whatsapp.verify-token=v3rify", "whatsapp.access-token=a-real-token",
    "whatsapp.phone-number-id=555000111222333", "whatsapp.graph.base-url=https://graph.facebook.invalid/"})
class RealModeTest {

    private static final List<Look> LOOKS = List.of(Look.PHONE, Look.DESK_DARK, Look.DESK);

    private static TestApp app;
    private Tab tab;

    @Test
    void the_mode_is_switched_both_ways_and_every_page_says_which_it_is() {
        tab.page.navigate(app.url("/#/settings"));
        tab.button("Switch to real…").click();
        assertThat(tab.page.getByRole(AriaRole.DIALOG)).containsText("From now on replies go to Meta and reach customers.");
        tab.look("mode-ask", LOOKS);
        tab.button("Cancel").click();
        assertThat(tab.page.locator(".mode")).containsText("MOCK MODE");

        tab.button("Switch to real…").click();
        tab.button("Switch to real").click();
        assertThat(tab.page.getByText("Real mode holds now.")).isVisible();
        assertThat(tab.page.locator(".mode")).hasText("Real mode. Messages reach customers.");
        assertThat(tab.page.locator(".mopt-on")).containsText("https://graph.facebook.invalid");
        assertThat(link("Phone")).hasCount(0);
        assertThat(link("Scenarios")).hasCount(0);
        tab.look("real-settings", LOOKS);
        for (String page : List.of("webhook", "contacts", "inbox")) {
            tab.page.navigate(app.url("/#/" + page));
            assertThat(tab.page.locator("h1:visible, h2:visible").first()).isVisible();
            assertThat(tab.page.locator(".mode")).hasText("Real mode. Messages reach customers.");
            tab.look("real-" + page, LOOKS);
        }

        tab.page.navigate(app.url("/#/settings"));
        tab.button("Switch to mock…").click();
        tab.button("Switch to mock").click();
        assertThat(tab.page.getByText("Mock mode holds now.")).isVisible();
        assertThat(tab.page.locator(".mode")).containsText("No real customer is reached.");
        assertThat(link("Phone")).isVisible();
    }

    private Locator link(String name) {
        return tab.page.getByRole(AriaRole.NAVIGATION, new Page.GetByRoleOptions().setName("Main"))
                .getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName(name));
    }
}
