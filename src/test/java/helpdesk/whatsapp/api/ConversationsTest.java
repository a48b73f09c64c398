package helpdesk.whatsapp.api;

import static helpdesk.whatsapp.api.ContractAssert.assertAnswer;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.testing.GraphStub;
import helpdesk.whatsapp.testing.TestApp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the inbox works with: the list of conversations, their state, who has them, notes, what was read. */
class ConversationsTest {

    private static final String AGENT = "token-of-an-agent";
    private static GraphStub meta;
    private static TestApp app;

    private final String customer = TestApp.newCustomer();

    @BeforeAll
    static void start() {
        meta = new GraphStub();
        app = TestApp.start(meta.realMode(Map.of("whatsapp.agent-token", AGENT)));
    }

    @AfterAll
    static void stop() {
        app.close();
        meta.close();
    }

    private static Map<String, String> as(String token) {
        return Map.of("Authorization", "Bearer " + token, "Content-Type", "application/json");
    }

    private static TestApp.Answer patch(String path, String body) {
        return app.call("PATCH", path, body, as(TestApp.TOKEN));
    }

    private static TestApp.Answer delete(String path) {
        return app.call("DELETE", path, (String) null, as(TestApp.TOKEN));
    }

    private static String inbound(String from, String wamid, Instant at) {
        assertThat(app.webhook(Payloads.of("text", from, wamid, at).replace(TestApp.NUMBER, GraphStub.REAL_NUMBER)).status()).isEqualTo(200);
        app.awaitProcessed();
        return app.get("/api/whatsapp/messages/" + wamid).json().path("ticketId").asText();
    }

    private String ticket() {
        return inbound(customer, TestApp.newWamid(), Instant.now());
    }

    private static JsonNode get(String ticket) {
        return assertAnswer(app.get("/api/whatsapp/tickets/" + ticket), "ticket-get", 200);
    }

    private static List<String> list(String query) {
        return assertAnswer(app.get("/api/whatsapp/tickets?limit=200&" + query), "ticket-list", 200).path("data").findValuesAsText("id").stream().toList();
    }

    private static boolean has(String query, String ticket) {
        JsonNode page = assertAnswer(app.get("/api/whatsapp/tickets?limit=200&" + query), "ticket-list", 200);
        for (JsonNode row : page.path("data")) {
            if (row.path("id").asText().equals(ticket)) {
                return true;
            }
        }
        return false;
    }

    private static String agent(String name) {
        return assertAnswer(app.post("/api/whatsapp/agents", "{\"name\":\"" + name + "\"}"), "agent-add", 201).path("id").asText();
    }

    @Test
    void a_row_of_the_inbox_says_who_what_when_how_many_and_how_long() {
        Instant now = Instant.now();
        String ticket = inbound(customer, TestApp.newWamid(), now.minusSeconds(3600));
        JsonNode row = get(ticket);

        assertThat(row.at("/contact/name").asText()).isEqualTo("Ana Example");
        assertThat(row.at("/contact/phone").asText()).isEqualTo("+" + customer);
        assertThat(row.at("/contact/verification").asText()).isEqualTo("inbound");
        assertThat(row.path("assignee").isNull()).isTrue();
        assertThat(row.path("unreadCount").asInt()).isEqualTo(1);
        assertThat(row.path("failedSends").asInt()).isZero();
        assertThat(row.at("/lastMessage/direction").asText()).isEqualTo("inbound");
        assertThat(Instant.parse(row.path("windowClosesAt").asText()))
                .isBetween(now.plus(Duration.ofHours(23)).minusSeconds(2), now.plus(Duration.ofHours(23)).plusSeconds(2));

        String id = app.post("/api/whatsapp/messages", "{\"ticketId\":\"" + ticket + "\",\"text\":{\"body\":\"On its way\"}}").json().path("id").asText();
        app.awaitStatus(id, "accepted");
        row = get(ticket);
        assertThat(row.at("/lastMessage/id").asText()).isEqualTo(id);
        assertThat(row.at("/lastMessage/status").asText()).isEqualTo("accepted");
        assertThat(row.at("/lastMessage/text").asText()).isEqualTo("On its way");
    }

