package helpdesk.whatsapp.simulator;

import static helpdesk.whatsapp.simulator.GraphApi.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import helpdesk.whatsapp.media.MediaTypes;
import helpdesk.whatsapp.testing.TestApp;
import helpdesk.whatsapp.testing.TestApp.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What production refuses although it is well formed, at once or by a status that says failed - as the configuration ships. */
class StrictSendsTest {

    private static final Receiver RECEIVER = new Receiver();
    private static TestApp app;
    private static GraphApi graph;

    private final String customer = TestApp.newCustomer();

    @BeforeAll
    static void start() {
        app = TestApp.start(Map.of("whatsapp.simulator.callback-url", RECEIVER.url(), "whatsapp.simulator.delay-ms", "0",
                "whatsapp.simulator.strict.window", "true", "whatsapp.simulator.strict.reaction", "true",
                "whatsapp.simulator.strict.read", "true"));
        graph = new GraphApi(app);
    }

    @AfterAll
    static void stop() {
        app.close();
        RECEIVER.close();
    }

    private static Answer send(String to, String content) {
        return graph.send("{\"messaging_product\":\"whatsapp\",\"to\":\"" + to + "\"," + content + "}");
    }

    private static Answer text(String to) {
        return send(to, "\"text\":{\"body\":\"Hello\"}");
    }

    private static String template(String name, String language, String components) {
        return "\"type\":\"template\",\"template\":{\"name\":\"" + name + "\",\"language\":{\"code\":\"" + language + "\"},\"components\":[" + components + "]}";
    }

