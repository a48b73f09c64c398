package helpdesk.whatsapp.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.testing.Journal;
import helpdesk.whatsapp.testing.TestApp;
import helpdesk.whatsapp.testing.TestApp.Answer;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The journal as other projects' tests ask it. */
class JournalTest {

    private final TestApp app = TestApp.shared();
    private final GraphApi graph = new GraphApi(app);

    private JsonNode ask(String path) {
        Answer answer = app.get("/mock/control/journal" + path);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }

    private List<JsonNode> list(String query) {
        List<JsonNode> entries = new ArrayList<>();
        ask(query).path("data").forEach(entries::add);
        return entries;
    }

    @Test
    void what_was_answered_is_in_the_journal_at_once() {
        for (int i = 0; i < 5; i++) {
            String customer = TestApp.newCustomer();
            String wamid = graph.sendText(customer, "now");

            List<JsonNode> calls = list("?kind=call&to=" + customer);

            assertThat(calls).hasSize(1);
            assertThat(calls.get(0).path("message").asText()).isEqualTo(wamid);
            assertThat(calls.get(0).path("method").asText()).isEqualTo("POST");
            assertThat(calls.get(0).path("request").path("body").path("text").path("body").asText()).isEqualTo("Hello");
            assertThat(calls.get(0).path("response").path("messages").path(0).path("id").asText()).isEqualTo(wamid);
        }
    }

    @Test
    void a_recipient_is_found_by_the_digits_that_are_dialled_and_by_those_that_whatsapp_knows() {
        String dialled = "5551" + "9" + "8" + TestApp.newCustomer().substring(4);
        String known = dialled.replaceFirst("55519", "5551");
        String wamid = graph.sendText(dialled, "to");

        for (String to : List.of(dialled, known, "%2B" + dialled)) {
            assertThat(list("?kind=call&to=" + to)).extracting(call -> call.path("message").asText()).containsExactly(wamid);
            assertThat(ask("/wait?kind=callback&count=3&timeout=30000&to=" + to).path("reached").asBoolean()).isTrue();
        }
        assertThat(graph.send("{\"messaging_product\":\"whatsapp\",\"to\":\"+" + dialled + "\",\"text\":{}}").status()).isEqualTo(400);
        assertThat(list("?kind=call&status=400&to=" + known)).hasSize(1);
    }

    @Test
    void what_goes_to_a_user_id_is_found_by_it_and_by_the_number() {
        String number = TestApp.newCustomer();
        String userId = "US.5" + number;
        graph.inbound("{\"from\":\"" + number + "\",\"userId\":\"" + userId + "\"}");
        String wamid = GraphApi.wamid(graph.send("{\"messaging_product\":\"whatsapp\",\"recipient\":\"" + userId + "\",\"text\":{\"body\":\"Hello\"}}").json());

        for (String to : List.of(number, userId)) {
            assertThat(list("?kind=call&to=" + to)).extracting(call -> call.path("message").asText()).containsExactly(wamid);
            assertThat(ask("/wait?kind=callback&count=3&timeout=30000&to=" + to).path("reached").asBoolean()).isTrue();
        }
    }

    @Test
    void half_a_pair_of_surrogates_keeps_no_line_out_of_the_file() {
        String customer = TestApp.newCustomer();
        assertThat(graph.send("{\"messaging_product\":\"whatsapp\",\"to\":\"+" + customer + "\",\"text\":{\"body\":\"half \\ud83d\"}}").status()).isEqualTo(200);

        assertThat(Journal.of(app)).extracting(line -> line.path("to").asText()).contains(customer);
        assertThat(list("?kind=call&to=" + customer).get(0).at("/request/body/text/body").asText()).isEqualTo("half ?");
    }

    @Test
    void a_test_waits_for_as_many_callbacks_as_it_expects() {
        String wamid = graph.sendText(TestApp.newCustomer(), "waited for");
        String about = "kind=callback&status=200&wamid=" + encoded(wamid);

        JsonNode awaited = ask("/wait?count=3&timeout=30000&" + about);

        assertThat(awaited.path("reached").asBoolean()).isTrue();
        assertThat(ask("/count?" + about).path("count").asInt()).isEqualTo(3);
        assertThat(list("?" + about)).extracting(entry -> entry.path("what").asText()).containsExactly("read", "delivered", "sent");
        assertThat(ask("/wait?count=4&timeout=50&" + about).toString()).isEqualTo("{\"count\":3,\"reached\":false}");
    }

