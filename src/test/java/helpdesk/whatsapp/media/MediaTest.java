package helpdesk.whatsapp.media;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.testing.Mp4;
import helpdesk.whatsapp.testing.TestApp;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MediaTest {

    /** The head of Exif data that say how the camera was held, and nothing else. */
    private static final byte[] EXIF = {(byte) 0xff, (byte) 0xe1, 0, 34, 'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, '*', 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0};

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

    @ParameterizedTest
    @CsvSource({"M4A ,soun,audio/mp4", "mp42,soun,audio/mp4", "isom,soun,audio/mp4", "mp42,vide,video/mp4", "M4V ,vide,video/mp4", "3gp5,vide,video/3gpp"})
    void a_voice_memo_is_told_from_a_film_by_its_tracks(String brand, String track, String mimeType) {
        byte[] whole = Mp4.of((brand + " ").substring(0, 4), track);

        assertThat(upload("memo", "audio/x-m4a", whole).json().path("mimeType").asText()).isEqualTo(mimeType);
        byte[] cut = Arrays.copyOf(whole, whole.length - 30);
        assertThat(upload("memo", "audio/x-m4a", cut).status()).isEqualTo(201);
    }

    @Test
    void a_large_picture_has_a_small_one_held_as_the_camera_was() throws IOException {
        byte[] original = photo(2400, 1600, 6);
        String content = "/api/whatsapp/media/" + upload("photo.jpg", "image/jpeg", original).json().path("id").asText() + "/content";

        TestApp.Answer small = app.get(content + "?size=small");
        assertThat(small.header("Content-Type")).isEqualTo("image/jpeg");
        assertThat(small.bytes().length).isLessThan(original.length / 4);
        BufferedImage picture = ImageIO.read(new ByteArrayInputStream(small.bytes()));
        assertThat(picture.getWidth()).isEqualTo(640);
        assertThat(picture.getHeight()).isEqualTo(426);
        assertThat(new String(small.bytes(), StandardCharsets.ISO_8859_1)).contains(new String(EXIF, 0, 29, StandardCharsets.ISO_8859_1) + "\u0006");
        assertThat(app.get(content + "?size=small").bytes()).as("made once").isEqualTo(small.bytes());
        TestApp.Answer whole = app.get(content);
        assertThat(whole.bytes()).isEqualTo(original);
        assertThat(whole.header("ETag")).isNotEqualTo(small.header("ETag"));
    }

    @Test
    void what_is_no_large_picture_stays_what_it_is() throws IOException {
        byte[] broken = Arrays.copyOf(photo(2400, 1600, 1), 110_000);
        byte[] house = Arrays.copyOf(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13, 'I', 'H', 'D', 'R', 0, 1, 0, 0, 0, 1, 0, 0, 8, 2, 0, 0, 0,
            (byte) 0xe9, 0x2b, 0x0e, 0x38}, 110_000);      // says 65,536 by 65,536 dots
        for (byte[] file : List.of(sample("picture.jpg"), sample("invoice.pdf"), broken, house)) {
            TestApp.Answer uploaded = upload("file", "image/jpeg", file);
            assertThat(uploaded.status()).as(uploaded.text()).isEqualTo(201);
            TestApp.Answer served = app.get("/api/whatsapp/media/" + uploaded.json().path("id").asText() + "/content?size=small");
            assertThat(served.status()).isEqualTo(200);
            if (file != broken) {       // of a broken one as much may be shown as there is
                assertThat(served.bytes()).isEqualTo(file);
            }
        }
    }

    private static byte[] photo(int width, int height, int orientation) throws IOException {
        BufferedImage noise = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(7);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                noise.setRGB(x, y, (x * 255 / width) << 16 | (y * 255 / height) << 8 | random.nextInt(64));
            }
        }
        ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
        ImageIO.write(noise, "jpeg", jpeg);
        byte[] exif = EXIF.clone();
        exif[29] = (byte) orientation;
        ByteArrayOutputStream photo = new ByteArrayOutputStream();
        photo.write(jpeg.toByteArray(), 0, 2);
        photo.write(exif);
        photo.write(jpeg.toByteArray(), 2, jpeg.size() - 2);
        return photo.toByteArray();
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
