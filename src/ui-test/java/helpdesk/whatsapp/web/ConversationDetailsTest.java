package helpdesk.whatsapp.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.FilePayload;
import helpdesk.whatsapp.testing.Payloads;
import helpdesk.whatsapp.testing.TestApp;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** Who wrote for us, media that is sought, two contacts that are one, files of a customer's own; after each test the console must have said nothing. */
@EnabledIf(value = "helpdesk.whatsapp.web.Chromium#wanted", disabledReason = Chromium.MISSING)
class ConversationDetailsTest {

    private static final Map<String, String> ADMIN = Map.of("Authorization", "Bearer " + TestApp.TOKEN, "Content-Type", "application/json");
    private static Chromium chromium;
    private static TestApp app;
    private Tab tab;
    private final String customer = TestApp.newCustomer();

    @BeforeAll
    static void start() {
        chromium = new Chromium();
        app = TestApp.start(Map.of());
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

    @BeforeEach
    void open() {
        tab = new Tab(chromium, app);
    }

    @AfterEach
    void the_console_said_nothing() {
        tab.assertNoProblems();
        tab.close();
    }

    private void says(String text) {
        app.webhook(Payloads.webhook(Payloads.with(Payloads.change(TestApp.NUMBER, "messages", Payloads.text(customer, TestApp.newWamid(), text)),
                "contacts", Payloads.contact(customer, null, "Customer " + customer))));
        app.awaitProcessed();
    }

    private void openConversation() {
        tab.row("Customer " + customer).click();
        assertThat(tab.page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("Customer " + customer)).first()).isVisible();
    }

    private void reply(String text) {
        Locator reply = tab.page.getByRole(AriaRole.TEXTBOX, new Page.GetByRoleOptions().setName("Reply"));
        reply.fill(text);
        reply.press("Enter");
        assertThat(tab.message(text)).isVisible();
    }

    @Test
    void each_message_of_ours_names_its_author() {
        String login = app.database().sql("select name from api_token where role = 'admin' order by name limit 1").query(String.class).single();
        app.call("POST", "/api/whatsapp/agents", "{\"name\":\"Mira\"}", ADMIN);
        says("opening hours?");
        app.post("/api/whatsapp/messages", "{\"to\":\"" + customer + "\",\"text\":{\"body\":\"from a program\"}}");
        tab.logIn();
        openConversation();
        assertThat(tab.log().locator(".msg", new Locator.LocatorOptions().setHasText("We are open")).locator(".who-line")).hasText("Automatic reply: hours");
        assertThat(tab.message("from a program").locator(".who-line")).hasText("Program: " + login);
        reply("from the page");
        assertThat(tab.message("from the page").locator(".who-line")).hasText(login);
        tab.page.getByLabel("I am").selectOption("Mira");
        reply("from Mira");
        assertThat(tab.message("from Mira").locator(".who-line")).hasText("Mira");
    }

    @Test
    void a_film_is_sought_by_ranges() {
        app.call("POST", "/mock/control/inbound", "{\"from\":\"" + customer + "\",\"name\":\"Customer " + customer + "\",\"type\":\"video\"}", ADMIN);
        List<Response> answers = new CopyOnWriteArrayList<>();
        tab.page.onResponse(response -> {
            if (response.url().endsWith("/content")) {
                answers.add(response);
            }
        });
        tab.logIn();
        openConversation();
        tab.log().locator("button.media").click();
        Locator film = tab.page.getByRole(AriaRole.DIALOG).locator("video");
        Awaitility.await().pollInSameThread().atMost(Duration.ofSeconds(30)).until(() -> (Boolean) film.evaluate("v => v.readyState >= 1 && v.seekable.length > 0 && v.seekable.end(0) > 0"));
        film.evaluate("v => { v.pause(); v.currentTime = v.duration / 2; }");
        Awaitility.await().pollInSameThread().atMost(Duration.ofSeconds(30)).until(() -> (Boolean) film.evaluate("v => !v.seeking && Math.abs(v.currentTime - v.duration / 2) < 0.5"));
        assertThat(answers).anySatisfy(answer -> {
            assertThat(answer.status()).isEqualTo(206);
            assertThat(answer.headerValue("content-range")).startsWith("bytes ");
        });
        tab.page.keyboard().press("Escape");
    }

    private void twoContactsOfOnePerson() {
        String userId = "US." + customer + "7";
        says("from my number");
        app.webhook(Payloads.messages(Payloads.text(null, TestApp.newWamid(), "from my id").put("from_user_id", userId)));
        app.awaitProcessed();
        app.webhook(Payloads.messages(Payloads.text(customer, TestApp.newWamid(), "both at once").put("from_user_id", userId)));
        app.awaitProcessed();
    }

