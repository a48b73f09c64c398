package helpdesk.whatsapp.simulator;

import static helpdesk.whatsapp.simulator.GraphApi.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.testing.TestApp;
import helpdesk.whatsapp.testing.TestApp.Answer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GraphApiTest {

    private static final String NUMBER = TestApp.NUMBER;

    private final TestApp app = TestApp.shared();
    private final GraphApi graph = new GraphApi(app);

    @ParameterizedTest
    @ValueSource(strings = {
            "\"type\":\"text\",\"text\":{\"body\":\"Hello\",\"preview_url\":false}",
            "\"text\":{\"body\":\"The type is text when none is named\"}",
            "\"type\":\"image\",\"image\":{\"link\":\"https://example.com/a.jpg\",\"caption\":\"A\"}",
            "\"type\":\"video\",\"video\":{\"link\":\"https://example.com/a.mp4\"}",
            "\"type\":\"audio\",\"audio\":{\"link\":\"https://example.com/a.ogg\",\"voice\":true}",
            "\"type\":\"document\",\"document\":{\"link\":\"https://example.com/a.pdf\",\"filename\":\"a.pdf\"}",
            "\"type\":\"sticker\",\"sticker\":{\"link\":\"https://example.com/a.webp\"}",
            "\"type\":\"location\",\"location\":{\"latitude\":1.5,\"longitude\":2}",
            "\"type\":\"contacts\",\"contacts\":[{\"name\":{\"formatted_name\":\"A B\",\"first_name\":\"A\"}}]",
            "\"type\":\"reaction\",\"reaction\":{\"message_id\":\"wamid.X\",\"emoji\":\"\"}",
            "\"type\":\"interactive\",\"interactive\":{\"type\":\"button\",\"body\":{\"text\":\"?\"},\"action\":{\"buttons\":[{\"type\":\"reply\",\"reply\":{\"id\":\"y\",\"title\":\"Yes\"}}]}}",
            "\"type\":\"template\",\"template\":{\"name\":\"hello_world\",\"language\":{\"code\":\"en_US\"}}"})
    void every_type_is_accepted_with_a_wamid(String content) {
        String customer = TestApp.newCustomer();

        Answer answer = graph.send("{\"messaging_product\":\"whatsapp\",\"to\":\"+" + customer + "\"," + content + "}");

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).startsWith("application/json");
        assertThat(answer.json().path("messaging_product").asText()).isEqualTo("whatsapp");
        assertThat(answer.json().path("contacts").toString())
                .isEqualTo("[{\"input\":\"+" + customer + "\",\"wa_id\":\"" + customer + "\"}]");
        String wamid = GraphApi.wamid(answer.json());
        assertThat(wamid).startsWith("wamid.");
        byte[] bytes = Base64.getDecoder().decode(wamid.substring(6));
        String hex = HexFormat.of().formatHex(bytes);
        assertThat(hex).startsWith("1c180b" + HexFormat.of().formatHex(customer.getBytes(StandardCharsets.US_ASCII)) + "150200111812")
                .endsWith("00");
        assertThat(new String(bytes, bytes.length - 19, 18, StandardCharsets.US_ASCII)).matches("[0-9A-F]{18}");
    }

    @Test
    void a_user_id_is_a_recipient_too() {
        Answer answer = graph.send("""
                {"messaging_product":"whatsapp","recipient":"US.1234567890","type":"text","text":{"body":"Hello"}}""");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("contacts").toString()).isEqualTo("[{\"input\":\"US.1234567890\",\"user_id\":\"US.1234567890\"}]");
    }

    @Test
    void with_a_phone_and_a_user_id_the_phone_wins() {
        Answer answer = graph.send("""
                {"messaging_product":"whatsapp","to":"+1 (555) 123-0001","recipient":"US.1","text":{"body":"Hello"}}""");

        assertThat(answer.json().path("contacts").toString()).isEqualTo("[{\"input\":\"+1 (555) 123-0001\",\"wa_id\":\"15551230001\"}]");
    }

    @ParameterizedTest
    @CsvSource({"+5511987654321,5511987654321", "+551187654321,5511987654321", "+555187654321,555187654321",
        "+5551987654321,555187654321", "+525512345678,5215512345678", "+5215512345678,5215512345678", "+541123456789,5491123456789",
        "+5491123456789,5491123456789"})
    void a_number_may_be_known_by_other_digits_than_are_dialled(String dialled, String waId) {
        JsonNode answer = graph.send("{\"messaging_product\":\"whatsapp\",\"to\":\"" + dialled + "\",\"text\":{\"body\":\"Hello\"}}").json();

        assertThat(answer.path("contacts").toString()).isEqualTo("[{\"input\":\"" + dialled + "\",\"wa_id\":\"" + waId + "\"}]");
        assertThat(new String(Base64.getDecoder().decode(GraphApi.wamid(answer).substring(6)), StandardCharsets.ISO_8859_1)).contains(waId + "\u0015");
        String written = graph.inbound("{\"from\":\"" + dialled + "\"}");
        assertThat(new String(Base64.getDecoder().decode(written.substring(6)), StandardCharsets.ISO_8859_1)).contains(waId + "\u0015");
    }

    @Test
    void a_message_is_marked_as_read_with_or_without_typing() {
        Answer answer = graph.send("""
                {"messaging_product":"whatsapp","status":"read","message_id":"wamid.X","typing_indicator":{"type":"text"}}""");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("{\"success\":true}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/v25.0", "/v19.0", "/v100.3"})
    void any_version_or_none_stands_in_the_path(String version) {
        assertThat(graph.get(version + "/" + NUMBER).json().path("id").asText()).isEqualTo(NUMBER);
        assertThat(graph.call("POST", version + "/" + NUMBER + "/messages", """
                {"messaging_product":"whatsapp","to":"+15551230001","text":{"body":"Hello"}}""").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"GET | '' | 104", "GET | 'Bearer ' | 104", "GET | Basic bW9jaw== | 104", "GET | Bearer wrong | 190",
        "POST | '' | 190", "DELETE | OAuth wrong | 190"})
    void a_missing_or_wrong_token_is_refused_as_meta_does(String method, String authorization, int code) {
        Map<String, String> headers = authorization.isEmpty() ? Map.of() : Map.of("Authorization", authorization);

        Answer answer = app.call(method, "/mock/graph/v25.0/" + NUMBER, (String) null, headers);

        assertError(answer, 401, code);
        assertThat(answer.header("WWW-Authenticate")).startsWith("OAuth \"Facebook Platform\" \"invalid_token\"");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "POST   | /v25.0/999/messages                    | {\"messaging_product\":\"whatsapp\",\"to\":\"+15551230001\",\"text\":{\"body\":\"a\"}}",
            "POST   | /v25.0/999/media                       | {}",
            "GET    | /v25.0/999                             | ",
            "DELETE | /v25.0/999                             | ",
            "GET    | /whatsapp_business/attachments/?mid=99 | ",
            "PUT    | /v25.0/100000000000001                 | {}",
            "GET    | /                                      | "})
    void an_unknown_id_is_code_100_with_subcode_33(String method, String path, String body) {
        Answer answer = graph.call(method, path, body);

        assertThat(assertError(answer, 400, 100).path("error_subcode").asInt()).isEqualTo(33);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "{}                                                                        | messaging_product",
            "{broken                                                                   | messaging_product",
            "[]                                                                        | messaging_product",
            "{\"messaging_product\":\"whatsapp\",\"text\":{\"body\":\"a\"}}            | to",
            "{\"messaging_product\":\"whatsapp\",\"to\":\"nobody\",\"text\":{\"body\":\"a\"}} | to",
            "{\"messaging_product\":\"whatsapp\",\"recipient\":\"nobody\",\"text\":{\"body\":\"a\"}} | recipient",
            "{\"messaging_product\":\"whatsapp\",\"to\":\"+15551230001\",\"type\":\"image\"} | image",
            "{\"messaging_product\":\"whatsapp\",\"to\":\"+15551230001\",\"type\":\"contacts\",\"contacts\":{\"a\":1}} | contacts",
            "{\"messaging_product\":\"whatsapp\",\"to\":\"+15551230001\",\"type\":\"poem\"} | poem",
            "{\"messaging_product\":\"whatsapp\",\"to\":\"+15551230001\",\"text\":{\"body\":\"\"}} | body",
            "{\"messaging_product\":\"whatsapp\",\"status\":\"read\"}                  | message_id"})
    void a_missing_or_wrong_parameter_is_named_in_the_details(String body, String named) {
        JsonNode error = assertError(graph.send(body), 400, 100);

        assertThat(error.path("error_data").path("details").asText()).contains(named);
        assertThat(error.path("error_data").path("messaging_product").asText()).isEqualTo("whatsapp");
    }

    @Test
    void a_text_may_have_4096_characters_and_not_one_more() {
        String message = "{\"messaging_product\":\"whatsapp\",\"to\":\"+15551230001\",\"text\":{\"body\":\"%s\"}}";

        assertThat(graph.send(message.formatted("a".repeat(4096))).status()).isEqualTo(200);
        assertError(graph.send(message.formatted("a".repeat(4097))), 400, 100);
    }

    @Test
    void whatever_else_is_asked_for_is_refused_in_metas_envelope() {
        assertError(graph.get("/v25.0/" + NUMBER + "/nothing"), 400, 2500);
        assertError(graph.get("/v25.0/" + NUMBER + "/messages"), 400, 2500);
        assertError(graph.call("PATCH", "/v25.0/a/b/c/d", "x"), 400, 2500);
        assertError(graph.send("{\"text\":\"" + "a".repeat(5_000_000) + "\"}"), 413, 100);
    }

    @Test
    void the_number_tells_the_fields_that_are_asked_for() {
        assertThat(graph.get("/v25.0/" + NUMBER).json().fieldNames()).toIterable().containsExactlyInAnyOrder("verified_name",
                "code_verification_status", "display_phone_number", "quality_rating", "platform_type", "throughput", "id");
        assertThat(graph.get("/v25.0/" + NUMBER + "?fields=status,verified_name").json().fieldNames()).toIterable()
                .containsExactlyInAnyOrder("status", "verified_name", "id");
        assertThat(assertError(graph.get("/v25.0/" + NUMBER + "?fields=nonsense"), 400, 100).path("message").asText())
                .contains("nonsense");
    }

    @Test
    void an_uploaded_file_is_described_downloaded_and_deleted() throws Exception {
        byte[] content = GraphApi.sample("picture.jpg");

        Answer uploaded = graph.upload("../../evil.jpg", content, "image/jpeg");
        assertThat(uploaded.status()).as(uploaded.text()).isEqualTo(200);
        String id = uploaded.json().path("id").asText();
        JsonNode info = graph.get("/v25.0/" + id).json();
        assertThat(info.path("messaging_product").asText()).isEqualTo("whatsapp");
        assertThat(info.path("id").asText()).isEqualTo(id);
        assertThat(info.path("mime_type").asText()).isEqualTo("image/jpeg");
        assertThat(info.path("file_size").asLong()).isEqualTo(content.length);
        assertThat(info.path("sha256").asText())
                .isEqualTo(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content)));
        assertThat(info.path("url").asText()).startsWith(app.url("/mock/graph/"));

        Answer download = graph.get(info.path("url").asText());
        assertThat(download.bytes()).isEqualTo(content);
        assertThat(download.header("Content-Type")).isEqualTo("image/jpeg");
        assertError(app.call("GET", info.path("url").asText(), (String) null, Map.of()), 401, 104);

        assertError(graph.get("/v25.0/" + id + "?phone_number_id=1"), 400, 100);
        assertThat(graph.call("DELETE", "/v25.0/" + id + "?phone_number_id=" + NUMBER, null).text()).isEqualTo("{\"success\":true}");
        assertError(graph.get("/v25.0/" + id), 400, 100);
        assertError(graph.get(info.path("url").asText()), 400, 100);
    }

    @Test
    void without_a_type_the_content_of_the_file_says_it() {
        String id = graph.upload("invoice", GraphApi.sample("invoice.pdf"), null).json().path("id").asText();

        assertThat(graph.get("/" + id).json().path("mime_type").asText()).isEqualTo("application/pdf");
    }

    @Test
    void an_upload_without_a_file_is_refused() {
        assertError(graph.call("POST", "/v25.0/" + NUMBER + "/media", "{\"messaging_product\":\"whatsapp\"}"), 400, 100);
    }
}