    @Test
    void a_failed_send_is_counted_and_listed_until_it_is_tried_again() {
        String ticket = ticket();
        meta.answer(customer, GraphStub.refused(400, 131026, "Not reachable"), GraphStub.accepted());
        String id = app.post("/api/whatsapp/messages", "{\"ticketId\":\"" + ticket + "\",\"text\":{\"body\":\"Hello\"}}").json().path("id").asText();
        app.awaitStatus(id, "failed");

        assertThat(get(ticket).path("failedSends").asInt()).isEqualTo(1);
        assertThat(has("failed=true", ticket)).isTrue();
        JsonNode entry = app.get("/api/whatsapp/contacts/" + get(ticket).path("contactId").asText() + "/timeline").json().path("data").path(0);
        assertThat(entry.path("kind").asText()).isEqualTo("send-failed");
        assertThat(entry.path("messageId").asText()).isEqualTo(id);
        assertThat(entry.at("/detail/code").asInt()).isEqualTo(131026);

        app.call("POST", "/api/whatsapp/messages/" + id + "/retry", "", as(TestApp.TOKEN));
        app.awaitStatus(id, "accepted");
        assertThat(get(ticket).path("failedSends").asInt()).isZero();
        assertThat(has("failed=true", ticket)).isFalse();
    }

    @Test
    void a_send_of_unknown_fate_is_counted_and_listed_until_somebody_decides() {
        String ticket = ticket();
        meta.answer(customer, GraphStub.hangUp(), GraphStub.accepted());
        String id = app.post("/api/whatsapp/messages", "{\"ticketId\":\"" + ticket + "\",\"text\":{\"body\":\"Hello\"}}").json().path("id").asText();
        app.awaitStatus(id, "unknown");
        assertThat(get(ticket).path("unconfirmedSends").asInt()).isEqualTo(1);
        assertThat(get(ticket).path("failedSends").asInt()).isZero();
        assertThat(has("failed=true", ticket)).isTrue();
        assertThat(has("failed=true&q=" + customer, ticket)).isTrue();

        app.call("POST", "/api/whatsapp/messages/" + id + "/retry", "", as(TestApp.TOKEN));
        app.awaitStatus(id, "accepted");
        assertThat(get(ticket).path("unconfirmedSends").asInt()).isZero();
        assertThat(has("failed=true", ticket)).isFalse();
    }

    @Test
    void an_agent_gets_a_ticket_solves_it_and_the_customer_opens_it_again() {
        String ticket = ticket();
        String priya = agent("Priya " + customer);
        JsonNode changed = assertAnswer(patch("/api/whatsapp/tickets/" + ticket, "{\"assigneeId\":\"" + priya + "\",\"subject\":\"Cracked lid\",\"status\":\"pending\"}"),
                "ticket-change", 200);
        assertThat(changed.at("/assignee/name").asText()).isEqualTo("Priya " + customer);
        assertThat(changed.path("subject").asText()).isEqualTo("Cracked lid");
        assertThat(changed.path("status").asText()).isEqualTo("pending");
        assertThat(has("assigneeId=" + priya, ticket)).isTrue();
        assertThat(has("assigneeId=none", ticket)).isFalse();
        assertThat(has("status=active&assigneeId=" + priya + "&unread=true", ticket)).isTrue();
        assertThat(app.get("/api/whatsapp/agents/" + priya).json().path("openTickets").asInt()).isEqualTo(1);

        assertThat(patch("/api/whatsapp/tickets/" + ticket, "{\"status\":\"closed\"}").json().path("closedAt").isNull()).isFalse();
        assertThat(has("status=active", ticket)).isFalse();
        inbound(customer, TestApp.newWamid(), Instant.now());
        JsonNode reopened = get(ticket);
        assertThat(reopened.path("status").asText()).isEqualTo("open");
        assertThat(reopened.at("/assignee/id").asText()).isEqualTo(priya);
        assertThat(assertAnswer(patch("/api/whatsapp/tickets/" + ticket, "{\"assigneeId\":null}"), "ticket-change", 200).path("assignee").isNull()).isTrue();
    }

    @Test
    void a_repeated_change_is_noted_once() {
        String ticket = ticket();
        for (int i = 0; i < 2; i++) {
            assertAnswer(patch("/api/whatsapp/tickets/" + ticket, "{\"subject\":\"Again\"}"), "ticket-change", 200);
        }
        JsonNode timeline = app.get("/api/whatsapp/contacts/" + get(ticket).path("contactId").asText() + "/timeline").json();
        assertThat(timeline.path("data").findValuesAsText("kind")).containsOnlyOnce("ticket-changed");
    }

