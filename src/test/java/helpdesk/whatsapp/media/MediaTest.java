package helpdesk.whatsapp.media;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.testing.TestApp;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MediaTest {

    private final TestApp app = TestApp.shared();

    @ParameterizedTest
    @CsvSource({"picture.jpg,image/jpeg,image", "invoice.pdf,application/pdf,document", "voice.ogg,audio/ogg,audio",
        "clip.mp4,video/mp4,video", "sticker.webp,image/webp,sticker"})
    void a_file_is_taken_by_its_content_served_as_it_was_and_sent_by_its_id(String name, String mimeType, String type) {
        byte[] bytes = sample(name);
        TestApp.Answer uploaded = upload("../../" + name, "text/html", bytes);
        assertThat(uploaded.status()).as(uploaded.text()).isEqualTo(201);
        assertThat(uploaded.json().path("mimeType").asText()).isEqualTo(mimeType);
        assertThat(uploaded.json().path("fileName").asText()).isEqualTo(name);
        assertThat(uploaded.json().path("size").asLong()).isEqualTo(bytes.length);

        String media = "/api/whatsapp/media/" + uploaded.json().path("id").asText();
        assertThat(app.get(media).json().path("state").asText()).isEqualTo("ready");
        TestApp.Answer content = app.get(media + "/content");
        assertThat(content.bytes()).isEqualTo(bytes);
        assertThat(content.header("Content-Type")).isEqualTo(mimeType);
        assertThat(content.header("Content-Disposition")).startsWith("attachment;").contains(name);
        assertThat(content.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(content.header("Content-Security-Policy")).contains("sandbox");

        for (int i = 0; i < 2; i++) {
            String id = Json.text(send(type, uploaded.json().path("id").asText()).json(), "id");
            app.awaitStatus(id, "read");
        }
        assertThat(app.database().sql("select count(*) from media_upload where media_id = ?::uuid")
                .param(uploaded.json().path("id").asText()).query(Integer.class).single()).as("given to Meta once").isEqualTo(1);
    }

    @Test
    void what_whatsapp_does_not_take_is_refused_with_the_list_of_what_it_takes() {
        byte[] noise = new byte[300];
        new Random(7).nextBytes(noise);
        assertRefused(upload("holiday.jpg", "image/jpeg", noise), "application/octet-stream");
        assertRefused(upload("empty.pdf", "application/pdf", new byte[0]), "empty");
        byte[] large = new byte[600 * 1024];
        System.arraycopy(sample("sticker.webp"), 0, large, 0, sample("sticker.webp").length);
        assertRefused(upload("sticker.webp", "image/webp", large), "image/webp");
        TestApp.Answer without = app.call("POST", "/api/whatsapp/media", form("note", null, null, "x".getBytes(StandardCharsets.UTF_8)),
                multipart());
        assertRefused(without, "multipart/form-data");
        assertThat(app.post("/api/whatsapp/media", "{}").status()).isEqualTo(415);
    }

    @Test
    void a_send_of_media_that_does_not_fit_or_is_not_there_is_refused() {
        String picture = upload("picture.jpg", "image/jpeg", sample("picture.jpg")).json().path("id").asText();
        assertThat(send("video", picture).status()).isEqualTo(422);
        assertThat(send("video", picture).json().path("field").asText()).isEqualTo("video.id");
        assertThat(send("image", UUID.randomUUID().toString()).status()).isEqualTo(422);
    }

    @Test
    void media_that_is_not_known_is_404() {
        for (String path : new String[] {UUID.randomUUID().toString(), "..%2F..%2Fpg-password", "1"}) {
            assertThat(app.get("/api/whatsapp/media/" + path).status()).isEqualTo(404);
            assertThat(app.get("/api/whatsapp/media/" + path + "/content").status()).isEqualTo(404);
        }
    }

    @Test
    void a_picture_from_a_customer_is_fetched_verified_and_served() {
        String wamid = write("{\"type\":\"image\",\"caption\":\"my parcel\",\"from\":\"" + TestApp.newCustomer() + "\"}");
        JsonNode media = awaitMedia(wamid, "ready");
        TestApp.Answer content = app.get("/api/whatsapp/media/" + Json.text(media, "id") + "/content");
        assertThat(content.bytes()).isEqualTo(sample("picture.jpg"));
        assertThat(app.get("/api/whatsapp/messages/" + wamid).json().path("text").asText()).isEqualTo("my parcel");
    }

    @Test
    void media_that_meta_does_not_have_fails_after_its_tries_and_says_why_while_the_message_is_there() {
        try (TestApp impatient = TestApp.start(Map.of("whatsapp.media.max-attempts", "2", "whatsapp.media.retry-delay", "0",
                "whatsapp.media.poll", "50"))) {
            String wamid = TestApp.newWamid();
            impatient.webhook("""
                    {"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{
                    "messaging_product":"whatsapp","metadata":{"phone_number_id":"%s"},"messages":[{"from":"15551234567","id":"%s",
                    "timestamp":"1790000000","type":"image","image":{"id":"404404404","mime_type":"image/jpeg"}}]}}]}]}"""
                    .formatted(TestApp.NUMBER, wamid));
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> "failed".equals(Json.text(
                    impatient.get("/api/whatsapp/messages/" + wamid).json().path("media"), "state")));
            String id = impatient.get("/api/whatsapp/messages/" + wamid).json().at("/media/id").asText();
            assertThat(impatient.get("/api/whatsapp/media/" + id).json().path("error").asText()).contains("Meta gives no URL");
            assertThat(impatient.get("/api/whatsapp/media/" + id + "/content").status()).isEqualTo(409);
            try (Stream<Path> left = Files.walk(Path.of(impatient.property("whatsapp.data-dir")))) {
                assertThat(left.filter(file -> file.toString().endsWith(".part"))).isEmpty();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private JsonNode awaitMedia(String wamid, String state) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> state.equals(Json.text(
                app.get("/api/whatsapp/messages/" + wamid).json().path("media"), "state")));
        return app.get("/api/whatsapp/messages/" + wamid).json().path("media");
    }

    private String write(String customer) {
        return Json.text(app.post("/mock/control/inbound", customer).json(), "wamid");
    }

    private TestApp.Answer send(String type, String mediaId) {
        return app.post("/api/whatsapp/messages", "{\"to\":\"+%s\",\"type\":\"%s\",\"%s\":{\"id\":\"%s\"}}"
                .formatted(TestApp.newCustomer(), type, type, mediaId));
    }

    private static void assertRefused(TestApp.Answer answer, String because) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(422);
        assertThat(answer.json().path("code").asText()).isEqualTo("validation");
        assertThat(answer.json().at("/errors/0/field").asText()).isEqualTo("file");
        assertThat(answer.json().at("/errors/0/message").asText()).contains(because);
    }

    private TestApp.Answer upload(String fileName, String contentType, byte[] bytes) {
        return app.call("POST", "/api/whatsapp/media", form("file", fileName, contentType, bytes), multipart());
    }

    private static Map<String, String> multipart() {
        return Map.of("Authorization", "Bearer " + TestApp.TOKEN, "Content-Type", "multipart/form-data; boundary=border");
    }

    private static byte[] form(String part, String fileName, String contentType, byte[] bytes) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        String head = "--border\r\nContent-Disposition: form-data; name=\"" + part + "\""
                + (fileName == null ? "" : "; filename=\"" + fileName + "\"\r\nContent-Type: " + contentType) + "\r\n\r\n";
        body.writeBytes(head.getBytes(StandardCharsets.UTF_8));
        body.writeBytes(bytes);
        body.writeBytes("\r\n--border--\r\n".getBytes(StandardCharsets.UTF_8));
        return body.toByteArray();
    }

    private static byte[] sample(String name) {
        try (InputStream in = MediaTest.class.getResourceAsStream("/simulator/" + name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
