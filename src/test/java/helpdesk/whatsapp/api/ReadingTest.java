package helpdesk.whatsapp.api;

import static helpdesk.whatsapp.api.ContractAssert.assertAnswer;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.testing.TestApp;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReadingTest {

    private final TestApp app = TestApp.shared();
    private final String customer = TestApp.newCustomer();

    private JsonNode received(String payload, String wamid) {
        assertThat(app.webhook(Payloads.of(payload, customer, wamid)).status()).isEqualTo(200);
        app.awaitProcessed();
        return assertAnswer(app.get("/api/whatsapp/messages/" + wamid), "message-get", 200);
    }

    @Test
    void a_text_is_shown_with_its_contact_and_its_ticket() {
        String wamid = TestApp.newWamid() + "==";
        JsonNode message = received("text", wamid);

        assertThat(message.path("wamid").asText()).isEqualTo(wamid);
        assertThat(message.path("direction").asText()).isEqualTo("inbound");
        assertThat(message.path("type").asText()).isEqualTo("text");
        assertThat(message.path("text").asText()).isEqualTo("Where is my parcel? 📦");
        assertThat(message.path("status").asText()).isEqualTo("received");
        assertThat(message.path("statuses")).isEmpty();
        assertThat(message.path("attempts")).isEmpty();
        assertThat(message.path("media").isNull()).isTrue();
        assertThat(message.path("ticketReason").asText()).isEqualTo("new-ticket");
        assertThat(message.path("simulated").asBoolean()).isTrue();
        assertThat(message.path("createdAt").asText()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
        assertThat(message.path("payload").path("text").path("body").asText()).startsWith("Where");

        assertThat(assertAnswer(app.get("/api/whatsapp/messages/" + message.path("id").asText()), "message-get", 200))
                .isEqualTo(message);

        JsonNode contact = assertAnswer(app.get("/api/whatsapp/contacts/" + message.path("contactId").asText()), "contact-get", 200);
        assertThat(contact.path("waId").asText()).isEqualTo(customer);
        assertThat(contact.path("phone").asText()).isEqualTo("+" + customer);
        assertThat(contact.path("username").asText()).isEqualTo("ana.example");
        assertThat(contact.path("profileName").asText()).isEqualTo("Ana Example");
        assertThat(contact.path("identities").findValuesAsText("value")).containsExactlyInAnyOrder(customer, "US.9" + customer);
        assertThat(assertAnswer(app.get("/api/whatsapp/contacts?waId=%2B" + customer), "contact-list", 200).path("data"))
                .containsExactly(contact);
        assertThat(assertAnswer(app.get("/api/whatsapp/contacts?waId=+" + customer), "contact-list", 200).path("data")).hasSize(1);

        JsonNode ticket = assertAnswer(app.get("/api/whatsapp/tickets/" + message.path("ticketId").asText()), "ticket-get", 200);
        assertThat(ticket.path("status").asText()).isEqualTo("open");
        assertThat(ticket.path("contactId")).isEqualTo(message.path("contactId"));
        assertThat(ticket.path("phoneNumberId").asText()).isEqualTo(TestApp.NUMBER);
        assertThat(ticket.path("unreadCount").asInt()).isEqualTo(1);
        assertThat(ticket.path("lastPreview").asText()).startsWith("Where is my parcel?");
        assertThat(assertAnswer(app.get("/api/whatsapp/tickets?status=open&contactId=" + message.path("contactId").asText()),
                "ticket-list", 200).path("data")).containsExactly(ticket);
        assertThat(app.get("/api/whatsapp/tickets?status=closed&contactId=" + message.path("contactId").asText())
                .json().path("data")).isEmpty();
    }

    @Test
    void a_wamid_with_slashes_pluses_and_padding_is_found_as_it_is_and_encoded() {
        String wamid = TestApp.newWamid() + "/a+b/c==";
        JsonNode message = received("text", wamid);
        String encoded = URLEncoder.encode(wamid, StandardCharsets.UTF_8);

        assertThat(message.path("wamid").asText()).isEqualTo(wamid);
        assertThat(assertAnswer(app.get("/api/whatsapp/messages/" + encoded), "message-get", 200)).isEqualTo(message);
        assertThat(app.get("/api/whatsapp/messages?wamid=" + encoded).json().path("data")).containsExactly(message);
    }

    @Test
    void an_image_shows_its_media_and_the_reactions_on_it() {
        String wamid = TestApp.newWamid();
        String contact = received("image", wamid).path("contactId").asText();
        String reaction = Payloads.of("reaction", customer, TestApp.newWamid()).replace("$TARGET", wamid);
        app.webhook(reaction);
        app.awaitProcessed();
        JsonNode message = assertAnswer(app.get("/api/whatsapp/messages/" + wamid), "message-get", 200);

        assertThat(message.path("text").asText()).isEqualTo("It is broken");
        assertThat(message.path("media").path("mimeType").asText()).isEqualTo("image/jpeg");
        assertThat(message.path("media").path("state").asText()).isIn("pending", "failed", "ready");
        assertThat(message.path("reactions")).hasSize(1);
        assertThat(message.path("reactions").path(0).path("contactId").asText()).isEqualTo(contact);
        assertThat(message.path("reactions").path(0).path("emoji").asText()).isEqualTo("😮");
    }

    @Test
    void an_outbound_message_shows_its_statuses_in_the_order_of_progress_and_its_attempts() {
        String wamid = TestApp.newWamid();
        JsonNode asked = received("text", wamid);
        String sent = TestApp.newWamid();
        long id = outbound(asked, sent);
        app.database().sql("""
                insert into send_attempt (message_id, number, state, mode, base_url, wamid, http_status, code, reason, advice, finished_at, next_at)
                values (?, 2, 'accepted', 'mock', 'http://graph.test', ?, 200, null, null, null, now(), null),
                       (?, 1, 'retry', 'mock', 'http://graph.test', null, 400, 130429, 'Rate limit hit', 'Wait.', now(), now())""")
                .param(id).param(sent).param(id).update();
        app.webhook(Payloads.of("status", customer, sent));
        app.awaitProcessed();
        JsonNode message = assertAnswer(app.get("/api/whatsapp/messages/" + id), "message-get", 200);

        assertThat(message.path("status").asText()).isEqualTo("read");
        assertThat(message.path("statuses").findValuesAsText("status")).containsExactly("sent", "delivered", "read");
        assertThat(message.path("attempts").findValuesAsText("number")).containsExactly("1", "2");
        assertThat(message.path("attempts").path(0).path("code").asInt()).isEqualTo(130429);
        assertThat(message.path("attempts").path(1).path("baseUrl").asText()).isEqualTo("http://graph.test");

        app.webhook(Payloads.of("status-failed", customer, sent));
        app.awaitProcessed();
        message = assertAnswer(app.get("/api/whatsapp/messages/" + id), "message-get", 200);
        assertThat(message.path("status").asText()).isEqualTo("read");
        assertThat(message.path("lateFailure").asBoolean()).isTrue();
        assertThat(message.path("error").path("code").asInt()).isEqualTo(131047);
        assertThat(message.path("statuses").path(3).path("error").path("details").asText()).contains("24 hours");
    }

    private long outbound(JsonNode asked, String wamid) {
        return app.database().sql("""
                insert into message (contact_id, ticket_id, ticket_reason, phone_number_id, direction, type, status, wamid, text, mode,
                                     simulated, payload)
                values (?, ?, 'as-asked', ?, 'outbound', 'text', 'accepted', ?, 'hello', 'mock', true,
                        '{"type":"text","text":{"body":"hello"}}')
                returning id""").param(asked.path("contactId").asLong()).param(asked.path("ticketId").asLong())
                .param(TestApp.NUMBER).param(wamid).query(Long.class).single();
    }

    @Test
    void messages_are_listed_by_ticket_contact_status_and_direction_newest_first() {
        JsonNode first = received("text", TestApp.newWamid());
        JsonNode second = received("text", TestApp.newWamid());
        outbound(first, TestApp.newWamid());

        for (String filter : List.of("ticketId=" + first.path("ticketId").asText(), "contactId=" + first.path("contactId").asText())) {
            JsonNode list = assertAnswer(app.get("/api/whatsapp/messages?" + filter), "message-list", 200);
            assertThat(list.path("data")).hasSize(3);
            assertThat(list.path("next").isNull()).isTrue();
            assertThat(list.path("data").findValuesAsText("sentAt")).isSortedAccordingTo(java.util.Comparator.reverseOrder());
            assertThat(ids(app.get("/api/whatsapp/messages?direction=inbound&" + filter).json()))
                    .containsExactly(second.path("id").asText(), first.path("id").asText());
            assertThat(ids(app.get("/api/whatsapp/messages?status=accepted&" + filter).json())).hasSize(1);
        }
    }

    @Test
    void paging_meets_every_message_once_while_new_ones_arrive() {
        Instant then = Instant.now().minusSeconds(60);
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 7; i++) {       // some at the same second
            String wamid = TestApp.newWamid();
            expected.add(wamid);
            app.webhook(Payloads.of("text", customer, wamid, then.plusSeconds(i / 3)));
        }
        app.awaitProcessed();
        String contact = app.get("/api/whatsapp/contacts?waId=" + customer).json().path("data").path(0).path("id").asText();

        List<String> met = new ArrayList<>();
        String cursor = "";
        for (int page = 0; page < 10 && cursor != null; page++) {
            JsonNode list = assertAnswer(app.get("/api/whatsapp/messages?limit=2&contactId=" + contact + cursor), "message-list", 200);
            assertThat(list.path("data").size()).isBetween(1, 2);
            met.addAll(list.path("data").findValuesAsText("wamid"));
            cursor = list.path("next").isNull() ? null : "&cursor=" + list.path("next").asText();
            app.webhook(Payloads.of("text", customer, TestApp.newWamid()));
            app.awaitProcessed();
        }
        assertThat(cursor).isNull();
        assertThat(met).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void what_few_messages_have_is_found_however_far_back_though_a_page_looks_no_further_than_5000() {
        JsonNode newest = received("text", TestApp.newWamid());
        app.database().sql("""
                insert into message (contact_id, ticket_id, phone_number_id, direction, type, status, wamid, text, mode, payload, sent_at)
                select ?, ?, ?, 'outbound', 'text', case n when 6000 then 'accepted' else 'read' end, 'wamid.' || gen_random_uuid(),
                       'one of many', 'mock', '{}', timestamptz '2020-01-01' - n * interval '1 second'
                from generate_series(1, 6000) n""").param(newest.path("contactId").asLong()).param(newest.path("ticketId").asLong())
                .param(TestApp.NUMBER).update();
        try {
            String few = "/api/whatsapp/messages?status=accepted&contactId=" + newest.path("contactId").asText();
            JsonNode first = assertAnswer(app.get(few), "message-list", 200);
            assertThat(first.path("data")).isEmpty();

            JsonNode second = assertAnswer(app.get(few + "&cursor=" + first.path("next").asText()), "message-list", 200);
            assertThat(second.path("data")).hasSize(1);
            assertThat(second.path("next").isNull()).isTrue();
        } finally {
            app.database().sql("delete from message where text = 'one of many'").update();
        }
    }

    @Test
    void contacts_tickets_and_messages_of_everybody_are_paged_without_repeats() {
        for (int i = 0; i < 3; i++) {
            app.webhook(Payloads.of("text", TestApp.newCustomer(), TestApp.newWamid()));
        }
        app.awaitQuiet();
        for (String list : List.of("contact", "ticket", "message")) {
            // Others have written any number.
            List<String> there = app.database().sql("select id from " + list
                    + (list.equals("contact") ? " where merged_into is null" : "")).query(String.class).list();
            int limit = Math.min(200, there.size() / 3 + 1);
            List<String> met = new ArrayList<>();
            String cursor = "";
            do {
                JsonNode page = assertAnswer(app.get("/api/whatsapp/" + list + "s?limit=" + limit + cursor), list + "-list", 200);
                met.addAll(ids(page));
                cursor = page.path("next").isNull() ? null : "&cursor=" + page.path("next").asText();
            } while (cursor != null);
            assertThat(met).as(list).doesNotHaveDuplicates().containsAll(there);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"messages/999999999", "messages/wamid.nobody/has==", "messages/nonsense", "messages/99999999999999999999999",
        "contacts/999999999", "contacts/nonsense", "contacts/99999999999999999999999", "tickets/999999999", "tickets/nonsense",
        "dead-letters/999999999", "dead-letters/nonsense", "dead-letters/%27--"})
    void what_nobody_has_is_not_found(String path) {
        String operation = path.replaceFirst("s/.*", "") + "-get";
        assertThat(assertAnswer(app.get("/api/whatsapp/" + path), operation, 404).path("code").asText()).isEqualTo("not-found");
    }

    @ParameterizedTest
    @CsvSource({"message,limit=0,limit", "message,limit=201,limit", "message,limit=x,limit", "message,limit=,limit",
        "message,limit=99999999999,limit", "message,cursor=x,cursor", "message,cursor=bm9uc2Vuc2U,cursor", "message,cursor=%27,cursor",
        "message,ticketId=x,ticketId", "message,contactId=-1,contactId", "message,contactId=9999999999999999999,contactId",
        "message,status=lost,status", "message,direction=up,direction", "message,wamid=,wamid", "contact,limit=0,limit",
        "contact,waId=x,waId", "contact,cursor=MQ,cursor", "ticket,status=lost,status", "ticket,contactId=x,contactId",
        "ticket,cursor=x,cursor", "dead-letter,resolved=perhaps,resolved", "dead-letter,limit=0,limit"})
    void a_wrong_parameter_is_named(String list, String query, String field) {
        JsonNode problem = assertAnswer(app.get("/api/whatsapp/" + list + "s?" + query), list + "-list", 400);

        assertThat(problem.path("code").asText()).isEqualTo("bad-parameter");
        assertThat(problem.path("field").asText()).isEqualTo(field);
        assertThat(problem.path("detail").asText()).contains(field);
    }

    @Test
    void all_wrong_parameters_are_named_at_once() {
        JsonNode problem = app.get("/api/whatsapp/messages?limit=0&ticketId=x&status=lost").json();

        assertThat(problem.path("errors").findValuesAsText("field")).containsExactlyInAnyOrder("limit", "ticketId", "status");
    }

    @ParameterizedTest
    @ValueSource(strings = {"messages", "messages/1", "contacts", "contacts/1", "tickets", "tickets/1", "mode", "health", "ingest",
        "dead-letters", "dead-letters/1", "openapi.yaml"})
    void nothing_of_the_caller_is_echoed(String path) {
        TestApp.Answer answer = app.call("GET", "/api/whatsapp/" + path
                + "?Set-Cookie=a%3Db&Location=http%3A%2F%2Fevil.test&X-Test=1&request=1&mode=x&facts=%7B%7D&id=1&actor=me", (String) null,
                Map.of("Authorization", "Bearer " + TestApp.TOKEN, "Set-Cookie", "c=d", "Location", "http://evil.test", "X-Test", "2",
                        "request", "{}", "mode", "evil"));

        assertThat(answer.status()).isIn(200, 404);
        assertThat(answer.headers().keySet().stream().map(String::toLowerCase).toList())
                .filteredOn(name -> !name.equals(":status")).containsOnly("content-type", answer.headers().containsKey("content-length") ? "content-length" : "transfer-encoding");
    }

    @ParameterizedTest
    @ValueSource(strings = {"messages", "messages/1", "contacts", "tickets", "mode", "health", "ingest", "dead-letters", "openapi.yaml"})
    void without_a_token_nothing_is_read(String path) {
        for (Map<String, String> headers : List.of(Map.<String, String>of(), Map.of("Authorization", "Bearer wrong"))) {
            TestApp.Answer answer = app.call("GET", "/api/whatsapp/" + path, (String) null, headers);
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
            assertThat(answer.json().path("code").asText()).isEqualTo("unauthorized");
        }
    }

    @Test
    void the_contract_is_served() {
        TestApp.Answer answer = app.get("/api/whatsapp/openapi.yaml");

        assertAnswer(answer, "contract-get", 200);
        assertThat(answer.text()).startsWith("openapi: 3.1.0").contains("{ required: [to], x-message:");
    }

    private static List<String> ids(JsonNode list) {
        List<String> ids = new ArrayList<>();
        list.path("data").forEach(row -> ids.add(row.path("id").asText()));
        return ids;
    }
}
