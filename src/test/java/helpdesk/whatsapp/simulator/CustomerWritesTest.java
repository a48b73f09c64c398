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
            "{\"type\":\"nfm_reply\",\"response\":{\"a\":1}} | /interactive/nfm_reply/response_json | {\"a\":1}",
            "{\"type\":\"call_permission_reply\"} | /interactive/call_permission_reply/response | accept",
            "{\"type\":\"contacts\",\"origin\":\"contact_request\"} | /contacts/0/origin | contact_request",
            "{\"type\":\"edit\"} | /unsupported/type | edit",
            "{\"type\":\"edit\",\"coexistence\":true,\"text\":\"New\"} | /edit/message/text/body | New",
            "{\"type\":\"revoke\"} | /errors/0/code | 131051",
            "{\"type\":\"revoke\",\"coexistence\":true,\"message_id\":\"wamid.O\"} | /revoke/original_message_id | wamid.O",
            "{\"type\":\"image\",\"tooLarge\":true} | /errors/0/code | 131052",
            "{\"forwarded\":true} | /context/forwarded | true",
            "{\"forwarded\":\"frequently\"} | /context/frequently_forwarded | true",
            "{\"product\":{\"catalog_id\":\"c1\"}} | /context/referred_product/catalog_id | c1",
            "{\"referral\":true} | /referral/source_type | ad",
            "{\"referral\":{\"source_type\":\"post\"}} | /referral/source_type | post",
            "{\"groupId\":\"Y2FwaV9ncm91cDox\"} | /group_id | Y2FwaV9ncm91cDox",
            "{\"message\":{\"type\":\"hologram\",\"hologram\":{\"x\":1}}} | /hologram/x | 1",
            "{\"type\":\"system\",\"change\":\"identity\"} | /identity/acknowledged | false",
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

    @Test
    void a_reply_a_reaction_and_a_press_are_about_the_last_message_that_the_customer_got() {
        String customer = TestApp.newCustomer();
        write("{\"from\":\"" + customer + "\"}");
        String sent = GraphApi.wamid(graph.send("""
                {"messaging_product":"whatsapp","to":"+%s","type":"interactive","interactive":{"type":"button","body":{"text":"Sure?"},
                 "action":{"buttons":[{"type":"reply","reply":{"id":"go","title":"Go on"}}]}}}""".formatted(customer)).json());

        Stored press = write("{\"from\":\"" + customer + "\",\"type\":\"button_reply\"}");
        assertThat(press.payload().at("/interactive/button_reply").toString()).isEqualTo("{\"id\":\"go\",\"title\":\"Go on\"}");
        assertThat(press.payload().at("/context/id").asText()).isEqualTo(sent);
        assertThat(write("{\"from\":\"" + customer + "\",\"replyTo\":\"last\"}").payload().at("/context/id").asText()).isEqualTo(sent);
        Stored reaction = write("{\"from\":\"" + customer + "\",\"type\":\"reaction\",\"timestamp\":" + (System.currentTimeMillis() / 1000 - 60) + "}");
        assertThat(reaction.payload().at("/reaction/message_id").asText()).isEqualTo(sent);
        Stored removal = write("{\"from\":\"" + customer + "\",\"type\":\"reaction\",\"remove\":true}");
        assertThat(removal.payload().path("reaction").has("emoji")).isFalse();
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> app.database()
                .sql("select count(*) from reaction where target_wamid = ? and emoji <> ''").param(sent).query(Long.class).single() == 0);
    }

    @Test
    void a_customer_that_answers_by_itself_presses_the_first_row_or_writes() {
        String customer = TestApp.newCustomer();
        write("{\"from\":\"" + customer + "\"}");
        assertThat(app.call("PUT", "/mock/control/phones/" + customer, "{\"behaviour\":\"answers\"}", Map.of("Authorization",
                "Bearer " + TestApp.TOKEN, "Content-Type", "application/json")).status()).isEqualTo(200);

        app.post("/api/whatsapp/messages", """
                {"to":"+%s","type":"interactive","interactive":{"type":"list","body":{"text":"Which?"},
                 "action":{"button":"Choose","sections":[{"title":"All","rows":[{"id":"late","title":"It is late"}]}]}}}""".formatted(customer));
        awaitInbound(customer, "It is late");
        app.post("/api/whatsapp/messages", "{\"to\":\"+" + customer + "\",\"text\":{\"body\":\"We are on it.\"}}");
        awaitInbound(customer, "Thank you, that helps!");
        graph.send("{\"messaging_product\":\"whatsapp\",\"to\":\"+" + customer + "\",\"type\":\"template\",\"template\":{\"name\":\"reopen_conversation\","
                + "\"language\":{\"code\":\"en_US\"},\"components\":[{\"type\":\"button\",\"sub_type\":\"quick_reply\",\"index\":\"0\",\"parameters\":[{\"type\":\"payload\",\"payload\":\"GO_ON\"}]}]}}");
        awaitInbound(customer, "GO_ON");
    }

    @Test
    void a_customer_presses_the_first_quick_reply_of_the_last_template() {
        String customer = TestApp.newCustomer();
        graph.send("{\"messaging_product\":\"whatsapp\",\"to\":\"+" + customer + "\",\"type\":\"template\",\"template\":{\"name\":\"reopen_conversation\","
                + "\"language\":{\"code\":\"en_US\"}}}");

        JsonNode first = write("{\"from\":\"" + customer + "\",\"type\":\"button\"}").payload().path("button");
        assertThat(first.path("payload").asText()).isEqualTo("Yes, please");
        assertThat(first.path("text").asText()).isEqualTo("Yes, please");
        assertThat(write("{\"from\":\"" + customer + "\",\"type\":\"button\",\"text\":\"No\",\"payload\":\"NO\"}").payload().at("/button/payload").asText())
                .isEqualTo("NO");
    }

    private void awaitInbound(String customer, String text) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> app.database().sql("""
                select count(*) from message m join contact c on c.id = m.contact_id
                where c.wa_id = ? and m.direction = 'inbound' and cast(m.payload as text) like ?""")
                .param(customer).param("%" + text + "%").query(Long.class).single() == 1);
    }

    @Test
    void a_phone_that_was_not_changed_does_as_all_do() {
        try (TestApp alone = TestApp.start(Map.of())) {
            Map<String, String> headers = Map.of("Authorization", "Bearer " + TestApp.TOKEN, "Content-Type", "application/json");
            Answer changed = alone.call("PUT", "/mock/control/phones/all", "{\"behaviour\":\"off\"}", headers);
            assertThat(changed.json().path("others").asText()).isEqualTo("off");
            assertThat(changed.json().path("data")).allSatisfy(phone -> assertThat(phone.path("behaviour").asText()).isEqualTo("off"));
            String customer = TestApp.newCustomer();
            String wamid = new GraphApi(alone).sendText(customer, "off");

            Answer on = alone.call("PUT", "/mock/control/phones/all", "{\"behaviour\":\"reads\"}", headers);

            assertThat(on.status()).isEqualTo(200);
            assertThat(alone.get("/mock/control/journal/wait?kind=callback&count=3&timeout=30000&to=" + customer).json()
                    .path("reached").asBoolean()).as(wamid).isTrue();
        }
    }

    @Test
    void a_file_may_be_the_callers_own() {
        byte[] own = "own file".getBytes(StandardCharsets.UTF_8);
        Stored stored = write("{\"from\":\"" + TestApp.newCustomer() + "\",\"type\":\"document\",\"mimeType\":\"text/plain\",\"data\":\""
                + Base64.getEncoder().encodeToString(own) + "\"}");

        JsonNode info = graph.get("/v25.0/" + stored.payload().at("/document/id").asText()).json();
        assertThat(graph.get(info.path("url").asText()).bytes()).isEqualTo(own);
        assertThat(info.path("mime_type").asText()).isEqualTo("text/plain");
    }

    @Test
    void a_user_with_a_name_is_known_by_the_user_id_with_and_without_the_phone() {
        String customer = TestApp.newCustomer();
        String about = "{\"from\":\"" + customer + "\",\"username\":\"u" + customer + "\",\"parentUserId\":\"US.ENT." + customer + "\"";
        Stored hidden = write(about + ",\"hidden\":true}");
        Stored shown = write(about + ",\"hidden\":false}");

        assertThat(hidden.payload().has("from")).isFalse();
        assertThat(shown.payload().path("from").asText()).isEqualTo(customer);
        assertThat(hidden.payload().path("from_user_id")).isEqualTo(shown.payload().path("from_user_id"));
        assertThat(shown.payload().path("from_user_id").asText()).matches("US\\.\\d{20}");
        assertThat(hidden.payload().path("from_parent_user_id").asText()).isEqualTo("US.ENT." + customer);
        assertThat(app.database().sql("select count(distinct contact_id) from message where wamid in (?, ?)")
                .param(hidden.payload().path("id").asText()).param(shown.payload().path("id").asText()).query(Long.class).single()).isEqualTo(1);
        assertThat(app.database().sql("select username from contact where wa_id = ?").param(customer).query(String.class).single())
                .isEqualTo("u" + customer);
    }

    @Test
    void a_changed_user_id_leads_to_the_same_customer() {
        String customer = TestApp.newCustomer();
        write("{\"from\":\"" + customer + "\"}");
        String after = "US.77" + customer;

        graph.inbound("{\"from\":\"" + customer + "\",\"type\":\"system\",\"change\":\"user_id\",\"newUserId\":\"" + after + "\"}");

        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> app.database().sql("""
                select count(*) = 1 from contact_identity a join contact_identity b on b.contact_id = a.contact_id where a.value = ? and b.value = ?""")
                .param(customer).param(after).query(Boolean.class).single());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "{\"type\":\"poem\"}                                | type",
            "{\"type\":\"system\",\"change\":\"shoes\"}         | change",
            "{\"type\":\"image\",\"data\":\"=\"}                | data",
            "{\"from\":null}                                    | userId",
            "{\"from\":\"nobody\"}                              | from",
            "{\"from\":\"0123456\"}                             | from",
            "{\"type\":\"system\",\"waId\":\"abc\"}             | waId",
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
