package helpdesk.whatsapp.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.testing.Payloads;
import helpdesk.whatsapp.testing.TestApp;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What an agent presses does what it says, once, for the customer who is meant. */
@InBrowser("whatsapp.simulator.delay-ms=100")
class AtTheDeskTest {

    private static final Map<String, String> ADMIN = Map.of("Authorization", "Bearer " + TestApp.TOKEN, "Content-Type", "application/json");
    private static final Pattern SENDS = Pattern.compile(".*/api/whatsapp/messages$");
    private static final Pattern NOTES = Pattern.compile(".*/api/whatsapp/tickets/\\d+/notes$");
    private static final Pattern TEMPLATES = Pattern.compile(".*/api/whatsapp/templates.*");
    private static final Pattern SESSION = Pattern.compile(".*/api/whatsapp/session$");
    private static TestApp app;
    private Tab tab;

    /** Somebody writes, and the ticket that it opened. */
    private static String writes(String number, String text, int hoursAgo) {
        return Customer.writes(app, number, text, hoursAgo).ticket();
    }

    private static String writes(String text) {
        return Customer.writes(app, text).ticket();
    }

    private void look(String ticket) {
        tab.conversation(ticket);
    }

    private static String status(String ticket) {
        return app.get("/api/whatsapp/tickets/" + ticket).json().path("status").asText();
    }

    // ---- keys ------------------------------------------------------------------------------------------------------

    @Test
    void the_second_key_of_two_is_no_command_of_its_own() {
        String ticket = writes("is it solved");
        look(ticket);
        tab.page.locator("body").pressSequentially("gc");        // in one call: they belong together for a second and a half only
        assertThat(tab.page).hasURL(Pattern.compile("#/contacts$"));
        look(ticket);
        tab.page.locator("body").pressSequentially("gs");
        assertThat(tab.page).hasURL(Pattern.compile("#/settings$"));
        tab.settle();
        assertThat(status(ticket)).isEqualTo("open");
        look(ticket);
        tab.page.locator("body").press("s");
        tab.page.waitForCondition(() -> status(ticket).equals("solved"));
    }

    // ---- templates and new messages --------------------------------------------------------------------------------

    @Test
    void templates_that_did_not_come_are_asked_for_again_by_hand() {
        tab.forgive("ERR_FAILED");
        List<Route> asked = new CopyOnWriteArrayList<>();
        tab.page.route(TEMPLATES, route -> {
            if (route.request().url().contains("refresh=true")) {
                route.resume();
            } else {
                asked.add(route);
                route.abort();
            }
        });
        look(writes(TestApp.newCustomer(), "long ago", 30));
        assertThat(tab.page.locator(".closed").getByText("The server doesn’t answer.")).isVisible();
        tab.page.evaluate("""
                async () => {
                    const composer = document.querySelector('hd-composer');
                    for (let i = 0; i < 30; i++) {
                        composer.requestUpdate();
                        await composer.updateComplete;
                        await new Promise(requestAnimationFrame);
                    }
                }""");
        assertThat(asked.size()).as("once, and at most once more when the events begin").isLessThanOrEqualTo(2);
        tab.button("Try again").click();
        assertThat(tab.page.locator(".tpl-form")).isVisible();
    }