    @Test
    void a_closed_ticket_stays_closed_beside_another_one_that_is_open() {
        String old = ticket();
        patch("/api/whatsapp/tickets/" + old, "{\"status\":\"closed\"}");
        app.database().sql("update ticket set closed_at = now() - interval '10 days' where id = ?").param(Long.parseLong(old)).update();
        String other = ticket();
        assertThat(other).isNotEqualTo(old);

        assertThat(assertAnswer(patch("/api/whatsapp/tickets/" + old, "{\"status\":\"open\"}"), "ticket-change", 409).path("code").asText())
                .isEqualTo("another-open-ticket");
        assertThat(get(old).path("status").asText()).isEqualTo("closed");
        patch("/api/whatsapp/tickets/" + other, "{\"status\":\"closed\"}");
        assertThat(assertAnswer(patch("/api/whatsapp/tickets/" + old, "{\"status\":\"open\"}"), "ticket-change", 200).path("closedAt").isNull()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"{}|body", "{\"status\":\"done\"}|status", "{\"assigneeId\":\"999999\"}|assigneeId",
        "{\"assigneeId\":\"me\"}|assigneeId", "{\"subject\":\"\"}|subject", "{\"reason\":\"x\"}|reason"})
    void a_wrong_change_is_refused_by_field(String body, String field) {
        JsonNode problem = assertAnswer(patch("/api/whatsapp/tickets/" + ticket(), body), "ticket-change", 422);
        assertThat(problem.path("field").asText()).isEqualTo(field);
        assertAnswer(patch("/api/whatsapp/tickets/999999999", "{\"status\":\"open\"}"), "ticket-change", 404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"status=done", "assigneeId=me", "unread=perhaps", "failed=0", "q="})
    void a_wrong_filter_is_named(String query) {
        assertThat(assertAnswer(app.get("/api/whatsapp/tickets?" + query), "ticket-list", 400).path("field").asText()).isEqualTo(query.replaceFirst("=.*", ""));
    }

    @Test
    void a_search_finds_by_name_number_text_subject_and_ticket_number() {
        String ticket = ticket();
        patch("/api/whatsapp/tickets/" + ticket, "{\"subject\":\"Kettle " + customer + "x\"}");
        app.post("/api/whatsapp/messages", "{\"ticketId\":\"" + ticket + "\",\"text\":{\"body\":\"Word-" + customer + "-of ours\"}}");

        for (String q : List.of("ana%20exam", customer, customer.substring(4), "00" + customer, "KETTLE%20" + customer, "word-" + customer + "-OF", "%23" + ticket)) {
            assertThat(has("q=" + q, ticket)).as(q).isTrue();
        }
        String order = customer.substring(0, 5) + "-" + customer.substring(5) + ".12";
        app.post("/api/whatsapp/messages", "{\"ticketId\":\"" + ticket + "\",\"text\":{\"body\":\"The price was (12.50) and the order " + order + " of 24.12.\"}}");
        patch("/api/whatsapp/tickets/" + ticket, "{\"subject\":\"Offer " + order + "\"}");
        for (String q : List.of(order, order.substring(3), "(12.50)", "12.50", "24.12.", "%2B" + customer.charAt(0) + "%20(" + customer.substring(1, 4) + ")%20"
                + customer.substring(4), "T-" + ticket, "t-" + ticket)) {
            assertThat(has("q=" + q, ticket)).as(q).isTrue();
        }
        assertThat(has("q=" + customer.substring(3, 6) + "." + customer.substring(6, 8), ticket)).as("a price is no number").isFalse();
        assertThat(has("q=" + customer + "&status=closed", ticket)).isFalse();
        assertThat(list("q=nobody-has-said-this")).isEmpty();
        JsonNode page = app.get("/api/whatsapp/tickets?limit=1&q=ana%20exam").json();
        if (!page.path("next").isNull()) {
            JsonNode second = assertAnswer(app.get("/api/whatsapp/tickets?limit=1&q=ana%20exam&cursor=" + page.path("next").asText()), "ticket-list", 200);
            assertThat(second.at("/data/0/id")).isNotEqualTo(page.at("/data/0/id"));
        }
    }