    @Test
    void two_contacts_that_are_one_person_are_compared_and_merged_in_the_panel() {
        twoContactsOfOnePerson();
        tab.logIn();
        openConversation();
        assertThat(tab.page.locator("hd-panel .suggest")).containsText("Same person?");
        tab.button("Compare and merge…").click();
        assertThat(tab.page.getByRole(AriaRole.DIALOG).locator("table")).containsText("US." + customer + "7");
        tab.button("Merge").click();
        assertThat(tab.page.getByText("They are one contact now.")).isVisible();
        assertThat(tab.page.locator("hd-panel .suggest")).hasCount(0);
        tab.page.navigate(app.url("/#/inbox"));
        openConversation();
        assertThat(tab.message("from my number")).isVisible();
        assertThat(tab.message("from my id")).isVisible();
        assertThat(tab.message("both at once")).isVisible();
        assertThat(tab.page.locator("hd-panel .ids li")).hasCount(2);
    }

    @Test
    void two_that_are_two_are_left_alone() {
        twoContactsOfOnePerson();
        tab.logIn();
        openConversation();
        tab.button("Not the same").click();
        assertThat(tab.page.getByText("Noted: they are two.")).isVisible();
        assertThat(tab.page.locator("hd-panel .suggest")).hasCount(0);
        tab.page.reload();
        openConversation();
        assertThat(tab.page.locator("hd-panel .ids li").first()).isVisible();
        assertThat(tab.page.locator("hd-panel .suggest")).hasCount(0);
    }

    @Test
    void the_suggestion_and_its_comparison_are_accessible_and_fit() {
        twoContactsOfOnePerson();
        tab.logIn();
        openConversation();
        for (List<Look> looks : List.of(List.of(Look.DESK_DARK, Look.DESK), List.of(Look.TABLET), List.of(Look.PHONE_DARK, Look.PHONE))) {
            tab.page.setViewportSize(looks.get(0).width(), looks.get(0).height());
            if (looks.get(0).width() < 1240) {
                tab.button("Contact and ticket").click();
            }
            assertThat(tab.page.locator("hd-panel .suggest")).isVisible();
            tab.look("merge", looks);
            tab.button("Compare and merge…").click();
            assertThat(tab.page.getByRole(AriaRole.DIALOG).locator("table")).isVisible();
            tab.look("merge-compare", looks);
            tab.page.keyboard().press("Escape");
            assertThat(tab.page.getByRole(AriaRole.DIALOG)).isHidden();
            if (looks.get(0).width() < 1240) {
                tab.page.locator(".panel-head .btn").first().click();
                assertThat(tab.page.locator("hd-panel .suggest")).isHidden();
            }
        }
    }

    @Test
    void a_customer_sends_files_of_their_own_from_the_phone_page() throws IOException {
        says("files follow");
        tab.logIn();
        tab.page.navigate(app.url("/#/phone/" + customer));
        Locator phone = tab.page.getByRole(AriaRole.LOG, new Page.GetByRoleOptions().setName("Messages on the phone"));
        assertThat(phone.getByText("files follow")).isVisible();
        Locator file = tab.page.locator("#own");
        tab.page.getByPlaceholder("Message").fill("my own picture");
        file.setInputFiles(new FilePayload("own.jpg", "image/jpeg", sample("picture.jpg")));
        assertThat(phone.getByText("my own picture")).isVisible();
        Locator picture = phone.locator(".msg", new Locator.LocatorOptions().setHasText("my own picture")).locator("img");
        Awaitility.await().pollInSameThread().atMost(Duration.ofSeconds(30)).until(() -> picture.count() == 1 && (Boolean) picture.evaluate("i => i.complete && i.naturalWidth > 0"));
        file.setInputFiles(new FilePayload("my bill.pdf", "application/pdf", sample("invoice.pdf")));
        assertThat(phone.getByText("my bill.pdf")).isVisible();
        file.setInputFiles(new FilePayload("song.ogg", "audio/ogg", sample("voice.ogg")));
        assertThat(phone.locator("audio")).hasCount(1);
        file.setInputFiles(new FilePayload("film.mp4", "video/mp4", new byte[4_000_000]));
        assertThat(tab.page.getByRole(AriaRole.ALERT)).containsText("Up to 2.9 MB here");
    }

    private static byte[] sample(String name) throws IOException {
        try (InputStream in = TestApp.class.getResourceAsStream("/simulator/" + name)) {
            return in.readAllBytes();
        }
    }
}
