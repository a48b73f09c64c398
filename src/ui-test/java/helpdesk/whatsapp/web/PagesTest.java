package helpdesk.whatsapp.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.FilePayload;
import helpdesk.whatsapp.testing.Payloads;
import helpdesk.whatsapp.testing.TestApp;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an agent and a customer do in a conversation, in a real browser against the real product. After each test the console must have said nothing. */
@InBrowser(value = "whatsapp.simulator.delay-ms=150", token = "")
class PagesTest {

    private static final Map<String, String> ADMIN = Map.of("Authorization", "Bearer " + TestApp.TOKEN, "Content-Type", "application/json");
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

    /** By the API, what stands in these fields. */
    private void send(String fields) {
        TestApp.Answer answer = app.post("/api/whatsapp/messages", "{\"to\":\"+" + customer + "\"," + fields + "}");
        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    }

    private void behave(String behaviour) {
        app.call("PUT", "/mock/control/phones/" + customer, "{\"behaviour\":\"" + behaviour + "\"}", ADMIN);
    }

    private void openConversation() {
        tab.row(name()).click();
        assertThat(tab.page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName(name())).first()).isVisible();
    }

    private static Locator tick(Locator message, String word) {
        return message.getByRole(AriaRole.IMG, new Locator.GetByRoleOptions().setName(word).setExact(true));
    }

    // ---- the demo --------------------------------------------------------------------------------------------------

    @Test
    void a_customer_writes_on_the_phone_and_the_agents_answer_gets_its_ticks() {
        tab.logIn();
        Page phone = tab.open();
        phone.navigate(app.url("/#/phone"));
        phone.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Add a customer")).click();
        phone.getByPlaceholder("Message").fill("Where is my *parcel*?");
        phone.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Send as the customer")).click();
        assertThat(phone.getByRole(AriaRole.LOG, new Page.GetByRoleOptions().setName("Messages on the phone")).getByText("parcel")).isVisible();

        tab.page.bringToFront();
        Locator row = tab.page.locator("a.row").filter(new Locator.FilterOptions().setHasText("Where is my parcel?"));
        assertThat(row.getByRole(AriaRole.IMG, new Locator.GetByRoleOptions().setName("1 unread"))).isVisible();
        row.click();
        assertThat(tab.message("Where is my").locator("strong")).hasText("parcel");
        tab.reply().fill("On its way, it comes at 5");
        tab.reply().press("Enter");
        Locator mine = tab.message("On its way");
        assertThat(tick(mine, "Read")).isVisible();
        assertThat(tab.reply()).hasValue("");
        assertThat(phone.getByRole(AriaRole.LOG, new Page.GetByRoleOptions().setName("Messages on the phone")).getByText("On its way")).isVisible();
    }

    @Test
    void a_second_tab_shows_what_the_first_one_did_and_goes_on_when_it_closes() {
        says("two tabs");
        tab.logIn();
        openConversation();
        Page second = tab.open();
        second.navigate(tab.page.url());
        Locator log = second.getByRole(AriaRole.LOG, new Page.GetByRoleOptions().setName("Messages").setExact(true));
        assertThat(log.getByText("two tabs")).isVisible();
        tab.reply().fill("from the first");
        tab.reply().press("Enter");
        assertThat(log.getByText("from the first")).isVisible();

        tab.page.close();
        says("after the first closed");
        assertThat(log.getByText("after the first closed")).isVisible();
    }

    @Test
    void a_button_is_pressed_on_the_phone_and_the_desk_says_that_an_option_was_chosen() {
        says("it does not work");
        tab.logIn();
        openConversation();
        Page phone = tab.open();
        phone.navigate(app.url("/#/phone/" + customer));
        send("\"type\":\"interactive\",\"interactive\":{\"type\":\"button\",\"body\":{\"text\":\"Did that help?\"},"
                + "\"action\":{\"buttons\":[{\"type\":\"reply\",\"reply\":{\"id\":\"yes\",\"title\":\"Yes, it did\"}},"
                + "{\"type\":\"reply\",\"reply\":{\"id\":\"no\",\"title\":\"Not at all\"}}]}}");
        Locator choices = phone.getByRole(AriaRole.LOG, new Page.GetByRoleOptions().setName("Messages on the phone")).locator(".choices");
        assertThat(choices.getByRole(AriaRole.BUTTON)).hasText(new String[] {"Yes, it did", "Not at all"});
        choices.getByText("Not at all").click();
        assertThat(choices.getByText("Yes, it did")).isDisabled();

        tab.page.bringToFront();
        Locator chosen = tab.log().locator(".msg.in", new Locator.LocatorOptions().setHasText("Chose an option"));
        assertThat(chosen).containsText("Not at all");
        assertThat(chosen.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Go to the quoted message"))).containsText("Did that help?");
    }

    // ---- media -----------------------------------------------------------------------------------------------------

    @Test
    void a_picture_comes_in_is_shown_large_and_is_downloaded() {
        write(",\"type\":\"image\",\"caption\":\"look\"");
        tab.logIn();
        openConversation();
        Locator picture = tab.button("Open: Photo: look");
        assertThat(picture.locator("img")).isVisible();
        Awaitility.await().pollInSameThread().atMost(Duration.ofSeconds(30)).until(() -> (Boolean) picture.locator("img").evaluate("i => i.complete && i.naturalWidth > 0"));
        picture.click();
        assertThat(picture.locator("img")).hasCSS("object-position", "50% 0%");        // of a tall one the upper end is seen
        Locator large = tab.page.getByRole(AriaRole.DIALOG);
        assertThat(large.locator("img")).isVisible();
        Download download = tab.page.waitForDownload(() -> large.getByText("Download").click());
        String id = (String) tab.log().locator(".msg").first().getAttribute("data-id");
        assertThat(download.suggestedFilename()).isEqualTo("image-" + id + ".jpg");
        tab.page.keyboard().press("Escape");
        assertThat(large).isHidden();
    }

    @Test
    void a_voice_message_that_was_listened_to_says_so() throws Exception {
        says("sing to me");
        tab.logIn();
        openConversation();
        ByteArrayOutputStream form = new ByteArrayOutputStream();
        form.writeBytes("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"song.ogg\"\r\n\r\n".getBytes(StandardCharsets.UTF_8));
        form.writeBytes(Files.readAllBytes(Path.of("src/main/resources/simulator/voice.ogg")));
        form.writeBytes("\r\n--b--\r\n".getBytes(StandardCharsets.UTF_8));
        String file = app.call("POST", "/api/whatsapp/media", form.toByteArray(), Map.of("Authorization", "Bearer " + TestApp.TOKEN,
                "Content-Type", "multipart/form-data; boundary=b")).json().path("id").asText();
        send("\"type\":\"audio\",\"audio\":{\"id\":\"" + file + "\",\"voice\":true}");
        Locator sent = tab.log().locator(".msg.out", new Locator.LocatorOptions().setHas(tab.page.locator("audio")));
        assertThat(tick(sent, "Played")).isVisible();
    }

    @Test
    void a_line_of_an_order_says_what_one_costs_and_what_all_of_it_costs() {
        write(",\"type\":\"order\"");
        tab.logIn();
        openConversation();
        Locator lines = tab.log().locator(".items tr");
        assertThat(lines.first()).containsText("2 × €7.50");
        assertThat(lines.first().locator("td").last()).hasText("€15.00");
        assertThat(lines.last()).hasText(Pattern.compile("Total\\s*€15.00"));
    }

    @Test
    void a_picture_goes_out_with_its_text_and_limits_are_told_before_anything_is_uploaded() throws Exception {
        says("send me a picture");
        tab.logIn();
        openConversation();
        assertThat(tab.button("Attach a file")).hasAttribute("title", Pattern.compile(".*Images \\(JPEG, PNG\\) 5 MB.*"));
        Locator files = tab.page.locator("#attach");
        files.setInputFiles(new FilePayload[] {new FilePayload("parcel.jpg", "image/jpeg", Files.readAllBytes(Path.of("src/main/resources/simulator/picture.jpg"))),
            new FilePayload("too-large.png", "image/png", new byte[6 * 1024 * 1024]), new FilePayload("tool.exe", "application/x-msdownload", new byte[10])});
        assertThat(tab.page.getByText("An image may have 5 MB")).isVisible();
        assertThat(tab.page.getByText("WhatsApp doesn’t take this type.")).isVisible();
        assertThat(tab.page.getByText("· ready")).isVisible();
        tab.button("Remove too-large.png").click();
        tab.button("Remove tool.exe").click();
        tab.reply().fill("Like this?");
        tab.button("Send").click();
        Locator sent = tab.message("Like this?");
        assertThat(sent.locator("button.media img")).isVisible();
        assertThat(tick(sent, "Read")).isVisible();
    }

    @Test
    void a_document_can_be_dropped_or_pasted() {
        says("drop it");
        tab.logIn();
        openConversation();
        tab.reply().evaluate("""
                field => { const transfer = new DataTransfer(); transfer.items.add(new File(['hello'], 'note.txt', { type: 'text/plain' }));
                  field.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
                  const pasted = new DataTransfer(); pasted.items.add(new File(['hello again'], 'again.txt', { type: 'text/plain' }));
                  field.dispatchEvent(new ClipboardEvent('paste', { clipboardData: pasted, bubbles: true, cancelable: true })); }""");
        assertThat(tab.page.getByText("· ready")).hasCount(2);
        tab.button("Send").click();
        assertThat(tab.message("note.txt")).isVisible();
        assertThat(tick(tab.message("again.txt"), "Read")).isVisible();
    }

    // ---- what can go wrong -----------------------------------------------------------------------------------------

    @Test
    void what_failed_says_why_and_is_sent_again() {
        says("hello");
        behave("refuses");
        tab.logIn();
        openConversation();
        tab.reply().fill("can you read this");
        tab.reply().press("Enter");
        Locator failed = tab.message("can you read this");
        assertThat(tick(failed, "Failed")).isVisible();
        assertThat(failed.getByText("The customer cannot be reached on WhatsApp")).isVisible();
        assertThat(failed.getByText("131026")).isVisible();
        assertThat(tab.row(name()).getByText("1 failed")).isVisible();
        behave("reads");
        failed.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Send again")).click();
        assertThat(tick(failed, "Read")).isVisible();
        assertThat(failed.getByText("Not delivered.")).isHidden();
        assertThat(tab.row(name()).getByText("1 failed")).isHidden();
    }

    @Test
    void a_closed_window_offers_templates_with_a_form_and_a_preview() {
        write(",\"text\":\"long ago\",\"timestamp\":" + (System.currentTimeMillis() / 1000 - 30 * 3600));
        tab.logIn();
        openConversation();
        assertThat(tab.page.getByText("The 24-hour window closed")).isVisible();
        assertThat(tab.reply()).isHidden();
        assertThat(tab.row(name()).locator(".win")).hasText("Window closed");
        assertThat(tab.row(name()).locator(".state")).hasText("Open");
        assertThat(tab.page.getByText("order_update").first()).isVisible();
        assertThat(tab.page.locator(".tpl-list :checked")).hasCount(0);
        assertThat(tab.page.locator(".tpl-form .bubble")).hasCount(0);
        assertThat(tab.button("Send template")).isDisabled();
        tab.page.getByText("order_update").first().click();
        assertThat(tab.button("Send template")).isDisabled();
        assertThat(tab.page.getByText("Fill in every value: WhatsApp refuses empty ones.")).isVisible();
        assertThat(tab.page.locator(".tpl-form label")).hasText(new String[] {"Value 1, e.g. Ana", "Value 2, e.g. 48213", "Value 3, e.g. it leaves today"});
        tab.page.getByLabel("Value 1").fill("Ana");
        tab.page.getByLabel("Value 2").fill("48213");
        tab.page.getByLabel("Value 3").fill(" ");
        assertThat(tab.button("Send template")).isDisabled();
        tab.page.getByLabel("Value 3").fill("it is packed");
        assertThat(tab.page.locator(".tpl-form .bubble")).containsText("Hello Ana, news on order 48213: it is packed.");
        tab.button("Send template").click();
        Locator sent = tab.message("Hello Ana, news on order 48213");
        assertThat(tick(sent, "Read")).isVisible();
        says("I am back");
        assertThat(tab.reply()).isVisible();
    }

    @Test
    void a_note_stands_in_the_thread_and_is_never_sent() {
        says("note this");
        tab.logIn();
        openConversation();
        tab.page.keyboard().press("Escape");
        assertThat(tab.reply()).isHidden();
        openConversation();
        assertThat(tab.reply()).isVisible();
        tab.page.keyboard().press("n");
        Locator note = tab.page.getByRole(AriaRole.TEXTBOX, new Page.GetByRoleOptions().setName("Note"));
        assertThat(note).isFocused();
        note.fill("Warehouse has 3 lids left");
        note.press("Enter");
        assertThat(tab.log().locator(".note")).containsText("Warehouse has 3 lids left");
        assertThat(app.database().sql("select count(*) from message where text like 'Warehouse%'").query(Long.class).single()).isZero();
    }

    @Test
    void a_ticket_is_solved_from_the_thread_and_opens_again_when_the_customer_writes() {
        says("solve me");
        tab.logIn();
        openConversation();
        tab.button("Solve").first().click();
        assertThat(tab.page.locator(".thread-head .state")).hasText("Solved");
        says("one more thing");
        assertThat(tab.page.locator(".thread-head .state")).hasText("Open");
        assertThat(tab.message("one more thing").getByText("was opened again by this message")).isVisible();
    }

    @Test
    void a_draft_is_kept_for_each_conversation() {
        says("first");
        tab.logIn();
        openConversation();
        tab.reply().fill("half a sen");
        tab.page.keyboard().press("Escape");
        tab.page.keyboard().press("Escape");
        assertThat(tab.reply()).isHidden();
        tab.page.reload();
        openConversation();
        assertThat(tab.reply()).hasValue("half a sen");
        tab.reply().fill("");
    }

    @Test
    void a_quote_jumps_to_its_message_and_a_reaction_hangs_on_it() {
        says("quote me");
        tab.logIn();
        openConversation();
        tab.message("quote me").hover();
        tab.message("quote me").getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Quote")).click();
        tab.reply().fill("quoting");
        tab.reply().press("Enter");
        Locator quoting = tab.message("quoting");
        assertThat(tick(quoting, "Read")).isVisible();
        quoting.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Go to the quoted message")).click();
        assertThat(tab.log().locator(".msg.flash")).containsText("quote me");
        String wamid = app.database().sql("select wamid from message where text = 'quoting' and status = 'read' order by id desc limit 1").query(String.class).single();
        write(",\"type\":\"reaction\",\"message_id\":\"" + wamid + "\",\"emoji\":\"🎉\"");
        assertThat(quoting.locator(".react")).containsText("🎉");
        tab.log().locator(".msg").first().hover();
        tab.log().locator(".msg").first().locator("button[title=React]").click();
        tab.page.getByRole(AriaRole.DIALOG).getByText("🙏").click();
        assertThat(tab.log().locator(".msg").first().locator(".react")).containsText("🙏");
    }

    @Test
    void everything_a_customer_can_send_is_shown() {
        for (String type : new String[] {"voice", "video", "sticker", "location", "contacts", "order", "document", "unsupported"}) {
            write(",\"type\":\"" + type + "\"");
        }
        tab.logIn();
        openConversation();
        Locator log = tab.log();
        assertThat(log.locator("audio")).isVisible();
        assertThat(log.locator("button.media video")).isVisible();
        assertThat(log.locator("button.sticker img")).isVisible();
        assertThat(log.getByText("Brandenburg Gate")).isVisible();
        assertThat(log.getByText("Ben Sample")).isVisible();
        assertThat(log.getByText("coffee-250g")).isVisible();
        assertThat(log.getByText("invoice.pdf")).isVisible();
        assertThat(log.getByText("The customer sent a poll.")).isVisible();
        log.getByText("Show what arrived").click();
        assertThat(log.getByText("poll_creation")).isVisible();
    }

    @Test
    void older_messages_come_as_one_scrolls_and_the_view_stays_where_it_is() {
        JsonNode[] many = new JsonNode[130];
        for (int i = 0; i < many.length; i++) {
            many[i] = Payloads.text(customer, TestApp.newWamid(), "line " + i);
        }
        app.webhook(Payloads.messages(many));
        app.awaitProcessed();
        tab.logIn();
        tab.page.getByLabel("Search").fill(customer);
        assertThat(tab.page.locator("a.row")).hasCount(1);
        tab.page.locator("a.row").click();
        Locator all = tab.log().locator(".msg");
        assertThat(all).hasCount(50);
        String oldest = all.first().getAttribute("data-id");
        tab.log().evaluate("log => { log.scrollTop = -log.scrollHeight; }");
        assertThat(all).hasCount(100);
        assertThat(tab.log().locator(".msg[data-id='" + oldest + "']")).isInViewport();
        tab.log().evaluate("log => { log.scrollTop = -log.scrollHeight; }");
        assertThat(all).hasCount(130);
        assertThat(tab.log().getByText("Loading older messages")).isHidden();
    }

    // ---- numbers, agents and subjects ------------------------------------------------------------------------------

    @Test
    void a_message_to_a_new_number_opens_its_conversation() {
        tab.logIn();
        tab.page.keyboard().press("c");
        Locator box = tab.page.getByRole(AriaRole.DIALOG);
        box.getByLabel("Number with country code").fill("+" + customer);
        box.getByLabel("Message").fill("Your parcel is here");
        box.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Send")).click();
        assertThat(tick(tab.message("Your parcel is here"), "Read")).isVisible();
    }

    @Test
    void a_ticket_gets_an_agent_and_a_subject_in_the_panel() {
        String agent = "Agent " + customer;
        app.call("POST", "/api/whatsapp/agents", "{\"name\":\"" + agent + "\"}", ADMIN);
        says("who has me");
        tab.logIn();
        openConversation();
        tab.page.getByLabel("Assignee").selectOption(agent);
        assertThat(tab.row(name()).getByRole(AriaRole.IMG, new Locator.GetByRoleOptions().setName("Assigned to " + agent))).isVisible();
        tab.page.getByLabel("Subject").fill("Cracked lid");
        tab.page.getByLabel("Subject").press("Enter");
        assertThat(tab.page.locator(".thread-head").getByText("Cracked lid")).isVisible();
    }
}