    @Test
    void a_template_that_the_form_cannot_fill_says_why_and_stands_last() {
        tab.page.route(TEMPLATES, route -> {
            APIResponse answer = route.fetch();
            JsonNode all = Json.read(answer.text());
            ArrayNode list = (ArrayNode) all.path("data");
            for (String part : List.of("{\"type\":\"HEADER\",\"format\":\"DOCUMENT\"}", "{\"type\":\"HEADER\",\"format\":\"LOCATION\"}", "{\"type\":\"CAROUSEL\"}",
                    "{\"type\":\"BUTTONS\",\"buttons\":[{\"type\":\"URL\",\"url\":\"https://shop.example/{{1}}\"}]}")) {
                ObjectNode strange = (ObjectNode) Json.read("{\"language\":\"en_US\",\"category\":\"UTILITY\",\"status\":\"APPROVED\",\"named\":false,\"components\":[" + part
                        + ",{\"type\":\"BODY\",\"text\":\"About {{1}}\"}]}");
                list.insert(0, strange.put("name", "strange_" + list.size()));
            }
            route.fulfill(new Route.FulfillOptions().setResponse(answer).setBody(Json.write(all)));
        });
        look(writes(TestApp.newCustomer(), "long ago", 30));
        Locator known = tab.page.locator(".tpl-list label");
        assertThat(known.filter(new Locator.FilterOptions().setHasText("strange_"))).hasCount(4);
        List<String> texts = known.allInnerTexts();
        assertThat(texts.stream().map(text -> text.contains("Can’t be sent here")).distinct()).as("first those that can be sent: %s", texts).containsExactly(false, true);
        assertThat(texts.stream().map(text -> text.contains("Can’t be sent here")).toList()).as("the others last").isSorted();
        for (int place = 0; place < 4; place++) {
            Locator strange = known.filter(new Locator.FilterOptions().setHasText("strange_")).nth(place);
            assertThat(strange).containsText("Can’t be sent here: needs " + (place == 3 ? "a file" : "more than text"));
            strange.click();
            assertThat(tab.page.locator(".tpl-form .bubble")).containsText("About {{1}}");
            assertThat(tab.page.locator(".tpl-form .hint.bad")).containsText("Choose another template");
            assertThat(tab.page.locator(".tpl-form input")).hasCount(0);
            assertThat(tab.button("Send template")).isDisabled();
        }
        tab.look("templates-not-from-here", List.of(Look.PHONE, Look.DESK));
    }

    private void newMessage(String number, String text) {
        tab.button("New message").click();
        tab.page.getByLabel("Number with country code").fill(number);
        tab.page.locator("#new-text").fill(text);
        tab.page.getByRole(AriaRole.DIALOG).getByText("Send", new Locator.GetByTextOptions().setExact(true)).click();
    }

    @Test
    void a_new_message_after_the_window_waits_with_the_customer_of_that_number() {
        tab.forgive("409");
        String number = TestApp.newCustomer(), ticket = writes(number, "long ago", 30);
        String other = writes("my neighbour has " + number);
        newMessage("+" + number, "for the neighbour");
        assertThat(tab.page).hasURL(Pattern.compile("#/inbox/" + ticket + "$"));
        assertThat(tab.page.locator(".closed")).containsText("for the neighbour");
        look(other);
        assertThat(tab.page.locator("#reply")).hasValue("");
    }

    @Test
    void a_number_that_is_refused_is_called_as_its_field_is() {
        tab.forgive("422");
        newMessage("12", "hello");
        assertThat(tab.page.getByRole(AriaRole.DIALOG).getByRole(AriaRole.ALERT)).hasText(Pattern.compile("^Number with country code: must .*"));
    }

    /** The server takes it, and nobody here learns of it. */
    private void loseTheFirstAnswer(Pattern address) {
        tab.forgive("ERR_FAILED");
        List<Route> lost = new CopyOnWriteArrayList<>();
        tab.page.route(address, route -> {
            if (lost.isEmpty()) {
                lost.add(route);
                route.fetch();
                route.abort();
            } else {
                route.resume();
            }
        });
    }

    @Test
    void a_new_message_whose_answer_is_lost_is_sent_once() {
        String number = TestApp.newCustomer(), ticket = writes(number, "hello", 0);
        loseTheFirstAnswer(SENDS);
        newMessage(number, "only once");
        assertThat(tab.page.getByRole(AriaRole.DIALOG).getByRole(AriaRole.ALERT)).isVisible();
        tab.page.getByRole(AriaRole.DIALOG).getByText("Send", new Locator.GetByTextOptions().setExact(true)).click();
        assertThat(tab.page).hasURL(Pattern.compile("#/inbox/" + ticket + "$"));
        assertThat(tab.message("only once")).isVisible();
        assertThat(app.database().sql("select count(*) from message where ticket_id = cast(? as bigint) and text = 'only once'").param(ticket)
                .query(Integer.class).single()).isEqualTo(1);
    }