    @Test
    void a_search_finds_what_a_note_says_and_shows_the_place_in_the_newest_one() {
        String ticket = ticket();
        String path = "/api/whatsapp/tickets/" + ticket + "/notes";
        app.post(path, "{\"text\":\"The courier " + customer + "x_y lost it\"}");
        app.post(path, "{\"text\":\"" + "Long ago. ".repeat(30) + "Then COURIER " + customer + "X_Y found it\"}");
        app.post(path, "{\"text\":\"Somebody else's matter\"}");

        JsonNode found = assertAnswer(app.get("/api/whatsapp/tickets?q=courier%20" + customer + "x_y"), "ticket-list", 200).path("data");
        assertThat(found.findValuesAsText("lastMessageAt")).hasSize(1);
        assertThat(found.at("/0/id").asText()).isEqualTo(ticket);
        assertThat(found.at("/0/foundNote/text").asText()).isEqualTo("…Long ago. Then COURIER " + customer + "X_Y found it");
        assertThat(list("q=courier%20" + customer + "x%25y")).isEmpty();
        assertThat(app.get("/api/whatsapp/tickets?q=%23" + ticket).json().at("/data/0").has("foundNote")).as("found by its number").isFalse();
    }

    @Test
    void a_ticket_is_read_up_to_what_was_seen_and_the_customer_is_told_once() {
        String seen = TestApp.newWamid();
        Instant now = Instant.now();
        String ticket = inbound(customer, seen, now.minusSeconds(20));
        String later = TestApp.newWamid();
        inbound(customer, later, now.minusSeconds(5));
        String upTo = app.get("/api/whatsapp/messages/" + seen).json().path("id").asText();
        long before = receipts(seen);

        JsonNode read = assertAnswer(app.post("/api/whatsapp/tickets/" + ticket + "/read", "{\"upTo\":\"" + upTo + "\"}"), "ticket-read", 200);
        assertThat(read.at("/ticket/unreadCount").asInt()).isEqualTo(1);
        assertThat(read.path("receipt").asText()).as(read.toString()).isEqualTo("sent");
        assertThat(receipts(seen) - before).isEqualTo(1);
        assertThat(app.post("/api/whatsapp/tickets/" + ticket + "/read", "{\"receipt\":false}").json().path("receipt").asText()).isEqualTo("skipped");
        assertThat(receipts(later)).isZero();
        JsonNode again = assertAnswer(app.post("/api/whatsapp/tickets/" + ticket + "/read", "{}"), "ticket-read", 200);
        assertThat(again.path("receipt").asText()).isEqualTo("skipped");
        assertThat(again.at("/ticket/unreadCount").asInt()).isZero();
        assertThat(has("unread=true", ticket)).isFalse();
    }

    @Test
    void a_ticket_is_not_read_up_to_a_message_of_another_one() {
        String wamid = TestApp.newWamid(), other = TestApp.newWamid();
        String ticket = inbound(customer, wamid, Instant.now());
        inbound(TestApp.newCustomer(), other, Instant.now());
        for (String upTo : List.of(app.get("/api/whatsapp/messages/" + other).json().path("id").asText(), "999999999999")) {
            JsonNode refused = assertAnswer(app.post("/api/whatsapp/tickets/" + ticket + "/read", "{\"upTo\":\"" + upTo + "\"}"), "ticket-read", 422);
            assertThat(refused.at("/errors/0/field").asText()).isEqualTo("upTo");
        }
        assertThat(app.get("/api/whatsapp/tickets/" + ticket).json().path("unreadCount").asInt()).isEqualTo(1);
        assertThat(receipts(wamid)).isZero();
    }

    private static long receipts(String wamid) {
        return meta.journal().stream().filter(call -> call.body().path("message_id").asText().equals(wamid)).count();
    }