    /** The first status that is called back of an accepted message. */
    private static JsonNode first(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        String wamid = GraphApi.wamid(answer.json());
        Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20)).until(() -> !RECEIVER.about(wamid).isEmpty());
        return RECEIVER.about(wamid).get(0).status();
    }

    private static void assertFailed(Answer answer, int code) {
        JsonNode status = first(answer);
        assertThat(status.path("status").asText()).as(status.toString()).isEqualTo("failed");
        assertThat(status.at("/errors/0/code").asInt()).isEqualTo(code);
        assertThat(status.at("/errors/0/title").asText()).isNotBlank();
        assertThat(status.at("/errors/0/error_data/details").asText()).isNotBlank();
    }

    @Test
    void outside_the_window_a_text_fails_after_its_200_and_a_template_is_delivered() {
        assertFailed(text("+" + customer), 131047);
        assertThat(first(send("+" + customer, template("hello_world", "en_US", ""))).path("status").asText()).isEqualTo("sent");
        graph.inbound("{\"from\":\"" + customer + "\",\"type\":\"text\",\"text\":\"Hello\"}");
        assertThat(first(text("+" + customer)).path("status").asText()).isEqualTo("sent");
    }

    @Test
    void the_window_closes_after_24_hours_of_the_customers_own_time() {
        graph.inbound("{\"from\":\"" + customer + "\",\"type\":\"text\",\"timestamp\":\"" + Instant.now().minusSeconds(24 * 3600 + 5).getEpochSecond() + "\"}");
        assertFailed(text("+" + customer), 131047);
        graph.inbound("{\"from\":\"" + customer + "\",\"type\":\"text\",\"timestamp\":\"" + Instant.now().minusSeconds(24 * 3600 - 60).getEpochSecond() + "\"}");
        assertThat(first(text("+" + customer)).path("status").asText()).isEqualTo("sent");
    }

    @Test
    void a_customer_by_user_id_has_a_window_too_and_who_is_in_the_directory_counts_as_one_who_wrote() {
        graph.inbound("{\"from\":null,\"userId\":\"US.77001\",\"type\":\"text\"}");
        assertThat(first(graph.send("{\"messaging_product\":\"whatsapp\",\"recipient\":\"US.77001\",\"text\":{\"body\":\"a\"}}")).path("status").asText())
                .isEqualTo("sent");
        assertFailed(graph.send("{\"messaging_product\":\"whatsapp\",\"recipient\":\"US.77002\",\"text\":{\"body\":\"a\"}}"), 131047);
        assertThat(first(text("+15551230007")).path("status").asText()).isEqualTo("sent");
    }

    @Test
    void too_many_to_one_customer_are_refused_while_others_go_on() {
        try (TestApp paced = TestApp.start(Map.of("whatsapp.simulator.strict.pair", "true", "whatsapp.simulator.callbacks", "none"))) {
            GraphApi api = new GraphApi(paced);
            String message = "{\"messaging_product\":\"whatsapp\",\"to\":\"+%s\",\"text\":{\"body\":\"a\"}}";
            Answer last = api.send(message.formatted(customer));
            assertThat(last.status()).as(last.text()).isEqualTo(200);
            for (int i = 0; i < 45 && last.status() == 200; i++) {
                last = api.send(message.formatted(customer));
            }
            assertThat(assertError(last, 400, 131056).path("message").asText()).contains("pair rate");
            assertThat(api.send(message.formatted(TestApp.newCustomer())).status()).isEqualTo(200);
        }
    }

    @Test
    void more_in_a_second_than_the_number_may_is_130429() {
        try (TestApp slow = TestApp.start(Map.of("whatsapp.simulator.throughput", "0", "whatsapp.simulator.callbacks", "none"))) {
            assertThat(assertError(new GraphApi(slow).send("{\"messaging_product\":\"whatsapp\",\"to\":\"+15551230001\",\"text\":{\"body\":\"a\"}}"), 400, 130429)
                    .path("error_subcode").asInt()).isEqualTo(2494055);
        }
    }

    @Test
    void as_many_in_a_second_as_the_number_may_and_then_again() {
        try (TestApp slow = TestApp.start(Map.of("profile", "simulator", "whatsapp.simulator.throughput", "3", "whatsapp.simulator.callbacks", "none"))) {
            GraphApi api = new GraphApi(slow);
            String message = "{\"messaging_product\":\"whatsapp\",\"to\":\"+15551230001\",\"text\":{\"body\":\"a\"}}";
            List<CompletableFuture<Integer>> calls = IntStream.range(0, 30).mapToObj(i -> CompletableFuture.supplyAsync(() -> api.send(message).status())).toList();
            List<Integer> statuses = calls.stream().map(CompletableFuture::join).toList();

            assertThat(statuses).containsOnly(200, 400);
            assertThat(Collections.frequency(statuses, 200)).isGreaterThanOrEqualTo(3);
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> api.send(message).status() == 200);
        }
    }

    @Test
    void so_many_customers_and_not_one_more_get_templates_without_having_written() {
        try (TestApp small = TestApp.start(Map.of("profile", "simulator", "whatsapp.simulator.callback-url", RECEIVER.url(), "whatsapp.simulator.delay-ms", "0",
                "whatsapp.simulator.messaging-limit", "2", "whatsapp.simulator.strict.messaging-limit", "true"))) {
            GraphApi api = new GraphApi(small);
            String message = "{\"messaging_product\":\"whatsapp\",\"to\":\"+%s\"," + template("hello_world", "en_US", "") + "}";
            for (String to : List.of(customer, TestApp.newCustomer(), customer)) {
                assertThat(first(api.send(message.formatted(to))).path("status").asText()).isEqualTo("sent");
            }
            String third = TestApp.newCustomer();
            assertFailed(api.send(message.formatted(third)), 131048);
            api.inbound("{\"from\":\"" + third + "\",\"type\":\"text\"}");
            assertThat(first(api.send(message.formatted(third))).path("status").asText()).isEqualTo("sent");
            String fourth = TestApp.newCustomer();
            small.database().sql("update simulator_customer set initiated_at = now() - interval '25 hours' where customer = ?").param(customer).update();
            assertThat(first(api.send(message.formatted(fourth))).path("status").asText()).isEqualTo("sent");
            assertThat(api.get("/v23.0/" + TestApp.NUMBER + "?fields=whatsapp_business_manager_messaging_limit").text()).contains("\"TIER_2\"");
        }
    }

    @Test
    void who_stands_for_a_scenario_is_never_written_to_too_often() {
        try (TestApp paced = TestApp.start(Map.of("whatsapp.simulator.strict.pair", "true", "whatsapp.simulator.callbacks", "none"))) {
            GraphApi api = new GraphApi(paced);
            assertThat(Stream.generate(() -> api.send("{\"messaging_product\":\"whatsapp\",\"to\":\"+15558000006\",\"text\":{\"body\":\"a\"}}").status()).limit(50))
                    .containsOnly(200);
        }
    }

    @Test
    void a_link_is_fetched_where_that_is_wanted_and_what_comes_is_judged() throws IOException {
        HttpServer files = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        byte[] page = "<!DOCTYPE html><html><body>Log in</body></html>".getBytes(StandardCharsets.UTF_8);
        byte[] large = Arrays.copyOf(GraphApi.sample("clip.mp4"), 17 * 1024 * 1024);
        serve(files, "/page.jpg", "text/html", page);
        serve(files, "/lie.jpg", "image/jpeg", page);
        serve(files, "/photo", "image/jpeg", GraphApi.sample("picture.jpg"));
        serve(files, "/large.mp4", "video/mp4", large);
        files.start();
        String base = "http://127.0.0.1:" + files.getAddress().getPort();
        try (TestApp fetching = TestApp.start(Map.of("whatsapp.simulator.callback-url", RECEIVER.url(), "whatsapp.simulator.delay-ms", "0",
                "whatsapp.simulator.fetch-links", "true"))) {
            GraphApi api = new GraphApi(fetching);
            String message = "{\"messaging_product\":\"whatsapp\",\"to\":\"+" + customer + "\",\"type\":\"%1$s\",\"%1$s\":{\"link\":\"%2$s\"}}";
            assertThat(first(api.send(message.formatted("image", base + "/photo"))).path("status").asText()).isEqualTo("sent");
            assertThat(fault(api.send(message.formatted("image", base + "/page.jpg")))).contains("Unsupported Image mime type text/html");
            assertThat(fault(api.send(message.formatted("image", base + "/lie.jpg")))).contains("Unsupported Image mime type text/plain");
            assertThat(fault(api.send(message.formatted("image", base + "/gone.jpg")))).contains("404");
            assertThat(fault(api.send(message.formatted("video", base + "/large.mp4")))).contains("larger than 16777216 bytes");
            assertThat(fault(api.send(message.formatted("image", "http://127.0.0.1:1/a.jpg")))).contains("failed");
        } finally {
            files.stop(0);
        }
    }

    private static void serve(HttpServer files, String path, String type, byte[] content) {
        files.createContext(path, exchange -> {
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content);
            exchange.close();
        });
    }

    @Test
    void a_link_that_only_trickles_holds_up_neither_the_answer_nor_the_verdict_for_ever() throws Exception {
        HttpServer files = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        CompletableFuture<Void> answered = new CompletableFuture<>();
        byte[] photo = GraphApi.sample("picture.jpg");
        ExecutorService threads = Executors.newCachedThreadPool();
        files.setExecutor(threads);
        files.createContext("/slow.jpg", exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "image/jpeg");
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(photo, 0, 20);
            exchange.getResponseBody().flush();
            answered.join();
            exchange.getResponseBody().write(photo, 20, photo.length - 20);
            exchange.close();
        });
        files.start();
        String link = "http://127.0.0.1:" + files.getAddress().getPort() + "/slow.jpg";
        try (TestApp fetching = TestApp.start(Map.of("whatsapp.simulator.callback-url", RECEIVER.url(), "whatsapp.simulator.delay-ms", "0",
                "whatsapp.simulator.fetch-links", "true"))) {
            assertThat(new FetchedLinks(new MediaTypes(), Duration.ofMillis(200)).fault(new Sending.Named("image", "", link))).contains("too long");

            Answer answer = new GraphApi(fetching).send("{\"messaging_product\":\"whatsapp\",\"to\":\"+" + customer
                    + "\",\"type\":\"image\",\"image\":{\"link\":\"" + link + "\"}}");
            assertThat(RECEIVER.about(GraphApi.wamid(answer.json()))).isEmpty();
            answered.complete(null);
            assertThat(first(answer).path("status").asText()).isEqualTo("sent");
        } finally {
            answered.complete(null);
            files.stop(0);
            threads.shutdown();
        }
    }

    @Test
    void a_link_that_was_not_fetched_when_the_process_ended_is_fetched_by_the_next() throws Exception {
        HttpServer files = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        CompletableFuture<Void> noted = new CompletableFuture<>();
        files.createContext("/late.jpg", exchange -> {
            noted.join();
            exchange.getResponseHeaders().set("Content-Type", "image/jpeg");
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        files.start();
        Map<String, String> same = new HashMap<>(Map.of("whatsapp.simulator.callback-url", RECEIVER.url(), "whatsapp.simulator.delay-ms", "0",
                "whatsapp.simulator.fetch-links", "true", "profile", "simulator"));
        String wamid;
        String send;
        try (TestApp before = TestApp.start(same)) {
            for (String key : List.of("whatsapp.db.url", "whatsapp.db.user", "whatsapp.db.password", "whatsapp.data-dir")) {
                same.put(key, before.property(key));
            }
            new GraphApi(before).inbound("{\"from\":\"" + customer + "\",\"type\":\"text\"}");
            Answer answer = new GraphApi(before).send("{\"messaging_product\":\"whatsapp\",\"to\":\"+" + customer + "\",\"type\":\"image\",\"image\":{\"link\":\""
                    + "http://127.0.0.1:" + files.getAddress().getPort() + "/late.jpg\"}}");
            wamid = GraphApi.wamid(answer.json());
            send = before.database().sql("select send from simulator_unfetched where wamid = ?").param(wamid).query(String.class).single();
            assertThat(RECEIVER.about(wamid)).as("before anybody knows").isEmpty();
            noted.complete(null);
            assertFailed(answer, 131053);
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> before.database().sql(
                    "select (select count(*) from simulator_unfetched) + (select count(*) from simulator_callback)").query(Long.class).single() == 0);
            before.database().sql("insert into simulator_unfetched (wamid, send) values (?, cast(? as jsonb))").params(wamid, send).update();    // as if it had been killed
        } finally {
            noted.complete(null);
            files.stop(0);
        }
        int told = RECEIVER.about(wamid).size();
        try (TestApp after = TestApp.start(same)) {
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> RECEIVER.about(wamid).size() > told);
            assertThat(RECEIVER.about(wamid).get(told).status().at("/errors/0/error_data/details").asText()).contains("weblink");
            assertThat(after.database().sql("select count(*) from simulator_unfetched").query(Long.class).single()).isZero();
        }
    }

    private static String fault(Answer answer) {
        assertFailed(answer, 131053);
        return first(answer).at("/errors/0/error_data/details").asText();
    }

    @ParameterizedTest
    @CsvSource({"+15550783881,400,131021", "+1555,400,100", "+0123456789,400,100", "+1 555 CALL NOW,400,100", "+1234567890123456,400,100"})
    void nobody_writes_to_such_a_number(String to, int status, int code) {
        assertError(text(to), status, code);
    }

    @ParameterizedTest
    @CsvSource({"15551239999,15551239999", "5551239999,15551239999", "+49 (30) 12345-67,49301234567", "48501234567,48501234567", "+5551239999,5551239999"})
    void a_number_without_plus_and_country_gets_the_country_of_the_business(String to, String waId) {
        Answer answer = text(to);

        assertThat(answer.json().at("/contacts/0/input").asText()).isEqualTo(to);
        assertThat(answer.json().at("/contacts/0/wa_id").asText()).isEqualTo(waId);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "nothing | en_US | | 404 | 132001", "hello_world | de | | 404 | 132001", "winter_offers | en_US | | 404 | 132001",
        "spring_sale | en_US | | 400 | 132015", "clearance | en_US | | 400 | 132016",
        "order_update | en_US | | 400 | 132000",
        "order_update | en_US | {\"type\":\"body\",\"parameters\":[{\"type\":\"text\",\"text\":\"a\"}]} | 400 | 132000",
        "hello_world | en_US | {\"type\":\"body\",\"parameters\":[{\"type\":\"text\",\"text\":\"a\"}]} | 400 | 132000",
        "order_update | en_US | {\"type\":\"body\",\"parameters\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"image\",\"image\":{}},{\"type\":\"text\",\"text\":\"a\"}]} | 400 | 132012",
        "order_update | en_US | {\"type\":\"body\",\"parameters\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\"},{\"type\":\"text\",\"text\":\"a\"}]} | 400 | 131008",
        "parcel_ready | en_US | {\"type\":\"body\",\"parameters\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\",\"text\":\"b\"},{\"type\":\"text\",\"text\":\"c\"}]} | 400 | 132012",
        "order_update | en_US | {\"type\":\"body\",\"parameters\":[{\"type\":\"text\",\"text\":\"x*1024\"},{\"type\":\"text\",\"text\":\"b\"},{\"type\":\"text\",\"text\":\"c\"}]} | 400 | 132005",
        "new_arrivals | en_US | {\"type\":\"body\",\"parameters\":[{\"type\":\"text\",\"text\":\"a\"}]} | 400 | 132000",
        "new_arrivals | en_US | {\"type\":\"header\",\"parameters\":[{\"type\":\"text\",\"text\":\"a\"}]},{\"type\":\"body\",\"parameters\":[{\"type\":\"text\",\"text\":\"a\"}]} | 400 | 132012",
        "new_arrivals | en_US | {\"type\":\"header\",\"parameters\":[{\"type\":\"image\",\"image\":{\"link\":\"https://example.com/a.jpg\"}}]},{\"type\":\"body\",\"parameters\":[{\"type\":\"text\",\"text\":\"a\"}]} | 400 | 131008",
        "order_update | en_US | {\"type\":\"body\",\"parameters\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\",\"text\":\"b\"},{\"type\":\"text\",\"text\":\"two\\nlines\"}]} | 400 | 132018",
        "order_update | en_US | {\"type\":\"body\",\"parameters\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\",\"text\":\"b\"},{\"type\":\"text\",\"text\":\"a\\ttab\"}]} | 400 | 132018",
        "order_update | en_US | {\"type\":\"body\",\"parameters\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\",\"text\":\"b\"},{\"type\":\"text\",\"text\":\"five     spaces\"}]} | 400 | 132018",
        "order_update | en_US | {\"type\":\"body\",\"parameters\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\",\"text\":\"b\"},{\"type\":\"currency\",\"currency\":{\"fallback_value\":\"$\\n1\"}}]} | 400 | 132018",
        "parcel_ready | en_US | {\"type\":\"body\",\"parameters\":[{\"type\":\"text\",\"parameter_name\":\"first_name\",\"text\":\"a\"},{\"type\":\"text\",\"parameter_name\":\"place\",\"text\":\"a\"},{\"type\":\"text\",\"parameter_name\":\"place\",\"text\":\"a\"}]} | 400 | 132012",
        "hello_world | en_US | {\"type\":\"hat\",\"parameters\":[{\"type\":\"text\",\"text\":\"a\"}]} | 400 | 100",
        "reopen_conversation | en_US | {\"type\":\"button\",\"sub_type\":\"url\",\"index\":\"0\",\"parameters\":[{\"type\":\"text\",\"text\":\"a\"}]} | 400 | 132012",
        "reopen_conversation | en_US | {\"type\":\"button\",\"sub_type\":\"quick_reply\",\"index\":\"2\",\"parameters\":[{\"type\":\"text\",\"text\":\"a\"}]} | 400 | 132000"})
    void a_template_must_be_there_and_its_parameters_fit(String name, String language, String components, int status, int code) {
        String given = components == null ? "" : components.replace("x*1024", "x".repeat(1024));
        assertThat(assertError(send("+" + customer, template(name, language, given)), status, code)
                .at("/error_data/details").asText()).isNotBlank();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "order_update | {\"type\":\"body\",\"parameters\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\",\"text\":\"b\"},{\"type\":\"text\",\"text\":\"four    spaces\"}]}",
        "order_update | {\"type\":\"body\",\"parameters\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"currency\",\"currency\":{\"fallback_value\":\"$1\"}},{\"type\":\"date_time\",\"date_time\":{\"fallback_value\":\"May 1\"}}]}",
        "parcel_ready | {\"type\":\"BODY\",\"parameters\":[{\"type\":\"text\",\"parameter_name\":\"first_name\",\"text\":\"a\"},{\"type\":\"text\",\"parameter_name\":\"place\",\"text\":\"b\"},{\"type\":\"text\",\"parameter_name\":\"date\",\"text\":\"c\"}]}",
        "reopen_conversation | {\"type\":\"button\",\"sub_type\":\"quick_reply\",\"index\":\"1\",\"parameters\":[{\"type\":\"payload\",\"payload\":\"no\"}]}",
        "new_arrivals | {\"type\":\"header\",\"parameters\":[{\"type\":\"image\",\"image\":{\"link\":\"https://example.com/a.jpg\"}}]},{\"type\":\"body\",\"parameters\":[{\"type\":\"text\",\"text\":\"a\"}]},{\"type\":\"button\",\"sub_type\":\"url\",\"index\":\"0\",\"parameters\":[{\"type\":\"text\",\"text\":\"kettle\"}]}"})
    void a_template_with_its_parameters_is_sent(String name, String components) {
        Answer answer = send("+" + customer, template(name, "en_US", components));

        assertThat(first(answer).path("status").asText()).isEqualTo("sent");
        assertThat(first(answer).path("pricing").toString()).isEqualTo("{\"billable\":true,\"pricing_model\":\"PMP\",\"type\":\"regular\",\"category\":\""
                + (name.equals("new_arrivals") ? "marketing" : "utility") + "\"}");
        assertThat(answer.json().at("/messages/0/message_status").asText()).isEqualTo("accepted");
    }

    @Test
    void each_card_of_a_carousel_has_its_own_parameters() {
        app.database().sql("insert into simulator_template (id, name, language, status, category, parameter_format, components) "
                + "values ('1200000000000099', 'cards', 'en_US', 'APPROVED', 'MARKETING', 'POSITIONAL', cast(? as jsonb)) on conflict do nothing").param("""
                [{"type":"BODY","text":"Look"},{"type":"CAROUSEL","cards":[
                 {"components":[{"type":"HEADER","format":"IMAGE"},{"type":"BODY","text":"The {{1}} one"},{"type":"BUTTONS","buttons":[{"type":"QUICK_REPLY","text":"This"}]}]},
                 {"components":[{"type":"HEADER","format":"IMAGE"},{"type":"BODY","text":"The {{1}} one"},{"type":"BUTTONS","buttons":[{"type":"QUICK_REPLY","text":"This"}]}]}]}]""")
                .update();
        String card = "{\"card_index\":%d,\"components\":[{\"type\":\"header\",\"parameters\":[{\"type\":\"image\",\"image\":{\"link\":\"https://example.com/a.jpg\"}}]},"
                + "{\"type\":\"body\",\"parameters\":[{\"type\":\"text\",\"text\":\"red\"}]}]}";
        String carousel = "{\"type\":\"carousel\",\"cards\":[%s]}";
        String both = carousel.formatted(card.formatted(0) + "," + card.formatted(1));

        assertThat(first(send("+" + customer, template("cards", "en_US", both))).path("status").asText()).isEqualTo("sent");
        assertError(send("+" + customer, template("cards", "en_US", "")), 400, 132000);
        assertError(send("+" + customer, template("cards", "en_US", carousel.formatted(card.formatted(0)))), 400, 132000);
        assertError(send("+" + customer, template("cards", "en_US", carousel.formatted(card.formatted(0) + "," + card.formatted(0)))), 400, 131008);
        assertError(send("+" + customer, template("cards", "en_US", both.replace("\"image\"", "\"video\""))), 400, 132012);
        assertError(send("+" + customer, template("cards", "en_US", both.replace("red", "red\\n"))), 400, 132018);
        assertError(send("+" + customer, template("cards", "en_US", both.replace("\"link\":\"https://example.com/a.jpg\"", "\"id\":\"404\""))), 400, 100);
    }

    @Test
    void files_must_be_there_and_of_a_type_that_the_message_takes() {
        graph.inbound("{\"from\":\"" + customer + "\",\"type\":\"text\"}");
        String picture = graph.upload("picture.jpg", GraphApi.sample("picture.jpg"), "image/jpeg").json().path("id").asText();

        assertThat(first(send("+" + customer, "\"type\":\"image\",\"image\":{\"id\":\"" + picture + "\"}")).path("status").asText()).isEqualTo("sent");
        assertThat(assertError(send("+" + customer, "\"type\":\"video\",\"video\":{\"id\":\"" + picture + "\"}"), 400, 131053)
                .at("/error_data/details").asText()).contains("Unsupported Video mime type image/jpeg");
        assertThat(assertError(send("+" + customer, "\"type\":\"image\",\"image\":{\"id\":\"404\"}"), 400, 100).path("error_subcode").asInt()).isEqualTo(33);
        assertFailed(send("+" + customer, "\"type\":\"video\",\"video\":{\"link\":\"https://example.com/page.html\"}"), 131053);
        graph.call("DELETE", "/v23.0/" + picture, null);
        assertError(send("+" + customer, "\"type\":\"image\",\"image\":{\"id\":\"" + picture + "\"}"), 400, 100);
    }

    @Test
    void files_in_headers_are_of_the_type_that_the_header_has() {
        graph.inbound("{\"from\":\"" + customer + "\",\"type\":\"text\"}");
        String picture = graph.upload("picture.jpg", GraphApi.sample("picture.jpg"), "image/jpeg").json().path("id").asText();
        String invoice = graph.upload("invoice.pdf", GraphApi.sample("invoice.pdf"), "application/pdf").json().path("id").asText();
        String buttons = "\"type\":\"interactive\",\"interactive\":{\"type\":\"button\",\"header\":{\"type\":\"image\",\"image\":%s},\"body\":{\"text\":\"b\"},"
                + "\"action\":{\"buttons\":[{\"type\":\"reply\",\"reply\":{\"id\":\"1\",\"title\":\"One\"}}]}}";
        String arrivals = template("new_arrivals", "en_US", "{\"type\":\"header\",\"parameters\":[{\"type\":\"image\",\"image\":%s}]},"
                + "{\"type\":\"body\",\"parameters\":[{\"type\":\"text\",\"text\":\"a\"}]},{\"type\":\"button\",\"sub_type\":\"url\",\"index\":0,\"parameters\":[{\"type\":\"text\",\"text\":\"k\"}]}");

        for (String message : List.of(buttons, arrivals)) {
            assertThat(first(send("+" + customer, message.formatted("{\"id\":\"" + picture + "\"}"))).path("status").asText()).isEqualTo("sent");
            assertThat(assertError(send("+" + customer, message.formatted("{\"id\":\"" + invoice + "\"}")), 400, 131053).at("/error_data/details").asText())
                    .contains("Unsupported Image mime type application/pdf");
            assertError(send("+" + customer, message.formatted("{\"id\":\"" + picture + "," + invoice + "\"}")), 400, 100);
            assertFailed(send("+" + customer, message.formatted("{\"link\":\"https://example.com/page.html\"}")), 131053);
        }
    }

    @ParameterizedTest
    @CsvSource({"audio/mpeg,mp3", "audio/mp4,m4a"})
    void a_voice_message_is_ogg(String type, String ending) {
        graph.inbound("{\"from\":\"" + customer + "\",\"type\":\"text\"}");
        String voice = graph.upload("voice.ogg", GraphApi.sample("voice.ogg"), "audio/ogg").json().path("id").asText();
        String other = graph.upload("voice." + ending, GraphApi.sample("voice.ogg"), type).json().path("id").asText();
        app.database().sql("update simulator_media set mime_type = ? where id = ?").params(type, other).update();
        String content = "\"type\":\"audio\",\"audio\":{\"id\":\"%s\",\"voice\":%s}";

        assertThat(first(send("+" + customer, content.formatted(voice, true))).path("status").asText()).isEqualTo("sent");
        assertThat(first(send("+" + customer, content.formatted(other, false))).path("status").asText()).isEqualTo("sent");
        assertThat(assertError(send("+" + customer, content.formatted(other, true)), 400, 131053).at("/error_data/details").asText()).contains("Voice", type);
        assertFailed(send("+" + customer, "\"type\":\"audio\",\"audio\":{\"link\":\"https://example.com/a." + ending + "\",\"voice\":true}"), 131053);
    }

    @Test
    void a_blocked_customer_and_one_who_wants_no_marketing_get_nothing() {
        graph.inbound("{\"from\":\"" + customer + "\",\"type\":\"text\"}");
        String block = "{\"messaging_product\":\"whatsapp\",\"block_users\":[{\"user\":\"+" + customer + "\"}]}";
        assertThat(graph.call("POST", "/v23.0/" + TestApp.NUMBER + "/block_users", block).status()).isEqualTo(200);
        assertFailed(text("+" + customer), 130403);
        TestApp.Answer unheard = app.post("/mock/control/inbound", "{\"from\":\"" + customer + "\",\"text\":\"Hello?\"}");
        assertThat(unheard.json().path("blocked").asBoolean()).isTrue();
        assertThat(app.database().sql("select count(*) from simulator_message where wamid = ?").param(unheard.json().path("wamid").asText())
                .query(Long.class).single()).as("what is ever called back").isZero();
        app.post("/mock/control/scenarios", "{\"scenario\":\"never-read\",\"to\":\"" + customer + "\",\"next\":1,\"options\":{\"then\":[{\"type\":\"text\"}]}}");
        assertFailed(text("+" + customer), 130403);
        assertThat(app.database().sql("select wamid from simulator_message where kinds[1] = 'inbound text'").query(String.class).list().stream()
                .filter(wamid -> Wamid.customer(wamid).orElse("").equals(customer))).as("what was written before").hasSize(1);
        assertThat(graph.call("DELETE", "/v23.0/" + TestApp.NUMBER + "/block_users", block).status()).isEqualTo(200);
        assertThat(first(text("+" + customer)).path("status").asText()).isEqualTo("sent");

        event("user-opted-out");
        String marketing = template("new_arrivals", "en_US", "{\"type\":\"header\",\"parameters\":[{\"type\":\"image\",\"image\":{\"link\":\"https://example.com/a.jpg\"}}]},"
                + "{\"type\":\"body\",\"parameters\":[{\"type\":\"text\",\"text\":\"a\"}]},{\"type\":\"button\",\"sub_type\":\"url\",\"index\":0,\"parameters\":[{\"type\":\"text\",\"text\":\"k\"}]}");
        assertFailed(send("+" + customer, marketing), 131050);
        assertThat(first(send("+" + customer, template("hello_world", "en_US", ""))).path("status").asText()).isEqualTo("sent");
        event("user-opted-in");
        assertThat(first(send("+" + customer, marketing)).path("status").asText()).isEqualTo("sent");
        event("user-opted-out", ",\"value\":{\"user_preferences\":[{\"user_id\":\"" + SampleCustomers.userId(customer)
                + "\",\"category\":\"marketing_messages\",\"value\":\"stop\"}]}");
        assertFailed(send("+" + customer, marketing), 131050);
    }

    private void event(String name) {
        event(name, "");
    }

    private void event(String name, String more) {
        assertThat(app.call("POST", "/mock/control/events", "{\"event\":\"" + name + "\",\"from\":\"" + customer + "\"" + more + "}",
                Map.of("Authorization", "Bearer " + GraphApi.TOKEN, "Content-Type", "application/json")).status()).isEqualTo(200);
    }

    @Test
    void a_reaction_is_to_a_message_of_the_last_30_days_that_is_none_itself() {
        String written = graph.inbound("{\"from\":\"" + customer + "\",\"type\":\"text\"}");
        String reaction = graph.inbound("{\"from\":\"" + customer + "\",\"type\":\"reaction\"}");
        String content = "\"type\":\"reaction\",\"reaction\":{\"message_id\":\"%s\",\"emoji\":\"👍\"}";

        assertThat(first(send("+" + customer, content.formatted(written))).path("status").asText()).isEqualTo("sent");
        assertFailed(send("+" + customer, content.formatted(reaction)), 131009);
        assertFailed(send("+" + customer, content.formatted("wamid.NOBODYWROTEIT")), 131009);
        app.database().sql("update simulator_message set first_at = now() - interval '31 days' where wamid = ?").param(written).update();
        assertFailed(send("+" + customer, content.formatted(written)), 131009);
    }

    @Test
    void only_what_a_customer_wrote_in_the_last_30_days_is_marked_as_read() {
        String written = graph.inbound("{\"from\":\"" + customer + "\",\"type\":\"text\"}");
        String sent = GraphApi.wamid(text("+" + customer).json());
        String read = "{\"messaging_product\":\"whatsapp\",\"status\":\"read\",\"message_id\":\"%s\"}";

        assertThat(graph.send(read.formatted(written)).text()).isEqualTo("{\"success\":true}");
        assertError(graph.send(read.formatted(sent)), 400, 131009);
        assertThat(assertError(graph.send(read.formatted("wamid.NOBODYWROTEIT")), 400, 131009).at("/error_data/details").asText()).contains("message_id");
        app.database().sql("update simulator_message set first_at = now() - interval '31 days' where wamid = ?").param(written).update();
        assertError(graph.send(read.formatted(written)), 400, 131009);
    }

    private static JsonNode pricing(Answer answer) {
        return first(answer).path("pricing");
    }

    private static Answer toGroup(String group, String content) {
        return graph.send("{\"messaging_product\":\"whatsapp\",\"recipient_type\":\"group\",\"to\":\"" + group + "\"," + content + "}");
    }

    private static List<Receiver.Post> posts(Answer answer, int count) {
        String wamid = GraphApi.wamid(answer.json());
        Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20)).until(() -> RECEIVER.about(wamid).size() >= count);
        return RECEIVER.about(wamid);
    }

    @Test
    void a_group_has_a_window_of_its_own_and_statuses_of_each_who_is_in_it() {
        String group = "Y2FwaV9ncm91cDox" + customer;
        assertFailed(toGroup(group, "\"text\":{\"body\":\"a\"}"), 131047);
        graph.inbound("{\"from\":\"" + customer + "\",\"name\":\"Ana\",\"type\":\"text\",\"groupId\":\"" + group + "\"}");
        graph.inbound("{\"from\":null,\"userId\":\"US.7" + customer + "\",\"name\":\"Ben\",\"type\":\"text\",\"groupId\":\"" + group + "\"}");
        assertFailed(text("+" + customer), 131047);       // who writes in a group has not written to us alone

        Answer answer = toGroup(group, "\"text\":{\"body\":\"a\"},\"biz_opaque_callback_data\":\"g\"");
        assertThat(answer.json().path("contacts").toString()).isEqualTo("[{\"input\":\"" + group + "\",\"wa_id\":\"" + group + "\"}]");
        assertThat(answer.json().at("/messages/0/group_id").asText()).isEqualTo(group);
        List<Receiver.Post> posts = posts(answer, 3);
        assertThat(posts.get(0).value().path("statuses")).hasSize(1);
        assertThat(posts.get(0).value().has("contacts")).isFalse();
        assertThat(posts.get(0).status().path("pricing").toString())
                .isEqualTo("{\"billable\":false,\"pricing_model\":\"PMP\",\"type\":\"free_group_customer_service\",\"category\":\"group_service\"}");
        for (int i = 0; i < 3; i++) {
            for (JsonNode status : posts.get(i).value().path("statuses")) {
                assertThat(status.path("status").asText()).isEqualTo(List.of("sent", "delivered", "read").get(i));
                assertThat(status.path("recipient_id").asText()).isEqualTo(group);
                assertThat(status.path("recipient_type").asText()).isEqualTo("group");
                assertThat(status.path("biz_opaque_callback_data").asText()).isEqualTo("g");
                assertThat(status.has("recipient_user_id")).isFalse();
            }
        }
        JsonNode read = posts.get(2).value();
        assertThat(read.path("statuses").findValuesAsText("recipient_participant_user_id")).hasSize(2).contains("US.7" + customer);
        assertThat(read.path("statuses").findValuesAsText("recipient_participant_id")).containsExactly(customer);
        assertThat(read.path("contacts").findValuesAsText("name")).containsExactlyInAnyOrder("Ana", "Ben");
        assertThat(read.path("contacts").findValuesAsText("user_id")).containsExactlyInAnyOrderElementsOf(
                read.path("statuses").findValuesAsText("recipient_participant_user_id"));
    }

    @Test
    void in_a_group_each_phone_does_as_it_does() {
        String group = "Y2FwaV9ncm91cDox" + customer;
        String other = TestApp.newCustomer();
        for (String each : List.of(customer, other)) {
            graph.inbound("{\"from\":\"" + each + "\",\"type\":\"text\",\"groupId\":\"" + group + "\"}");
        }
        phone(app, other, "off");
        String wamid = GraphApi.wamid(toGroup(group, "\"text\":{\"body\":\"a\"}").json());
        awaitStatuses(wamid, "sent", "delivered " + customer, "read " + customer);
        phone(app, other, "takes");
        awaitStatuses(wamid, "sent", "delivered " + customer, "read " + customer, "delivered " + other);
        phone(app, other, "refuses");
        awaitStatuses(GraphApi.wamid(toGroup(group, "\"text\":{\"body\":\"a\"}").json()), "sent", "delivered " + customer, "read " + customer, "failed " + other);
        phone(app, other, "reads");
    }

    private static void phone(TestApp of, String who, String behaviour) {
        assertThat(of.call("PUT", "/mock/control/phones/" + who, "{\"behaviour\":\"" + behaviour + "\"}",
                Map.of("Authorization", "Bearer " + GraphApi.TOKEN, "Content-Type", "application/json")).status()).isEqualTo(200);
    }

    private static void awaitStatuses(String wamid, String... statuses) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20)).untilAsserted(() -> assertThat(RECEIVER.about(wamid).stream()
                .map(post -> (post.status().path("status").asText() + " " + post.status().path("recipient_participant_id").asText()).strip()))
                .containsExactlyInAnyOrder(statuses));
    }

    @ParameterizedTest
    @ValueSource(strings = {"changed-number", "hidden-phone", "delivered-skipped", "late-failure", "duplicates", "unknown-things"})
    void a_scenario_may_be_played_with_a_group(String scenario) {
        Answer answer = app.call("POST", "/mock/graph/v25.0/" + TestApp.NUMBER + "/messages", "{\"messaging_product\":\"whatsapp\",\"recipient_type\":\"group\",\"to\":\"Y2FwaV9ncm91cDox\","
                + template("hello_world", "en_US", "") + "}", Map.of("Authorization", "Bearer " + GraphApi.TOKEN, "Content-Type", "application/json", "Simulator-Scenario", scenario));

        assertThat(first(answer).path("recipient_id").asText()).isEqualTo("Y2FwaV9ncm91cDox");
    }

    @Test
    void a_group_in_which_nobody_has_written_gets_templates_and_nothing_interactive() {
        String group = "Y2FwaV9ncm91cDox" + customer;
        Answer answer = toGroup(group, template("hello_world", "en_US", ""));

        assertThat(pricing(answer).path("category").asText()).isEqualTo("group_utility");
        assertThat(posts(answer, 3).get(1).value().path("statuses").findValuesAsText("recipient_participant_id")).containsExactly("15551230001", "15551230002");
        assertError(toGroup(group, "\"type\":\"interactive\",\"interactive\":{\"type\":\"button\",\"body\":{\"text\":\"b\"},\"action\":{\"buttons\":[{\"type\":\"reply\","
                + "\"reply\":{\"id\":\"1\",\"title\":\"One\"}}]}}"), 400, 131051);
        assertError(toGroup("two words", "\"text\":{\"body\":\"a\"}"), 400, 100);
    }

    @Test
    void what_answers_an_advertisement_costs_nothing_for_72_hours() {
        graph.inbound("{\"from\":\"" + customer + "\",\"type\":\"text\",\"referral\":true}");
        Answer answer = text("+" + customer);

        assertThat(pricing(answer).toString())
                .isEqualTo("{\"billable\":false,\"pricing_model\":\"PMP\",\"type\":\"free_entry_point\",\"category\":\"referral_conversion\"}");
        JsonNode conversation = first(answer).path("conversation");
        assertThat(conversation.at("/origin/type").asText()).isEqualTo("referral_conversion");
        assertThat(conversation.path("expiration_timestamp").asLong()).isBetween(Instant.now().getEpochSecond() + 71 * 3600, Instant.now().getEpochSecond() + 73 * 3600);
        app.database().sql("update simulator_customer set free_until = now() + interval '1 minute' where customer = ?").param(customer).update();
        assertThat(pricing(send("+" + customer, template("hello_world", "en_US", ""))).path("type").asText()).isEqualTo("free_entry_point");
        app.database().sql("update simulator_customer set free_until = now() where customer = ?").param(customer).update();
        assertThat(pricing(text("+" + customer)).path("type").asText()).isEqualTo("free_customer_service");

        app.database().sql("update simulator_customer set referred_at = now() - interval '25 hours' where customer = ?").param(customer).update();
        assertThat(pricing(text("+" + customer)).path("type").asText()).isEqualTo("free_customer_service");
        assertThat(first(text("+" + customer)).has("conversation")).isFalse();
    }

    @Test
    void an_advertisement_pays_for_72_hours_once_an_answer_is_delivered() {
        phone(app, customer, "refuses");
        graph.inbound("{\"from\":\"" + customer + "\",\"type\":\"text\",\"referral\":true}");
        assertThat(first(text("+" + customer)).path("status").asText()).isEqualTo("failed");
        assertThat(freeUntil()).isNull();

        phone(app, customer, "off");
        assertThat(pricing(text("+" + customer)).path("type").asText()).isEqualTo("free_entry_point");
        assertThat(freeUntil()).isNull();
        phone(app, customer, "reads");
        assertThat(freeUntil()).isAfter(Instant.now().plus(Duration.ofHours(71)));
    }

    private Instant freeUntil() {
        return app.database().sql("select free_until from simulator_customer where customer = ?").param(customer)
                .query((row, n) -> row.getTimestamp(1)).list().stream().filter(Objects::nonNull).map(Timestamp::toInstant).findFirst().orElse(null);
    }

    @Test
    void beyond_the_free_messages_nothing_is_delivered_without_a_way_to_pay() {
        try (TestApp poor = TestApp.start(Map.of("whatsapp.simulator.callback-url", RECEIVER.url(), "whatsapp.simulator.delay-ms", "0",
                "whatsapp.simulator.free-messages", "2", "whatsapp.simulator.payment-method", "false",
                "whatsapp.simulator.allowed-recipients", "+15551230001, 15551230002"))) {
            GraphApi api = new GraphApi(poor);
            String message = "{\"messaging_product\":\"whatsapp\",\"to\":\"+15551230001\",\"text\":{\"body\":\"a\"}}";
            assertThat(first(api.send(message)).path("status").asText()).isEqualTo("sent");
            assertThat(first(api.send(message)).path("status").asText()).isEqualTo("sent");
            assertFailed(api.send(message), 131042);
            assertThat(first(api.send("{\"messaging_product\":\"whatsapp\",\"to\":\"+15551230001\"," + template("hello_world", "en_US", "") + "}"))
                    .path("status").asText()).isEqualTo("sent");
            assertError(api.send(message.replace("15551230001", "15551230003")), 400, 131030);
        }
    }

    @Test
    void a_recipient_is_allowed_however_the_number_is_written() {
        try (TestApp alone = TestApp.start(Map.of("profile", "simulator", "whatsapp.simulator.callbacks", "none",
                "whatsapp.simulator.allowed-recipients", "+55 (21) 98765-4321, 52 55 1234 5678,+54 11 2345-6789,5531987654321"))) {
            GraphApi api = new GraphApi(alone);
            String message = "{\"messaging_product\":\"whatsapp\",\"to\":\"%s\",\"text\":{\"body\":\"a\"}}";
            for (String to : List.of("+5521987654321", "+55 21 8765-4321", "+525512345678", "+5215512345678", "+541123456789", "+5491123456789", "+5531987654321",
                    "+553187654321")) {
                assertThat(api.send(message.formatted(to)).status()).as(to).isEqualTo(200);
            }
            assertError(api.send(message.formatted("+5521987654322")), 400, 131030);
        }
    }

    @Test
    void a_service_message_of_the_month_counts_when_it_is_delivered_also_after_a_restart() {
        Map<String, String> same = new HashMap<>(Map.of("whatsapp.simulator.callback-url", RECEIVER.url(), "whatsapp.simulator.delay-ms", "0",
                "whatsapp.simulator.free-messages", "2"));
        String message = "{\"messaging_product\":\"whatsapp\",\"to\":\"+15551230001\",%s}";
        String body = "\"text\":{\"body\":\"a\"}";
        try (TestApp counting = TestApp.start(same)) {
            for (String key : List.of("whatsapp.db.url", "whatsapp.db.user", "whatsapp.db.password", "whatsapp.data-dir")) {
                same.put(key, counting.property(key));
            }
            GraphApi api = new GraphApi(counting);
            phone(counting, "15551230002", "off");
            phone(counting, "15551230003", "refuses");
            for (String uncounted : List.of(message.formatted("\"type\":\"reaction\",\"reaction\":{\"message_id\":\"wamid.A\",\"emoji\":\"👍\"}"),
                    message.formatted(template("hello_world", "en_US", "")), message.replace("0001", "0002").formatted(body),
                    message.replace("0001", "0003").formatted(body))) {
                assertThat(api.send(uncounted).status()).isEqualTo(200);
            }
            for (int i = 0; i < 2; i++) {
                assertThat(pricing(api.send(message.formatted(body))).path("type").asText()).isEqualTo("free_customer_service");
            }
            assertThat(pricing(api.send(message.formatted(body))).path("type").asText()).isEqualTo("regular");
        }
        try (TestApp after = TestApp.start(same)) {
            GraphApi api = new GraphApi(after);
            assertThat(pricing(api.send(message.formatted(body))).path("type").asText()).isEqualTo("regular");
            after.database().sql("update simulator_month set month = month - 31").update();
            assertThat(pricing(api.send(message.formatted(body))).path("type").asText()).isEqualTo("free_customer_service");
        }
    }

    @Test
    void the_month_is_that_of_the_accounts_time_zone() {
        for (String zone : List.of("1", "5", "77")) {
            assertThat(graph.call("POST", "/v23.0/200000000000001", "{\"timezone_id\":\"" + zone + "\"}").status()).isEqualTo(200);
            String name = Map.of("1", "America/Los_Angeles", "5", "America/Phoenix", "77", "UTC").get(zone);
            assertThat(app.database().sql("select simulator_this_month() = cast(date_trunc('month', now() at time zone ?) as date)").param(name)
                    .query(Boolean.class).single()).isTrue();
        }
    }

    @Test
    void the_whole_way_a_send_outside_the_window_ends_as_failed_in_the_application() {
        try (TestApp whole = TestApp.start(Map.of("whatsapp.simulator.strict.window", "true"))) {
            String id = whole.post("/api/whatsapp/messages", "{\"to\":\"+" + customer + "\",\"type\":\"text\",\"text\":{\"body\":\"Hello\"}}").json()
                    .path("id").asText();
            assertThat(whole.awaitStatus(id, "failed").toString()).contains("131047");
        }
    }
}