    @Test
    void a_note_whose_answer_is_lost_is_kept_once_also_after_a_reload_and_a_second_one_is_a_second() {
        String ticket = writes("note this");
        look(ticket);
        loseTheFirstAnswer(NOTES);
        writeNote();
        assertThat(tab.page.locator("#reply-problem")).isVisible();
        assertThat(tab.page.locator("#reply")).hasValue("only once");
        tab.page.reload();
        assertThat(tab.page.locator("#reply")).hasValue("only once");
        tab.page.locator("#reply").press("Enter");
        assertThat(tab.button("Reply")).hasAttribute("aria-pressed", "true");
        assertThat(tab.log().locator(".note")).hasCount(1);
        assertThat(notes(ticket)).isEqualTo(1);
        writeNote();
        assertThat(tab.button("Reply")).hasAttribute("aria-pressed", "true");
        assertThat(notes(ticket)).isEqualTo(2);
    }

    private void writeNote() {
        tab.button("Note").click();
        tab.page.locator("#reply").fill("only once");
        tab.page.locator("#reply").press("Enter");
    }

    private static int notes(String ticket) {
        return app.database().sql("select count(*) from ticket_note where ticket_id = cast(? as bigint) and text = 'only once'").param(ticket)
                .query(Integer.class).single();
    }

    // ---- search ----------------------------------------------------------------------------------------------------

    @Test
    void a_search_finds_what_a_note_says_and_shows_the_place() {
        String number = TestApp.newCustomer(), ticket = writes(number, "is it lost", 0);
        app.call("POST", "/api/whatsapp/tickets/" + ticket + "/notes", "{\"text\":\"" + "Called. ".repeat(40) + "The courier " + number + "-x has it\"}", ADMIN);
        tab.page.getByRole(AriaRole.SEARCHBOX).fill("Courier " + number + "-x");
        Locator row = tab.page.locator("a.row[data-id='" + ticket + "']");
        assertThat(row.locator(".row-preview")).containsText("Note:");
        assertThat(tab.page.locator("a.row")).hasCount(1);
        assertThat(row.locator(".row-preview")).containsText("The courier " + number + "-x has it");
        app.call("PATCH", "/api/whatsapp/tickets/" + ticket, "{\"assigneeId\":\"" + app.call("POST", "/api/whatsapp/agents", "{\"name\":\"Mira\"}", ADMIN).json().path("id").asText() + "\"}", ADMIN);
        assertThat(row.getByLabel("Assigned to Mira")).isVisible();
        assertThat(row.locator(".row-preview")).containsText("The courier " + number + "-x has it");
        tab.page.getByRole(AriaRole.SEARCHBOX).fill("is it lost");
        assertThat(row.locator(".row-preview")).hasText("is it lost");
    }

    // ---- sends of unknown fate -------------------------------------------------------------------------------------

