package helpdesk.whatsapp.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import helpdesk.whatsapp.testing.TestApp;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The page that chooses scenarios and shows the journal. */
@EnabledIf(value = "helpdesk.whatsapp.web.Chromium#wanted", disabledReason = Chromium.MISSING)
class ScenariosPageTest {

    private static Chromium chromium;
    private static TestApp app;

    @BeforeAll
    static void start() {
        chromium = new Chromium();
        app = TestApp.start(Map.of("whatsapp.simulator.callbacks", "none"));
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

    private static String call(String customer) {
        return app.call("POST", "/mock/graph/v25.0/" + TestApp.NUMBER + "/messages", "{\"messaging_product\":\"whatsapp\",\"to\":\"+" + customer
                + "\",\"type\":\"text\",\"text\":{\"body\":\"from the page\"}}", Map.of("Authorization", "Bearer mock-access-token",
                "Content-Type", "application/json")).text();
    }

    @Test
    void a_scenario_is_chosen_for_a_customer_seen_in_the_journal_and_ended() {
        String customer = TestApp.newCustomer();
        try (Tab tab = new Tab(chromium, app).logIn()) {
            tab.page.navigate(app.url("/#/scenarios"));
            assertThat(tab.page.getByText("Everything goes as it usually does.")).isVisible();
            tab.page.getByLabel("Scenario", new Page.GetByLabelOptions().setExact(true)).selectOption("error-131016");
            tab.page.getByLabel("For", new Page.GetByLabelOptions().setExact(true)).fill(customer);
            tab.button("Play").click();
            Locator row = tab.page.getByRole(AriaRole.ROW).filter(new Locator.FilterOptions().setHasText(customer)).first();
            assertThat(row).containsText("error-131016");

            assertThat(call(customer)).contains("131016");

            assertThat(row).containsText("played once");
            tab.page.getByLabel("Search the journal").fill(customer);
            tab.page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("POST /v25.0/" + TestApp.NUMBER + "/messages")).first().click();
            assertThat(tab.page.locator("pre")).containsText("from the page");
            tab.button("End error-131016").click();
            assertThat(tab.page.getByText("Everything goes as it usually does.")).isVisible();
            assertThat(call(customer)).contains("wamid.");
            tab.assertNoProblems();
        }
    }

    @ParameterizedTest
    @CsvSource({"1440, 900, LIGHT", "1440, 900, DARK", "1024, 768, LIGHT", "390, 844, LIGHT"})
    void it_fits_and_can_be_used_by_everybody(int width, int height, ColorScheme scheme) {
        call(TestApp.newCustomer());
        app.post("/mock/control/scenarios", "{\"scenario\":\"chaos\",\"to\":\"" + TestApp.newCustomer() + "\",\"next\":7}");
        try (Tab tab = new Tab(chromium, app, width, height, scheme)) {
            tab.logIn();
            tab.page.navigate(app.url("/#/scenarios"));
            assertThat(tab.page.getByText("chaos").first()).isVisible();
            assertThat(tab.page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("End chaos")).first()).isVisible();
            tab.page.waitForTimeout(250);
            String name = "scenarios-" + width + "-" + scheme.name().toLowerCase();
            tab.picture(name);
            tab.assertAccessible(name);
            assertThat(tab.page.evaluate("document.documentElement.scrollWidth <= innerWidth")).as("no sideways scroll").isEqualTo(true);
            tab.assertNoProblems();
        }
        app.call("DELETE", "/mock/control/scenarios", (String) null, Map.of("Authorization", "Bearer " + TestApp.TOKEN));
    }
}
