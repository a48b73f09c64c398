package helpdesk.whatsapp.simulator;

import static helpdesk.whatsapp.simulator.GraphApi.assertError;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import helpdesk.whatsapp.testing.Mp4;
import helpdesk.whatsapp.testing.TestApp;
import helpdesk.whatsapp.testing.TestApp.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

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

    @ParameterizedTest
    @MethodSource("files")
    void a_file_of_every_type_is_taken_with_and_without_an_ending(String type, String ending, byte[] content) {
        for (String name : List.of("a." + ending, "a")) {
            assertThat(type(upload("name=\"file\"; filename=\"" + name + "\"\r\nContent-Type: " + type, content))).isEqualTo(type);
        }
    }

    static Stream<Arguments> files() throws IOException {
        byte[] ole = Arrays.copyOf(HexFormat.of().parseHex("d0cf11e0a1b11ae1"), 1024);
        String office = "application/vnd.openxmlformats-officedocument.";
        return Stream.of(arguments("audio/aac", "aac", Arrays.copyOf(HexFormat.of().parseHex("fff15080"), 200)),
                arguments("audio/amr", "amr", "#!AMR\n".getBytes(StandardCharsets.US_ASCII)),
                arguments("audio/mpeg", "mp3", Arrays.copyOf(HexFormat.of().parseHex("4944330300000000"), 200)),
                arguments("audio/mp4", "m4a", Mp4.of("M4A ", "soun")), arguments("audio/mp4", "m4a", Mp4.of("mp42", "soun")),
                arguments("audio/mp4", "m4a", Mp4.of("isom", "soun")), arguments("audio/mp4", "m4a", Mp4.of("dash", "soun")),
                arguments("audio/mp4", "m4a", Mp4.of("3gp5", "soun")), arguments("audio/ogg", "ogg", GraphApi.sample("voice.ogg")),
                arguments("image/jpeg", "jpg", GraphApi.sample("picture.jpg")), arguments("image/png", "png", HexFormat.of().parseHex("89504e470d0a1a0a")),
                arguments("image/webp", "webp", GraphApi.sample("sticker.webp")), arguments("video/mp4", "mp4", GraphApi.sample("clip.mp4")),
                arguments("video/mp4", "mp4", Mp4.of("M4V ", "vide")), arguments("video/mp4", "mp4", Mp4.of("3gp5", "vide")),
                arguments("video/mp4", "mp4", Mp4.of("isom", "soun")), arguments("video/3gpp", "3gp", Mp4.of("3gp5", "vide")),
                arguments("video/3gpp", "3gp", Mp4.of("isom", "vide")), arguments("text/plain", "txt", "Hello".getBytes(StandardCharsets.US_ASCII)),
                arguments("application/pdf", "pdf", GraphApi.sample("invoice.pdf")), arguments("application/msword", "doc", ole),
                arguments("application/vnd.ms-excel", "xls", ole), arguments("application/vnd.ms-powerpoint", "ppt", ole),
                arguments(office + "wordprocessingml.document", "docx", zip()), arguments(office + "spreadsheetml.sheet", "xlsx", zip()),
                arguments(office + "presentationml.presentation", "pptx", zip()));
    }

    private static byte[] zip() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("[Content_Types].xml"));
            zip.write("<Types/>".getBytes(StandardCharsets.US_ASCII));
        }
        return bytes.toByteArray();
    }

    @Test
    void a_file_that_is_too_large_is_refused() {
        byte[] picture = Arrays.copyOf(GraphApi.sample("picture.jpg"), 5 * 1024 * 1024 + 1);

        assertThat(assertError(graph.upload("a.jpg", picture, "image/jpeg"), 400, 131053).toString()).contains("5242880");
        assertThat(graph.upload("a.jpg", Arrays.copyOf(picture, 5 * 1024 * 1024), "image/jpeg").status()).isEqualTo(200);
    }

    @Test
    void a_file_is_told_of_by_the_fields_that_are_asked_for() {
        String file = "/v23.0/" + graph.upload("a.pdf", GraphApi.sample("invoice.pdf"), "application/pdf").json().path("id").asText();

        assertThat(graph.get(file + "?fields=mime_type,sha256").json().fieldNames()).toIterable().containsExactlyInAnyOrder("mime_type", "sha256", "id");
        assertThat(assertError(graph.get(file + "?fields=colour"), 400, 100).path("message").asText()).contains("colour");
    }

    @ParameterizedTest
    @CsvSource({"voice.ogg,audio/ogg,16777216", "clip.mp4,video/mp4,16777216", "sticker.webp,image/webp,102400", "invoice.pdf,application/pdf,104857600"})
    void a_file_of_each_kind_has_its_largest_size(String sample, String type, int most) throws Exception {
        assertThat(uploadOf(sample, type, most)).isEqualTo(200);
        assertThat(uploadOf(sample, type, most + 1)).isEqualTo(400);
    }

    /** The status of an upload that is filled up to this size while it is sent. */
    private int uploadOf(String sample, String type, int size) throws Exception {
        byte[] content = GraphApi.sample(sample);
        byte[] head = ("--b\r\nContent-Disposition: form-data; name=\"messaging_product\"\r\n\r\nwhatsapp\r\n--b\r\nContent-Disposition: form-data; "
                + "name=\"file\"; filename=\"" + sample + "\"\r\nContent-Type: " + type + "\r\n\r\n").getBytes(StandardCharsets.UTF_8);
        HttpRequest request = HttpRequest.newBuilder(URI.create(app.url("/mock/graph/v23.0/" + TestApp.NUMBER + "/media")))
                .header("Authorization", "Bearer " + GraphApi.TOKEN).header("Content-Type", "multipart/form-data; boundary=b")
                .POST(BodyPublishers.concat(BodyPublishers.ofByteArray(head), BodyPublishers.ofByteArray(content),
                        BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> new Zeros(size - content.length)), size - content.length),
                        BodyPublishers.ofString("\r\n--b--\r\n"))).build();
        HttpResponse<String> answer = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build().send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.body()).contains(answer.statusCode() == 200 ? "\"id\"" : "131053");
        return answer.statusCode();
    }

    private static final class Zeros extends InputStream {

        private int left;

        Zeros(int bytes) {
            left = bytes;
        }

        @Override
        public int read() {
            return left-- > 0 ? 0 : -1;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            int given = Math.min(left, length);
            left -= given;
            Arrays.fill(into, offset, offset + Math.max(0, given), (byte) 0);
            return given > 0 ? given : -1;
        }
    }

    @Test
    void a_sticker_that_moves_may_be_larger_than_one_that_does_not() {
        byte[] moving = Arrays.copyOf(GraphApi.sample("sticker.webp"), 500 * 1024);
        System.arraycopy("ANIM".getBytes(StandardCharsets.US_ASCII), 0, moving, 30, 4);

        assertThat(graph.upload("a.webp", moving, "image/webp").status()).isEqualTo(200);
        assertError(graph.upload("a.webp", Arrays.copyOf(moving, 500 * 1024 + 1), "image/webp"), 400, 131053);
    }

    @Test
    void a_file_is_seen_and_deleted_by_its_own_number_only() {
        String id = graph.upload("a.jpg", GraphApi.sample("picture.jpg"), "image/jpeg").json().path("id").asText();

        for (String method : new String[] {"GET", "DELETE"}) {
            assertThat(assertError(graph.call(method, "/v23.0/" + id + "?phone_number_id=999", null), 400, 100).path("error_subcode").asInt()).isEqualTo(33);
        }
        assertThat(graph.get("/v23.0/" + id + "?phone_number_id=" + TestApp.NUMBER).status()).isEqualTo(200);
        assertThat(graph.call("DELETE", "/v23.0/" + id + "?phone_number_id=" + TestApp.NUMBER, null).text()).isEqualTo("{\"success\":true}");
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

    @Test
    void a_download_asks_for_another_host_and_gets_the_file() {
        byte[] content = GraphApi.sample("picture.jpg");
        String id = graph.upload("a.jpg", content, "image/jpeg").json().path("id").asText();
        String path = graph.get("/v23.0/" + id).json().path("url").asText().replaceFirst("https?://[^/]+", "");

        Answer answer = GraphApi.raw(app, "GET " + path + " HTTP/1.1\r\nHost: lookaside.fbsbx.com\r\nConnection: close\r\nAuthorization: Bearer "
                + GraphApi.TOKEN + "\r\n\r\n");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.bytes()).isEqualTo(content);
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
