package helpdesk.whatsapp.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.FilePayload;
import helpdesk.whatsapp.testing.Payloads;
import helpdesk.whatsapp.testing.TestApp;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The pages of the business, its contacts and its agents. After each test the console must have said nothing. */
@InBrowser("whatsapp.simulator.delay-ms=150")
class PeoplePagesTest {

    private static TestApp app;
    private Tab tab;

    // ---- the business ----------------------------------------------------------------------------------------------

    @Test
    void the_profile_is_edited_beside_a_phone_compared_and_published() {
        tab.go("profile", "Business profile");
        Locator about = tab.page.getByLabel("About", new Page.GetByLabelOptions().setExact(true));
        about.fill("Kitchenware. Here Mon to Sat, 9 to 18.");
        assertThat(tab.page.locator(".handset")).containsText("Here Mon to Sat");
        tab.page.getByLabel("Website 2").fill("shop.example/spares");
        assertThat(tab.text("Needs https:// in front.")).isVisible();
        assertThat(tab.page.locator(".pub")).containsText("1 to mend: Website 2.");
        tab.button("Add it").click();
        assertThat(tab.page.locator(".chg").first()).containsText("https://shop.example/spares");
        tab.button("Publish 2 changes").click();
        assertThat(tab.text("Published.")).isVisible();
        assertThat(app.get("/api/whatsapp/profile").json().path("about").asText()).isEqualTo("Kitchenware. Here Mon to Sat, 9 to 18.");
        tab.settle();       // the newest of the history is this one
        tab.button("Compare").first().click();
        assertThat(tab.page.locator(".tr-detail")).containsText("Kitchenware");
    }

    @Test
    void a_picture_is_refused_when_it_is_no_good_and_published_with_its_preview() throws Exception {
        tab.go("profile", "Business profile");
        Locator file = tab.page.locator(".pf-pic input[type=file]");
        file.setInputFiles(new FilePayload("note.txt", "text/plain", new byte[10]));
        assertThat(tab.page.locator(".pf-pic [role=alert]")).isVisible();
        file.setInputFiles(new FilePayload("broken.png", "image/png", new byte[10]));
        assertThat(tab.page.locator(".pf-pic [role=alert]")).isVisible();
        tab.forgive("blob:");

        byte[] picture = picture(640, 640);
        file.setInputFiles(new FilePayload("shop.png", "image/png", picture));
        assertThat(tab.page.locator(".handset img.ppic")).hasAttribute("alt", "New picture");
        assertThat(tab.page.locator(".chg").first()).containsText("shop.png");
        tab.button("Publish 1 change").click();
        assertThat(tab.text("Published.")).isVisible();
        assertThat(app.get("/api/whatsapp/profile").json().path("hasPicture").asBoolean()).isTrue();
        assertThat(app.get("/api/whatsapp/profile/picture").bytes()).isEqualTo(picture);
        Locator shown = tab.page.locator(".handset img.ppic");
        assertThat(shown).hasAttribute("src", Pattern.compile("/api/whatsapp/profile/picture.*"));
        Awaitility.await().pollInSameThread().atMost(Duration.ofSeconds(30)).until(() -> (Boolean) shown.evaluate("i => i.complete && i.naturalWidth === 640"));
    }

