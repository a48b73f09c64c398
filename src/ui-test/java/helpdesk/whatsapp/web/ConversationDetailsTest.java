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
import org.junit.jupiter.api.Test;

/** Who wrote for us, media that is sought, two contacts that are one, files of a customer's own; after each test the console must have said nothing. */
@InBrowser(token = "")
class ConversationDetailsTest {

    private static final Map<String, String> ADMIN = Map.of("Authorization", "Bearer " + TestApp.TOKEN, "Content-Type", "application/json");
    private static TestApp app;
    private Tab tab;
    private final String customer = TestApp.newCustomer();

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
        Locator reply = tab.reply();
        reply.fill(text);
        reply.press("Enter");
        assertThat(tab.message(text)).isVisible();
    }

    @Test
    void each_message_of_ours_names_its_author() {
        app.call("POST", "/api/whatsapp/agents", "{\"name\":\"Mira\"}", ADMIN);
        says("opening hours?");
        app.post("/api/whatsapp/messages", "{\"to\":\"" + customer + "\",\"text\":{\"body\":\"from a program\"}}");
        tab.logIn();
        openConversation();
        assertThat(tab.log().locator(".msg", new Locator.LocatorOptions().setHasText("We are open")).locator(".who-line")).hasText("Automatic reply: hours");
        assertThat(tab.message("from a program").locator(".who-line")).hasText("Program: API token");
        reply("from the page");
        assertThat(tab.message("from the page").locator(".who-line")).hasText("API token");
        tab.page.getByLabel("I am").selectOption("Mira");
        assertThat(tab.button("Log out (API token)")).isVisible();
        reply("from Mira");
        assertThat(tab.message("from Mira").locator(".who-line")).hasText("Mira");
    }

    @Test
    void the_way_of_a_message_says_why_its_ticket_in_a_sentence() {
        says("why this one");
        tab.logIn();
        openConversation();
        reply("because");
        tab.message("because").hover();
        tab.message("because").getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("The way of this message")).click();
        assertThat(tab.message("because").locator(".history")).containsText(java.util.regex.Pattern.compile("In T-\\d+: it was written there"));
    }

    @Test
    void a_size_is_said_with_its_plural() {
        tab.logIn();
        assertThat(tab.page.evaluate("import('/ui/app/i18n.js').then(m => [1, 618, 2048].map(m.bytes))")).isEqualTo(List.of("1 byte", "618 bytes", "2 kB"));
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
        assertThat(tab.page.getByRole(AriaRole.DIALOG).locator("thead th:has(.chip)")).hasCount(1);
        assertThat(tab.page.getByRole(AriaRole.DIALOG).locator("thead th").first()).containsText("kept");
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
    void who_has_no_name_is_a_number_that_can_be_read_out_once() {
        app.webhook(Payloads.messages(Payloads.text(customer, TestApp.newWamid(), "who am I")));
        app.awaitProcessed();
        tab.logIn();
        String grouped = (String) tab.page.evaluate("number => import('/ui/app/format.js').then(m => m.phone({ phone: '+' + number }))", customer);
        org.assertj.core.api.Assertions.assertThat(grouped).contains(" ");
        assertThat(tab.row(grouped).locator(".avatar").first()).hasText("");
        tab.row(grouped).click();
        assertThat(tab.page.locator(".thread-head")).containsText(grouped);
        assertThat(tab.page.locator(".thread-head .sub")).not().containsText(grouped);
    }

    @Test
    void a_name_of_marks_that_nobody_sees_gives_letters_that_are_seen() {
        tab.logIn();
        org.assertj.core.api.Assertions.assertThat(tab.page.evaluate("""
                import('/ui/app/format.js').then(m => ['\\u202Eevil name', '\\u200B', 'Ana Example', 'Mira', '\\u2066 \\u2069x'].map(m.initials))"""))
                .isEqualTo(List.of("en", "?", "AE", "Mi", "x"));
    }

    @Test
    void what_we_wrote_in_arabic_begins_at_its_beginning_in_the_list() {
        says("السلام عليكم");
        tab.logIn();
        openConversation();
        reply("هل تريدين تغيير موعد التوصيل؟ يمكننا أن نوصله غداً أو بعد غد في الصباح");
        Locator preview = tab.row("Customer " + customer).locator(".row-preview");
        assertThat(preview).containsText("You: هل تريدين");
        org.assertj.core.api.Assertions.assertThat(preview.evaluate("e => getComputedStyle(e).direction + ' ' + getComputedStyle(e.querySelector('.cut')).direction"))
                .isEqualTo("ltr rtl");
    }

    @Test
    void whatever_a_customer_sends_fits_into_its_bubble() {
        List<String> tray = List.of("Photo", "Document", "Voice message", "Video", "Sticker", "Location", "Contact", "Order", "Poll");
        tab.logIn();
        tab.page.setViewportSize(Look.TABLET.width(), Look.TABLET.height());
        tab.page.navigate(app.url("/#/phone"));
        tab.button("Add a customer").click();
        for (int sent = 0; sent < tray.size(); sent++) {
            tab.page.getByRole(AriaRole.GROUP, new Page.GetByRoleOptions().setName("Send as this customer"))
                    .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(tray.get(sent)).setExact(true)).click();
            assertThat(tab.page.locator(".phone-log .msg")).hasCount(sent + 1);
        }
        assertThat(tab.page.locator(".phone-log .bubble:not(:has(.media, .sticker, .doc .nm, audio, .place, .card-list, .items, .unsupported))")).hasCount(0);
        assertThat(tab.page.getByText("Loading from WhatsApp")).hasCount(0);
        for (Look look : List.of(Look.PHONE, Look.TABLET_DARK, Look.DESK)) {
            tab.pictures("phone-kinds", List.of(look));
            tab.assertFits("everything that a customer sends " + look);
        }
    }

    @Test
    void a_phone_finds_its_new_customer_while_others_write_without_a_pause() {
        String known = app.get("/api/whatsapp/tickets/" + Customer.writes(app, "much to say").ticket()).json().path("contactId").asText();
        tab.logIn();
        tab.page.navigate(app.url("/#/phone"));
        tab.button("Add a customer").click();
        tab.page.evaluate("""
                known => import('/ui/app/live.js').then(m => {
                  const status = { type: 'message.status', status: 'sent', contactId: known };
                  setInterval(() => m.live.dispatchEvent(new CustomEvent('event', { detail: status })), 50);
                })""", known);
        tab.page.getByPlaceholder("Message").fill("new here");
        tab.button("Send as the customer").click();
        assertThat(tab.page.locator(".phone-log").getByText("new here")).isVisible();
        assertThat(tab.message("new here")).isVisible();
    }

    @Test
    void a_phone_reacts_behaves_as_it_is_told_and_everything_simulated_is_removed() {
        tab.forgive("404");       // a message may be asked for while it is removed
        tab.logIn();
        tab.page.navigate(app.url("/#/phone"));
        tab.button("Add a customer").click();
        tab.page.getByPlaceholder("Message").fill("from the phone");
        tab.button("Send as the customer").click();
        assertThat(tab.message("from the phone")).isVisible();

        reply("read at once");
        assertThat(tick("read at once", "Read")).isVisible();
        assertThat(tab.page.locator(".phone-log").getByText("read at once")).isVisible();
        tab.button("React with 👍").click();
        assertThat(tab.message("read at once").locator(".react")).containsText("👍");
        behave("Takes, doesn’t read");
        reply("only delivered");
        assertThat(tick("only delivered", "Delivered")).isVisible();
        behave("Is switched off");
        reply("only sent");
        assertThat(tick("only sent", "Sent")).isVisible();
        assertThat(tab.page.locator(".phone-log").getByText("only sent")).hasCount(0);
        behave("Can’t be reached");
        reply("refused");
        assertThat(tab.message("refused")).containsText("131026");
        behave("Answers by itself");
        assertThat(tab.page.locator(".phone-log").getByText("only sent")).isVisible();

        tab.button("Remove all…").click();
        tab.button("Remove all").click();
        assertThat(tab.page.locator(".toast")).containsText("removed");
        assertThat(tab.page.getByText("from the phone")).hasCount(0);
    }

    private Locator tick(String text, String word) {
        return tab.message(text).getByRole(AriaRole.IMG, new Locator.GetByRoleOptions().setName(word).setExact(true));
    }

    private void behave(String how) {
        tab.page.waitForResponse(answer -> answer.request().method().equals("PUT"), () -> tab.page.getByRole(AriaRole.RADIO, new Page.GetByRoleOptions().setName(how)).check());
    }

    private void react(String emoji) {
        tab.log().locator(".msg.in").hover();
        tab.button("React").click();
        tab.button(emoji).click();
    }

    private void awaitSentReactions(int count) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> app.database().sql("""
                select count(*) from message
                where contact_id = (select id from contact where wa_id = ?) and type = 'reaction' and status = 'sent'""").param(customer)
                .query(Integer.class).single() == count);
    }

    private void phone(String behaviour) {
        app.call("PUT", "/mock/control/phones/" + customer, "{\"behaviour\":\"" + behaviour + "\"}", ADMIN);
    }

    @Test
    void a_reaction_that_did_not_arrive_is_seen_and_sent_again() {
        app.call("POST", "/mock/control/inbound", "{\"from\":\"" + customer + "\",\"name\":\"Customer " + customer + "\",\"text\":\"look at this\"}", ADMIN);
        tab.logIn();
        openConversation();
        Locator shown = tab.log().locator(".msg.in .react"), lost = tab.log().locator(".msg:has(.event)"), row = tab.row("Customer " + customer);
        react("👍");
        assertThat(shown).containsText("👍");
        assertThat(lost).hasCount(0);
        awaitSentReactions(1);
        phone("refuses");
        react("❤️");
        assertThat(lost).containsText("Reacted with ❤️ to: look at this");
        assertThat(lost).containsText("131026");
        assertThat(shown).containsText("👍");
        assertThat(row).containsText("1 failed");
        tab.look("reaction-failed", List.of(Look.PHONE_DARK, Look.DESK));

        phone("reads");
        tab.button("Send again").click();
        assertThat(shown).containsText("❤️");
        assertThat(lost).hasCount(0);
        assertThat(row.locator(".failed")).hasCount(0);

        awaitSentReactions(2);
        app.database().sql("""
                update message set status = 'unknown', wamid = null
                where contact_id = (select id from contact where wa_id = ?) and payload #>> '{reaction,emoji}' = '❤️'""").param(customer).update();
        tab.page.reload();
        assertThat(lost).containsText("Unconfirmed.");
        assertThat(shown).containsText("👍");
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