    @Test
    void a_receipt_that_meta_refuses_leaves_the_ticket_read() {
        String wamid = TestApp.newWamid();
        String ticket = inbound(customer, wamid, Instant.now());
        meta.answer("", GraphStub.refused(400, 131009, "Parameter value is not valid"));
        JsonNode read = assertAnswer(app.post("/api/whatsapp/tickets/" + ticket + "/read", "{}"), "ticket-read", 200);
        meta.answer("", GraphStub.plain(200, "{\"success\":true}"));

        assertThat(read.path("receipt").asText()).isEqualTo("failed");
        assertThat(read.path("fault").asText()).contains("not valid");
        assertThat(read.at("/ticket/unreadCount").asInt()).isZero();
        JsonNode typing = assertAnswer(app.call("POST", "/api/whatsapp/tickets/" + ticket + "/typing", "", as(AGENT)), "ticket-typing", 200);
        assertThat(typing.path("receipt").asText()).isEqualTo("sent");
        assertThat(meta.journal()).anyMatch(call -> call.body().path("message_id").asText().equals(wamid)
                && call.body().at("/typing_indicator/type").asText().equals("text"));
        assertAnswer(app.call("POST", "/api/whatsapp/tickets/999999999/typing", "", as(AGENT)), "ticket-typing", 404);
        assertAnswer(app.post("/api/whatsapp/tickets/999999999/read", "{}"), "ticket-read", 404);
    }

    @Test
    void notes_stay_inside_and_a_repeat_adds_none() {
        String ticket = ticket();
        String path = "/api/whatsapp/tickets/" + ticket + "/notes";
        long calls = meta.calls(customer).size();
        Map<String, String> once = Map.of("Authorization", "Bearer " + AGENT, "Content-Type", "application/json", "Idempotency-Key", "note-" + customer);
        JsonNode note = assertAnswer(app.call("POST", path, "{\"text\":\"3 oat lids left\"}", once), "note-add", 201);
        assertThat(note.path("author").asText()).isEqualTo("environment-agent");
        assertThat(assertAnswer(app.call("POST", path, "{\"text\":\"3 oat lids left\"}", once), "note-add", 201)).isEqualTo(note);
        app.post(path, "{\"text\":\"<b>second</b>\"}");

        JsonNode notes = assertAnswer(app.get(path + "?limit=1"), "note-list", 200);
        assertThat(notes.at("/data/0/text").asText()).isEqualTo("<b>second</b>");
        notes = assertAnswer(app.get(path + "?limit=1&cursor=" + notes.path("next").asText()), "note-list", 200);
        assertThat(notes.path("data").path(0)).isEqualTo(note);
        assertThat(notes.path("next").isNull()).isTrue();
        assertAnswer(app.get(path + "?of=world"), "note-list", 400);
        assertThat(meta.calls(customer)).hasSize((int) calls);
        assertAnswer(app.post(path, "{\"text\":\"\"}"), "note-add", 422);
        assertAnswer(app.post("/api/whatsapp/tickets/999999999/notes", "{\"text\":\"x\"}"), "note-add", 404);
        assertAnswer(app.get("/api/whatsapp/tickets/999999999/notes"), "note-list", 404);
    }

    @Test
    void a_note_and_a_change_name_the_agent_in_whose_name_they_are() {
        String ticket = ticket();
        String agent = app.post("/api/whatsapp/agents", "{\"name\":\"Priya of " + customer + "\"}").json().path("id").asText();
        String path = "/api/whatsapp/tickets/" + ticket, named = "\"agentId\":\"" + agent + "\"}";

        JsonNode note = assertAnswer(app.post(path + "/notes", "{\"text\":\"3 lids left\"," + named), "note-add", 201);
        assertThat(note.path("author").asText()).isEqualTo("Priya of " + customer);
        assertAnswer(patch(path, "{\"subject\":\"Lids\"," + named), "ticket-change", 200);
        assertAnswer(patch(path, "{\"status\":\"solved\"}"), "ticket-change", 200);
        assertThat(app.database().sql("select kind || ' by ' || actor from activity where ticket_id = cast(? as bigint) and kind in ('note-added', 'ticket-changed') order by id")
                .param(ticket).query(String.class).list())
                .containsExactly("note-added by Priya of " + customer, "ticket-changed by Priya of " + customer, "ticket-changed by environment");

        String contact = "/api/whatsapp/contacts/" + get(ticket).path("contactId").asText();
        assertAnswer(patch(contact, "{\"company\":\"Example Ltd\"," + named), "contact-change", 200);
        assertThat(assertAnswer(app.post(contact + "/verify", "{\"state\":\"agent\",\"evidence\":\"Knew the order\"," + named), "contact-verify", 200)
                .at("/verification/by").asText()).isEqualTo("Priya of " + customer);
        assertThat(app.database().sql("select actor from activity where contact_id = (select contact_id from ticket where id = cast(? as bigint)) and kind = 'profile-edited'")
                .param(ticket).query(String.class).single()).isEqualTo("Priya of " + customer);

        app.call("DELETE", "/api/whatsapp/agents/" + agent, (String) null, as(TestApp.TOKEN));
        for (String one : List.of(agent, "999999999")) {
            String unknown = "\"agentId\":\"" + one + "\"}";
            assertThat(assertAnswer(app.post(path + "/notes", "{\"text\":\"x\"," + unknown), "note-add", 422).at("/errors/0/field").asText()).isEqualTo("agentId");
            assertThat(assertAnswer(patch(contact, "{\"company\":null," + unknown), "contact-change", 422).at("/errors/0/field").asText()).isEqualTo("agentId");
            assertThat(assertAnswer(patch(path, "{\"status\":\"open\"," + unknown), "ticket-change", 422).at("/errors/0/field").asText()).isEqualTo("agentId");
        }
        assertThat(get(ticket).path("status").asText()).isEqualTo("solved");
    }

