package helpdesk.whatsapp.api;

import static helpdesk.whatsapp.api.ContractAssert.assertAnswer;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.testing.GraphStub;
import helpdesk.whatsapp.testing.TestApp;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The business profile, its picture and history, and the number - all by the Graph API, which the simulator plays. */
class BusinessTest {

    private static final String AGENT = "token-of-an-agent";
    @AutoClose
    private static TestApp app;

    @BeforeAll
    static void start() {
        app = TestApp.start(Map.of("whatsapp.agent-token", AGENT));
    }

    private static Map<String, String> as(String token) {
        return Map.of("Authorization", "Bearer " + token, "Content-Type", "application/json");
    }

    private static TestApp.Answer patch(String body) {
        return app.call("PATCH", "/api/whatsapp/profile", body, as(TestApp.TOKEN));
    }

    private static TestApp.Answer put(byte[] picture, String token) {
        return form("PUT", "/api/whatsapp/profile/picture", token, picture, Map.of());
    }

    /** A form with a file, and with these fields before it. */
    private static TestApp.Answer form(String method, String path, String token, byte[] file, Map<String, String> fields) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        fields.forEach((name, value) -> body.writeBytes(("--b\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n")
                .getBytes(StandardCharsets.UTF_8)));
        body.writeBytes("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../logo.png\"\r\nContent-Type: image/png\r\n\r\n"
                .getBytes(StandardCharsets.UTF_8));
        body.writeBytes(file);
        body.writeBytes("\r\n--b--\r\n".getBytes(StandardCharsets.UTF_8));
        return app.call(method, path, body.toByteArray(), Map.of("Authorization", "Bearer " + token, "Content-Type", "multipart/form-data; boundary=b"));
    }

    private static byte[] picture(int width, int height, String format) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), format, bytes);
        return bytes.toByteArray();
    }

    private static JsonNode newest() {
        return assertAnswer(app.get("/api/whatsapp/profile/history?limit=1"), "profile-history", 200).path("data").path(0);
    }

    @Test
    void a_change_is_published_noted_and_read_again_and_a_repeat_is_no_call() {
        JsonNode profile = assertAnswer(patch("""
                {"about":"Kitchenware from Manchester","description":"Lids, too","email":"care@marram.example","address":"12 Yard",
                 "websites":["https://marram.example"],"vertical":"RETAIL"}"""), "profile-change", 200);
        assertThat(profile.path("about").asText()).isEqualTo("Kitchenware from Manchester");
        assertThat(profile.path("websites").toString()).isEqualTo("[\"https://marram.example\"]");
        assertThat(assertAnswer(app.get("/api/whatsapp/profile"), "profile-get", 200).path("vertical").asText()).isEqualTo("RETAIL");
        JsonNode change = newest();
        assertThat(change.path("result").asText()).isEqualTo("published");
        assertThat(change.path("actor").asText()).isEqualTo("environment");
        assertThat(change.path("changes").findValuesAsText("field")).contains("about", "email", "websites", "vertical");

        assertAnswer(patch("{\"about\":\"Kitchenware from Manchester\"}"), "profile-change", 200);
        assertThat(newest()).isEqualTo(change);
        profile = assertAnswer(patch("{\"email\":\"\",\"websites\":[]}"), "profile-change", 200);
        assertThat(profile.path("email").isNull()).isTrue();
        assertThat(profile.path("websites")).isEmpty();
        assertThat(profile.path("about").asText()).isEqualTo("Kitchenware from Manchester");
    }

    @Test
    void what_was_changed_elsewhere_is_seen_at_reading_once() {
        app.get("/api/whatsapp/profile");
        app.call("POST", "/mock/graph/v25.0/" + TestApp.NUMBER + "/whatsapp_business_profile",
                "{\"messaging_product\":\"whatsapp\",\"address\":\"Elsewhere 1\"}", Map.of("Authorization", "Bearer mock-access-token", "Content-Type", "application/json"));
        app.get("/api/whatsapp/profile");
        JsonNode seen = newest();
        app.get("/api/whatsapp/profile");

        assertThat(seen.path("result").asText()).isEqualTo("outside");
        assertThat(seen.path("actor").isNull()).isTrue();
        assertThat(seen.at("/changes/0/to").asText()).isEqualTo("Elsewhere 1");
        assertThat(newest()).isEqualTo(seen);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"{}|body", "{\"about\":\"\"}|about", "{\"vertical\":\"SHOES\"}|vertical",
        "{\"websites\":[\"a\",\"b\",\"c\"]}|websites", "{\"websites\":[\"marram.example\"]}|websites[0]", "{\"email\":\"nobody\"}|email",
        "{\"picture\":\"x\"}|picture"})
    void limits_are_told_before_meta_is_asked(String body, String field) {
        assertThat(assertAnswer(patch(body), "profile-change", 422).path("errors").findValuesAsText("field")).contains(field);
        assertThat(assertAnswer(patch("{\"about\":\"" + "x".repeat(140) + "\",\"description\":\"" + "x".repeat(513) + "\"}"), "profile-change", 422)
                .path("errors").findValuesAsText("field")).containsExactlyInAnyOrder("about", "description");
    }

    @Test
    void a_long_description_is_published_with_a_warning() {
        JsonNode profile = assertAnswer(patch("{\"description\":\"" + "d".repeat(300) + "\"}"), "profile-change", 200);
        assertThat(profile.path("warnings")).hasSize(1);
    }

    @Test
    void what_meta_refuses_is_said_with_its_code_and_kept_in_the_history() {
        try (GraphStub meta = new GraphStub(); TestApp real = TestApp.start(meta.realMode(Map.of()))) {
            meta.answer("", call -> call.path().endsWith("whatsapp_business_profile") && !call.body().has("messaging_product")
                    ? new GraphStub.Answer(200, Map.of(), "{\"data\":[{\"about\":\"Before\",\"messaging_product\":\"whatsapp\"}]}")
                    : new GraphStub.Answer(400, Map.of(), "{\"error\":{\"message\":\"(#100) Invalid parameter\",\"code\":100,\"error_data\":{\"details\":\"about is bad\"}}}"));
            JsonNode problem = assertAnswer(real.call("PATCH", "/api/whatsapp/profile", "{\"about\":\"After\"}", as(TestApp.TOKEN)), "profile-change", 502);
            assertThat(problem.path("code").asText()).isEqualTo("graph-refused");
            assertThat(problem.at("/graph/code").asInt()).isEqualTo(100);
            assertThat(problem.at("/graph/details").asText()).isEqualTo("about is bad");
            assertThat(problem.at("/graph/advice").asText()).contains("parameter");
            JsonNode refused = assertAnswer(real.get("/api/whatsapp/profile/history"), "profile-history", 200).at("/data/0");
            assertThat(refused.path("result").asText()).isEqualTo("refused");
            assertThat(refused.at("/error/details").asText()).isEqualTo("about is bad");
            meta.shut();
            assertThat(assertAnswer(real.get("/api/whatsapp/profile"), "profile-get", 502).path("code").asText()).isEqualTo("graph-unreachable");
            assertThat(assertAnswer(real.get("/api/whatsapp/number"), "number-get", 502).path("code").asText()).isEqualTo("graph-unreachable");
            JsonNode health = assertAnswer(real.get("/api/whatsapp/health"), "health-get", 200);
            assertThat(health.at("/number/state").asText()).isEqualTo("down");
            assertThat(health.path("status").asText()).isEqualTo("up");
        }
    }

    @Test
    void a_picture_goes_by_a_resumable_upload_and_comes_back() throws IOException {
        byte[] picture = picture(200, 200, "png");
        JsonNode profile = assertAnswer(put(picture, TestApp.TOKEN), "profile-picture-change", 200);
        assertThat(profile.path("hasPicture").asBoolean()).isTrue();
        TestApp.Answer read = app.get("/api/whatsapp/profile/picture");
        assertThat(read.status()).as(read.text()).isEqualTo(200);
        assertThat(read.header("Content-Type")).isEqualTo("image/png");
        assertThat(read.header("Content-Security-Policy")).contains("sandbox");
        assertThat(read.bytes()).isEqualTo(picture);
        assertThat(newest().at("/changes/0/field").asText()).isEqualTo("picture");
        byte[] other = picture(640, 400, "jpg");
        assertAnswer(put(other, TestApp.TOKEN), "profile-picture-change", 200);
        assertThat(app.get("/api/whatsapp/profile/picture").bytes()).isEqualTo(other);
    }

    @Test
    void no_picture_is_what_is_too_small_too_large_or_something_else() throws IOException {
        assertThat(assertAnswer(put(picture(191, 400, "png"), TestApp.TOKEN), "profile-picture-change", 422).path("detail").asText()).contains("file");
        assertAnswer(put("<svg/>".getBytes(StandardCharsets.UTF_8), TestApp.TOKEN), "profile-picture-change", 422);
        byte[] large = java.util.Arrays.copyOf(picture(200, 200, "png"), 5 * 1024 * 1024 + 1);
        assertAnswer(put(large, TestApp.TOKEN), "profile-picture-change", 422);
        assertAnswer(put(picture(200, 200, "png"), AGENT), "profile-picture-change", 403);
        assertAnswer(app.call("PATCH", "/api/whatsapp/profile", "{\"about\":\"x\"}", as(AGENT)), "profile-change", 403);
    }

    @ParameterizedTest
    @CsvSource({"POST,/api/whatsapp/media,201", "PUT,/api/whatsapp/profile/picture,200"})
    void no_field_of_a_form_is_echoed_or_taken_for_what_the_edge_says(String method, String path, int taken) throws IOException {
        Map<String, String> fields = Map.of("Set-Cookie", "a=b", "Location", "http://evil.test", "CamelHttpResponseCode", "299", "Content-Type", "text/html",
                "X-Test", "1", "request", "{}", "Helpdesk-Actor", "somebody else", "Helpdesk-Role", "admin");
        TestApp.Answer answer = form(method, path, TestApp.TOKEN, picture(200, 200, "png"), fields), refused = form(method, path, TestApp.TOKEN, new byte[0], fields);

        assertThat(answer.status()).as(answer.text()).isEqualTo(taken);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(refused.status()).as(refused.text()).isEqualTo(422);
        assertThat(refused.header("Content-Type")).isEqualTo("application/problem+json");
        for (TestApp.Answer one : List.of(answer, refused)) {
            assertThat(one.headers().keySet()).map(name -> name.toLowerCase(Locale.ROOT)).isSubsetOf(":status", "content-type", "content-length", "transfer-encoding");
        }
        if (method.equals("PUT")) {
            assertThat(newest().path("actor").asText()).isEqualTo("environment");
        }
    }

    @Test
    void a_handle_of_no_upload_and_a_part_at_the_wrong_place_are_refused_as_meta_does() {
        Map<String, String> graph = Map.of("Authorization", "OAuth mock-access-token", "Content-Type", "application/json");
        TestApp.Answer answer = app.call("POST", "/mock/graph/v25.0/" + TestApp.NUMBER + "/whatsapp_business_profile",
                "{\"messaging_product\":\"whatsapp\",\"profile_picture_handle\":\"4::x\"}", graph);
        assertThat(answer.json().at("/error/code").asInt()).isEqualTo(100);
        String session = app.call("POST", "/mock/graph/v25.0/300000000000001/uploads?file_length=5&file_type=image/png&file_name=a", "", graph).json().path("id").asText();
        assertThat(session).startsWith("upload:");
        assertThat(app.call("POST", "/mock/graph/v25.0/" + session, "123456", graph).status()).isEqualTo(400);
        assertThat(app.call("GET", "/mock/graph/v25.0/" + session, (String) null, graph).json().path("file_offset").asInt()).isZero();
    }

    @Test
    void the_number_tells_name_verification_quality_throughput_limits_and_whose_it_is() {
        JsonNode number = assertAnswer(app.get("/api/whatsapp/number"), "number-get", 200);
        assertThat(number.path("status").asText()).isEqualTo("CONNECTED");
        assertThat(number.path("verifiedName").asText()).isEqualTo("Example Shop");
        assertThat(number.path("codeVerificationStatus").asText()).isEqualTo("VERIFIED");
        assertThat(number.path("qualityRating").asText()).isEqualTo("GREEN");
        assertThat(number.path("throughput").asText()).isEqualTo("STANDARD");
        assertThat(number.path("messagingLimit").asText()).isEqualTo("TIER_250");
        assertThat(number.at("/business/verificationStatus").asText()).isEqualTo("verified");
        JsonNode health = assertAnswer(app.get("/api/whatsapp/health"), "health-get", 200);
        assertThat(health.at("/number/state").asText()).isEqualTo("ok");
        assertThat(health.at("/number/qualityRating").asText()).isEqualTo("GREEN");
    }
}
