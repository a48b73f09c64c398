package helpdesk.whatsapp.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.testing.Payloads;
import helpdesk.whatsapp.testing.TestApp;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** An answer comes when another conversation is open already: each keeps what is its own. */
@InBrowser
class ConversationSwitchTest {

    private static final Map<String, String> ADMIN = Map.of("Authorization", "Bearer " + TestApp.TOKEN, "Content-Type", "application/json");
    private static TestApp app;
    private Tab tab;

    private static Customer writes(String text) {
        return Customer.writes(app, text);
    }

    private static Customer writes(String text, int hoursAgo) {
        return Customer.writes(app, TestApp.newCustomer(), text, hoursAgo);
    }

    private static Customer writes(String number, String text, int hoursAgo) {
        return Customer.writes(app, number, text, hoursAgo);
    }

    private void look(Customer customer) {
        tab.conversation(customer);
    }

    /** The list, the conversation and the panel are of this customer. */
    private void assertAt(Customer customer) {
        tab.settle();
        assertThat(tab.page).hasURL(Pattern.compile("#/inbox/" + customer.ticket() + "$"));
        assertThat(tab.page.locator(".row[aria-current=true]")).containsText(customer.name());
        assertThat(tab.page.locator(".thread-head h1")).containsText(customer.name());
        assertThat(tab.page.locator("hd-panel h2").first()).containsText(customer.name());
    }

    private static Pattern api(String path) {
        return Pattern.compile(".*/api/whatsapp" + path + "$");
    }

    private static Pattern ticket(Customer customer) {
        return api("/tickets/" + customer.ticket());
    }

    private void refuse(Route route, int status) {
        tab.forgive(String.valueOf(status));
        route.fulfill(new Route.FulfillOptions().setStatus(status).setContentType("application/problem+json")
                .setBody("{\"status\":" + status + ",\"code\":\"refused\",\"detail\":\"Refused by the test.\"}"));
    }

    private static List<String> sent(Customer customer) {
        return app.database().sql("select text from message where ticket_id = cast(? as bigint) and direction = 'outbound' order by id")
                .param(customer.ticket()).query(String.class).list();
    }

    private static JsonNode stored(Customer customer) {
        return app.get("/api/whatsapp/tickets/" + customer.ticket()).json();
    }