    @Test
    void the_notes_of_a_conversation_are_those_of_all_its_tickets() {
        String first = ticket();
        app.post("/api/whatsapp/tickets/" + first + "/notes", "{\"text\":\"of the first\"}");
        app.database().sql("update ticket set status = 'closed', closed_at = now() - interval '30 days' where id = cast(? as bigint)").param(first).update();
        String second = ticket();
        assertThat(second).isNotEqualTo(first);
        app.post("/api/whatsapp/tickets/" + second + "/notes", "{\"text\":\"of the second\"}");

        String path = "/api/whatsapp/tickets/" + second + "/notes";
        assertThat(assertAnswer(app.get(path), "note-list", 200).path("data").findValuesAsText("text")).containsExactly("of the second");
        JsonNode page = assertAnswer(app.get(path + "?of=conversation&limit=1"), "note-list", 200);
        assertThat(page.path("data").findValuesAsText("text")).containsExactly("of the second");
        page = assertAnswer(app.get(path + "?of=conversation&limit=1&cursor=" + page.path("next").asText()), "note-list", 200);
        assertThat(page.path("data").findValuesAsText("text")).containsExactly("of the first");
        assertThat(page.path("next").isNull()).isTrue();
    }

    @Test
    void agents_come_change_leave_and_come_back() {
        String name = "Dan " + customer;
        String id = agent(name);
        assertThat(assertAnswer(app.post("/api/whatsapp/agents", "{\"name\":\"" + name.toUpperCase() + "\"}"), "agent-add", 409).path("code").asText())
                .isEqualTo("agent-exists");
        JsonNode changed = assertAnswer(patch("/api/whatsapp/agents/" + id, "{\"email\":\"dan@example.com\"}"), "agent-change", 200);
        assertThat(changed.path("email").asText()).isEqualTo("dan@example.com");
        String ticket = ticket();
        patch("/api/whatsapp/tickets/" + ticket, "{\"assigneeId\":\"" + id + "\"}");

        String contact = get(ticket).path("contactId").asText();
        long before = told(ticket);
        for (int i = 0; i < 2; i++) {
            JsonNode gone = assertAnswer(delete("/api/whatsapp/agents/" + id), "agent-retire", 200);
            assertThat(gone.path("active").asBoolean()).isFalse();
            assertThat(gone.path("openTickets").asInt()).isZero();
        }
        assertThat(get(ticket).path("assignee").isNull()).isTrue();
        assertThat(told(ticket) - before).as("the pages are told once").isEqualTo(1);
        JsonNode happened = app.get("/api/whatsapp/contacts/" + contact + "/timeline").json().at("/data/0");
        assertThat(happened.path("kind").asText()).isEqualTo("ticket-changed");
        assertThat(happened.at("/detail/assignee/from").asText()).isEqualTo(name);
        assertThat(happened.at("/detail/assignee/to").isNull()).as(happened.toString()).isTrue();
        assertThat(assertAnswer(app.get("/api/whatsapp/agents"), "agent-list", 200).path("data").findValuesAsText("id")).doesNotContain(id);
        assertThat(app.get("/api/whatsapp/agents?active=all").json().path("data").findValuesAsText("id")).contains(id);
        String other = agent(name);
        assertThat(assertAnswer(patch("/api/whatsapp/agents/" + id, "{\"active\":true}"), "agent-change", 409).path("code").asText()).isEqualTo("agent-exists");
        delete("/api/whatsapp/agents/" + other);
        assertThat(assertAnswer(patch("/api/whatsapp/agents/" + id, "{\"active\":true}"), "agent-change", 200).path("active").asBoolean()).isTrue();
    }

