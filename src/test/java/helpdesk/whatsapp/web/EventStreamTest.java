package helpdesk.whatsapp.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.testing.Payloads;
import helpdesk.whatsapp.testing.TestApp;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What happens, as server-sent events: dense, in order, and after a break from where it broke. */
class EventStreamTest {

    private final TestApp app = TestApp.shared();

    private record Event(String name, long id, JsonNode data) {
    }

    /** Reads a stream until it is closed. */
    private final class Listener implements AutoCloseable {

        private final List<Event> events = new CopyOnWriteArrayList<>();
        private final InputStream in;

        Listener(String query, String lastId) throws Exception {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(app.url("/api/whatsapp/events" + query)))
                    .header("Authorization", "Bearer " + TestApp.TOKEN);
            if (lastId != null) {
                request.header("Last-Event-ID", lastId);
            }
            HttpResponse<InputStream> response = HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("Content-Type")).hasValue("text/event-stream;charset=utf-8");
            in = response.body();
            Thread reader = new Thread(this::read);
            reader.setDaemon(true);
            reader.start();
        }

        private void read() {
            try (Scanner frames = new Scanner(in, StandardCharsets.UTF_8).useDelimiter("\n\n")) {
                while (frames.hasNext()) {
                    String name = "message";
                    long id = 0;
                    JsonNode data = null;
                    for (String line : frames.next().split("\n")) {
                        name = line.startsWith("event: ") ? line.substring(7) : name;
                        id = line.startsWith("id: ") ? Long.parseLong(line.substring(4)) : id;
                        data = line.startsWith("data: ") ? Json.read(line.substring(6)) : data;
                    }
                    if (data != null) {
                        events.add(new Event(name, id, data));
                    }
                }
            }
        }

        List<Event> named(String name) {
            return events.stream().filter(event -> event.name().equals(name)).toList();
        }

        void awaitAbout(String wamid, String type) {
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> events.stream().anyMatch(event ->
                    type.equals(Json.text(event.data(), "type")) && wamid.equals(Json.text(event.data(), "wamid"))));
        }

        @Override
        public void close() throws Exception {
            in.close();
        }
    }

    @Test
    void a_message_and_its_statuses_come_in_the_order_of_the_log_and_with_our_ids() throws Exception {
        String customer = TestApp.newCustomer();
        try (Listener listener = new Listener("", null)) {
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !listener.named("hello").isEmpty());
            String wamid = TestApp.newWamid();
            app.webhook(Payloads.messages(Payloads.text(customer, wamid, "x")));
            listener.awaitAbout(wamid, "message.received");
            String id = app.post("/api/whatsapp/messages", "{\"to\":\"" + customer + "\",\"text\":{\"body\":\"x\"}}").json().path("id").asText();
            String sent = app.awaitStatus(id, "read").path("wamid").asText();
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> listener.events.stream()
                    .anyMatch(event -> sent.equals(Json.text(event.data(), "wamid")) && "read".equals(Json.text(event.data(), "status"))));

            List<Event> read = listener.named("message");
            long from = listener.named("hello").get(0).id();
            assertThat(read).extracting(Event::id).containsExactlyElementsOf(LongStream.rangeClosed(from + 1, from + read.size()).boxed().toList());
            assertThat(read).filteredOn(event -> sent.equals(Json.text(event.data(), "wamid")))
                    .allMatch(event -> id.equals(Json.text(event.data(), "messageId")) && Json.text(event.data(), "ticketId") != null);
        }
    }

    @Test
    void who_comes_back_gets_what_was_missed_once() throws Exception {
        String customer = TestApp.newCustomer();
        long place;
        try (Listener listener = new Listener("", null)) {
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !listener.named("hello").isEmpty());
            place = listener.named("hello").get(0).id();
        }
        List<String> wamids = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            wamids.add(TestApp.newWamid());
            app.webhook(Payloads.messages(Payloads.text(customer, wamids.get(i), "x")));
        }
        app.awaitProcessed();
        try (Listener byHeader = new Listener("", String.valueOf(place)); Listener byQuery = new Listener("?after=" + place, null)) {
            for (Listener listener : List.of(byHeader, byQuery)) {
                for (String wamid : wamids) {
                    listener.awaitAbout(wamid, "message.received");
                    assertThat(listener.named("message")).filteredOn(event -> wamid.equals(Json.text(event.data(), "wamid"))).hasSize(1);
                }
                assertThat(listener.named("hello")).isEmpty();
            }
        }
    }

    @Test
    void who_has_missed_too_much_is_told_to_load_anew() throws Exception {
        String wamid = TestApp.newWamid();
        app.webhook(Payloads.messages(Payloads.text(TestApp.newCustomer(), wamid, "x")));
        app.awaitProcessed();
        long head = app.database().sql("select pos from log_head where topic = 'events'").query(Long.class).single();
        try (Listener future = new Listener("", String.valueOf(head + 1_000_000))) {
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !future.named("reset").isEmpty());
            assertThat(future.named("reset").get(0).id()).isGreaterThanOrEqualTo(head);
        }
    }

    @Test
    void nobody_listens_without_a_login() {
        assertThat(app.call("GET", "/api/whatsapp/events", (String) null, Map.of()).status()).isEqualTo(401);
    }
}