    private static void awaitSubject(Customer customer, String subject) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> stored(customer).path("subject").asText().equals(subject));
    }

    private Locator chosen(String select) {
        return tab.page.locator(select + " option:checked");
    }

    // ---- the ticket ------------------------------------------------------------------------------------------------

    @Test
    void a_change_that_is_answered_late_leaves_open_what_is_open_now() {
        Customer one = writes("solve me"), other = writes("answer me");
        look(one);
        List<Route> held = tab.hold("PATCH", ticket(one));
        tab.page.locator("body").press("s");
        Route change = tab.first(held);
        look(other);
        change.resume();
        assertThat(tab.page.getByText("T-" + one.ticket() + ": Solved")).isVisible();
        assertAt(other);
        tab.page.locator("#reply").fill("for the other only");
        tab.page.locator("#reply").press("Enter");
        tab.page.waitForCondition(() -> !sent(other).isEmpty());
        assertThat(sent(other)).containsExactly("for the other only");
        assertThat(sent(one)).isEmpty();
    }

    @Test
    void a_subject_that_is_left_by_a_click_on_another_row_is_saved_and_the_other_row_is_open() {
        Customer one = writes("what is it about"), other = writes("nothing at all");
        look(one);
        List<Route> held = tab.hold("PATCH", ticket(one));
        tab.page.locator("#t-subject").fill("A broken kettle");
        tab.row(other.name()).click();
        Route change = tab.first(held);
        assertThat(tab.page.locator(".thread-head h1")).containsText(other.name());
        change.resume();
        awaitSubject(one, "A broken kettle");
        assertAt(other);
        assertThat(tab.page.locator("#t-subject")).hasValue("");
    }

    @Test
    void a_conversation_that_is_not_there_closes_no_other() {
        tab.forgive("404");
        Customer other = writes("I am here");
        List<Route> held = tab.hold("GET", api("/tickets/999999999"));
        tab.toTicket("999999999");
        Route asked = tab.first(held);
        look(other);
        asked.resume();
        assertAt(other);
        assertThat(tab.page.getByText("There is no such conversation.")).hasCount(0);
    }

    // ---- the panel -------------------------------------------------------------------------------------------------

    @Test
    void who_has_a_conversation_is_said_of_each() {
        app.call("POST", "/api/whatsapp/agents", "{\"name\":\"Ben\"}", ADMIN);
        Customer one = writes("who cares for me"), other = writes("and for me");
        look(one);
        tab.page.locator("#t-agent").selectOption("Ben");
        tab.page.waitForCondition(() -> stored(one).at("/assignee/name").asText().equals("Ben"));
        look(other);
        assertThat(chosen("#t-agent")).hasText("Nobody");
        look(one);
        assertThat(chosen("#t-agent")).hasText("Ben");
        app.call("PATCH", "/api/whatsapp/tickets/" + one.ticket(), "{\"assigneeId\":null}", ADMIN);
        assertThat(chosen("#t-agent")).hasText("Nobody");

        app.call("PATCH", "/api/whatsapp/tickets/" + one.ticket(), "{\"assigneeId\":\"" + app.get("/api/whatsapp/agents").json().at("/data/0/id").asText()
                + "\"}", ADMIN);
        List<Route> held = tab.hold("GET", api("/agents"));
        tab.page.reload();
        tab.first(held);
        assertThat(chosen("#t-agent")).hasText("Ben");
        tab.page.unroute(api("/agents"));
    }

    @Test
    void a_subject_that_is_not_left_is_saved_where_it_was_written() {
        Customer one = writes("write about me"), other = writes("not about me");
        look(other);
        look(one);
        tab.page.locator("#t-subject").fill("Of the first");
        tab.page.goBack();
        assertAt(other);
        assertThat(tab.page.locator("#t-subject")).hasValue("");
        awaitSubject(one, "Of the first");
        assertThat(stored(other).path("subject").isNull()).isTrue();
        look(one);
        assertThat(tab.page.locator("#t-subject")).hasValue("Of the first");
    }

    @Test
    void a_subject_that_met_no_server_is_saved_when_the_conversation_is_left() {
        Customer one = writes("the line is down"), other = writes("and up again");
        look(one);
        List<Route> held = tab.hold("PATCH", ticket(one));
        tab.forgive("503");
        tab.page.locator("#t-subject").fill("Kept");
        tab.page.locator("#t-subject").press("Enter");
        refuse(tab.first(held), 503);
        assertThat(tab.page.getByText("Refused by the test.")).isVisible();
        assertThat(tab.page.locator("#t-subject")).hasValue("Kept");
        look(other);
        tab.first(held).resume();
        awaitSubject(one, "Kept");
    }

    @Test
    void what_is_refused_is_shown_as_it_is_and_only_where_it_was_asked_for() {
        Customer one = writes("do not close me"), other = writes("nor me");
        look(one);
        List<Route> held = tab.hold("PATCH", ticket(one));
        tab.page.locator("#t-state").selectOption("Pending");
        Route change = tab.first(held);
        assertThat(chosen("#t-state")).hasText("Pending");
        refuse(change, 409);
        assertThat(tab.page.getByText("Refused by the test.")).isVisible();
        assertThat(chosen("#t-state")).hasText("Open");

        tab.page.locator("#t-subject").fill("Refused");
        tab.page.locator("#t-subject").press("Enter");
        refuse(tab.first(held), 409);
        assertThat(tab.page.locator("#t-subject")).hasAttribute("aria-invalid", "true");
        assertThat(tab.page.locator("#t-subject")).hasValue("Refused");
        look(other);
        assertThat(tab.page.locator("#t-subject")).hasValue("");
        assertThat(held).as("asked for again").isEmpty();

        look(one);
        assertThat(tab.page.locator("#t-subject")).hasValue("");
        tab.page.locator("#t-subject").fill("Refused late");
        tab.page.locator("#t-subject").press("Enter");
        change = tab.first(held);
        look(other);
        refuse(change, 409);
        assertThat(tab.page.getByText("T-" + one.ticket() + ": Subject not saved: Refused by the test.")).isVisible();
        assertAt(other);
        assertThat(tab.page.locator("#t-subject")).hasValue("");
    }

    @Test
    void a_contact_that_is_verified_late_is_shown_in_its_own_panel_only() {
        Customer one = writes("I am who I am"), other = writes("so am I");
        look(one);
        tab.button("Verify…").click();
        tab.page.locator("#v-evidence").fill("Called back on the number of the contract");
        List<Route> held = tab.hold("POST", api("/contacts/\\d+/verify"));
        tab.page.locator(".verify [type=submit]").click();
        Route asked = tab.first(held);
        look(other);
        asked.resume();
        Awaitility.await().pollInSameThread().atMost(Duration.ofSeconds(30)).until(() -> stored(one).at("/contact/verification").asText().equals("agent"));
        assertAt(other);
        assertThat(tab.page.locator("hd-panel")).not().containsText("Called back on the number");
        look(one);
        assertThat(tab.page.locator("hd-panel")).containsText("Called back on the number");
    }

    @Test
    void a_contact_that_changes_is_shown_at_the_head_also_while_the_list_has_no_row_of_it() {
        Customer customer = writes("is it still me");
        app.call("PATCH", "/api/whatsapp/tickets/" + customer.ticket(), "{\"status\":\"solved\"}", ADMIN);
        look(customer);
        assertThat(tab.row(customer.name())).hasCount(0);
        Locator head = tab.page.locator(".thread-head"), badge = head.getByRole(AriaRole.IMG, new Locator.GetByRoleOptions().setName("Verified by an agent"));
        assertThat(badge).hasCount(0);
        tab.button("Verify…").click();
        tab.page.locator("#v-evidence").fill("Called back on the number of the contract");
        tab.page.locator(".verify [type=submit]").click();
        assertThat(badge).isVisible();
        String name = "Renamed " + customer.number();
        app.call("PATCH", "/api/whatsapp/contacts/" + stored(customer).path("contactId").asText(), "{\"displayName\":\"" + name + "\"}", ADMIN);
        assertThat(head.locator("h1")).containsText(name);
        assertThat(tab.reply()).hasAttribute("placeholder", Pattern.compile(".*" + name + ".*"));
        assertThat(stored(customer).at("/contact/verification").asText()).isEqualTo("agent");
        assertThat(tab.row(name)).hasCount(0);
        tab.button("All").click();
        assertThat(tab.row(name).getByRole(AriaRole.IMG, new Locator.GetByRoleOptions().setName("Verified by an agent"))).isVisible();
    }

    // ---- what the customer sees of it ------------------------------------------------------------------------------

    /** What the page posts to tickets by this name: id of the ticket and body. */
    private List<String> posted(String name) {
        List<String> posted = new CopyOnWriteArrayList<>();
        Pattern address = Pattern.compile(".*/api/whatsapp/tickets/(\\d+)/" + name);
        tab.page.onRequest(request -> {
            Matcher matcher = address.matcher(request.url());
            if (matcher.matches()) {
                posted.add(matcher.group(1) + " " + request.postData());
            }
        });
        return posted;
    }

    /** The post that marks the customer's newest message of the ticket as read. */
    private static String read(Customer customer) {
        return customer.ticket() + " {\"upTo\":\"" + app.database().sql("""
                select max(id) from message where ticket_id = cast(? as bigint) and direction = 'inbound'""").param(customer.ticket())
                .query(Long.class).single() + "\"}";
    }

    private void awaitRead(Customer customer) {
        tab.page.waitForCondition(() -> stored(customer).path("unreadCount").asInt() == 0);
        tab.settle();
    }

    @Test
    void each_ticket_of_a_customer_is_read_when_it_is_open() {
        Customer first = writes("the first question");
        app.call("PATCH", "/api/whatsapp/tickets/" + first.ticket(), "{\"status\":\"closed\"}", ADMIN);
        app.database().sql("update ticket set closed_at = now() - interval '30 days' where id = cast(? as bigint)").param(first.ticket()).update();
        List<String> posted = posted("read");
        look(first);
        awaitRead(first);
        assertThat(posted).containsExactly(read(first));
        Customer second = writes(first.number(), "the second question", 0);
        assertThat(second.ticket()).isNotEqualTo(first.ticket());
        assertThat(tab.message("the second question")).isVisible();
        tab.settle();
        assertThat(stored(second).path("unreadCount").asInt()).isEqualTo(1);
        assertThat(posted).as("told of the second while the first was open").containsOnly(read(first));

        Response told = tab.page.waitForResponse(api("/tickets/" + second.ticket() + "/read"), () -> tab.toTicket(second.ticket()));
        assertThat(Json.read(told.text()).path("receipt").asText()).isEqualTo("sent");
        assertThat(posted).contains(read(second));
        assertThat(tab.page.locator(".day.new + .msg")).containsText("the second question");
        awaitRead(second);
        tab.toTicket(first.ticket());
        assertThat(tab.page.locator(".thread-head .sub")).containsText("T-" + first.ticket());
        assertThat(tab.page.locator(".day.new")).hasCount(0);
    }

    @Test
    void what_comes_is_read_by_who_looks_at_it() {
        Customer customer = writes("hello");
        look(customer);
        awaitRead(customer);
        writes(customer.number(), "seen at once", 0);
        assertThat(tab.message("seen at once")).isVisible();
        awaitRead(customer);
        tab.page.evaluate("Object.defineProperty(document, 'hasFocus', { value: () => false, configurable: true })");
        List<String> posted = posted("read");
        writes(customer.number(), "seen later", 0);
        assertThat(tab.message("seen later")).isVisible();
        tab.settle();
        assertThat(posted).isEmpty();
        assertThat(stored(customer).path("unreadCount").asInt()).isEqualTo(1);
        tab.page.evaluate("delete document.hasFocus; dispatchEvent(new Event('focus'))");
        awaitRead(customer);
        assertThat(posted).containsExactly(read(customer));

        app.webhook(Payloads.messages(IntStream.range(0, 30).mapToObj(i -> Payloads.text(customer.number(), TestApp.newWamid(), "line " + i + "."))
                .toArray(JsonNode[]::new)));
        app.awaitProcessed();
        assertThat(tab.message("line 29.")).isVisible();
        awaitRead(customer);
        tab.log().evaluate("log => { log.scrollTop = -log.scrollHeight; }");
        writes(customer.number(), "below the others", 0);
        assertThat(tab.page.locator(".below")).isVisible();
        tab.settle();
        assertThat(stored(customer).path("unreadCount").asInt()).isEqualTo(1);
        tab.page.locator(".below button").click();
        awaitRead(customer);
    }

    @Test
    void the_customer_sees_that_somebody_writes_a_reply_and_no_note() {
        Customer one = writes("are you there"), other = writes("and for me");
        look(one);
        List<String> posted = posted("typing");
        tab.page.locator("#reply").pressSequentially("Yes, we");
        tab.page.waitForCondition(() -> typing(one));
        assertThat(posted).containsExactly(one.ticket() + " {}");
        tab.page.locator("#reply").press("Enter");
        tab.page.waitForCondition(() -> !sent(one).isEmpty());
        tab.button("Note").click();
        tab.page.locator("#reply").pressSequentially("nobody is");
        look(other);
        tab.settle();
        assertThat(posted).hasSize(1);
        assertThat(typing(other)).isFalse();
        tab.page.locator("#reply").pressSequentially("Yes");
        tab.page.waitForCondition(() -> typing(other));
        assertThat(posted).hasSize(2).last().isEqualTo(other.ticket() + " {}");
    }

    private static boolean typing(Customer customer) {
        for (JsonNode phone : app.call("GET", "/mock/control/phones", (String) null, ADMIN).json().path("data")) {
            if (phone.path("id").asText().equals(customer.number())) {
                return phone.path("typing").asBoolean();
            }
        }
        return false;
    }

    // ---- what else is asked for ------------------------------------------------------------------------------------

    @Test
    void who_closed_the_new_message_before_it_was_sent_stays_where_they_are() {
        Customer one = writes("write to me"), other = writes("I am writing");
        look(other);
        List<Route> held = tab.hold("POST", api("/messages"));
        for (boolean taken : List.of(true, false)) {
            tab.page.locator("body").press("c");
            tab.page.locator("#new-to").fill(one.number());
            tab.page.locator("#new-text").fill("a new message");
            tab.page.getByRole(AriaRole.DIALOG).getByText("Send", new Locator.GetByTextOptions().setExact(true)).click();
            Route send = tab.first(held);
            tab.page.keyboard().press("Escape");
            assertThat(tab.page.getByRole(AriaRole.DIALOG)).hasCount(0);
            if (taken) {
                send.resume();
                tab.page.waitForCondition(() -> !sent(one).isEmpty());
            } else {
                refuse(send, 409);
                assertThat(tab.page.getByText("Refused by the test.")).isVisible();
            }
            assertAt(other);
        }
        assertThat(sent(one)).containsExactly("a new message");
    }

    @Test
    void a_dialog_and_a_refusal_stay_with_the_conversation_they_belong_to() {
        Customer one = writes("react to me"), other = writes("not to me");
        look(one);
        tab.message("react to me").hover();
        tab.button("React").click();
        assertThat(tab.page.getByRole(AriaRole.DIALOG)).isVisible();
        look(other);
        assertThat(tab.page.getByRole(AriaRole.DIALOG)).hasCount(0);

        Customer late = writes("long ago", 30), later = writes("long ago too", 31);
        look(late);
        assertThat(tab.row(later.name())).isVisible();
        List<Route> held = tab.hold("GET", api("/templates\\?refresh=true"));
        tab.button("Check now").click();
        Route asked = tab.first(held);
        look(later);
        refuse(asked, 503);
        tab.settle();
        assertThat(tab.page.getByText("Refused by the test.")).hasCount(0);
        look(late);
        assertThat(tab.page.getByText("Refused by the test.")).isVisible();
    }
}
