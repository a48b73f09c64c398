package helpdesk.whatsapp.api;

import static helpdesk.whatsapp.api.ContractAssert.assertAnswer;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.testing.Payloads;
import helpdesk.whatsapp.testing.TestApp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Two contacts of one person: suggested, and made one or left two by somebody. */
class MergesTest {

    private static final String MERGES = "/api/whatsapp/merge-suggestions";
    private final TestApp app = TestApp.shared();
    private final String number = TestApp.newCustomer();
    private final String userId = "US." + TestApp.newCustomer() + "7";

    private String byNumber(String text) {
        return post(Payloads.text(number, TestApp.newWamid(), text));
    }

    private String byUserId(String text) {
        return post(Payloads.text(null, TestApp.newWamid(), text).put("from_user_id", userId));
    }

    private String byBoth(String text) {
        return post(Payloads.text(number, TestApp.newWamid(), text).put("from_user_id", userId));
    }

    private String post(ObjectNode message) {
        assertThat(app.webhook(Payloads.messages(message)).status()).isEqualTo(200);
        app.awaitProcessed();
        return message.path("id").asText();
    }

    private void react(ObjectNode message, String target, String emoji) {
        message.putObject("reaction").put("message_id", target).put("emoji", emoji);
        post(message);
    }

    private JsonNode message(String wamid) {
        return app.get("/api/whatsapp/messages/" + wamid).json();
    }

    private JsonNode suggestion(String contactId) {
        JsonNode page = assertAnswer(app.get(MERGES + "?contactId=" + contactId), "merge-list", 200);
        assertThat(page.path("data")).hasSize(1);
        return page.path("data").path(0);
    }

    private TestApp.Answer settle(JsonNode suggestion, String how) {
        return app.call("POST", MERGES + "/" + suggestion.path("id").asText() + "/" + how, (String) null,
                Map.of("Authorization", "Bearer " + TestApp.TOKEN));
    }

    private List<String> kinds(String contactId) {
        List<String> kinds = new ArrayList<>();
        app.get("/api/whatsapp/contacts/" + contactId + "/timeline").json().path("data").forEach(event -> kinds.add(event.path("kind").asText()));
        return kinds;
    }

    @Test
    void a_merge_keeps_the_names_and_histories_of_both_and_counts_nothing_anew() {
        String first = byNumber("from my number");
        String second = byUserId("from my id");
        app.call("PATCH", "/api/whatsapp/contacts/" + message(first).path("contactId").asText(), "{\"displayName\":\"Ana\",\"notes\":\"likes tea\",\"labels\":[\"vip\"]}",
                Map.of("Authorization", "Bearer " + TestApp.TOKEN, "Content-Type", "application/json"));
        app.call("PATCH", "/api/whatsapp/contacts/" + message(second).path("contactId").asText(), "{\"company\":\"Example Ltd\",\"notes\":\"no calls\",\"labels\":[\"b2b\",\"vip\"]}",
                Map.of("Authorization", "Bearer " + TestApp.TOKEN, "Content-Type", "application/json"));
        String ours = app.awaitStatus(app.post("/api/whatsapp/messages", "{\"to\":\"" + number + "\",\"text\":{\"body\":\"which tea?\"}}").json().path("id").asText(),
                "read").path("wamid").asText();
        react(Payloads.message(number, TestApp.newWamid(), "reaction"), ours, "👍");
        react(Payloads.message(null, TestApp.newWamid(), "reaction").put("from_user_id", userId), ours, "❤️");
        String third = byBoth("now both");
        JsonNode suggestion = suggestion(message(first).path("contactId").asText());
        assertThat(suggestion.path("wamid").asText()).isEqualTo(third);
        String kept = suggestion.at("/contact/id").asText();
        String other = suggestion.at("/other/id").asText();
        JsonNode before = app.get("/api/whatsapp/ingest").json();

        JsonNode contact = assertAnswer(settle(suggestion, "accept"), "merge-accept", 200);

        assertThat(contact.path("id").asText()).isEqualTo(kept);
        assertThat(contact.path("displayName").asText()).isEqualTo("Ana");
        assertThat(contact.path("company").asText()).isEqualTo("Example Ltd");
        assertThat(contact.path("notes").asText()).contains("likes tea").contains("no calls");
        assertThat(contact.path("labels")).hasSize(2);
        assertThat(contact.path("waId").asText()).isEqualTo(number);
        assertThat(contact.path("userId").asText()).isEqualTo(userId);
        assertThat(contact.path("identities")).hasSize(2);
        for (String wamid : List.of(first, second, third)) {
            assertThat(message(wamid).path("contactId").asText()).isEqualTo(kept);
        }
        assertThat(app.get("/api/whatsapp/messages?contactId=" + kept).json().path("data")).hasSize(6);
        assertThat(message(ours).path("reactions")).hasSize(1);
        assertThat(message(ours).at("/reactions/0/contactId").asText()).isEqualTo(kept);
        JsonNode tickets = app.get("/api/whatsapp/tickets?contactId=" + kept).json().path("data");
        assertThat(tickets).hasSize(2);
        assertThat(tickets).extracting(ticket -> ticket.path("status").asText()).containsExactlyInAnyOrder("open", "closed");
        assertThat(kinds(kept)).contains("merged", "ticket-changed", "profile-edited");
        assertThat(app.get("/api/whatsapp/contacts/" + other).json().path("id").asText()).isEqualTo(kept);
        assertThat(app.get("/api/whatsapp/contacts?waId=" + number).json().path("data")).extracting(found -> found.path("id").asText()).containsExactly(kept);
        assertThat(app.get(MERGES + "?contactId=" + kept).json().path("data")).isEmpty();
        assertThat(settle(suggestion, "accept").status()).isEqualTo(404);

        JsonNode after = app.get("/api/whatsapp/ingest").json();
        assertThat(after.path("items").path("stored").asLong()).isGreaterThanOrEqualTo(before.path("items").path("stored").asLong());
        assertThat(app.database().sql("select balanced from ingest_ledger").query(Boolean.class).single()).isTrue();

        String late = byUserId("after the merge");
        assertThat(message(late).path("contactId").asText()).isEqualTo(kept);
        assertThat(tickets).filteredOn(ticket -> ticket.path("status").asText().equals("open")).extracting(ticket -> ticket.path("id"))
                .containsExactly(message(late).path("ticketId"));
    }