    @Test
    void an_unconfirmed_send_is_found_from_health_and_sent_again_only_when_somebody_says_so() {
        String ticket = writes("did you send it");
        look(ticket);
        tab.page.locator("#reply").fill("It is on its way");
        tab.page.locator("#reply").press("Enter");
        assertThat(tab.message("It is on its way").locator(".tick[data-t=read]")).isVisible();
        app.database().sql("""
                with lost as (
                    update message set status = 'unknown', wamid = null where ticket_id = cast(? as bigint) and direction = 'outbound' returning id)
                update send_attempt a set state = 'unknown' from lost where a.message_id = lost.id""").param(ticket).update();
        tab.page.navigate(app.url("/#/health"));
        tab.page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("decide by hand")).click();
        assertThat(tab.button("Failed")).hasAttribute("aria-pressed", "true");
        Locator row = tab.page.locator("a.row[data-id='" + ticket + "']");
        assertThat(row).containsText("1 unconfirmed");
        row.click();
        tab.message("It is on its way").getByText("Send again…").click();
        Locator ask = tab.page.getByRole(AriaRole.DIALOG, new Page.GetByRoleOptions().setName("Send it a second time?"));
        assertThat(ask).isVisible();
        tab.look("send-again", List.of(Look.PHONE_DARK, Look.DESK));
        tab.button("Leave it").click();
        assertThat(ask).hasCount(0);
        assertThat(row).containsText("1 unconfirmed");
        tab.message("It is on its way").getByText("Send again…").click();
        tab.button("Send again").click();
        assertThat(tab.message("It is on its way").locator(".tick[data-t=read]")).isVisible();
        assertThat(row.locator(".failed")).hasCount(0);
    }

    // ---- what is written and not sent ------------------------------------------------------------------------------

    @Test
    void the_list_says_where_something_waits_to_be_sent() {
        tab.forgive("ERR_");
        String one = writes("waiting"), other = writes("hello");
        Locator waits = tab.page.locator("a.row[data-id='" + one + "']");
        look(one);
        tab.page.route(SENDS, route -> {
            if (route.request().method().equals("POST")) {
                route.abort();
            } else {
                route.resume();
            }
        });
        tab.page.locator("#reply").fill("not on its way");
        tab.page.locator("#reply").press("Enter");
        assertThat(tab.message("not on its way")).containsText("It is kept here until you try again.");
        assertThat(waits).containsText("1 not sent");
        tab.page.locator("#reply").fill("half a thou");
        assertThat(waits).not().containsText("Draft");
        look(other);
        assertThat(waits).containsText("1 not sent");
        tab.page.reload();
        assertThat(waits).containsText("1 not sent");
        tab.page.unroute(SENDS);
        look(one);
        tab.button("Try again").click();
        assertThat(tab.message("not on its way").locator(".tick[data-t=read]")).isVisible();
        look(other);
        assertThat(waits).containsText("Draft");
        assertThat(waits).not().containsText("not sent");
    }

    // ---- notes -----------------------------------------------------------------------------------------------------

    @Test
    void a_draft_that_is_open_in_two_tabs_is_sent_by_one() {
        String ticket = writes("two of you");
        look(ticket);
        tab.page.locator("#reply").fill("from one of us");
        Page second = tab.open();
        second.navigate(tab.page.url());
        Locator reply = second.locator("#reply");
        assertThat(reply).hasValue("from one of us");
        reply.fill("from one of the two");
        assertThat(tab.page.locator("#reply")).hasValue("from one of the two");
        tab.page.locator("#reply").press("Enter");
        assertThat(tab.message("from one of the two").locator(".tick[data-t=read]")).isVisible();
        assertThat(reply).hasValue("");
        tab.settle();

        reply.fill("the next");
        assertThat(tab.page.locator("#reply")).hasValue("the next");
        List<Route> notes = tab.hold("POST", NOTES);
        tab.button("Note").click();
        second.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Note").setExact(true)).click();
        tab.page.locator("#reply").fill("between us");
        assertThat(reply).hasValue("between us");
        tab.page.locator("#reply").press("Enter");
        Route note = tab.first(notes);
        assertThat(reply).hasValue("");
        second.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Reply").setExact(true)).click();
        tab.button("Reply").click();
        reply.fill("the next but one");
        assertThat(tab.page.locator("#reply")).hasValue("the next but one");
        note.resume();
        assertThat(tab.log().locator(".note")).containsText("between us");
        tab.settle();
        assertThat(tab.page.locator("#reply")).hasValue("the next but one");
        assertThat(reply).hasValue("the next but one");
        second.close();
    }

    @Test
    void notes_of_earlier_tickets_stand_in_the_conversation() {
        String number = TestApp.newCustomer(), first = writes(number, "the first question", 0);
        app.post("/api/whatsapp/tickets/" + first + "/notes", "{\"text\":\"He is always right\"}");
        app.call("PATCH", "/api/whatsapp/tickets/" + first, "{\"status\":\"closed\"}", ADMIN);
        app.database().sql("update ticket set closed_at = now() - interval '30 days' where id = cast(? as bigint)").param(first).update();
        String second = writes(number, "the second question", 0);
        assertThat(second).isNotEqualTo(first);
        look(second);
        assertThat(tab.log().locator(".note")).containsText("He is always right");
        app.post("/api/whatsapp/tickets/" + first + "/notes", "{\"text\":\"And here is why\"}");
        assertThat(tab.log().locator(".note")).hasCount(2);
    }

    // ---- who sits here, and what they have written -----------------------------------------------------------------

    @Test
    void who_logs_in_next_is_not_taken_for_the_agent_before() {
        tab.forgive("401");       // what an event asked for may come after the session is gone
        app.call("POST", "/api/whatsapp/agents", "{\"name\":\"Noor\"}", ADMIN);
        String ticket = writes("who are you");
        look(ticket);
        tab.page.getByLabel("I am").selectOption("Noor");
        List<Route> logout = tab.hold("DELETE", SESSION);
        tab.page.locator("nav.rail").getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(Pattern.compile("^Log out"))).first().click();
        Route last = tab.first(logout);
        assertThat(tab.page.evaluate("localStorage.getItem('agent')")).as("for who closes the tab now").isNull();
        last.resume();
        assertThat(tab.page.getByLabel("API token")).isVisible();
        tab.logIn();
        look(ticket);
        tab.page.locator("#reply").fill("somebody else");
        tab.page.locator("#reply").press("Enter");
        assertThat(tab.message("somebody else").locator(".tick[data-t=read]")).isVisible();
        assertThat(tab.message("somebody else").locator(".who-line")).not().containsText("Noor");
    }

    /** An agent, and the open conversation that is theirs. */
    private static String given(String agent, String text) {
        String id = app.call("POST", "/api/whatsapp/agents", "{\"name\":\"" + agent + "\"}", ADMIN).json().path("id").asText();
        String ticket = writes(text);
        assertThat(app.call("PATCH", "/api/whatsapp/tickets/" + ticket, "{\"assigneeId\":\"" + id + "\"}", ADMIN).status()).isEqualTo(200);
        return ticket;
    }

    /** The view is pressed, and of these conversations it has the first ones only. */
    private void assertView(String view, List<String> these, List<String> others) {
        assertThat(tab.button(view)).hasAttribute("aria-pressed", "true");
        these.forEach(ticket -> assertThat(tab.page.locator("a.row[data-id='" + ticket + "']")).isVisible());
        others.forEach(ticket -> assertThat(tab.page.locator("a.row[data-id='" + ticket + "']")).hasCount(0));
    }

    @Test
    void each_view_has_its_conversations_and_mine_those_of_who_sits_here() {
        String ofAda = given("Ada", "for Ada"), ofBo = given("Bo", "for Bo"), free = writes("for somebody"), solved = writes("done");
        String number = TestApp.newCustomer(), failed = writes(number, "I take nothing", 0);
        app.call("PUT", "/mock/control/phones/" + number, "{\"behaviour\":\"refuses\"}", ADMIN);
        app.post("/api/whatsapp/messages", "{\"ticketId\":\"" + failed + "\",\"type\":\"text\",\"text\":{\"body\":\"take this\"}}");
        app.call("PATCH", "/api/whatsapp/tickets/" + solved, "{\"status\":\"solved\"}", ADMIN);
        look(free);
        assertView("Open", List.of(ofAda, ofBo, free, failed), List.of(solved));
        assertThat(tab.page.locator("a.row[data-id='" + failed + "']")).containsText("1 failed");
        assertThat(tab.button("Mine")).hasCount(0);
        tab.page.getByLabel("I am").selectOption("Ada");
        assertThat(tab.button("Mine").isVisible()).as("at once, not with the next redraw").isTrue();
        tab.button("Mine").click();
        assertView("Mine", List.of(ofAda), List.of(ofBo, free, failed, solved));
        tab.page.getByLabel("I am").selectOption("Bo");
        assertView("Mine", List.of(ofBo), List.of(ofAda, free, failed, solved));
        tab.button("Unassigned").click();
        assertView("Unassigned", List.of(free, failed), List.of(ofAda, ofBo, solved));
        tab.button("Failed").click();
        assertView("Failed", List.of(failed), List.of(ofAda, ofBo, free, solved));
        tab.button("All").click();
        assertView("All", List.of(ofAda, ofBo, free, failed, solved), List.of());
        tab.button("Mine").click();
        assertView("Mine", List.of(ofBo), List.of(ofAda, free, failed, solved));
        tab.page.getByLabel("I am").selectOption("Not said");
        assertView("Open", List.of(ofAda, ofBo, free, failed), List.of(solved));
        assertThat(tab.button("Mine")).hasCount(0);
    }

    @Test
    void a_note_a_change_and_a_verification_are_of_the_agent_who_sits_here() {
        app.call("POST", "/api/whatsapp/agents", "{\"name\":\"Ilse\"}", ADMIN);
        String ticket = writes("who has solved me");
        look(ticket);
        tab.page.getByLabel("I am").selectOption("Ilse");
        tab.page.locator("body").press("n");
        tab.page.locator("#reply").fill("Three lids left");
        tab.page.locator("#reply").press("Enter");
        assertThat(tab.log().locator(".note .by")).containsText("Ilse");
        tab.button("Solve").click();
        tab.page.waitForCondition(() -> status(ticket).equals("solved"));
        assertThat(app.database().sql("select kind || ' by ' || actor from activity where ticket_id = cast(? as bigint) and kind in ('note-added', 'ticket-changed') order by id")
                .param(ticket).query(String.class).list()).containsExactly("note-added by Ilse", "ticket-changed by Ilse");
        tab.button("Verify…").click();
        tab.page.locator("#v-evidence").fill("Knew the order");
        tab.page.locator(".verify [type=submit]").click();
        assertThat(tab.page.locator("hd-panel .contact")).containsText("Verified by Ilse");
    }

    @Test
    void a_failed_text_taken_up_again_stands_before_what_is_written_already() {
        String number = TestApp.newCustomer(), ticket = writes(number, "can you read me", 0);
        app.call("PUT", "/mock/control/phones/" + number, "{\"behaviour\":\"refuses\"}", ADMIN);
        look(ticket);
        tab.page.locator("#reply").fill("the first try");
        tab.page.locator("#reply").press("Enter");
        Locator edit = tab.message("the first try").getByText("Edit as new");
        assertThat(edit).isVisible();
        tab.page.locator("#reply").fill("half of the next");
        edit.click();
        assertThat(tab.page.locator("#reply")).hasValue("the first try\n\nhalf of the next");
    }

    @Test
    void what_is_written_about_a_contact_and_the_place_in_the_list_stay() {
        String number = TestApp.newCustomer();
        writes(number, "hello", 0);
        String contact = app.get("/api/whatsapp/contacts?waId=" + number).json().at("/data/0/id").asText();
        tab.page.navigate(app.url("/#/contacts/" + contact));
        tab.page.locator("#c-company").fill("Marram Ltd");
        assertThat(tab.page.getByText("Not saved yet.")).isVisible();
        look(app.get("/api/whatsapp/tickets?contactId=" + contact).json().at("/data/0/id").asText());
        tab.page.navigate(app.url("/#/contacts/" + contact));
        assertThat(tab.page.locator("#c-company")).hasValue("Marram Ltd");
        tab.button("Save").click();
        assertThat(tab.page.getByText("Saved.")).isVisible();
        assertThat(tab.page.getByText("Not saved yet.")).hasCount(0);
        assertThat(tab.page.locator("#c-company")).hasValue("Marram Ltd");
        assertThat(app.get("/api/whatsapp/contacts/" + contact).json().path("company").asText()).isEqualTo("Marram Ltd");

        app.webhook(Payloads.messages(Stream.generate(TestApp::newCustomer).limit(60).map(from -> Payloads.text(from, TestApp.newWamid(), "one of many"))
                .toArray(JsonNode[]::new)));
        app.awaitProcessed();
        tab.page.navigate(app.url("/#/contacts"));
        Locator people = tab.page.locator(".people tbody tr");
        assertThat(people).hasCount(50);
        tab.button("Show more").click();
        assertThat(tab.page.locator(".people a[href='#/contacts/" + contact + "']")).isVisible();
        tab.page.waitForResponse(answer -> answer.url().contains("/contacts?") && answer.url().contains("cursor="), () -> app.call("PATCH",
                "/api/whatsapp/contacts/" + contact, "{\"company\":\"Dune Ltd\"}", ADMIN));
        assertThat(tab.page.getByText("Dune Ltd")).isVisible();
    }

    @Test
    void the_panel_says_when_each_side_wrote_last() {
        String number = TestApp.newCustomer(), ticket = writes(number, "two days ago", 50);
        Locator panel = tab.page.locator("hd-panel"), wrote = panel.getByText("Last wrote");
        look(ticket);
        assertThat(wrote).isVisible();
        String before = wrote.textContent();
        assertThat(panel.getByText("Last reply")).hasCount(0);
        writes(number, "now", 0);
        assertThat(wrote).not().hasText(before);
        tab.page.locator("#reply").fill("our first word");
        tab.page.locator("#reply").press("Enter");
        assertThat(panel.getByText("Last reply")).isVisible();
    }
}
