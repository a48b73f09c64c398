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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Answers are slow, the line breaks, much comes at once, somebody looks elsewhere: what is written stays with its customer, and what came is shown. */
@InBrowser({"whatsapp.simulator.delay-ms=100", "whatsapp.outbound.retry-delay=60"})
class NothingLostTest {

    private static final Map<String, String> ADMIN = Map.of("Authorization", "Bearer " + TestApp.TOKEN, "Content-Type", "application/json");
    private static final Pattern SENDS = Pattern.compile(".*/api/whatsapp/messages$");
    private static TestApp app;
    private static Line line;
    private Tab tab;

    @BeforeAll
    static void lay_a_line() {
        line = new Line(app.url(""));
    }

    @AfterAll
    static void take_it_away() {
        line.close();
    }

    @BeforeEach
    void mend_it() {
        line.mend();
    }

    private static Customer writes(String text) {
        return Customer.writes(app, text);
    }

    private static Customer writes(String number, String text, int hoursAgo) {
        return Customer.writes(app, number, text, hoursAgo);
    }

    private void look(Customer customer) {
        tab.conversation(customer);
    }

    private void lookOverTheLine(Customer customer) {
        tab.page.navigate(line.url("/#/inbox/" + customer.ticket()));
        assertThat(tab.log().locator(".msg").first()).isVisible();
        tab.settle();
    }

    private Locator field() {
        return tab.page.locator("#reply");
    }

    private List<String> sent(Customer customer) {
        return app.database().sql("""
                select coalesce(payload #>> '{document,filename}', text) from message where ticket_id = cast(? as bigint) and direction = 'outbound'
                order by id""").param(customer.ticket()).query(String.class).list();
    }

    private void awaitSent(Customer customer, String... texts) {
        tab.page.waitForCondition(() -> sent(customer).size() >= texts.length);
        assertThat(sent(customer)).containsExactly(texts);
    }

    private static FilePayload document(String name) {
        return new FilePayload(name, "text/plain", name.getBytes(StandardCharsets.UTF_8));
    }

    // ---- what is written belongs to its conversation ---------------------------------------------------------------

    @Test
    void the_rest_of_a_send_goes_to_the_customer_for_whom_enter_was_pressed() {
        Customer one = writes("send me my papers"), other = writes("good morning");
        look(one);
        tab.page.locator("#attach").setInputFiles(new FilePayload[] {document("contract.txt"), document("passport.txt")});
        assertThat(tab.page.getByText("· ready")).hasCount(2);
        List<Route> held = tab.hold("POST", SENDS);
        field().press("Enter");
        Route contract = tab.first(held);
        look(other);
        field().fill("meanwhile");
        contract.resume();
        tab.first(held).resume();
        awaitSent(one, "contract.txt", "passport.txt");
        assertThat(sent(other)).isEmpty();
        assertThat(tab.log().getByText(Pattern.compile("contract|passport"))).hasCount(0);
        assertThat(field()).hasValue("meanwhile");
        look(one);
        assertThat(tab.message("passport.txt")).isVisible();
        assertThat(tab.page.locator(".attach .file")).hasCount(0);
    }

    @Test
    void a_refused_text_comes_back_where_it_was_written() {
        tab.forgive("422");
        Customer one = writes("a question"), other = writes("another question");
        look(one);
        List<Route> held = tab.hold("POST", SENDS);
        field().fill("for the first only");
        field().press("Enter");
        Route send = tab.first(held);
        look(other);
        send.fulfill(new Route.FulfillOptions().setStatus(422).setContentType("application/problem+json")
                .setBody("{\"status\":422,\"code\":\"validation-failed\",\"detail\":\"Refused by the test.\"}"));
        tab.settle();
        assertThat(field()).hasValue("");
        look(one);
        assertThat(field()).hasValue("for the first only");
        assertThat(tab.page.getByRole(AriaRole.ALERT)).hasText("Refused by the test.");
    }

