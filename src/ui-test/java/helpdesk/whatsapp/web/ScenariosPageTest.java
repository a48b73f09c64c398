package helpdesk.whatsapp.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import helpdesk.whatsapp.testing.TestApp;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/** The page that chooses scenarios and shows the journal. */
@InBrowser("whatsapp.simulator.callbacks=none")
class ScenariosPageTest {

    private static TestApp app;
    private Tab tab;

    private static String call(String customer) {
        return app.call("POST", "/mock/graph/v25.0/" + TestApp.NUMBER + "/messages", "{\"messaging_product\":\"whatsapp\",\"to\":\"+" + customer
                + "\",\"type\":\"text\",\"text\":{\"body\":\"from the page\"}}", Map.of("Authorization", "Bearer mock-access-token",
                "Content-Type", "application/json")).text();
    }

    @Test
    void a_scenario_is_chosen_for_a_customer_seen_in_the_journal_and_ended() {
        String customer = TestApp.newCustomer();
        tab.page.navigate(app.url("/#/scenarios"));
        assertThat(tab.page.getByText("Everything goes as it usually does.")).isVisible();
        tab.page.getByLabel("Scenario", new Page.GetByLabelOptions().setExact(true)).selectOption("error-131016");
        tab.page.getByLabel("For", new Page.GetByLabelOptions().setExact(true)).fill(customer);
        tab.button("Play").click();
        Locator row = tab.page.getByRole(AriaRole.ROW).filter(new Locator.FilterOptions().setHasText(customer)).first();
        assertThat(row).containsText("error-131016");

        Assertions.assertThat(call(customer)).contains("131016");

        assertThat(row).containsText("played once");
        tab.page.getByLabel("Search the journal").fill(customer);
        tab.page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("POST /v25.0/" + TestApp.NUMBER + "/messages")).first().click();
        assertThat(tab.page.locator("pre")).containsText("from the page");
        tab.button("End error-131016").click();
        assertThat(tab.page.getByText("Everything goes as it usually does.")).isVisible();
        Assertions.assertThat(call(customer)).contains("wamid.");
        tab.page.getByText("Show all").click();
        tab.page.getByLabel("Find a scenario or a number").fill("15559131016");
        assertThat(tab.page.locator("#all-t").locator("xpath=ancestor::section").locator("tbody tr")).hasCount(1);
        assertThat(tab.page.locator("#all-t").locator("xpath=ancestor::section").locator("tbody tr")).containsText("error-131016");
    }
}
