package helpdesk.whatsapp.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.restfb.DefaultJsonMapper;
import com.restfb.types.webhook.Change;
import com.restfb.types.webhook.WebhookObject;
import com.restfb.types.webhook.whatsapp.MessageTemplateStatusUpdateValue;
import com.restfb.types.webhook.whatsapp.WhatsappMessagesValue;
import com.restfb.types.whatsapp.platform.Message;
import com.restfb.types.whatsapp.platform.Status;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.testing.TestApp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What the simulator really posts, read by parsers and signature checks that others have published: RestFB in Java, and for Node.js
 * whatsapp-api-js, @great-detail/whatsapp and @kapso/whatsapp-cloud-api.
 */
class ForeignWebhooksTest {

    /** What customers write, and where Meta's shape has what tells it apart. */
    private static final String[][] WRITTEN = {
            {"text", "{\"text\":\"Grüße 😊 a/b\"}", "/text/body", "Grüße 😊 a/b"},
            {"reply", "{\"text\":\"And?\",\"replyTo\":\"wamid.ORIGINAL\"}", "/context/id", "wamid.ORIGINAL"},
            {"forwarded", "{\"forwarded\":true}", "/context/forwarded", "true"},
            {"referral", "{\"referral\":true}", "/referral/source_type", "ad"},
            {"image", "{\"type\":\"image\",\"caption\":\"Look\"}", "/image/caption", "Look"},
            {"video", "{\"type\":\"video\"}", "/video/mime_type", "video/mp4"},
            {"audio", "{\"type\":\"audio\"}", "/audio/voice", "false"},
            {"voice", "{\"type\":\"voice\"}", "/audio/voice", "true"},
            {"document", "{\"type\":\"document\",\"filename\":\"my.pdf\"}", "/document/filename", "my.pdf"},
            {"sticker", "{\"type\":\"sticker\"}", "/sticker/mime_type", "image/webp"},
            {"location", "{\"type\":\"location\",\"latitude\":1.5,\"placeName\":\"Here\"}", "/location/name", "Here"},
            {"contacts", "{\"type\":\"contacts\"}", "/contacts/0/name/formatted_name", "Ben Sample"},
            {"button_reply", "{\"type\":\"button_reply\",\"id\":\"b1\"}", "/interactive/button_reply/id", "b1"},
            {"list_reply", "{\"type\":\"list_reply\",\"id\":\"r1\",\"description\":\"D\"}", "/interactive/list_reply/description", "D"},
            {"nfm_reply", "{\"type\":\"nfm_reply\",\"response\":{\"flow_token\":\"t1\"}}", "/interactive/nfm_reply/response_json", "{\"flow_token\":\"t1\"}"},
            {"button", "{\"type\":\"button\",\"payload\":\"P\"}", "/button/payload", "P"},
            {"reaction", "{\"type\":\"reaction\",\"message_id\":\"wamid.R\",\"emoji\":\"😮\"}", "/reaction/emoji", "😮"},
            {"order", "{\"type\":\"order\"}", "/order/product_items/0/currency", "EUR"},
            {"system", "{\"type\":\"system\"}", "/system/type", "user_changed_number"},
            {"unsupported", "{\"type\":\"unsupported\"}", "/errors/0/code", "131051"}};

    private static final Receiver RECEIVER = new Receiver();
    private static TestApp app;
    private static GraphApi graph;
    private static final String CUSTOMER = TestApp.newCustomer();
    private static final Map<String, Receiver.Post> POSTS = new LinkedHashMap<>();