    @Test
    void a_note_stays_a_note_and_is_no_reply() {
        Customer one = writes("give me my money back"), other = writes("hello");
        look(one);
        field().fill("We will ");
        tab.button("Note").click();
        assertThat(field()).hasValue("");
        field().fill("between us: no refund");
        look(other);
        assertThat(tab.button("Reply")).hasAttribute("aria-pressed", "true");
        look(one);
        assertThat(tab.button("Note")).hasAttribute("aria-pressed", "true");
        assertThat(field()).hasValue("between us: no refund");
        tab.button("Reply").click();
        assertThat(field()).hasValue("We will ");
        tab.button("Note").click();
        tab.page.reload();
        assertThat(field()).hasValue("between us: no refund");
        field().press("Enter");
        assertThat(tab.log().locator(".note")).containsText("between us: no refund");
        assertThat(sent(one)).isEmpty();
        tab.button("Reply").click();
        assertThat(field()).hasValue("We will ");
    }

    @Test
    void a_second_closed_conversation_has_templates_of_its_own() {
        Customer one = writes(TestApp.newCustomer(), "long ago", 30), other = writes(TestApp.newCustomer(), "long ago too", 31);
        look(one);
        tab.page.getByText("order_update").first().click();
        tab.page.getByLabel("Value 1").fill("Only For One");
        look(other);
        tab.page.getByText("order_update").first().click();
        assertThat(tab.page.getByLabel("Value 1")).hasValue("");
        tab.page.getByLabel("Value 1").fill("Otto");
        tab.page.getByLabel("Value 2").fill("4711");
        tab.page.getByLabel("Value 3").fill("it is here");
        tab.button("Send template").click();
        assertThat(tab.message("Hello Otto, news on order 4711: it is here.")).isVisible();
        look(one);
        assertThat(tab.page.getByLabel("Value 1")).hasValue("Only For One");
        assertThat(sent(one)).isEmpty();

        Customer open = writes("an open window");
        look(open);
        tab.button("Send a template").click();
        assertThat(tab.button("Send template")).isDisabled();
        tab.page.getByText("hello_world").first().click();
        assertThat(tab.page.locator(".tpl-form .bubble")).containsText("WhatsApp Business Platform sample message");
        assertThat(tab.button("Send template")).isEnabled();
        tab.page.getByText("reopen_conversation").first().click();
        assertThat(tab.page.locator(".tpl-form .bubble")).containsText("Yes, please");
        tab.page.getByText("parcel_ready").click();
        tab.page.locator("[name='parcel_ready.body.first_name']").fill("Olga");
        tab.page.locator("[name='parcel_ready.body.place']").fill("the door");
        tab.page.locator("[name='parcel_ready.body.date']").fill("noon");
        tab.button("Send template").click();
        assertThat(tab.message("Your parcel is here")).containsText("Hello Olga, your parcel waits at the door until noon.");
        assertThat(field()).isVisible();
    }

    @Test
    void a_send_that_was_refused_for_the_moment_says_when_it_is_tried_again() {
        Customer customer = writes("is it busy there");
        assertThat(app.post("/mock/control/scenarios", "{\"scenario\":\"error-130429\",\"to\":\"" + customer.number() + "\",\"next\":1}").status()).isEqualTo(201);
        look(customer);
        field().fill("one moment");
        field().press("Enter");
        Locator waiting = tab.message("one moment").getByText("Next try at");
        assertThat(waiting).isVisible();
        assertThat(tab.message("one moment").locator(".tick[data-t=queued]")).isVisible();
        String id = tab.message("one moment").getAttribute("data-id");
        String next = app.get("/api/whatsapp/messages/" + id).json().at("/attempts/0/nextAt").asText();
        assertThat(waiting).hasText("Not taken yet. Next try at " + DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.of("Europe/London")).format(Instant.parse(next)) + ".");
        tab.look("next-try", List.of(Look.PHONE_DARK, Look.DESK));

