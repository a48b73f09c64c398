package helpdesk.whatsapp.simulator;

import static helpdesk.whatsapp.simulator.GraphApi.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import helpdesk.whatsapp.testing.TestApp;
import helpdesk.whatsapp.testing.TestApp.Answer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of the simulated Graph API: what is taken, how it is given, and when it is gone. */
class SimulatedMediaTest {

    private static final Map<String, String> AUTHORIZATION = Map.of("Authorization", "Bearer " + GraphApi.TOKEN);

    private final TestApp app = TestApp.shared();
    private final GraphApi graph = new GraphApi(app);

    private Answer upload(String disposition, byte[] content) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(("--b\r\nContent-Disposition: form-data; name=\"messaging_product\"\r\n\r\nwhatsapp\r\n--b\r\nContent-Disposition: form-data; "
                + disposition + "\r\n\r\n").getBytes(StandardCharsets.UTF_8));
        body.writeBytes(content);
        body.writeBytes("\r\n--b--\r\n".getBytes(StandardCharsets.UTF_8));
        return app.call("POST", "/mock/graph/v23.0/" + TestApp.NUMBER + "/media", body.toByteArray(),
                Map.of("Authorization", "Bearer " + GraphApi.TOKEN, "Content-Type", "multipart/form-data; boundary=b"));
    }

    private String type(Answer uploaded) {
        assertThat(uploaded.status()).as(uploaded.text()).isEqualTo(200);
        return graph.get("/v23.0/" + uploaded.json().path("id").asText()).json().path("mime_type").asText();
    }

    @Test
    void the_type_is_that_of_the_part_else_of_the_field_else_of_the_content() {
        byte[] voice = GraphApi.sample("voice.ogg");

        assertThat(type(upload("name=\"file\"; filename=\"a\"\r\nContent-Type: audio/ogg; codecs=opus", voice))).startsWith("audio/ogg");
        assertThat(type(upload("name=\"file\"; filename=\"a.bin\"", voice))).isEqualTo("audio/ogg");
        assertThat(type(upload("name=\"file\"; filename=\"a\"\r\nContent-Type: ogg", voice))).isEqualTo("audio/ogg");
        assertThat(type(graph.upload("a", voice, "audio/ogg"))).isEqualTo("audio/ogg");
        assertThat(type(upload("name=\"upload\"; filename=\"a.pdf\"", GraphApi.sample("invoice.pdf")))).isEqualTo("application/pdf");
    }

    @ParameterizedTest
    @CsvSource({"text/html,100,one of the following types", "application/zip,100,application/zip", "image/webp,131053,content is image/jpeg",
        "video/mp4,131053,content is image/jpeg"})
    void what_is_no_file_of_its_type_is_refused(String type, int code, String because) {
        assertThat(assertError(upload("name=\"file\"; filename=\"a.jpg\"\r\nContent-Type: " + type, GraphApi.sample("picture.jpg")), 400, code).toString())
                .contains(because);
    }

    @Test
    void a_file_that_is_too_large_is_refused() {
        byte[] picture = Arrays.copyOf(GraphApi.sample("picture.jpg"), 5 * 1024 * 1024 + 1);

        assertThat(assertError(graph.upload("a.jpg", picture, "image/jpeg"), 400, 131053).toString()).contains("5242880");
        assertThat(graph.upload("a.jpg", Arrays.copyOf(picture, 5 * 1024 * 1024), "image/jpeg").status()).isEqualTo(200);
        byte[] sticker = Arrays.copyOf(GraphApi.sample("sticker.webp"), 501 * 1024);
        assertError(graph.upload("a.webp", sticker, "image/webp"), 400, 131053);
    }

    @Test
    void an_upload_names_the_product_and_has_a_file() {
        assertThat(assertError(app.call("POST", "/mock/graph/v23.0/" + TestApp.NUMBER + "/media", (String) null, AUTHORIZATION), 400, 100)
                .path("message").asText()).contains("messaging_product");
        assertThat(assertError(graph.call("POST", "/v23.0/" + TestApp.NUMBER + "/media", "{\"messaging_product\":\"whatsapp\"}"), 400, 100)
                .path("message").asText()).contains("file");
    }

    @Test
    void a_part_of_a_file_is_given_when_a_range_is_asked_for() {
        byte[] content = GraphApi.sample("invoice.pdf");
        String id = graph.upload("a.pdf", content, "application/pdf").json().path("id").asText();
        String url = graph.get("/v23.0/" + id).json().path("url").asText();

        Answer first = range(url, "bytes=0-9");
        assertThat(first.status()).isEqualTo(206);
        assertThat(first.bytes()).isEqualTo(Arrays.copyOf(content, 10));
        assertThat(first.header("Content-Range")).isEqualTo("bytes 0-9/" + content.length);
        assertThat(first.header("Content-Type")).isEqualTo("application/pdf");
        assertThat(range(url, "bytes=5-").bytes()).isEqualTo(Arrays.copyOfRange(content, 5, content.length));
        assertThat(range(url, "bytes=-7").bytes()).isEqualTo(Arrays.copyOfRange(content, content.length - 7, content.length));
        Answer whole = range(url, "lines=1-2");
        assertThat(whole.status()).isEqualTo(200);
        assertThat(whole.header("Accept-Ranges")).isEqualTo("bytes");
        assertThat(whole.bytes()).isEqualTo(content);
        assertError(range(url, "bytes=" + content.length + "-"), 416, 100);
    }

    private Answer range(String url, String range) {
        return app.call("GET", url, (String) null, Map.of("Authorization", "Bearer " + GraphApi.TOKEN, "Range", range));
    }

    @Test
    void an_address_holds_for_five_minutes_and_only_as_it_was_given() {
        String id = graph.upload("a.pdf", GraphApi.sample("invoice.pdf"), "application/pdf").json().path("id").asText();
        String url = graph.get("/v23.0/" + id).json().path("url").asText();
        assertThat(graph.get(url).status()).isEqualTo(200);

        assertError(graph.get(url.replaceFirst("ext=\\d+", "ext=1600000000")), 404, 100);
        assertError(graph.get(url.replaceFirst("&hash=.*", "&hash=0")), 404, 100);
        assertError(graph.get(url.replaceFirst("&ext=.*", "")), 404, 100);
    }

    @Test
    void a_file_of_a_customer_lives_for_seven_days_and_an_uploaded_one_for_thirty() {
        String id = graph.upload("a.pdf", GraphApi.sample("invoice.pdf"), "application/pdf").json().path("id").asText();
        graph.inbound("{\"type\":\"image\",\"from\":\"" + TestApp.newCustomer() + "\"}");

        assertThat(app.database().sql("select distinct round(extract(epoch from expires_at - created_at) / 86400) from simulator_media order by 1")
                .query(Integer.class).list()).contains(7, 30);
        app.database().sql("update simulator_media set expires_at = now() where id = ?").param(id).update();
        assertThat(assertError(graph.get("/v23.0/" + id), 400, 100).path("error_subcode").asInt()).isEqualTo(33);
    }

    @Test
    void without_the_rule_any_file_is_taken_and_an_address_never_ends() {
        try (TestApp lenient = TestApp.start(Map.of("whatsapp.simulator.strict.media", "false"))) {
            GraphApi api = new GraphApi(lenient);
            String id = api.upload("a.jpg", new byte[] {1, 2, 3}, "image/jpeg").json().path("id").asText();
            assertThat(api.get(api.get("/v23.0/" + id).json().path("url").asText().replaceFirst("&ext=.*", "")).bytes()).containsExactly(1, 2, 3);
        }
    }
}