    private static byte[] picture(int width, int height) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), "png", out);
        return out.toByteArray();
    }

    @Test
    void what_is_edited_while_the_profile_is_published_stays_to_be_published() {
        tab.go("profile", "Business profile");
        Locator about = tab.page.locator("#pf-about"), description = tab.page.locator("#pf-description"), address = tab.page.locator("#pf-address");
        about.fill("Pots and pans");
        address.fill("1 Harbour Street");
        List<Route> held = tab.hold("PATCH", Pattern.compile(".*/api/whatsapp/profile$"));
        tab.button("Publish 2 changes").click();
        Route publish = tab.first(held);
        description.fill("Since 1911");
        about.fill("Pots, pans and lids");
        publish.resume();
        assertThat(tab.text("Published.")).isVisible();
        assertThat(tab.button("Publish 2 changes")).isVisible();
        assertThat(about).hasValue("Pots, pans and lids");
        assertThat(description).hasValue("Since 1911");
        assertThat(address).hasValue("1 Harbour Street");
        assertThat(app.get("/api/whatsapp/profile").json().path("about").asText()).isEqualTo("Pots and pans");
    }

    // ---- contacts --------------------------------------------------------------------------------------------------

    @Test
    void a_sync_brings_the_directory_and_says_what_it_did() {
        String known = TestApp.newCustomer();
        Map<String, String> admin = Map.of("Authorization", "Bearer " + TestApp.TOKEN, "Content-Type", "application/json");
        directory(known, "From the directory", admin);
        tab.go("contacts", "Contacts");
        tab.button("Sync").click();
        assertThat(tab.page.locator("[role=status]").filter(new Locator.FilterOptions().setHasText("1 new"))).isVisible();
        assertThat(tab.page.locator(".people").getByText("From the directory")).isVisible();

        directory(known, "Another name", admin);
        tab.button("Sync").click();
        assertThat(tab.page.locator(".people").getByText("Another name")).isVisible();
        assertThat(tab.page.locator(".people").getByText("From the directory")).hasCount(0);
        tab.button("Sync").click();
        assertThat(tab.page.locator("[role=status]").filter(new Locator.FilterOptions().setHasText("0 new, 0 updated"))).isVisible();
        tab.page.getByRole(AriaRole.SEARCHBOX).fill(known);
        assertThat(tab.page.locator(".people tbody tr")).hasCount(1);
    }

    private static void directory(String customer, String name, Map<String, String> admin) {
        assertThat(app.call("PUT", "/mock/control/contacts", "{\"data\":[{\"waId\":\"" + customer + "\",\"name\":\"" + name + "\"}]}", admin).status())
                .isEqualTo(200);
    }

    @Test
    void a_contact_is_found_changed_and_verified_with_evidence() {
        String customer = TestApp.newCustomer();
        app.webhook(Payloads.messages(Payloads.text(customer, TestApp.newWamid(), "Where is my parcel?")));
        app.awaitProcessed();
        tab.go("contacts", "Contacts");
        tab.page.getByRole(AriaRole.SEARCHBOX).fill(customer);
        assertThat(tab.page.locator(".people tbody tr")).hasCount(1);
        tab.page.locator(".people tbody a").click();
        tab.page.getByLabel("E-mail").fill("nobody");
        tab.button("Save").click();
        tab.forgive("422");
        assertThat(tab.page.locator("#c-email[aria-invalid=true]")).isVisible();
        tab.page.getByLabel("E-mail").fill("ana@example.com");
        tab.page.getByLabel("Company").fill("<b>Shop</b>");
        tab.button("Save").click();
        assertThat(tab.text("Saved.")).isVisible();

        tab.button("Verify…").click();
        tab.button("Save the verification").click();
        assertThat(tab.page.getByLabel("Evidence")).isFocused();
        tab.page.getByLabel("Evidence").fill("called back, knew order 4711");
        tab.button("Save the verification").click();
        assertThat(tab.text("The verification is saved.")).isVisible();
        assertThat(tab.button("Verify…")).isFocused();
        assertThat(tab.page.locator(".facts").first()).containsText("called back, knew order 4711");
        assertThat(tab.page.getByRole(AriaRole.IMG, new Page.GetByRoleOptions().setName("Verified by an agent")).first()).isVisible();
        assertThat(tab.page.locator(".person b:text-is('Shop')")).hasCount(0);
    }

    @Test
    void what_is_typed_while_a_contact_is_saved_stays_to_be_saved() {
        String path = "/api/whatsapp/contacts/" + app.get("/api/whatsapp/tickets/" + Customer.writes(app, "Where is my parcel?").ticket()).json().path("contactId").asText();
        tab.page.navigate(app.url("/#/contacts/" + path.replaceFirst(".*/", "")));
        Locator company = tab.page.locator("#c-company"), remarks = tab.page.locator("#c-notes"), email = tab.page.locator("#c-email");
        company.fill("Shop");
        email.fill("ana@example.com");
        List<Route> held = tab.hold("PATCH", Pattern.compile(".*" + path + "$"));
        tab.button("Save").click();
        Route save = tab.first(held);
        remarks.fill("Calls on Mondays");
        company.fill("Shop and sons");
        save.resume();
        assertThat(tab.text("Saved.")).isVisible();
        tab.settle();
        assertThat(remarks).hasValue("Calls on Mondays");
        assertThat(company).hasValue("Shop and sons");
        assertThat(tab.text("Not saved yet.")).isVisible();
        tab.button("Save").click();
        tab.first(held).resume();
        assertThat(tab.text("Not saved yet.")).hasCount(0);
        JsonNode saved = app.get(path).json();
        assertThat(saved.path("company").asText()).isEqualTo("Shop and sons");
        assertThat(saved.path("notes").asText()).isEqualTo("Calls on Mondays");
        assertThat(saved.path("email").asText()).isEqualTo("ana@example.com");
    }

    @Test
    void a_name_without_a_gap_stays_in_its_column() {
        String customer = TestApp.newCustomer(), name = "N" + customer.repeat(12);
        TestApp.Answer written = app.call("POST", "/mock/control/inbound", "{\"from\":\"" + customer + "\",\"name\":\"" + name + "\",\"text\":\"hello\"}",
                Map.of("Authorization", "Bearer " + TestApp.TOKEN, "Content-Type", "application/json"));
        app.awaitStatus(written.json().path("wamid").asText(), "received");
        tab.go("contacts", "Contacts");
        tab.page.getByRole(AriaRole.SEARCHBOX).fill(customer);
        assertThat(tab.page.locator(".people tbody tr")).hasCount(1);
        for (int width : new int[] {1440, 1024, 390}) {
            tab.page.setViewportSize(width, 800);
            assertThat((Boolean) tab.page.locator(".people").evaluate("table => table.scrollWidth <= table.parentElement.clientWidth"))
                    .as("the table fits its pane at %d", width).isTrue();
        }
    }

    @Test
    void a_contact_and_its_conversation_lead_to_each_other_and_the_activity_goes_on() {
        String customer = TestApp.newCustomer();
        app.webhook(Payloads.messages(Payloads.text(customer, TestApp.newWamid(), "Where is my parcel?")));
        app.awaitProcessed();
        String contact = app.get("/api/whatsapp/tickets?q=" + customer).json().at("/data/0/contactId").asText();
        for (int i = 0; i < 32; i++) {
            app.call("PATCH", "/api/whatsapp/contacts/" + contact, "{\"company\":\"Company " + i + "\"}",
                    Map.of("Authorization", "Bearer " + TestApp.TOKEN, "Content-Type", "application/json"));
        }
        tab.page.navigate(app.url("/#/contacts/" + contact));
        assertThat(tab.page.locator(".acts-b > li")).hasCount(30);
        tab.button("Show older").click();
        assertThat(tab.text("First seen")).isVisible();
        assertThat(tab.page.locator(".acts-b > li").nth(32)).isVisible();

        tab.page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Open the conversation")).click();
        assertThat(tab.message("Where is my parcel?")).isVisible();
        tab.button("Verify…").click();
        tab.page.getByLabel("Evidence").fill("x");
        tab.forgive("422");
        tab.button("Save the verification").click();
        assertThat(tab.text("At least 3 characters")).isVisible();
        assertThat(tab.page.getByLabel("Evidence")).isFocused();
        tab.page.getByLabel("Evidence").fill("called back, knew order 4711");
        tab.button("Save the verification").click();
        assertThat(tab.page.locator("hd-panel .contact")).containsText("called back, knew order 4711");
        assertThat(tab.button("Verify…")).isFocused();
        tab.page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Details and activity")).click();
        assertThat(tab.page.locator(".facts").first()).containsText("called back, knew order 4711");
    }

    @Test
    void the_activity_says_in_words_what_was_changed() {
        Customer customer = Customer.writes(app, "Where is my parcel?");
        String agent = elsewhere("POST", "agents", "{\"name\":\"Agent " + customer.number() + "\"}");
        elsewhere("PATCH", "tickets/" + customer.ticket(), "{\"status\":\"solved\"}");
        elsewhere("PATCH", "tickets/" + customer.ticket(), "{\"assigneeId\":\"" + agent + "\",\"subject\":\"Parcel\"}");
        String contact = app.get("/api/whatsapp/tickets/" + customer.ticket()).json().path("contactId").asText();
        elsewhere("PATCH", "contacts/" + contact, "{\"labels\":[\"late\"],\"notes\":\"Calls often\"}");
        tab.page.navigate(app.url("/#/contacts/" + contact));
        Locator activity = tab.page.locator(".acts-b");
        for (String words : List.of("State: Open → Solved", "Assignee: Nobody → Agent " + customer.number(), "Subject: No subject → Parcel",
                "Labels: empty → late", "Remarks: empty → Calls often")) {
            assertThat(activity).containsText(words);
        }
    }

    // ---- agents ----------------------------------------------------------------------------------------------------

    @Test
    void an_agent_is_added_changed_leaves_and_comes_back() {
        String name = "Agent " + TestApp.newCustomer();
        tab.go("agents", "Agents");
        Locator add = tab.page.getByRole(AriaRole.FORM, new Page.GetByRoleOptions().setName("Add an agent"));
        add.getByLabel("Name").fill(name);
        add.getByLabel("E-mail").fill("nobody");
        add.getByRole(AriaRole.BUTTON).click();
        tab.forgive("422");
        assertThat(tab.page.locator("#n-email[aria-invalid=true]")).isVisible();
        add.getByLabel("E-mail").fill("agent@example.com");
        add.getByRole(AriaRole.BUTTON).click();
        assertThat(tab.text(name + " can be assigned now.")).isVisible();
        add.getByLabel("Name").fill(name.toUpperCase());
        add.getByRole(AriaRole.BUTTON).click();
        tab.forgive("409");
        assertThat(tab.text("An agent has this name already.")).isVisible();

        tab.button("Change " + name).click();
        tab.page.locator("#e-name").fill(name + " II");
        tab.page.locator("#e-name").press("Enter");
        assertThat(tab.text(name + " II is saved.")).isVisible();
        tab.button(name + " II leaves").click();
        tab.button("Leaves").click();
        assertThat(tab.text(name + " II has left.")).isVisible();
        tab.button("Bring " + name + " II back").click();
        assertThat(tab.text(name + " II is back.")).isVisible();
        assertThat(app.get("/api/whatsapp/agents").text()).contains(name + " II").contains("agent@example.com");
    }

    @Test
    void who_is_typed_while_an_agent_is_added_stays_to_be_added() {
        String name = "Agent " + TestApp.newCustomer();
        tab.go("agents", "Agents");
        Locator add = tab.page.getByRole(AriaRole.FORM, new Page.GetByRoleOptions().setName("Add an agent"));
        add.getByLabel("Name").fill(name);
        add.getByLabel("E-mail").fill("agent@example.com");
        List<Route> held = tab.hold("POST", Pattern.compile(".*/api/whatsapp/agents$"));
        add.getByRole(AriaRole.BUTTON).click();
        Route adding = tab.first(held);
        add.getByLabel("Name").fill(name + " II");
        adding.resume();
        assertThat(tab.button("Change " + name)).isVisible();
        assertThat(add.getByLabel("E-mail")).hasValue("");
        tab.settle();
        assertThat(add.getByLabel("Name")).hasValue(name + " II");
    }

    private static String elsewhere(String method, String path, String body) {
        TestApp.Answer answer = app.call(method, "/api/whatsapp/" + path, body, Map.of("Authorization", "Bearer " + TestApp.TOKEN, "Content-Type", "application/json"));
        assertThat(answer.status()).as(answer.text()).isBetween(200, 299);
        return answer.json().path("id").asText();
    }

    @Test
    void open_pages_learn_of_an_agent_who_comes_is_renamed_or_leaves_elsewhere() {
        String customer = TestApp.newCustomer(), name = "Agent " + customer;
        app.webhook(Payloads.messages(Payloads.text(customer, TestApp.newWamid(), "Who answers?")));
        app.awaitProcessed();
        String ticket = app.get("/api/whatsapp/tickets?q=" + customer).json().at("/data/0/id").asText();
        tab.page.navigate(app.url("/#/inbox/" + ticket));
        Locator choices = tab.page.locator("#t-agent option");
        assertThat(choices.first()).hasText("Nobody");
        String id = elsewhere("POST", "agents", "{\"name\":\"" + name + "\"}");
        Locator choice = tab.page.locator("#t-agent option[value='" + id + "']");
        assertThat(choice).hasText(name);
        tab.page.getByLabel("Assignee").selectOption(name);
        Locator row = tab.page.locator("a.row[data-id='" + ticket + "']");
        assertThat(row.getByLabel("Assigned to " + name, new Locator.GetByLabelOptions().setExact(true))).isVisible();
        elsewhere("PATCH", "agents/" + id, "{\"name\":\"" + name + " II\"}");
        assertThat(choice).hasText(name + " II");
        assertThat(row.getByLabel("Assigned to " + name + " II", new Locator.GetByLabelOptions().setExact(true))).isVisible();
        elsewhere("DELETE", "agents/" + id, null);
        assertThat(choice).hasCount(0);

        tab.go("agents", "Agents");
        assertThat(tab.page.locator("tr", new Page.LocatorOptions().setHasText(name + " II"))).containsText("has left");
        elsewhere("PATCH", "agents/" + id, "{\"active\":true}");
        assertThat(tab.button(name + " II leaves")).isVisible();
    }
}
