package helpdesk.whatsapp.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.testing.TestApp;
import helpdesk.whatsapp.testing.TestApp.Answer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import javax.imageio.ImageIO;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a simulated customer writes ends in our own stores, by the way of a real webhook. */
class CustomerWritesTest {

    private final TestApp app = TestApp.shared();
    private final GraphApi graph = new GraphApi(app);

    @Test
    void nothing_but_a_type_is_needed() {
        Stored text = write("{\"type\":\"text\"}");
        assertThat(text.text()).isEqualTo("Hello, where is my order?");
        assertThat(text.simulated()).isTrue();
        assertThat(text.payload().path("from").asText()).isEqualTo("15551230001");
        assertThat(profileName("15551230001")).isEqualTo("Ana Example");

        assertThat(write("{}").type()).isEqualTo("text");
    }

    @Test
    void a_customer_writes_what_the_request_says() {
        String customer = TestApp.newCustomer();
        String first = graph.inbound("{\"from\":\"+" + customer + "\",\"name\":\"Zoë\",\"text\":\"Grüße 😊 a/b\",\"timestamp\":1760000000}");
        Stored stored = stored(first);
        assertThat(stored.text()).isEqualTo("Grüße 😊 a/b");
        assertThat(stored.payload().path("timestamp").asText()).isEqualTo("1760000000");
        assertThat(profileName(customer)).isEqualTo("Zoë");
        assertThat(new String(Base64.getDecoder().decode(first.substring(6)), StandardCharsets.ISO_8859_1)).contains(customer);

        Stored reply = write("{\"from\":\"" + customer + "\",\"text\":\"And?\",\"replyTo\":\"" + first + "\"}");
        assertThat(reply.payload().path("context").path("id").asText()).isEqualTo(first);
        Stored forwarded = write("{\"from\":\"" + customer + "\",\"context\":{\"forwarded\":true}}");
        assertThat(forwarded.payload().path("context").path("forwarded").asBoolean()).isTrue();
    }

