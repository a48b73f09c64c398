package helpdesk.whatsapp.simulator;

import static helpdesk.whatsapp.simulator.GraphApi.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.testing.TestApp;
import helpdesk.whatsapp.testing.TestApp.Answer;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeSet;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How parameters and tokens may come, and what every answer has. */
class GraphParametersTest {

    private static final String MESSAGES = "/mock/graph/v23.0/" + TestApp.NUMBER + "/messages";
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String ACCOUNT = "/v23.0/200000000000001";

    private final TestApp app = TestApp.shared();
    private final GraphApi graph = new GraphApi(app);
    private final String customer = TestApp.newCustomer();

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private String form() {
        return "messaging_product=whatsapp&to=" + encoded("+" + customer) + "&type=text&text=" + encoded("{\"body\":\"Hällo & {you}\"}");
    }

    private void assertSent(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.json().at("/contacts/0/wa_id").asText()).isEqualTo(customer);
    }

    @Test
    void the_token_comes_as_a_bearer_in_the_query_or_in_a_form() {
        assertSent(app.call("POST", MESSAGES, form(), Map.of("Authorization", "Bearer " + GraphApi.TOKEN, "Content-Type", FORM)));
        assertSent(app.call("POST", MESSAGES + "?access_token=" + GraphApi.TOKEN, form(), Map.of("Content-Type", FORM)));
        assertSent(app.call("POST", MESSAGES, form() + "&access_token=" + GraphApi.TOKEN, Map.of("Content-Type", FORM)));
        assertSent(app.call("POST", MESSAGES, "{\"access_token\":\"" + GraphApi.TOKEN + "\",\"messaging_product\":\"whatsapp\",\"to\":\"+" + customer
                + "\",\"text\":{\"body\":\"a\"}}", Map.of("Content-Type", "application/json")));
        assertError(app.call("POST", MESSAGES + "?access_token=wrong", form(), Map.of("Content-Type", FORM)), 401, 190);
    }

    @Test
    void parameters_come_in_the_query_too_and_in_a_multipart_form() {
        assertSent(app.call("POST", MESSAGES + "?" + form(), (String) null, Map.of("Authorization", "Bearer " + GraphApi.TOKEN)));
        String body = "--b\r\nContent-Disposition: form-data; name=\"messaging_product\"\r\n\r\nwhatsapp\r\n--b\r\nContent-Disposition: form-data; name=\"to\""
                + "\r\n\r\n+" + customer + "\r\n--b\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\n{\"body\":\"a\"}\r\n--b--\r\n";
        assertSent(app.call("POST", MESSAGES, body, Map.of("Authorization", "Bearer " + GraphApi.TOKEN, "Content-Type",
                "multipart/form-data; boundary=b")));
    }

    @Test
    void the_longest_text_comes_by_every_way() {
        String text = "Ж".repeat(4096);
        String form = "messaging_product=whatsapp&to=" + encoded("+" + customer) + "&text=" + encoded("{\"body\":\"" + text + "\"}");
        Map<String, String> bearer = Map.of("Authorization", "Bearer " + GraphApi.TOKEN);

        assertSent(app.call("POST", MESSAGES, form, Map.of("Authorization", "Bearer " + GraphApi.TOKEN, "Content-Type", FORM)));
        assertSent(app.call("POST", MESSAGES + "?" + form, (String) null, bearer));
        assertSent(app.call("POST", MESSAGES, "--b\r\nContent-Disposition: form-data; name=\"messaging_product\"\r\n\r\nwhatsapp\r\n--b\r\n"
                + "Content-Disposition: form-data; name=\"to\"\r\n\r\n+" + customer + "\r\n--b\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\n"
                + "{\"body\":\"" + text + "\"}\r\n--b--\r\n", Map.of("Authorization", "Bearer " + GraphApi.TOKEN, "Content-Type", "multipart/form-data; boundary=b")));
        assertThat(graph.send("{\"messaging_product\":\"whatsapp\",\"to\":\"+" + customer + "\",\"text\":{\"body\":\"" + text + "Ж\"}}").status()).isEqualTo(400);
    }

    @Test
    void a_body_may_have_another_content_type_or_none() {
        String json = "{\"messaging_product\":\"whatsapp\",\"to\":\"+" + customer + "\",\"text\":{\"body\":\"a\"}}";

        assertSent(app.call("POST", MESSAGES, json, Map.of("Authorization", "Bearer " + GraphApi.TOKEN)));
        assertSent(app.call("POST", MESSAGES, json, Map.of("Authorization", "Bearer " + GraphApi.TOKEN, "Content-Type", "text/plain")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", FORM})
    void a_body_may_come_in_chunks(String type) {
        String body = type.equals(FORM) ? form() : "{\"messaging_product\":\"whatsapp\",\"to\":\"+" + customer + "\",\"text\":{\"body\":\"a\"}}";
        String chunks = Integer.toHexString(7) + "\r\n" + body.substring(0, 7) + "\r\n" + Integer.toHexString(body.length() - 7) + "\r\n"
                + body.substring(7) + "\r\n0\r\n\r\n";

        assertSent(GraphApi.raw(app, "POST " + MESSAGES + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer "
                + GraphApi.TOKEN + "\r\nContent-Type: " + type + "\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks));
    }

    /** On a connection of its own, so that the offer goes with the very call. */
    @ParameterizedTest
    @CsvSource({"json,false", "json,true", "form,false", "form,true", "multipart,false", "multipart,true"})
    void a_call_may_offer_to_go_on_in_http_2_which_is_left(String kind, boolean chunked) throws Exception {
        String body = switch (kind) {
            case "json" -> "{\"messaging_product\":\"whatsapp\",\"to\":\"+" + customer + "\",\"text\":{\"body\":\"a\"}}";
            case "form" -> form();
            default -> "--b\r\nContent-Disposition: form-data; name=\"messaging_product\"\r\n\r\nwhatsapp\r\n--b\r\nContent-Disposition: form-data; "
                    + "name=\"file\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\n" + "All is well.\n".repeat(20_000) + "\r\n--b--\r\n";
        };
        String type = Map.of("json", "application/json", "form", FORM, "multipart", "multipart/form-data; boundary=b").get(kind);
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        HttpRequest request = HttpRequest.newBuilder(URI.create(app.url(kind.equals("multipart") ? MESSAGES.replace("messages", "media") : MESSAGES)))
                .header("Authorization", "Bearer " + GraphApi.TOKEN).header("Content-Type", type)
                .POST(chunked ? BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes)) : BodyPublishers.ofByteArray(bytes)).build();

        HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
        for (int call = 0; call < 2; call++) {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
            assertThat(answer.body()).contains(kind.equals("multipart") ? "\"id\"" : customer);
        }
    }

    @Test
    void an_offer_of_http_2_is_left_and_the_call_is_done() {
        String body = "{\"messaging_product\":\"whatsapp\",\"to\":\"+" + customer + "\",\"text\":{\"body\":\"a\"}}";
        String head = GraphApi.head(app, "POST " + MESSAGES + " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                + "HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\nAuthorization: Bearer " + GraphApi.TOKEN + "\r\nContent-Type: application/json\r\n"
                + "Content-Length: " + body.length() + "\r\n\r\n" + body);

        assertThat(head).startsWith("HTTP/1.1 200 ");
        assertThat(app.get("/mock/control/journal/wait?kind=call&status=200&count=1&timeout=30000&to=" + customer).json().path("reached").asBoolean()).isTrue();
    }

    @Test
    void a_method_may_be_a_parameter() {
        String id = graph.upload("picture.jpg", GraphApi.sample("picture.jpg"), "image/jpeg").json().path("id").asText();

        assertThat(graph.call("POST", "/v23.0/" + id + "?method=delete", null).text()).isEqualTo("{\"success\":true}");
        assertError(graph.get("/v23.0/" + id), 400, 100);
        String other = graph.upload("picture.jpg", GraphApi.sample("picture.jpg"), "image/jpeg").json().path("id").asText();
        assertThat(app.call("POST", "/mock/graph/v23.0/" + other, "method=delete&format=json", Map.of("Authorization", "Bearer " + GraphApi.TOKEN,
                "Content-Type", FORM)).text()).isEqualTo("{\"success\":true}");
    }

    @Test
    void what_nobody_knows_is_overlooked() {
        assertThat(app.call("POST", "/mock/graph/v23.0/" + TestApp.NUMBER + "/whatsapp_business_profile", "messaging_product=whatsapp&format=json&colour=red"
                + "&websites=" + encoded("[\"https://example.com\"]"), Map.of("Authorization", "Bearer " + GraphApi.TOKEN, "Content-Type", FORM)).text())
                .isEqualTo("{\"success\":true}");
    }

    @Test
    void a_proof_of_the_app_secret_is_checked_when_there_is_one() throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec("mock-app-secret".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        String proof = HexFormat.of().formatHex(mac.doFinal(GraphApi.TOKEN.getBytes(StandardCharsets.UTF_8)));

        assertThat(graph.get("/v23.0/" + TestApp.NUMBER + "?appsecret_proof=" + proof).status()).isEqualTo(200);
        assertError(graph.get("/v23.0/" + TestApp.NUMBER + "?appsecret_proof=" + proof.replace(proof.charAt(0), 'x')), 400, 100);
    }

    @Test
    void every_answer_has_the_headers_of_the_graph_api() {
        for (Answer answer : new Answer[] {graph.get("/v21.0/" + TestApp.NUMBER), graph.get("/v21.0/999"), graph.get("/v21.0/a/b")}) {
            assertThat(answer.header("Content-Type")).isEqualTo("application/json; charset=UTF-8");
            assertThat(answer.header("facebook-api-version")).isEqualTo("v21.0");
            assertThat(answer.header("x-fb-trace-id")).isNotBlank();
            assertThat(answer.header("x-fb-request-id")).isNotBlank();
            assertThat(answer.header("x-fb-rev")).isNotBlank();
            assertThat(Json.read(answer.header("x-business-use-case-usage")).at("/200000000000001/0/type").asText()).startsWith("whatsapp");
            assertThat(answer.header("WWW-Authenticate")).isNull();
        }
        assertThat(graph.get("/" + TestApp.NUMBER).header("facebook-api-version")).isEqualTo("v26.0");
        Answer refused = graph.get("/v21.0/999");
        assertThat(refused.header("x-fb-trace-id")).isEqualTo(refused.json().at("/error/fbtrace_id").asText());
    }

    @Test
    void nothing_of_a_request_comes_back_as_a_header() {
        Answer answer = app.call("POST", MESSAGES + "?Location=https://example.com&x-fb-rev=7&Content-Range=1", form() + "&Set-Cookie=a&x-mine=b",
                Map.of("Authorization", "Bearer " + GraphApi.TOKEN, "Content-Type", FORM, "x-mine", "c"));

        assertSent(answer);
        assertThat(answer.headers().keySet()).doesNotContain("location", "set-cookie", "x-mine", "content-range");
        assertThat(answer.header("x-fb-rev")).isNotEqualTo("7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v23", "/v23.", "/v2.3.4"})
    void a_version_that_is_none_is_said_to_be_so(String version) {
        Answer answer = graph.get(version + "/" + TestApp.NUMBER);

        assertThat(assertError(answer, 400, 100).path("message").asText()).contains("version");
    }

    @ParameterizedTest
    @CsvSource({"GET,/v23.0/999/phone_numbers,33", "POST,/v23.0/999/subscribed_apps,33", "GET,/v23.0/999/message_templates,33",
        "DELETE,/v23.0/999/block_users,33", "GET,/v23.0/shop/whatsapp_business_profile,0", "POST,/v23.0/999/uploads,33",
        "GET,/v23.0/" + TestApp.NUMBER + "/phone_numbers,-1", "PATCH,/v23.0/200000000000001,33", "GET,/v23.0/upload:none,33",
        "POST,/v23.0/300000000000001/nothing,-1", "GET,/v23.0/%E2%82%AC,33"})
    void what_is_not_there_is_refused_by_code(String method, String path, int subcode) {
        JsonNode error = assertError(graph.call(method, path, null), 400, subcode < 0 ? 2500 : 100);

        assertThat(error.path("error_subcode").asInt()).isEqualTo(Math.max(0, subcode));
    }

    @ParameterizedTest
    @ValueSource(strings = {"?a=%", "?%zz=1", "?fields=%00", "?limit=-1", "?limit=9999999999", "?after=nonsense", "?after=YXQgLTE", "?fields={{{,}",
        "?fields=data{", "?before=%F0%9F%98%8A", "?=&&=&"})
    void whatever_is_asked_it_is_answered_in_metas_shapes(String query) {
        for (String path : new String[] {ACCOUNT + "/message_templates", ACCOUNT + "/phone_numbers", ACCOUNT, "/v23.0/" + TestApp.NUMBER,
            "/v23.0/" + TestApp.NUMBER + "/whatsapp_business_profile", "/v23.0/" + TestApp.NUMBER + "/message_history"}) {
            Answer answer = GraphApi.raw(app, "GET", "/mock/graph" + path + query);
            assertThat(answer.status()).as(path + query + " " + answer.text()).isLessThan(500);
            if (answer.status() != 200) {
                assertError(answer, 400, answer.json().at("/error/code").asInt());
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "POST | /v23.0/%/messages             | application/json              | 400", "GET | /v23.0/%zz                             |                                 | 400",
        "POST | /v23.0/999/messages?text=%    | application/x-www-form-urlencoded | 400", "POST | /v23.0/999/media                    | multipart/form-data; boundary=  | 400",
        "FOO  | /v23.0/999                    | multipart/form-data           | 400", "GET  | /v23.0/" + TestApp.NUMBER + "             | application/x-www-form-urlencoded | 200"})
    void what_is_not_encoded_properly_is_refused_before_anybody_reads_it(String method, String path, String type, int status) {
        Answer answer = GraphApi.raw(app, method + " /mock/graph" + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer "
                + GraphApi.TOKEN + "\r\n" + (type == null ? "" : "Content-Type: " + type + "\r\n") + "Content-Length: 3\r\n\r\na=b");

        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        if (status == 400) {
            assertError(answer, 400, 100);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\\u0000\"", "[[[[]]]]", "{}", "null", "1e999999999", "-0.0", "true", "{\"a\":{\"b\":[1,{}]}}", "\"${header.x} {{x}}\"",
        "\"'); drop table simulator_media; --\"", "\"\\ud83d\""})
    void a_parameter_may_be_anything_and_is_still_answered_in_metas_envelope(String value) {
        String[] bodies = {
            "{\"messaging_product\":%s}", "{\"messaging_product\":\"whatsapp\",\"to\":%s,\"text\":{\"body\":\"a\"}}",
            "{\"messaging_product\":\"whatsapp\",\"to\":\"+15551230001\",\"type\":%s}", "{\"messaging_product\":\"whatsapp\",\"to\":\"+15551230001\",\"text\":%s}",
            "{\"messaging_product\":\"whatsapp\",\"to\":\"+15551230001\",\"type\":\"interactive\",\"interactive\":{\"type\":\"list\",\"body\":%1$s,\"action\":{\"sections\":%1$s}}}",
            "{\"messaging_product\":\"whatsapp\",\"to\":\"+15551230001\",\"type\":\"template\",\"template\":{\"name\":\"order_update\",\"language\":%1$s,\"components\":%1$s}}",
            "{\"messaging_product\":\"whatsapp\",\"to\":\"+15551230001\",\"type\":\"contacts\",\"contacts\":[%s]}",
            "{\"messaging_product\":\"whatsapp\",\"status\":%s}", "{\"messaging_product\":\"whatsapp\",\"block_users\":%s,\"about\":%1$s,\"pin\":%1$s}",
            "{\"messaging_product\":\"whatsapp\",\"to\":\"+15551230001\",\"text\":{\"body\":\"a\"},\"context\":%1$s,\"biz_opaque_callback_data\":%1$s,\"recipient_type\":%1$s}",
            "{\"name\":%s,\"language\":\"en\",\"category\":\"UTILITY\",\"components\":%1$s}", "{\"webhook_configuration\":%1$s,\"username\":%1$s,\"calling\":%1$s}"};
        String[] paths = {"/messages", "/whatsapp_business_profile", "/block_users", "/register", "/settings", "", "/media"};
        for (String body : bodies) {
            for (String path : paths) {
                assertIsOfMeta(graph.call("POST", "/v23.0/" + TestApp.NUMBER + path, body.formatted(value)), path + " " + body);
            }
        }
        for (String path : new String[] {"/message_templates", "/phone_numbers", "/subscribed_apps"}) {
            assertIsOfMeta(graph.call("POST", ACCOUNT + path, bodies[bodies.length - 2].formatted(value)), path);
        }
    }

    private static void assertIsOfMeta(Answer answer, String what) {
        assertThat(answer.status()).as(what + " " + answer.text()).isIn(200, 400, 401, 404, 409);
        if (answer.status() != 200) {
            assertError(answer, answer.status(), answer.json().at("/error/code").asInt());
        }
    }

    @Test
    void lists_come_in_pages_with_cursors() {
        TreeSet<String> names = new TreeSet<>();
        JsonNode page = graph.get(ACCOUNT + "/message_templates?limit=2&fields=name,language,status").json();
        assertThat(page.path("data")).hasSize(2);
        assertThat(page.path("paging").has("previous")).isFalse();
        for (int pages = 1; pages < 50; pages++) {
            page.path("data").forEach(template -> assertThat(names.add(template.path("name").asText() + template.path("language").asText())).isTrue());
            assertThat(page.at("/paging/cursors/before").asText()).isNotBlank();
            if (!page.path("paging").has("next")) {
                break;
            }
            String next = page.at("/paging/next").asText();
            assertThat(next).startsWith(app.url("/mock/graph" + ACCOUNT)).contains("limit=2", "fields=name").doesNotContain("access_token");
            page = pages == 1 ? graph.get(ACCOUNT + "/message_templates?limit=2&fields=name,language,status&after="
                    + page.at("/paging/cursors/after").asText()).json() : graph.get(next).json();
        }
        assertThat(names).hasSizeGreaterThan(4);
        JsonNode back = graph.get(page.at("/paging/previous").asText()).json();
        assertThat(back.path("data")).isNotEmpty();
        assertThat(graph.get(ACCOUNT + "/message_templates?limit=200").json().path("paging").has("next")).isFalse();
    }

    @Test
    void fields_are_honoured_with_their_own_fields() {
        JsonNode number = graph.get("/v23.0/" + TestApp.NUMBER + "?fields=" + encoded("throughput{level},health_status{can_send_message,entities{entity_type}}")).json();

        assertThat(number.fieldNames()).toIterable().containsExactlyInAnyOrder("throughput", "health_status", "id");
        assertThat(number.path("health_status").toString()).contains("AVAILABLE").doesNotContain("\"can_send_message\":\"AVAILABLE\",\"entities\":[{\"can");
        assertThat(number.at("/health_status/entities/0").fieldNames()).toIterable().containsExactlyInAnyOrder("entity_type", "id");
        assertError(graph.get("/v23.0/" + TestApp.NUMBER + "?fields=" + encoded("throughput{speed}")), 400, 100);
        assertError(graph.get(ACCOUNT + "?fields=name,shoe_size"), 400, 100);
        assertThat(graph.get(ACCOUNT + "?fields=name").json().fieldNames()).toIterable().containsExactlyInAnyOrder("name", "id");
        assertError(graph.get("/v23.0/" + TestApp.NUMBER + "/whatsapp_business_profile?fields=shoe_size"), 400, 100);
    }
}