    @Test
    void a_file_that_could_not_be_fetched_is_fetched_again_while_meta_keeps_it() {
        String id = java.util.UUID.randomUUID().toString();
        app.database().sql("insert into media (id, direction, state, mode, phone_number_id, graph_id, attempts, error) values (?::uuid, 'inbound', 'failed', 'mock', '1', '404', 6, 'x')")
                .param(id).update();
        assertThat(assertAnswer(app.post("/api/whatsapp/media/" + id + "/retry", ""), "media-retry", 202).path("state").asText()).isEqualTo("pending");
        assertThat(app.get("/api/whatsapp/media/" + id).json().path("state").asText()).isEqualTo("pending");
        assertThat(assertAnswer(app.post("/api/whatsapp/media/" + id + "/retry", ""), "media-retry", 409).path("code").asText()).isEqualTo("not-to-retry");
        app.database().sql("update media set state = 'failed', created_at = now() - interval '8 days' where id = ?::uuid").param(id).update();
        assertThat(assertAnswer(app.post("/api/whatsapp/media/" + id + "/retry", ""), "media-retry", 409).path("code").asText()).isEqualTo("media-gone");
        assertAnswer(app.post("/api/whatsapp/media/" + java.util.UUID.randomUUID() + "/retry", ""), "media-retry", 404);
    }

    @Test
    void only_an_admin_changes_agents() {
        assertAnswer(app.call("POST", "/api/whatsapp/agents", "{\"name\":\"x\"}", as(AGENT)), "agent-add", 403);
        assertAnswer(app.call("DELETE", "/api/whatsapp/agents/1", (String) null, as(AGENT)), "agent-retire", 403);
        assertAnswer(patch("/api/whatsapp/agents/999999999", "{\"name\":\"x\"}"), "agent-change", 404);
        assertAnswer(delete("/api/whatsapp/agents/999999999"), "agent-retire", 404);
        assertAnswer(app.get("/api/whatsapp/agents/999999999"), "agent-get", 404);
        assertAnswer(app.post("/api/whatsapp/agents", "{\"name\":\"\"}"), "agent-add", 422);
    }

    @Test
    void pages_are_told_of_every_change() {
        String ticket = ticket();
        long before = told(ticket);
        patch("/api/whatsapp/tickets/" + ticket, "{\"status\":\"solved\"}");
        app.post("/api/whatsapp/tickets/" + ticket + "/notes", "{\"text\":\"x\"}");
        app.post("/api/whatsapp/tickets/" + ticket + "/read", "{\"receipt\":false}");
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> told(ticket) - before == 3);
    }

    @Test
    void pages_are_told_of_every_change_of_an_agent_once() {
        String name = "Eve " + customer, id = agent(name);
        assertThat(told("agent", id)).as("added").isEqualTo(1);
        app.post("/api/whatsapp/agents", "{\"name\":\"" + name + "\"}");
        for (int i = 0; i < 2; i++) {
            patch("/api/whatsapp/agents/" + id, "{\"name\":\"" + name + " II\"}");
        }
        assertThat(told("agent", id)).as("renamed").isEqualTo(2);
        for (int i = 0; i < 2; i++) {
            delete("/api/whatsapp/agents/" + id);
        }
        assertThat(told("agent", id)).as("left").isEqualTo(3);
        patch("/api/whatsapp/agents/" + id, "{\"active\":true}");
        assertThat(told("agent", id)).as("back").isEqualTo(4);
    }

    private static long told(String ticket) {
        return told("ticket", ticket);
    }

    private static long told(String what, String id) {
        return app.database().sql("select count(*) from events_log where convert_from(payload, 'UTF8') like ? and convert_from(payload, 'UTF8') like ?")
                .param("%\"" + what + ".changed\"%").param("%\"" + what + "Id\": \"" + id + "\"%").query(Long.class).single();
    }
}