    @BeforeAll
    static void collect() {
        app = TestApp.start(Map.of("whatsapp.simulator.callback-url", RECEIVER.url(), "whatsapp.simulator.delay-ms", "0"));
        graph = new GraphApi(app);
        Map<String, String> wamids = new LinkedHashMap<>();
        for (String[] message : WRITTEN) {
            ObjectNode wanted = (ObjectNode) Json.read(message[1]);
            wamids.put(message[0], graph.inbound(Json.write(wanted.put("from", CUSTOMER).put("name", "Zoë"))));
        }
        wamids.put("user", graph.inbound("{\"from\":null,\"userId\":\"US.777\",\"username\":\"zoe.b\",\"text\":\"It is me\"}"));
        String sent = graph.sendText(CUSTOMER, "order:42");
        String failed = graph.sendText("15559131047", "order:43");
        app.call("POST", "/mock/control/events", "{\"event\":\"template-approved\"}",
                Map.of("Authorization", "Bearer " + GraphApi.TOKEN, "Content-Type", "application/json"));
        wamids.forEach((name, wamid) -> POSTS.put(name, await(wamid, 1).get(0)));
        await(sent, 3).forEach(post -> POSTS.put(post.status().path("status").asText(), post));
        POSTS.put("failed", await(failed, 1).get(0));
        POSTS.put("template", await("message_template_status_update", 1).get(0));
    }

    @AfterAll
    static void stop() {
        app.close();
        RECEIVER.close();
    }

