package helpdesk.whatsapp.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every Cloud API does, Meta's as well as ours: one subclass asks the simulator, another the real one. What differs between accounts
 * (ids, names, times) is compared by its shape, and nothing is left behind but some messages to one recipient.
 */
abstract class CloudApiContract {

    /** An API under contract, with its version in the address, and what is there; the recipient is a number without plus. */
    record Target(String base, String token, String number, String account, String recipient) {
    }

    /** An answer. */
    record Answer(int status, HttpResponse<byte[]> response) {

        JsonNode json() {
            return Json.read(response.body());
        }

        String text() {
            return new String(response.body(), StandardCharsets.UTF_8);
        }
    }

    private static final HttpClient HTTP = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).connectTimeout(Duration.ofSeconds(30)).build();
    private static final String WAMID = "wamid\\.[A-Za-z0-9+/=_-]{20,}";

    /** The API that is asked; a test is skipped where there is none. */
    abstract Target target();

    /** A message that the recipient has written, to be marked as read. */
    abstract Optional<String> written();

    // ---- calls -----------------------------------------------------------------------------------------------------

    private Answer call(String method, String path, String token, String type, byte[] body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(path.startsWith("http") ? path : target().base() + path))
                .timeout(Duration.ofSeconds(60)).method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body))
                .header("User-Agent", "curl/8.5.0");
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        if (type != null) {
            request.header("Content-Type", type);
        }
        try {
            HttpResponse<byte[]> response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            return new Answer(response.statusCode(), response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Answer get(String path) {
        return call("GET", path, target().token(), null, null);
    }

    private Answer post(String path, String json) {
        return call("POST", path, target().token(), "application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    private Answer send(String content) {
        return post("/" + target().number() + "/messages", "{\"messaging_product\":\"whatsapp\",\"recipient_type\":\"individual\",\"to\":\"+"
                + target().recipient() + "\"," + content + "}");
    }

    private String sent(String content) {
        Answer answer = send(content);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        JsonNode json = answer.json();
        assertThat(json.path("messaging_product").asText()).isEqualTo("whatsapp");
        assertThat(json.at("/contacts/0/input").asText()).isEqualTo("+" + target().recipient());
        assertThat(json.at("/contacts/0/wa_id").asText()).matches("\\d{7,15}");
        assertThat(json.at("/messages/0/id").asText()).matches(WAMID);
        return json.at("/messages/0/id").asText();
    }

    private static JsonNode refused(Answer answer, int code) {
        assertThat(answer.status()).as(answer.text()).isBetween(400, 404);
        assertThat(answer.response().headers().firstValue("Content-Type").orElse("")).startsWith("application/json");
        JsonNode error = answer.json().path("error");
        assertThat(error.path("code").asInt()).as(answer.text()).isEqualTo(code);
        assertThat(error.path("message").asText()).isNotBlank();
        assertThat(error.path("type").asText()).isIn("OAuthException", "GraphMethodException");
        assertThat(error.path("fbtrace_id").asText()).isNotBlank();
        return error;
    }

    // ---- messages --------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {
            "\"type\":\"text\",\"text\":{\"body\":\"Contract test\",\"preview_url\":false}",
            "\"type\":\"location\",\"location\":{\"latitude\":52.5163,\"longitude\":13.3777,\"name\":\"Brandenburg Gate\"}",
            "\"type\":\"contacts\",\"contacts\":[{\"name\":{\"formatted_name\":\"Ben Sample\",\"first_name\":\"Ben\"},\"phones\":[{\"phone\":\"+15551230002\"}]}]",
            "\"type\":\"interactive\",\"interactive\":{\"type\":\"button\",\"body\":{\"text\":\"?\"},\"action\":{\"buttons\":[{\"type\":\"reply\",\"reply\":{\"id\":\"y\",\"title\":\"Yes\"}}]}}",
            "\"type\":\"interactive\",\"interactive\":{\"type\":\"list\",\"body\":{\"text\":\"?\"},\"action\":{\"button\":\"Choose\",\"sections\":[{\"title\":\"A\",\"rows\":[{\"id\":\"1\",\"title\":\"One\"}]}]}}",
            "\"type\":\"interactive\",\"interactive\":{\"type\":\"cta_url\",\"body\":{\"text\":\"?\"},\"action\":{\"name\":\"cta_url\",\"parameters\":{\"display_text\":\"Open\",\"url\":\"https://example.com\"}}}",
            "\"type\":\"template\",\"template\":{\"name\":\"hello_world\",\"language\":{\"code\":\"en_US\"}}"})
    void each_type_is_accepted(String content) {
        sent(content);
    }

    @Test
    void a_message_is_replied_to_and_reacted_to() {
        String first = sent("\"type\":\"text\",\"text\":{\"body\":\"To be replied to\"},\"biz_opaque_callback_data\":\"contract\"");

        sent("\"context\":{\"message_id\":\"" + first + "\"},\"type\":\"text\",\"text\":{\"body\":\"A reply\"}");
        sent("\"type\":\"reaction\",\"reaction\":{\"message_id\":\"" + first + "\",\"emoji\":\"\\uD83D\\uDC4D\"}");
    }

    @Test
    void a_message_of_the_customer_is_marked_as_read() {
        Optional<String> message = written();
        Assumptions.assumeTrue(message.isPresent(), "no message of the customer is known");

        Answer answer = post("/" + target().number() + "/messages", "{\"messaging_product\":\"whatsapp\",\"status\":\"read\",\"message_id\":\""
                + message.get() + "\"}");

        assertThat(answer.text()).isEqualTo("{\"success\":true}");
    }

    @Test
    void what_no_customer_wrote_is_not_marked_as_read() {
        String own = sent("\"type\":\"text\",\"text\":{\"body\":\"Not to be marked as read\"}");

        for (String message : List.of(own, "wamid.HBgLMTU1NTEyMzAwMDEVAgASGBQwMDAwMDAwMDAwMDAwMDAwMDAwMAA=")) {
            refused(post("/" + target().number() + "/messages", "{\"messaging_product\":\"whatsapp\",\"status\":\"read\",\"message_id\":\"" + message + "\"}"), 131009);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "{\"to\":\"+15551230001\",\"text\":{\"body\":\"a\"}}                                                    | 100",
            "{\"messaging_product\":\"whatsapp\",\"type\":\"text\",\"text\":{\"body\":\"a\"}}                       | 100",
            "{\"messaging_product\":\"whatsapp\",\"to\":\"$TO\",\"type\":\"poem\",\"poem\":{}}                      | 100",
            "{\"messaging_product\":\"whatsapp\",\"to\":\"$TO\",\"type\":\"text\"}                                  | 100",
            "{\"messaging_product\":\"whatsapp\",\"to\":\"$TO\",\"type\":\"template\",\"template\":{\"name\":\"nobody_made_it\",\"language\":{\"code\":\"en_US\"}}} | 132001",
            "{\"messaging_product\":\"whatsapp\",\"to\":\"$TO\",\"type\":\"template\",\"template\":{\"name\":\"hello_world\",\"language\":{\"code\":\"en_US\"},"
                    + "\"components\":[{\"type\":\"body\",\"parameters\":[{\"type\":\"text\",\"text\":\"1\"}]}]}} | 132000"})
    void a_message_with_a_fault_is_refused_by_its_code(String body, int code) {
        refused(post("/" + target().number() + "/messages", body.replace("$TO", "+" + target().recipient())), code);
    }

    @Test
    void a_text_of_more_than_4096_characters_is_refused() {
        refused(send("\"type\":\"text\",\"text\":{\"body\":\"" + "a".repeat(4097) + "\"}"), 100);
    }

    @Test
    void a_part_of_an_interactive_message_that_is_too_long_is_refused() {
        refused(send("\"type\":\"interactive\",\"interactive\":{\"type\":\"button\",\"body\":{\"text\":\"?\"},\"action\":{\"buttons\":[{\"type\":\"reply\","
                + "\"reply\":{\"id\":\"y\",\"title\":\"" + "a".repeat(21) + "\"}}]}}"), 131009);
    }

    // ---- who asks, and for what ------------------------------------------------------------------------------------

    @Test
    void a_wrong_token_is_refused() {
        JsonNode error = refused(call("GET", "/" + target().number(), "EAAwrong", null, null), 190);

        assertThat(error.path("type").asText()).isEqualTo("OAuthException");
    }

    @Test
    void a_call_without_a_token_is_refused() {
        refused(call("GET", "/" + target().number(), null, null, null), 104);
        refused(call("POST", "/" + target().number() + "/messages", null, "application/json", "{}".getBytes(StandardCharsets.UTF_8)), 190);
    }

    @Test
    void what_does_not_exist_is_code_100_with_subcode_33() {
        for (Answer answer : List.of(get("/100000000000000000"), post("/100000000000000000/messages",
                "{\"messaging_product\":\"whatsapp\",\"to\":\"+15551230001\",\"text\":{\"body\":\"a\"}}"), call("DELETE", "/100000000000000000", target().token(), null, null))) {
            assertThat(refused(answer, 100).path("error_subcode").asInt()).isEqualTo(33);
        }
    }

    @Test
    void the_token_is_taken_from_the_query_too_and_is_valid() {
        String token = URLEncoder.encode(target().token(), StandardCharsets.UTF_8);
        assertThat(call("GET", "/" + target().number() + "?access_token=" + token, null, null, null).json().path("id").asText())
                .isEqualTo(target().number());

        JsonNode about = get("/debug_token?input_token=" + token).json().path("data");
        assertThat(about.path("is_valid").asBoolean()).isTrue();
        assertThat(about.path("app_id").asText()).matches("\\d+");
        assertThat(about.path("scopes").toString()).contains("whatsapp_business_messaging", "whatsapp_business_management");
    }

    // ---- files -----------------------------------------------------------------------------------------------------

    private Answer upload(String type, byte[] content) {
        byte[] head = ("--b0undary\r\nContent-Disposition: form-data; name=\"messaging_product\"\r\n\r\nwhatsapp\r\n--b0undary\r\n"
                + "Content-Disposition: form-data; name=\"file\"; filename=\"contract.txt\"\r\nContent-Type: " + type + "\r\n\r\n").getBytes(StandardCharsets.UTF_8);
        byte[] tail = "\r\n--b0undary--\r\n".getBytes(StandardCharsets.UTF_8);
        byte[] body = new byte[head.length + content.length + tail.length];
        System.arraycopy(head, 0, body, 0, head.length);
        System.arraycopy(content, 0, body, head.length, content.length);
        System.arraycopy(tail, 0, body, head.length + content.length, tail.length);
        return call("POST", "/" + target().number() + "/media", target().token(), "multipart/form-data; boundary=b0undary", body);
    }

    @Test
    void a_file_is_uploaded_described_downloaded_sent_and_deleted() throws Exception {
        byte[] content = "A file of the contract test.\n".getBytes(StandardCharsets.UTF_8);
        String id = upload("text/plain", content).json().path("id").asText();
        assertThat(id).matches("\\d{10,20}");

        JsonNode info = get("/" + id).json();
        assertThat(info.path("messaging_product").asText()).isEqualTo("whatsapp");
        assertThat(info.path("id").asText()).isEqualTo(id);
        assertThat(info.path("mime_type").asText()).isEqualTo("text/plain");
        assertThat(info.path("file_size").asLong()).isEqualTo(content.length);
        assertThat(info.path("sha256").asText()).isEqualTo(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content)));
        assertThat(get(info.path("url").asText()).response().body()).isEqualTo(content);
        assertThat(call("GET", info.path("url").asText(), null, null, null).status()).isGreaterThanOrEqualTo(400);

        sent("\"type\":\"document\",\"document\":{\"id\":\"" + id + "\",\"filename\":\"contract.txt\",\"caption\":\"A file\"}");
        assertThat(call("DELETE", "/" + id, target().token(), null, null).text()).isEqualTo("{\"success\":true}");
        assertThat(refused(get("/" + id), 100).path("error_subcode").asInt()).isEqualTo(33);
    }

    @Test
    void an_address_of_a_file_that_was_changed_is_not_found() {
        String id = upload("text/plain", "A file of the contract test.\n".getBytes(StandardCharsets.UTF_8)).json().path("id").asText();
        String url = get("/" + id).json().path("url").asText();

        assertThat(get(url.replaceFirst("ext=\\d+", "ext=1600000000")).status()).isEqualTo(404);
        call("DELETE", "/" + id, target().token(), null, null);
    }

    @Test
    void a_file_of_a_type_that_nobody_takes_is_refused() {
        refused(upload("application/x-msdownload", new byte[] {'M', 'Z', 0, 1}), 100);
    }

    // ---- number, profile, account ----------------------------------------------------------------------------------

    @Test
    void the_number_tells_what_is_asked_for_and_no_more() {
        ObjectNode number = (ObjectNode) get("/" + target().number() + "?fields=display_phone_number,verified_name,quality_rating").json();

        assertThat(number.path("id").asText()).isEqualTo(target().number());
        assertThat(number.path("display_phone_number").asText()).matches("\\+?[\\d ()-]{7,}");
        assertThat(number.path("verified_name").asText()).isNotBlank();
        assertThat(number.path("quality_rating").asText()).isIn("GREEN", "YELLOW", "RED", "UNKNOWN", "NA");
        assertThat(number.fieldNames()).toIterable().isSubsetOf("id", "display_phone_number", "verified_name", "quality_rating");
        refused(get("/" + target().number() + "?fields=shoe_size"), 100);
    }

    @Test
    void the_profile_is_read_and_written() {
        String path = "/" + target().number() + "/whatsapp_business_profile";
        JsonNode profile = get(path + "?fields=about,vertical,websites").json().at("/data/0");
        assertThat(profile.path("messaging_product").asText()).isEqualTo("whatsapp");
        assertThat(((ObjectNode) profile).fieldNames()).toIterable().isSubsetOf("messaging_product", "about", "vertical", "websites");

        String same = profile.path("vertical").asText("OTHER");
        assertThat(post(path, "{\"messaging_product\":\"whatsapp\",\"vertical\":\"" + same + "\"}").text()).isEqualTo("{\"success\":true}");
        refused(post(path, "{\"messaging_product\":\"whatsapp\",\"email\":\"nobody\"}"), 100);
    }

    @Test
    void the_account_has_numbers_and_says_who_is_subscribed() {
        JsonNode numbers = get("/" + target().account() + "/phone_numbers").json();
        assertThat(numbers.path("data").findValuesAsText("id")).contains(target().number());
        assertThat(numbers.at("/paging/cursors/after").asText()).isNotBlank();
        JsonNode account = get("/" + target().account() + "?fields=id,name,timezone_id").json();
        assertThat(account.path("id").asText()).isEqualTo(target().account());
        assertThat(account.path("name").asText()).isNotBlank();

        for (JsonNode app : get("/" + target().account() + "/subscribed_apps").json().path("data")) {
            assertThat(app.at("/whatsapp_business_api_data/id").asText()).matches("\\d+");
            assertThat(app.at("/whatsapp_business_api_data/name").asText()).isNotBlank();
        }
    }

    @Test
    void templates_are_listed_by_pages_and_filtered() {
        JsonNode page = get("/" + target().account() + "/message_templates?limit=1&status=APPROVED").json();

        assertThat(page.path("data")).hasSize(1);
        JsonNode template = page.at("/data/0");
        assertThat(template.path("id").asText()).matches("\\d+");
        assertThat(template.path("name").asText()).matches("[a-z0-9_]+");
        assertThat(template.path("language").asText()).matches("[a-z]{2,3}(_[A-Z]{2})?");
        assertThat(template.path("status").asText()).isEqualTo("APPROVED");
        assertThat(template.path("category").asText()).isIn("UTILITY", "MARKETING", "AUTHENTICATION");
        assertThat(template.path("components").findValuesAsText("type")).contains("BODY");
        assertThat(page.at("/paging/cursors/after").asText()).isNotBlank();
    }
}