        app.database().sql("update outbox_contact c set due_at = now() from message m where m.id = cast(? as bigint) and c.contact_id = m.contact_id").param(id).update();
        assertThat(tab.message("one moment").locator(".tick[data-t=read]")).isVisible();
        assertThat(waiting).hasCount(0);
    }

    // ---- the line breaks -------------------------------------------------------------------------------------------

    @Test
    void after_a_break_no_message_is_missing_and_no_tick_is_old() {
        tab.forgive("ERR_");
        Customer customer = writes("before");
        lookOverTheLine(customer);
        line.cut();
        Locator bar = tab.page.getByText("No connection.");
        assertThat(bar).isVisible();
        assertThat((Boolean) bar.evaluate("b => { const box = b.closest('.bar-msg').getBoundingClientRect(); return box.height > 20 && document.querySelector('.app').getBoundingClientRect().top >= box.bottom; }")).isTrue();
        app.webhook(Payloads.messages(IntStream.rangeClosed(1, 80).mapToObj(i -> Payloads.text(customer.number(), TestApp.newWamid(), "gap " + i + ".")).toArray(JsonNode[]::new)));
        app.awaitProcessed();
        tab.page.evaluate("() => { new MutationObserver(() => { if (document.querySelector('.bar-msg')?.textContent.includes('Back online.')) document.body.dataset.saidBack = ''; }).observe(document.body, { childList: true, characterData: true, subtree: true }); }");
        line.mend();
        assertThat(tab.page.locator("body")).hasAttribute("data-said-back", "");         // it stands for a few seconds only
        assertThat(tab.message("gap 80.")).isVisible();
        assertThat(tab.log().locator(".msg")).hasCount(81);
        assertThat(bar).isHidden();
    }

    @Test
    void a_page_that_slept_shows_what_came_meanwhile_though_its_line_never_ended() {
        Customer customer = writes("good night");
        lookOverTheLine(customer);
        assertThat(tab.page.locator("hd-panel .contact h2")).isVisible();
        line.sleep();
        app.webhook(Payloads.messages(Payloads.text(customer.number(), TestApp.newWamid(), "while you slept")));
        app.awaitProcessed();
        String contact = app.get("/api/whatsapp/contacts?waId=" + customer.number()).json().at("/data/0/id").asText();
        app.call("PATCH", "/api/whatsapp/contacts/" + contact, "{\"company\":\"Marram Ltd\"}", ADMIN);
        tab.page.evaluate("""
                () => {
                  const slept = 3 * 3600_000, now = Date.now;
                  Date.now = () => now() + slept;
                  document.dispatchEvent(new Event('visibilitychange'));
                }""");
        assertThat(tab.message("while you slept")).isVisible();
        assertThat(tab.row(customer.name())).containsText("while you slept");
        assertThat(tab.page.locator("hd-panel")).containsText("Marram Ltd");
    }

    @Test
    void a_browser_without_a_network_says_so_at_once_in_every_tab_and_goes_on_when_it_is_back() {
        tab.forgive("ERR_");
        Customer customer = writes("into the tunnel");
        lookOverTheLine(customer);
        Page other = tab.open();
        other.navigate(line.url("/#/contacts"));
        assertThat(other.getByText(customer.name()).first()).isVisible();
        line.sleep();
        tab.page.context().setOffline(true);
        assertThat(tab.page.getByText("No connection.")).isVisible();
        assertThat(other.getByText("No connection.")).isVisible();
        app.webhook(Payloads.messages(Payloads.text(customer.number(), TestApp.newWamid(), "out of the tunnel")));
        app.awaitProcessed();
        tab.page.context().setOffline(false);
        assertThat(tab.message("out of the tunnel")).isVisible();
        assertThat(tab.page.getByText("No connection.")).isHidden();
        assertThat(other.getByText("No connection.")).isHidden();
    }

    @Test
    void a_subject_that_met_no_server_is_marked_and_saved_when_the_line_is_back() {
        tab.forgive("ERR_");
        Customer customer = writes("the lid again");
        lookOverTheLine(customer);
        line.cut();
        Locator subject = tab.page.locator("#t-subject"), hint = tab.page.locator("#t-subject-h");
        assertThat(hint).hasCount(0);
        subject.fill("A cracked lid");
        subject.press("Enter");
        tab.page.locator(".faults .toast").getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Close")).click();
        assertThat(hint).hasText("Not saved yet.");
        assertThat(subject).hasAttribute("aria-describedby", "t-subject-h");
        assertThat(tab.page.getByText("No connection.")).isVisible();
        line.mend();
        assertThat(hint).hasCount(0);
        assertThat(subject).hasValue("A cracked lid");
        tab.page.waitForCondition(() -> app.get("/api/whatsapp/tickets/" + customer.ticket()).json().path("subject").asText().equals("A cracked lid"));
    }

    @Test
    void many_statuses_at_once_reach_every_message_that_is_loaded() {
        Customer customer = writes("are you there");
        app.call("PUT", "/mock/control/phones/" + customer.number(), "{\"behaviour\":\"off\"}", ADMIN);
        for (int i = 0; i < 60; i++) {
            app.post("/api/whatsapp/messages", "{\"ticketId\":\"" + customer.ticket() + "\",\"type\":\"text\",\"text\":{\"body\":\"line " + i + "\"}}");
        }
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> app.database().sql("select count(*) from message where ticket_id = cast(? as bigint) and status = 'sent'")
                .param(customer.ticket()).query(Long.class).single() == 60);
        look(customer);
        tab.log().evaluate("log => { log.scrollTop = -log.scrollHeight; }");
        assertThat(tab.log().locator(".msg")).hasCount(61);
        app.call("PUT", "/mock/control/phones/" + customer.number(), "{\"behaviour\":\"reads\"}", ADMIN);
        assertThat(tab.log().locator(".tick[data-t=read]")).hasCount(60);
    }

    @Test
    void a_message_that_could_not_be_fetched_is_asked_for_again() {
        tab.forgive("ERR_FAILED");
        Customer customer = writes("first");
        look(customer);
        List<Route> refused = new CopyOnWriteArrayList<>();
        tab.page.route(Pattern.compile(".*/api/whatsapp/messages/\\d+$"), route -> {
            if (refused.isEmpty()) {
                refused.add(route);
                route.abort();
            } else {
                route.resume();
            }
        });
        writes(customer.number(), "second", 0);
        assertThat(tab.message("second")).isVisible();
        assertThat(refused).hasSize(1);
    }

    @Test
    void a_page_and_a_list_that_did_not_load_come_when_the_line_is_back() {
        tab.forgive("ERR_");
        Customer customer = writes("see me");
        tab.page.navigate(line.url("/#/contacts"));
        assertThat(tab.page.getByText(customer.name()).first()).isVisible();
        tab.settle();
        line.cut();
        tab.page.evaluate("location.hash = '/inbox'");
        assertThat(tab.page.getByText("The list didn’t load")).isVisible();
        tab.page.evaluate("location.hash = '/health'");
        assertThat(tab.page.getByText("This page didn’t load")).isVisible();
        assertThat(tab.page.locator("nav.rail")).isVisible();
        tab.page.evaluate("location.hash = '/inbox'");
        assertThat(tab.page.getByText("The list didn’t load")).isVisible();
        line.mend();
        assertThat(tab.row(customer.name())).isVisible();
        tab.page.evaluate("location.hash = '/health'");
        Locator health = tab.page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("Health").setLevel(1));
        assertThat(health).isVisible();
    }

    @Test
    void what_was_not_sent_is_kept_with_its_conversation_and_over_a_reload() {
        tab.forgive("ERR_");
        Customer one = writes("waiting"), other = writes("hello");
        lookOverTheLine(one);
        tab.page.locator("#attach").setInputFiles(document("offer.txt"));
        assertThat(tab.page.getByText("· ready")).hasCount(1);
        look(other);
        assertThat(tab.page.locator(".attach .file")).hasCount(0);
        line.cut();
        field().fill("a long answer");
        field().press("Enter");
        assertThat(tab.message("a long answer").getByText("Not sent yet.")).isVisible();
        tab.page.evaluate("ticket => { location.hash = '/inbox/' + ticket; }", one.ticket());
        assertThat(tab.page.locator(".thread-head h1")).containsText(one.name());
        assertThat(tab.page.getByText("offer.txt")).isVisible();
        assertThat(tab.log().getByText("a long answer")).hasCount(0);
        line.mend();
        tab.page.reload();
        assertThat(tab.page.getByText("offer.txt")).isVisible();
        field().press("Enter");
        awaitSent(one, "offer.txt");
        look(other);
        Locator unsent = tab.message("a long answer");
        assertThat(unsent.getByText("It is kept here until you try again.")).isVisible();
        unsent.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Try again")).click();
        assertThat(tab.message("a long answer").getByRole(AriaRole.IMG, new Locator.GetByRoleOptions().setName("Read").setExact(true))).isVisible();
        assertThat(tab.log().getByText("a long answer")).hasCount(1);
        tab.page.reload();
        assertThat(tab.message("a long answer")).isVisible();
        assertThat(tab.log().getByText("Not sent yet.")).hasCount(0);
        assertThat(sent(other)).containsExactly("a long answer");
    }

    @Test
    void a_text_to_a_number_whose_window_is_closed_is_handed_on_to_its_conversation() {
        tab.forgive("409");
        tab.forgive("422");
        Customer customer = writes(TestApp.newCustomer(), "long ago", 40);
        tab.page.keyboard().press("c");
        Locator box = tab.page.getByRole(AriaRole.DIALOG);
        box.getByLabel("Number with country code").fill("+" + customer.number());
        box.getByLabel("Message").fill("It took me ten minutes");
        box.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Send")).click();
        assertThat(tab.page.getByText("The 24-hour window closed")).isVisible();
        assertThat(tab.page.locator(".closed")).containsText("It took me ten minutes");
        writes(customer.number(), "I am back", 0);
        assertThat(field()).hasValue("It took me ten minutes");
    }

    // ---- the list --------------------------------------------------------------------------------------------------

    @Test
    void a_burst_does_not_move_the_list_under_the_pointer() {
        String[] numbers = IntStream.range(0, 70).mapToObj(i -> TestApp.newCustomer()).toArray(String[]::new);
        String before = String.valueOf(System.currentTimeMillis() / 1000 - 60);     // WhatsApp's times are whole seconds
        app.webhook(Payloads.messages(IntStream.range(0, 70).mapToObj(i -> Payloads.text(numbers[i], TestApp.newWamid(), "load " + i)
                .put("timestamp", before)).toArray(JsonNode[]::new)));
        app.awaitProcessed();
        tab.page.reload();
        Locator rows = tab.page.locator("a.row");
        assertThat(rows).hasCount(50);
        Locator list = tab.page.locator(".list ul.scroll");
        list.hover();
        list.evaluate("list => { list.scrollTop = list.scrollHeight; }");
        tab.page.waitForCondition(() -> rows.count() >= 70);
        tab.settle();
        int count = rows.count();
        double top = ((Number) list.evaluate("list => list.scrollTop")).doubleValue();
        List<String> order = ids(rows);
        app.webhook(Payloads.messages(IntStream.range(0, 20).mapToObj(i -> Payloads.text(numbers[i], TestApp.newWamid(), "burst " + i)).toArray(JsonNode[]::new)));
        assertThat(tab.page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(Pattern.compile("\\d+ new")))).isVisible();
        tab.settle();
        assertThat(rows).hasCount(count);
        assertThat(ids(rows)).isEqualTo(order);
        assertThat(((Number) list.evaluate("list => list.scrollTop")).doubleValue()).isEqualTo(top);
    }

    @SuppressWarnings("unchecked")
    private static List<String> ids(Locator rows) {
        return (List<String>) rows.evaluateAll("rows => rows.map(row => row.dataset.id)");
    }

    @Test
    void a_solved_conversation_leaves_the_open_ones_and_comes_back_when_the_customer_writes() {
        Customer customer = writes("solve me");
        look(customer);
        assertThat(tab.row(customer.name())).isVisible();
        tab.page.locator(".thread-head").hover();
        tab.button("Solve").first().click();
        assertThat(tab.page.locator(".thread-head .state")).hasText("Solved");
        assertThat(tab.row(customer.name())).isHidden();
        writes(customer.number(), "still broken", 0);
        assertThat(tab.row(customer.name())).isVisible();
        assertThat(tab.page.locator(".thread-head .state")).hasText("Open");

        tab.row(customer.name()).hover();
        app.call("PATCH", "/api/whatsapp/tickets/" + customer.ticket(), "{\"status\":\"solved\"}", ADMIN);
        assertThat(tab.row(customer.name()).locator(".state")).hasText("Solved");
        tab.page.locator(".thread-head").hover();
        assertThat(tab.row(customer.name())).isHidden();
    }

    // ---- what is shown ---------------------------------------------------------------------------------------------

    @Test
    void limits_of_files_are_told_before_one_is_chosen_also_on_a_phone() {
        Customer customer = writes("send me a file");
        look(customer);
        assertThat(tab.page.getByText("Up to: images 5 MB")).isVisible();
        assertThat(tab.page.locator("#attach")).hasAttribute("accept", Pattern.compile("image/jpeg.*\\.pdf.*"));
        tab.page.setViewportSize(390, 844);
        Locator limits = tab.page.getByText("Images 5, A/V 16, files 100 MB");
        assertThat(limits).isInViewport();
        assertThat(limits.boundingBox().height).as("in one line").isLessThan(20);
        assertThat(tab.button("Send")).isInViewport();
        tab.button("Note").click();
        assertThat(limits).isHidden();
    }

    @Test
    void lists_of_a_customer_are_lists() {
        String number = TestApp.newCustomer();
        app.webhook(Payloads.messages(Payloads.text(number, TestApp.newWamid(), "I need:\n- *beans*\n* milk\n\n3. first\n4. then\n```- code\n1. code```")));
        Customer customer = writes(number, "that is all", 0);
        look(customer);
        Locator text = tab.message("I need").locator(".text");
        assertThat(text.locator("ul li")).hasText(new String[] {"beans", "milk"});
        assertThat(text.locator("ul strong")).hasText("beans");
        assertThat(text.locator("ol li")).hasText(new String[] {"first", "then"});
        assertThat(text.locator("ol li").first()).hasAttribute("value", "3");
        assertThat(text.locator("code")).hasText("- code\n1. code");
    }

    @Test
    void edits_of_settings_and_profile_wait_for_who_looks_at_another_page() {
        tab.page.navigate(app.url("/#/settings"));
        tab.page.getByLabel("Pause between statuses").fill("123");
        assertThat(tab.page.getByText("1 edit not saved.")).isVisible();
        tab.page.navigate(app.url("/#/profile"));
        tab.page.locator("#pf-about").fill("Coffee, since today");
        tab.page.navigate(app.url("/#/settings"));
        assertThat(tab.page.getByLabel("Pause between statuses")).hasValue("123");
        assertThat(tab.page.getByText("1 edit not saved.")).isVisible();
        tab.page.navigate(app.url("/#/profile"));
        assertThat(tab.page.locator("#pf-about")).hasValue("Coffee, since today");
        assertThat(tab.button("Publish 1 change")).isVisible();
    }

    @Test
    void an_address_that_leads_nowhere_ends_in_the_inbox() {
        tab.forgive("404");
        tab.page.navigate(app.url("/#/nosuchpage"));
        assertThat(tab.page).hasURL(app.url("/#/inbox"));
        assertThat(tab.page).hasTitle(Pattern.compile("Inbox.*"));
        tab.page.navigate(app.url("/#/inbox/%E0%A4%A"));
        assertThat(tab.page.getByText("There is no such conversation.")).isVisible();
        assertThat(tab.page).hasURL(app.url("/#/inbox"));
    }

    @Test
    void a_conversation_whose_data_is_removed_is_closed() {
        tab.forgive("404");
        Customer customer = writes("remove me");
        look(customer);
        assertThat(app.call("DELETE", "/mock/control/data", (String) null, ADMIN).status()).isEqualTo(200);
        assertThat(tab.page.getByText("The simulated data was removed")).isVisible();
        assertThat(tab.page.locator(".thread-head")).isHidden();
        assertThat(tab.row(customer.name())).isHidden();
    }

    @Test
    void who_was_a_sample_agent_that_is_removed_sends_on_and_no_page_shows_who_went() {
        tab.forgive("404");
        Customer real = writes("I am real"), simulated = writes("I am not");
        app.database().sql("update message set simulated = false where ticket_id = cast(? as bigint)").param(real.ticket()).update();
        String sample = app.database().sql("insert into agent (name, simulated) values ('Jonas Sample', true) returning cast(id as text)").query(String.class).single();
        String gone = app.get("/api/whatsapp/contacts?waId=" + simulated.number()).json().at("/data/0/id").asText();
        Page team = tab.open(), contacts = tab.open(), person = tab.open();
        team.navigate(app.url("/#/agents"));
        assertThat(team.locator("tbody")).containsText("Jonas Sample");
        contacts.navigate(app.url("/#/contacts"));
        assertThat(contacts.locator(".people")).containsText(simulated.name());
        person.navigate(app.url("/#/contacts/" + gone));
        assertThat(person.locator("h1")).containsText(simulated.name());
        tab.page.reload();
        look(real);
        tab.page.getByLabel("I am").selectOption("Jonas Sample");
        field().fill("before");
        field().press("Enter");
        awaitSent(real, "before");

        assertThat(app.call("DELETE", "/mock/control/data", (String) null, ADMIN).status()).isEqualTo(200);
        assertThat(tab.page.locator("hd-panel option[value='" + sample + "']")).hasCount(0);
        assertThat(team.locator("hd-agents")).not().containsText("Jonas Sample");
        assertThat(contacts.locator("hd-contacts")).not().containsText(simulated.name());
        assertThat(person.getByText("This could not be read")).isVisible();
        field().fill("after");
        field().press("Enter");
        awaitSent(real, "after");
    }
}