    @Test
    void two_that_are_two_are_not_suggested_again() {
        String first = byNumber("one");
        byUserId("two");
        byBoth("three");
        String id = message(first).path("contactId").asText();
        JsonNode suggestion = suggestion(id);

        assertAnswer(settle(suggestion, "dismiss"), "merge-dismiss", 200);

        byBoth("four");
        assertThat(app.get(MERGES + "?contactId=" + id).json().path("data")).isEmpty();
        assertAnswer(settle(suggestion, "dismiss"), "merge-dismiss", 404);
        assertAnswer(settle(suggestion, "accept"), "merge-accept", 404);
        assertThat(kinds(suggestion.at("/contact/id").asText())).contains("merge-dismissed");
    }

    @Test
    void a_merge_while_both_write_loses_no_message_and_leaves_one_contact() {
        String first = byNumber("one");
        byUserId("two");
        byBoth("three");
        JsonNode suggestion = suggestion(message(first).path("contactId").asText());
        List<ObjectNode> messages = IntStream.range(0, 60).mapToObj(i -> i % 2 == 0 ? Payloads.text(number, TestApp.newWamid(), "n" + i)
                : Payloads.text(null, TestApp.newWamid(), "u" + i).put("from_user_id", userId)).toList();

        CompletableFuture<Void> writes = CompletableFuture.runAsync(() -> messages.forEach(message ->
                assertThat(app.webhook(Payloads.messages(message)).status()).isEqualTo(200)));
        TestApp.Answer accepted = Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> settle(suggestion, "accept"), answer -> answer.status() != 503);
        writes.join();
        app.awaitProcessed();

        assertThat(accepted.status()).as(accepted.text()).isEqualTo(200);
        String kept = accepted.json().path("id").asText();
        assertThat(messages).allSatisfy(message -> assertThat(message(message.path("id").asText()).path("contactId").asText()).isEqualTo(kept));
        assertThat(app.get("/api/whatsapp/tickets?contactId=" + kept + "&status=open").json().path("data")).hasSize(1);
        assertThat(app.post("/api/whatsapp/messages", "{\"to\":\"" + number + "\",\"text\":{\"body\":\"hello\"}}").json().path("contactId").asText())
                .isEqualTo(kept);
    }

    @Test
    void a_sync_learns_that_a_contact_was_merged() {
        String since = app.get("/api/whatsapp/contacts?updatedSince=2020-01-01T00:00:00Z&limit=1").json().path("syncedUntil").asText();
        String first = byNumber("one");
        byUserId("two");
        byBoth("three");
        JsonNode suggestion = suggestion(message(first).path("contactId").asText());
        settle(suggestion, "accept");

        Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            JsonNode changed = app.get("/api/whatsapp/contacts?updatedSince=" + since + "&limit=200").json().path("data");
            assertThat(changed).anySatisfy(contact -> {
                assertThat(contact.path("id")).isEqualTo(suggestion.at("/other/id"));
                assertThat(contact.path("mergedInto")).isEqualTo(suggestion.at("/contact/id"));
            });
        });
    }
}