    @Test
    void a_user_may_keep_the_phone_hidden() {
        String user = "US." + TestApp.newCustomer();
        Stored stored = write("{\"from\":null,\"userId\":\"" + user + "\"}");

        assertThat(stored.payload().has("from")).isFalse();
        assertThat(stored.payload().path("from_user_id").asText()).isEqualTo(user);
        assertThat(app.database().sql("select wa_id is null from contact where user_id = ?").param(user)
                .query(Boolean.class).single()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"image,image/jpeg", "document,application/pdf", "audio,audio/ogg; codecs=opus", "voice,audio/ogg; codecs=opus",
            "video,video/mp4", "sticker,image/webp"})
    void a_file_can_be_fetched_by_the_id_in_the_webhook_and_its_sha256_matches(String type, String mimeType) throws Exception {
        Stored stored = write("{\"from\":\"" + TestApp.newCustomer() + "\",\"type\":\"" + type + "\",\"caption\":\"Look\",\"filename\":\"my.pdf\"}");

        String sent = type.equals("voice") ? "audio" : type;
        JsonNode file = stored.payload().path(sent);
        assertThat(stored.payload().path("type").asText()).isEqualTo(sent);
        assertThat(file.path("mime_type").asText()).isEqualTo(mimeType);
        assertThat(file.path("caption").asText("")).isEqualTo(sent.equals("audio") || sent.equals("sticker") ? "" : "Look");
        assertThat(file.path("filename").asText("")).isEqualTo(type.equals("document") ? "my.pdf" : "");
        assertThat(file.path("voice").asBoolean()).isEqualTo(type.equals("voice"));
        JsonNode info = graph.get("/v25.0/" + file.path("id").asText()).json();
        byte[] content = graph.get(info.path("url").asText()).bytes();
        assertThat(content.length).isEqualTo(info.path("file_size").asInt()).isPositive();
        assertThat(Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(content)))
                .isEqualTo(file.path("sha256").asText());
        assertThat(app.database().sql("select count(*) from media where graph_id = ?").param(file.path("id").asText())
                .query(Long.class).single()).isEqualTo(1);
        if (type.equals("image")) {
            assertThat(ImageIO.read(new ByteArrayInputStream(content)).getWidth()).isEqualTo(320);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "{\"type\":\"location\",\"latitude\":1.5,\"longitude\":-2,\"placeName\":\"Here\"} | /location/name | Here",
            "{\"type\":\"location\",\"location\":{\"latitude\":3.25}} | /location/latitude | 3.25",
            "{\"type\":\"contacts\"} | /contacts/0/name/formatted_name | Ben Sample",
            "{\"type\":\"contacts\",\"contacts\":[{\"name\":{\"formatted_name\":\"X\"}}]} | /contacts/0/name/formatted_name | X",
            "{\"type\":\"interactive\",\"id\":\"b1\",\"title\":\"Yes\"} | /interactive/button_reply/id | b1",
            "{\"type\":\"interactive\",\"interactive\":\"list_reply\",\"id\":\"r1\",\"title\":\"Row\",\"description\":\"D\"} | /interactive/list_reply/description | D",
            "{\"type\":\"button_reply\",\"id\":\"b2\"} | /interactive/button_reply/id | b2",
            "{\"type\":\"list_reply\",\"title\":\"Row\"} | /interactive/list_reply/title | Row",
            "{\"type\":\"button\",\"payload\":\"P\",\"text\":\"T\"} | /button/payload | P",
            "{\"type\":\"reaction\",\"message_id\":\"wamid.R\",\"emoji\":\"x\"} | /reaction/message_id | wamid.R",
            "{\"type\":\"order\"} | /order/product_items/0/currency | EUR",
            "{\"type\":\"unsupported\"} | /errors/0/code | 131051"})
    void every_other_type_arrives_in_metas_shape(String request, String pointer, String expected) {
        JsonNode wanted = Json.read(request);
        ((com.fasterxml.jackson.databind.node.ObjectNode) wanted).put("from", TestApp.newCustomer());

        Stored stored = write(Json.write(wanted));

        assertThat(stored.payload().at(pointer).asText()).isEqualTo(expected);
    }

    @Test
    void a_changed_number_is_a_system_message() {
        String before = TestApp.newCustomer();
        String after = TestApp.newCustomer();
        write("{\"from\":\"" + before + "\"}");

        graph.inbound("{\"from\":\"" + before + "\",\"type\":\"system\",\"waId\":\"" + after + "\"}");

        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> app.database().sql("""
                select count(distinct contact_id) = 1 and count(*) = 2 from contact_identity where value in (?, ?)""")
                .param(before).param(after).query(Boolean.class).single());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "{\"type\":\"poem\"}                                | type",
            "{\"from\":null}                                    | userId",
            "{\"from\":\"nobody\"}                              | from",
            "{\"timestamp\":\"soon\"}                           | timestamp",
            "{\"type\":\"interactive\",\"interactive\":\"x\"}   | interactive"})
    void what_a_customer_cannot_write_is_422_and_names_the_field(String request, String field) {
        Answer answer = app.post("/mock/control/inbound", request);

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.json().path("field").asText()).isEqualTo(field);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[]", "\"text\"", " "})
    void wrong_json_is_400(String body) {
        Answer answer = app.post("/mock/control/inbound", body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("code").asText()).isEqualTo("bad-json");
    }

    @Test
    void only_the_simulated_token_and_api_tokens_open_it() {
        assertThat(app.call("POST", "/mock/control/inbound", "{}", Map.of("Content-Type", "application/json")).status()).isEqualTo(401);
        assertThat(app.post("/mock/control/inbound", "{}").status()).isEqualTo(200);
        assertThat(app.call("POST", "/mock/control/inbound", "{}", Map.of("Content-Type", "application/json",
                "Authorization", "Bearer " + GraphApi.TOKEN)).status()).isEqualTo(200);
    }

    private record Stored(String type, String text, boolean simulated, JsonNode payload) {
    }

    private Stored write(String request) {
        return stored(graph.inbound(request));
    }

    private Stored stored(String wamid) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20)).until(() -> app.database()
                .sql("select count(*) from message where wamid = ?").param(wamid).query(Long.class).single() == 1);
        return app.database().sql("select type, text, simulated, cast(payload as text) as payload from message where wamid = ?")
                .param(wamid).query((row, number) -> new Stored(row.getString("type"), row.getString("text"),
                        row.getBoolean("simulated"), Json.read(row.getString("payload")))).single();
    }

    private String profileName(String number) {
        return app.database().sql("select profile_name from contact where wa_id = ?").param(number).query(String.class).single();
    }
}