    private static List<Receiver.Post> await(String text, int count) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20)).until(() -> RECEIVER.about(text).size() >= count);
        return RECEIVER.about(text);
    }

    // ---- RestFB ----------------------------------------------------------------------------------------------------

    private static Change change(String name) {
        WebhookObject webhook = new DefaultJsonMapper().toJavaObject(POSTS.get(name).text(), WebhookObject.class);
        assertThat(webhook.isWhatsAppBusinessAccount()).isTrue();
        assertThat(webhook.getEntryList()).singleElement().satisfies(entry -> {
            assertThat(entry.getId()).isEqualTo("200000000000001");
            assertThat(entry.getChanges()).hasSize(1);
        });
        return webhook.getEntryList().get(0).getChanges().get(0);
    }

    private static WhatsappMessagesValue value(String name) {
        WhatsappMessagesValue value = (WhatsappMessagesValue) change(name).getValue();
        assertThat(value.getMessagingProduct()).isEqualTo("whatsapp");
        assertThat(value.getMetadata().getPhoneNumberId()).isEqualTo(TestApp.NUMBER);
        assertThat(value.getMetadata().getDisplayPhoneNumber()).matches("\\d+");
        return value;
    }

    private static Message message(String name) {
        WhatsappMessagesValue value = value(name);
        assertThat(value.getContacts()).singleElement().satisfies(contact -> {
            assertThat(contact.getWaId()).isEqualTo(CUSTOMER);
            assertThat(contact.getProfile().getName()).isEqualTo("Zoë");
        });
        Message message = value.getMessages().get(0);
        assertThat(message.getFrom()).isEqualTo(CUSTOMER);
        assertThat(message.getId()).startsWith("wamid.");
        assertThat(message.getTimestamp()).isBetween(Instant.now().minusSeconds(600), Instant.now().plusSeconds(5));
        return message;
    }

    @Test
    void restfb_reads_what_customers_write() {
        assertThat(message("text").isText()).isTrue();
        assertThat(message("text").getText().getBody()).isEqualTo("Grüße 😊 a/b");
        assertThat(message("reply").getContext().getId()).isEqualTo("wamid.ORIGINAL");
        assertThat(message("forwarded").getContext().isForwarded()).isTrue();
        assertThat(message("referral").getReferral().getSourceType()).hasToString("ad");
        assertThat(message("image").getImage().getCaption()).isEqualTo("Look");
        assertThat(message("image").getImage().getSha256()).hasSize(44);
        assertThat(message("video").getVideo().getMimeType()).isEqualTo("video/mp4");
        assertThat(message("audio").getAudio().isVoice()).isFalse();
        assertThat(message("voice").getAudio().isVoice()).isTrue();
        assertThat(message("document").getDocument().getFilename()).isEqualTo("my.pdf");
        assertThat(message("sticker").getSticker().getId()).matches("\\d+");
        assertThat(message("location").getLocation().getLatitude()).isEqualTo(1.5);
        assertThat(message("contacts").getContacts().get(0).getName().getFormattedName()).isEqualTo("Ben Sample");
        assertThat(message("button_reply").getInteractive().getButtonReply().getId()).isEqualTo("b1");
        assertThat(message("list_reply").getInteractive().getListReply().getDescription()).isEqualTo("D");
        assertThat(message("button").getButton().getPayload()).isEqualTo("P");
        assertThat(message("reaction").getReaction().getEmoji()).isEqualTo("😮");
        assertThat(message("unsupported").getErrors().get(0).getCode()).isEqualTo("131051");
        assertThat(value("system").getMessages().get(0).getSystem().getType()).isEqualTo("user_changed_number");
        assertThat(value("system").getMessages().get(0).getSystem().getWaId()).matches("\\d+");
    }

    @Test
    void restfb_reads_statuses_and_what_meta_tells() {
        for (String name : List.of("sent", "delivered", "read", "failed")) {
            Status status = value(name).getStatuses().get(0);
            assertThat(status.getStatus()).hasToString(name);
            assertThat(status.getId()).startsWith("wamid.");
            assertThat(status.getTimestamp()).isBetween(Instant.now().minusSeconds(600), Instant.now().plusSeconds(5));
            assertThat(status.getBizOpaqueCallbackData()).startsWith("order:4");
            assertThat(status.hasErrors()).isEqualTo(name.equals("failed"));
        }
        assertThat(value("sent").getStatuses().get(0).getRecipientId()).isEqualTo(CUSTOMER);
        assertThat(value("sent").getStatuses().get(0).getPricing().getPricingModel()).isEqualTo("PMP");
        assertThat(value("sent").getStatuses().get(0).getPricing().getCategory()).hasToString("referral_conversion");     // an advertisement led here
        assertThat(value("failed").getStatuses().get(0).getErrors().get(0).getCode()).isEqualTo("131047");
        Change template = change("template");
        assertThat(template.getField()).isEqualTo("message_template_status_update");
        MessageTemplateStatusUpdateValue update = (MessageTemplateStatusUpdateValue) template.getValue();
        assertThat(update.getEvent()).isEqualTo("APPROVED");
        assertThat(update.getMessageTemplateName()).isEqualTo("order_update");
        assertThat(update.getMessageTemplateId()).matches("\\d+");
    }

    // ---- Node.js ---------------------------------------------------------------------------------------------------

    private static Map<String, JsonNode> parsed() {
        ObjectNode settings = Json.object().put("secret", "mock-app-secret").put("verifyToken", "mock-verify-token");
        ObjectNode handshake = settings.putObject("handshake");
        for (String parameter : RECEIVER.handshakes().get(0).replaceFirst("^.*?(?=hub\\.)", "").split("&")) {
            String[] parts = parameter.split("=", 2);
            if (parts[0].startsWith("hub.")) {
                handshake.put(parts[0], parts[1]);
            }
        }
        ArrayNode posts = settings.putArray("posts");
        POSTS.values().forEach(post -> posts.addObject().put("bytes", Base64.getEncoder().encodeToString(post.body()))
                .put("signature", post.signature()));
        JsonNode answer = NodeClients.run("webhooks.mjs", settings);
        assertThat(answer.path("challenge").asText()).isEqualTo(handshake.path("hub.challenge").asText()).matches("\\d+");
        assertThat(answer.path("accepted").asText()).isEqualTo(handshake.path("hub.challenge").asText());
        assertThat(answer.path("registered").asText()).isEqualTo("mock-verify-token");
        Map<String, JsonNode> parsed = new LinkedHashMap<>();
        List<String> names = new ArrayList<>(POSTS.keySet());
        answer.path("posts").forEach(post -> parsed.put(names.get(parsed.size()), post));
        assertThat(parsed).hasSameSizeAs(POSTS);
        return parsed;
    }

    /** A pointer in Meta's names as kapso has it: in camel case, below the message. */
    private static String camel(String pointer) {
        StringBuilder camel = new StringBuilder();
        for (int i = 0; i < pointer.length(); i++) {
            camel.append(pointer.charAt(i) == '_' ? Character.toUpperCase(pointer.charAt(++i)) : pointer.charAt(i));
        }
        return camel.toString();
    }

    @Test
    void three_published_parsers_for_node_take_signatures_handshake_messages_and_statuses() {
        Map<String, JsonNode> parsed = parsed();

        parsed.forEach((name, post) -> {
            assertThat(post.at("/greatDetail/signed").asBoolean()).as(name).isTrue();
            assertThat(post.at("/greatDetail/signedByAnother").asBoolean()).as(name).isFalse();
            assertThat(post.at("/greatDetail/object").asText()).isEqualTo("whatsapp_business_account");
            assertThat(post.at("/greatDetail/fields/0").asText()).isEqualTo(name.equals("template") ? "message_template_status_update" : "messages");
            assertThat(post.at("/kapso/signed").asBoolean()).as(name).isTrue();
            assertThat(post.at("/kapso/signedByAnother").asBoolean()).as(name).isFalse();
            assertThat(post.at("/tampered/status").asInt()).as(name).isEqualTo(401);
        });
        for (String[] written : WRITTEN) {
            JsonNode post = parsed.get(written[0]);
            JsonNode js = post.path("whatsappApiJs");
            assertThat(js.path("kind").asText()).as(written[0] + ": " + js).isEqualTo("message");
            assertThat(js.path("phoneID").asText()).isEqualTo(TestApp.NUMBER);
            assertThat(js.at("/recipient/phone").asText()).isEqualTo(CUSTOMER);
            assertThat(js.path("message").at(written[2]).asText()).as(written[0]).isEqualTo(written[3]);
            JsonNode kapso = post.path("kapso");
            assertThat(kapso.path("phoneNumberId").asText()).isEqualTo(TestApp.NUMBER);
            assertThat(kapso.at("/messages/0" + camel(written[2])).asText()).as(written[0]).isEqualTo(written[3]);
            assertThat(kapso.at("/messages/0/kapso/direction").asText()).isEqualTo("inbound");
            if (!written[0].equals("system")) {
                assertThat(js.path("name").asText()).isEqualTo("Zoë");
                assertThat(kapso.at("/contacts/0/profile/name").asText()).isEqualTo("Zoë");
                assertThat(kapso.at("/messages/0/fromUserId").asText()).matches("US\\.\\d+");
            }
        }
        assertThat(parsed.get("nfm_reply").at("/kapso/messages/0/kapso/flowToken").asText()).isEqualTo("t1");
        assertThat(parsed.get("user").at("/whatsappApiJs/recipient/bsuid").asText()).isEqualTo("US.777");
        assertThat(parsed.get("user").at("/whatsappApiJs/recipient").has("phone")).isFalse();
        assertThat(parsed.get("user").at("/kapso/contacts/0/profile/username").asText()).isEqualTo("zoe.b");
        for (String status : List.of("sent", "delivered", "read", "failed")) {
            JsonNode js = parsed.get(status).path("whatsappApiJs");
            assertThat(js.path("kind").asText()).isEqualTo("status");
            assertThat(js.path("status").asText()).isEqualTo(status);
            assertThat(js.path("biz_opaque_callback_data").asText()).startsWith("order:4");
            assertThat(parsed.get(status).at("/kapso/statuses/0/status").asText()).isEqualTo(status);
        }
        assertThat(parsed.get("sent").at("/whatsappApiJs/recipient/phone").asText()).isEqualTo(CUSTOMER);
        assertThat(parsed.get("sent").at("/kapso/statuses/0/recipientUserId").asText()).matches("US\\.\\d+");
        assertThat(parsed.get("sent").at("/whatsappApiJs/pricing/category").asText()).isEqualTo("referral_conversion");
        assertThat(parsed.get("failed").at("/whatsappApiJs/error/code").asInt()).isEqualTo(131047);
        assertThat(parsed.get("template").at("/kapso/raw/messageTemplateStatusUpdate/0/event").asText()).isEqualTo("APPROVED");
    }
}