    @Test
    void who_waits_is_told_when_it_comes() {
        String customer = TestApp.newCustomer();
        CompletableFuture<JsonNode> waiting = CompletableFuture.supplyAsync(() -> ask("/wait?count=2&timeout=30000&kind=call&to=" + customer));
        graph.sendText(customer, "one");
        graph.sendText(customer, "two");

        assertThat(waiting.join().path("reached").asBoolean()).isTrue();
    }

    @Test
    void it_is_searched_by_everything_that_a_call_has() {
        String customer = TestApp.newCustomer();
        graph.send("{\"messaging_product\":\"whatsapp\",\"to\":\"+" + customer + "\",\"type\":\"poem\"}");
        graph.sendText(customer, "ok");
        String mine = "&to=" + customer;

        assertThat(list("?status=400" + mine)).hasSize(1);
        assertThat(list("?status=200&kind=call" + mine)).hasSize(1);
        assertThat(list("?q=POEM" + mine)).hasSize(1);
        assertThat(list("?method=post&path=/messages" + mine)).hasSize(2);
        assertThat(list("?method=get" + mine)).isEmpty();
        assertThat(list("?kind=call&to=%2B" + customer)).hasSize(2);
        long first = list("?status=400" + mine).get(0).path("n").asLong();
        assertThat(list("?kind=call&since=" + first + mine)).hasSize(1);
        assertThat(list("?kind=call&since=" + list("?kind=call" + mine).get(0).path("at").asText() + mine)).hasSize(1);
    }

    @Test
    void it_is_read_page_by_page_the_newest_first() {
        String customer = TestApp.newCustomer();
        List<String> wamids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            wamids.add(0, graph.sendText(customer, "page" + i));
        }
        List<String> read = new ArrayList<>();
        String before = "";
        do {
            JsonNode page = ask("?kind=call&limit=2&to=" + customer + before);
            page.path("data").forEach(entry -> read.add(entry.path("message").asText()));
            before = page.path("next").isNull() ? null : "&before=" + page.path("next").asText();
        } while (before != null);

        assertThat(read).isEqualTo(wamids);
    }

    @ParameterizedTest
    @ValueSource(strings = {"?kind=letter", "?since=soon", "?limit=0", "?before=x", "/wait", "/wait?count=0", "/wait?count=1&timeout=61000"})
    void a_wrong_question_is_400(String query) {
        Answer answer = app.get("/mock/control/journal" + query);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("code").asText()).isEqualTo("bad-parameter");
    }

    @Test
    void it_is_there_again_after_a_start_and_cleared_by_a_call_with_its_file() throws IOException {
        Map<String, String> same = new HashMap<>();
        String wamid;
        try (TestApp first = TestApp.start(Map.of("whatsapp.simulator.callbacks", "none"))) {
            for (String key : List.of("whatsapp.db.url", "whatsapp.db.user", "whatsapp.db.password", "whatsapp.data-dir")) {
                same.put(key, first.property(key));
            }
            wamid = new GraphApi(first).sendText(TestApp.newCustomer(), "before");
        }
        try (TestApp second = TestApp.start(same)) {
            assertThat(second.get("/mock/control/journal?wamid=" + encoded(wamid)).json().path("data").size()).isEqualTo(1);
            new GraphApi(second).sendText(TestApp.newCustomer(), "after");

            Answer cleared = second.call("DELETE", "/mock/control/journal", (String) null, Map.of("Authorization", "Bearer " + GraphApi.TOKEN));

            assertThat(cleared.json().path("cleared").asInt()).isGreaterThanOrEqualTo(2);
            assertThat(second.get("/mock/control/journal?kind=call").json().path("data").isEmpty()).isTrue();
            Path file = Path.of(second.property("whatsapp.data-dir"), "simulator", "journal.jsonl");
            assertThat(!Files.exists(file) || !Files.readString(file).contains(wamid)).isTrue();
            new GraphApi(second).sendText(TestApp.newCustomer(), "again");
            assertThat(second.get("/mock/control/journal/count?kind=call").json().path("count").asInt()).isEqualTo(1);
        }
    }

    private static String encoded(String wamid) {
        return URLEncoder.encode(wamid, StandardCharsets.UTF_8);
    }
}
