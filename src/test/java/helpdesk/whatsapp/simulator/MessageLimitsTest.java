package helpdesk.whatsapp.simulator;

import static helpdesk.whatsapp.simulator.GraphApi.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.testing.TestApp;
import helpdesk.whatsapp.testing.TestApp.Answer;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a message of each type must have and may have. A long text is written by its length: {@code x*20}. */
class MessageLimitsTest {

    private final GraphApi graph = new GraphApi(TestApp.shared());

    private Answer send(String content) {
        String json = Pattern.compile("x\\*(\\d+)").matcher(content).replaceAll(text -> "x".repeat(Integer.parseInt(text.group(1))));
        return graph.send("{\"messaging_product\":\"whatsapp\",\"to\":\"+" + TestApp.newCustomer() + "\"," + json + "}");
    }

    private static String interactive(String rest) {
        return "\"type\":\"interactive\",\"interactive\":{" + rest + "}";
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "\"type\":\"text\",\"text\":{\"body\":\"x*4096\"},\"biz_opaque_callback_data\":\"x*512\",\"context\":{\"message_id\":\"wamid.A\"}",
        "\"type\":\"image\",\"image\":{\"link\":\"https://example.com/a.jpg\",\"caption\":\"x*1024\"}",
        "\"type\":\"location\",\"location\":{\"latitude\":\"-37.5\",\"longitude\":122.1,\"name\":\"a\",\"address\":\"b\"}",
        "\"type\":\"contacts\",\"contacts\":[{\"name\":{\"formatted_name\":\"A B\",\"last_name\":\"B\"},\"birthday\":\"2000-01-02\"}]",
        "\"type\":\"reaction\",\"reaction\":{\"message_id\":\"wamid.A\",\"emoji\":\"👍🏽\"}"})
    void what_is_within_the_limits_is_accepted(String content) {
        Answer answer = send(content);

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "\"type\":\"text\",\"text\":{\"body\":\"x*4097\"} | 100 | text['body']",
        "\"text\":{\"body\":\"a\"},\"biz_opaque_callback_data\":\"x*513\" | 100 | biz_opaque_callback_data",
        "\"text\":{\"body\":\"a\"},\"recipient_type\":\"crowd\" | 100 | recipient_type",
        "\"text\":{\"body\":\"a\"},\"context\":{} | 100 | context",
        "\"type\":\"image\",\"image\":{\"link\":\"https://example.com/a.jpg\",\"caption\":\"x*1025\"} | 100 | image['caption']",
        "\"type\":\"image\",\"image\":{\"link\":\"ftp://example.com/a.jpg\"} | 100 | link",
        "\"type\":\"image\",\"image\":{\"link\":\"https://example.com/a.jpg\",\"id\":\"1\"} | 100 | either",
        "\"type\":\"image\",\"image\":{\"caption\":\"a\"} | 100 | id, link",
        "\"type\":\"audio\",\"audio\":{\"link\":\"https://example.com/a.ogg\",\"caption\":\"a\"} | 100 | caption",
        "\"type\":\"location\",\"location\":{\"latitude\":91,\"longitude\":1} | 131009 | latitude",
        "\"type\":\"location\",\"location\":{\"latitude\":\"north\",\"longitude\":1} | 131009 | latitude",
        "\"type\":\"location\",\"location\":{\"latitude\":1} | 100 | longitude",
        "\"type\":\"contacts\",\"contacts\":[{\"name\":{\"formatted_name\":\"A\"}}] | 131008 | first_name",
        "\"type\":\"contacts\",\"contacts\":[{\"name\":{\"first_name\":\"A\"}}] | 131008 | formatted_name",
        "\"type\":\"contacts\",\"contacts\":[{\"name\":{\"formatted_name\":\"A\",\"first_name\":\"A\"},\"birthday\":\"May\"}] | 131009 | birthday",
        "\"type\":\"reaction\",\"reaction\":{\"emoji\":\"👍\"} | 131008 | message_id",
        "\"type\":\"reaction\",\"reaction\":{\"message_id\":\"wamid.A\"} | 131008 | emoji",
        "\"type\":\"reaction\",\"reaction\":{\"message_id\":\"wamid.A\",\"emoji\":\"yes\"} | 131009 | emoji",
        "\"type\":\"reaction\",\"reaction\":{\"message_id\":\"wamid.A\",\"emoji\":\"👍\"},\"context\":{\"message_id\":\"wamid.A\"} | 131009 | context",
        "\"type\":\"template\",\"template\":{\"language\":{\"code\":\"en_US\"}} | 131008 | name",
        "\"type\":\"template\",\"template\":{\"name\":\"hello_world\"} | 131008 | language",
        "\"type\":\"template\",\"template\":{\"name\":\"hello_world\",\"language\":{\"code\":\"en_US\"},\"components\":{}} | 100 | components",
        "\"type\":\"poem\",\"poem\":{\"a\":1} | 100 | poem"})
    void what_is_missing_or_beyond_the_limits_is_named(String content, int code, String named) {
        JsonNode error = assertError(send(content), 400, code);

        assertThat(error.path("message").asText() + error.at("/error_data/details").asText()).contains(named);
    }

    private static ObjectNode buttons() {
        return (ObjectNode) Json.read("""
                {"type":"button","header":{"type":"text","text":"h"},"body":{"text":"b"},"footer":{"text":"f"},"action":{"buttons":[
                {"type":"reply","reply":{"id":"1","title":"One"}},{"type":"reply","reply":{"id":"2","title":"Two"}}]}}""");
    }

    private static ObjectNode list() {
        return (ObjectNode) Json.read("""
                {"type":"list","header":{"type":"text","text":"h"},"body":{"text":"b"},"footer":{"text":"f"},"action":{"button":"Choose","sections":[
                {"title":"A","rows":[{"id":"1","title":"One","description":"d"}]},{"title":"B","rows":[{"id":"2","title":"Two"}]}]}}""");
    }

    static void put(ObjectNode node, String pointer, String value) {
        JsonNode parent = node.at(pointer.substring(0, pointer.lastIndexOf('/')));
        JsonNode json = Json.read(value.startsWith("x*") ? "\"" + "x".repeat(Integer.parseInt(value.substring(2))) + "\"" : value);
        String field = pointer.substring(pointer.lastIndexOf('/') + 1);
        if (parent instanceof ArrayNode array) {
            array.set(Integer.parseInt(field), json);
        } else {
            ((ObjectNode) parent).set(field, json);
        }
    }

    private Answer send(ObjectNode interactive) {
        return send("\"type\":\"interactive\",\"interactive\":" + Json.write(interactive));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"/header/text | x*60 | x*61", "/body/text | x*1024 | x*1025", "/footer/text | x*60 | x*61",
        "/action/buttons/0/reply/title | x*20 | x*21", "/action/buttons/0/reply/id | x*256 | x*257",
        "/action/buttons/0/reply/title | \"Three\" | \"Two\"", "/action/buttons/0/reply/id | \"3\" | \"2\"", "/action/buttons/0/type | \"reply\" | \"url\"",
        "/header | {\"type\":\"image\",\"image\":{\"link\":\"https://example.com/a.jpg\"}} | {\"type\":\"sticker\"}",
        "/action/buttons | [{\"type\":\"reply\",\"reply\":{\"id\":\"1\",\"title\":\"One\"}}] | []",
        "/header | {\"type\":\"document\",\"document\":{\"link\":\"https://example.com/a.pdf\"}} | {\"type\":\"document\",\"document\":{}}"})
    void buttons_have_limits(String pointer, String good, String bad) {
        assertLimit(buttons(), pointer, good, bad);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"/header/text | x*60 | x*61", "/body/text | x*4096 | x*4097", "/footer/text | x*60 | x*61",
        "/action/button | x*20 | x*21", "/action/sections/0/title | x*24 | x*25", "/action/sections/0/title | \"C\" | \"\"",
        "/action/sections/0/rows/0/title | x*24 | x*25", "/action/sections/0/rows/0/id | x*200 | x*201",
        "/action/sections/0/rows/0/description | x*72 | x*73", "/action/sections/0/rows/0/id | \"3\" | \"2\"",
        "/header | {\"type\":\"text\",\"text\":\"a\"} | {\"type\":\"image\",\"image\":{\"link\":\"https://example.com/a.jpg\"}}",
        "/action/sections | [{\"rows\":[{\"id\":\"1\",\"title\":\"One\"}]}] | []"})
    void lists_have_limits(String pointer, String good, String bad) {
        assertLimit(list(), pointer, good, bad);
    }

    private void assertLimit(ObjectNode message, String pointer, String good, String bad) {
        put(message, pointer, good);
        Answer accepted = send(message);
        assertThat(accepted.status()).as(accepted.text()).isEqualTo(200);
        put(message, pointer, bad);
        Answer refused = send(message);
        assertThat(refused.json().at("/error/code").asInt()).as(refused.text()).isIn(100, 131008, 131009);
        assertError(refused, 400, refused.json().at("/error/code").asInt());
    }

    @Test
    void a_list_has_ten_rows_in_all_and_a_message_three_buttons() {
        ObjectNode list = list();
        for (int i = 0; i < 8; i++) {
            ((ArrayNode) list.at("/action/sections/" + i % 2 + "/rows")).addObject().put("id", "r" + i).put("title", "t");
        }
        assertThat(send(list).status()).isEqualTo(200);
        ((ArrayNode) list.at("/action/sections/0/rows")).addObject().put("id", "more").put("title", "t");
        assertThat(assertError(send(list), 400, 131009).at("/error_data/details").asText()).contains("10");
        ObjectNode buttons = buttons();
        for (int i = 3; i < 5; i++) {
            ((ArrayNode) buttons.at("/action/buttons")).addObject().put("type", "reply").putObject("reply").put("id", "" + i).put("title", "t" + i);
        }
        assertThat(assertError(send(buttons), 400, 131009).at("/error_data/details").asText()).contains("Max: 3");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "\"type\":\"cta_url\",\"body\":{\"text\":\"b\"},\"action\":{\"name\":\"cta_url\",\"parameters\":{\"display_text\":\"Look\",\"url\":\"https://example.com\"}} | \"Look\" | \"" + "Look at this here, now" + "\"",
        "\"type\":\"cta_url\",\"body\":{\"text\":\"b\"},\"action\":{\"name\":\"cta_url\",\"parameters\":{\"display_text\":\"Look\",\"url\":\"https://example.com\"}} | https: | mailto:",
        "\"type\":\"flow\",\"body\":{\"text\":\"b\"},\"action\":{\"name\":\"flow\",\"parameters\":{\"flow_cta\":\"Go\",\"flow_id\":\"1\",\"flow_message_version\":\"3\"}} | flow_id | flow_ident",
        "\"type\":\"product\",\"action\":{\"catalog_id\":\"1\",\"product_retailer_id\":\"2\"} | catalog_id | catalogue",
        "\"type\":\"product_list\",\"header\":{\"type\":\"text\",\"text\":\"h\"},\"body\":{\"text\":\"b\"},\"action\":{\"catalog_id\":\"1\",\"sections\":[{\"product_items\":[{\"product_retailer_id\":\"2\"}]}]} | header | heading",
        "\"type\":\"location_request_message\",\"body\":{\"text\":\"b\"},\"action\":{\"name\":\"send_location\"} | send_location | get_location",
        "\"type\":\"catalog_message\",\"body\":{\"text\":\"b\"},\"action\":{\"name\":\"catalog_message\"} | \"body\" | \"bodies\"",
        "\"type\":\"request_contact_info\",\"body\":{\"text\":\"b\"},\"action\":{\"name\":\"request_contact_info\"} | \"action\" | \"deed\"",
        "\"type\":\"call_permission_request\",\"body\":{\"text\":\"b\"},\"action\":{\"name\":\"call_permission_request\"} | \"text\" | \"words\"",
        "\"type\":\"address_message\",\"body\":{\"text\":\"b\"},\"action\":{\"name\":\"address_message\"} | address_message | carousel",
        "\"type\":\"order_details\",\"body\":{\"text\":\"b\"},\"action\":{\"name\":\"review_and_pay\"} | review_and_pay | pay",
        "\"type\":\"order_status\",\"body\":{\"text\":\"b\"},\"action\":{\"name\":\"review_order\"} | review_order | order"})
    void the_other_interactive_kinds_have_their_parts(String content, String good, String bad) {
        Answer answer = send(interactive(content));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        Answer refused = send(interactive(content.replace(good, bad)));
        assertError(refused, 400, refused.json().at("/error/code").asInt());
    }

    @Test
    void a_message_has_257_contacts_and_not_one_more() {
        String contact = "{\"name\":{\"formatted_name\":\"A B\",\"first_name\":\"A\"}}";
        String contacts = "\"type\":\"contacts\",\"contacts\":[" + (contact + ",").repeat(256) + contact;

        assertThat(send(contacts + "]").status()).isEqualTo(200);
        assertThat(assertError(send(contacts + "," + contact + "]"), 400, 131009).at("/error_data/details").asText()).contains("257");
    }

    @Test
    void thirty_products_and_not_one_more() {
        ObjectNode products = (ObjectNode) Json.read("{\"type\":\"product_list\",\"header\":{\"type\":\"text\",\"text\":\"h\"},\"body\":{\"text\":\"b\"},"
                + "\"action\":{\"catalog_id\":\"1\",\"sections\":[{\"title\":\"a\",\"product_items\":[]},{\"title\":\"b\",\"product_items\":[{\"product_retailer_id\":\"x\"}]}]}}");
        for (int i = 0; i < 29; i++) {
            ((ArrayNode) products.at("/action/sections/0/product_items")).addObject().put("product_retailer_id", "" + i);
        }
        assertThat(send(products).status()).isEqualTo(200);
        ((ArrayNode) products.at("/action/sections/1/product_items")).addObject().put("product_retailer_id", "y");
        assertError(send(products), 400, 131009);
    }

    @Test
    void without_the_rule_a_long_text_goes_through() {
        try (TestApp lenient = TestApp.start(Map.of("whatsapp.simulator.strict.limits", "false", "whatsapp.simulator.strict.recipient", "false",
                "whatsapp.simulator.strict.phone-number-id", "false", "whatsapp.simulator.strict.token", "false"))) {
            Answer answer = lenient.call("POST", "/mock/graph/v23.0/987654/messages", "{\"messaging_product\":\"whatsapp\",\"to\":\"12345\",\"text\":{\"body\":\""
                    + "x".repeat(5000) + "\"}}", Map.of("Authorization", "Bearer anything", "Content-Type", "application/json"));
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            assertThat(answer.json().at("/contacts/0/wa_id").asText()).isEqualTo("12345");
            assertThat(lenient.call("GET", "/mock/graph/v23.0/" + TestApp.NUMBER, (String) null, Map.of("Authorization", "Bearer anything")).status()).isEqualTo(200);
        }
    }
}
