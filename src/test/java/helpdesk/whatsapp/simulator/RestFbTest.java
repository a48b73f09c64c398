package helpdesk.whatsapp.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.restfb.BinaryAttachment;
import com.restfb.Body;
import com.restfb.Connection;
import com.restfb.DefaultFacebookClient;
import com.restfb.DefaultJsonMapper;
import com.restfb.DefaultWebRequestor;
import com.restfb.FacebookEndpoints;
import com.restfb.Parameter;
import com.restfb.Version;
import com.restfb.WebRequestor;
import com.restfb.exception.FacebookGraphException;
import com.restfb.exception.FacebookOAuthException;
import com.restfb.json.JsonObject;
import com.restfb.types.DebugTokenInfo;
import com.restfb.types.whatsapp.WhatsAppBusinessAccount;
import com.restfb.types.whatsapp.WhatsAppBusinessPhoneNumber;
import com.restfb.types.whatsapp.WhatsAppMessageTemplate;
import com.restfb.types.whatsapp.platform.SendMessage;
import com.restfb.types.whatsapp.platform.SuccessfulResponse;
import com.restfb.types.whatsapp.platform.send.Contact;
import com.restfb.types.whatsapp.platform.send.Context;
import com.restfb.types.whatsapp.platform.send.Document;
import com.restfb.types.whatsapp.platform.send.Image;
import com.restfb.types.whatsapp.platform.send.Interactive;
import com.restfb.types.whatsapp.platform.send.Location;
import com.restfb.types.whatsapp.platform.send.Reaction;
import com.restfb.types.whatsapp.platform.send.Text;
import com.restfb.types.whatsapp.platform.send.contact.Name;
import com.restfb.types.whatsapp.platform.send.contact.Phone;
import com.restfb.types.whatsapp.platform.send.interactive.Action;
import com.restfb.types.whatsapp.platform.send.interactive.Button;
import com.restfb.types.whatsapp.platform.send.interactive.Footer;
import com.restfb.types.whatsapp.platform.send.interactive.Header;
import com.restfb.types.whatsapp.platform.send.interactive.Section;
import helpdesk.whatsapp.testing.TestApp;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** RestFB, a client of the Graph API in Java, works with the simulator as with Meta: what is asserted is what it parsed. */
class RestFbTest {

    private static final String ACCOUNT = "200000000000001";
    private static final String SECRET = "mock-app-secret";

    private final TestApp app = TestApp.shared();
    private final String customer = TestApp.newCustomer();
    /** With an app secret it sends {@code appsecret_proof} along; its token is in the query. */
    private final DefaultFacebookClient client = client(GraphApi.TOKEN, SECRET);

    /** Whatever address a next page has, RestFB asks for it by HTTPS. */
    private static final class WithoutTls extends DefaultWebRequestor {

        @Override
        protected HttpURLConnection openConnection(URL url) throws IOException {
            return super.openConnection(URI.create(url.toString().replaceFirst("^https://127", "http://127")).toURL());
        }
    }

    private DefaultFacebookClient client(String token, String secret) {
        DefaultFacebookClient made = new DefaultFacebookClient(token, secret, new WithoutTls(), new DefaultJsonMapper(), Version.VERSION_23_0);
        made.setFacebookEndpointUrls(new FacebookEndpoints() {
            @Override
            public String getGraphEndpoint() {
                return app.url("/mock/graph");
            }
        });
        return made;
    }

    /** Sends a message that RestFB's own objects describe; the wamid. */
    private String send(Consumer<SendMessage> content) {
        SendMessage message = new SendMessage("+" + customer);
        content.accept(message);
        SuccessfulResponse answer = client.publish(TestApp.NUMBER + "/messages", SuccessfulResponse.class, Body.withData(message));
        assertThat(answer.getMessagingProduct()).isEqualTo("whatsapp");
        assertThat(answer.getContacts()).singleElement().satisfies(contact -> {
            assertThat(contact.getInput()).isEqualTo("+" + customer);
            assertThat(contact.getWaId()).isEqualTo(customer);
        });
        assertThat(answer.getMessages()).hasSize(1);
        assertThat(answer.getMessages().get(0).getId()).startsWith("wamid.");
        return answer.getMessages().get(0).getId();
    }

    private static URL link(String name) {
        try {
            return URI.create("https://example.com/" + name).toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Test
    void its_messages_are_accepted() {
        String first = send(message -> message.setText(new Text("Hello")));
        send(message -> {
            message.setContext(new Context(first));
            message.setText(new Text("A reply"));
        });
        send(message -> {
            Image image = new Image(link("a.jpg"));
            image.setCaption("A picture");
            message.setMedia(image);
        });
        send(message -> {
            Document document = new Document(link("a.pdf"));
            document.setFilename("a.pdf");
            message.setMedia(document);
        });
        send(message -> {
            Reaction reaction = new Reaction(first);
            reaction.setEmoji("👍");
            message.setReaction(reaction);
        });
        send(message -> {
            Location place = new Location(48.2, 16.37);
            place.setName("Here");
            message.setLocation(place);
        });
        send(message -> {
            Contact contact = new Contact();
            Name name = new Name("Ben Sample");
            name.setFirstName("Ben");
            contact.setName(name);
            Phone phone = new Phone();
            phone.setPhone("+15551230002");
            contact.addPhone(phone);
            message.addContact(contact);
        });
    }

    @Test
    void its_longest_text_is_accepted_in_any_writing() {
        send(message -> message.setText(new Text("Ж".repeat(4096))));
        send(message -> message.setText(new Text("😀".repeat(2000))));
    }

    @Test
    void its_buttons_and_lists_are_accepted() {
        send(message -> {
            Interactive buttons = new Interactive(new Action().addButton(new Button("yes", "Yes")).addButton(new Button("no", "No")));
            buttons.setType(Interactive.Type.button);
            buttons.setHeader(new Header("A question"));
            buttons.setBody(new com.restfb.types.whatsapp.platform.send.interactive.Body("Shall we?"));
            buttons.setFooter(new Footer("Press one"));
            message.setInteractive(buttons);
        });
        send(message -> {
            Section section = new Section().addRow(new Section.Row("1", "One")).addRow(new Section.Row("2", "Two"));
            section.setTitle("Numbers");
            Action action = new Action().addSection(section);
            action.setButton("Choose");
            Interactive list = new Interactive(action);
            list.setType(Interactive.Type.list);
            list.setBody(new com.restfb.types.whatsapp.platform.send.interactive.Body("Which one?"));
            message.setInteractive(list);
        });
    }

    @Test
    void a_template_goes_as_form_fields_and_the_token_as_a_header() {
        DefaultFacebookClient bearer = client(GraphApi.TOKEN, SECRET);
        bearer.setHeaderAuthorization(true);

        SuccessfulResponse answer = bearer.publish(TestApp.NUMBER + "/messages", SuccessfulResponse.class,
                Parameter.with("messaging_product", "whatsapp"), Parameter.with("to", "+" + customer), Parameter.with("type", "template"),
                Parameter.with("template", Map.of("name", "hello_world", "language", Map.of("code", "en_US"))));

        assertThat(answer.getMessages().get(0).getId()).startsWith("wamid.");
        assertThat(bearer.publish(TestApp.NUMBER + "/messages", JsonObject.class, Parameter.with("messaging_product", "whatsapp"),
                Parameter.with("status", "read"), Parameter.with("message_id", TestApp.newWamid())).getBoolean("success", false)).isTrue();
    }

    @Test
    void a_file_is_uploaded_described_fetched_sent_and_deleted() throws Exception {
        byte[] content = "Some notes, in a file.".getBytes(StandardCharsets.UTF_8);
        JsonObject uploaded = client.publish(TestApp.NUMBER + "/media", JsonObject.class,
                BinaryAttachment.with("file", "notes.txt", content, "text/plain"), Parameter.with("messaging_product", "whatsapp"));
        String id = uploaded.getString("id", "");

        JsonObject info = client.fetchObject(id, JsonObject.class, Parameter.with("phone_number_id", TestApp.NUMBER));
        assertThat(info.getString("id", "")).isEqualTo(id).matches("\\d+");
        assertThat(info.getString("mime_type", "")).isEqualTo("text/plain");
        assertThat(info.get("file_size").asLong()).isEqualTo(content.length);
        assertThat(info.getString("sha256", "")).matches("[0-9a-f]{64}");

        WebRequestor.Response file = client.getWebRequestor().executeGet(new WebRequestor.Request(info.getString("url", ""), GraphApi.TOKEN));
        assertThat(file.getStatusCode()).isEqualTo(200);
        assertThat(file.getBody()).isEqualTo("Some notes, in a file.");

        send(message -> message.setMedia(new Document(id)));
        assertThat(client.deleteObject(id)).isTrue();
        FacebookGraphException gone = catchThrowableOfType(FacebookGraphException.class, () -> client.fetchObject(id, JsonObject.class));
        assertThat(gone.getErrorCode()).isEqualTo(100);
        assertThat(gone.getErrorSubcode()).isEqualTo(33);
        assertThat(gone.getHttpStatusCode()).isEqualTo(400);
        assertThat(gone.getErrorType()).isEqualTo("GraphMethodException");
    }

    @Test
    void refusals_become_its_exceptions_with_code_details_and_trace() {
        FacebookOAuthException token = catchThrowableOfType(FacebookOAuthException.class,
                () -> client("wrong", null).fetchObject(TestApp.NUMBER, WhatsAppBusinessPhoneNumber.class));
        assertThat(token.getErrorCode()).isEqualTo(190);
        assertThat(token.getHttpStatusCode()).isEqualTo(401);
        assertThat(token.getFbtraceId()).matches("A[\\w-]{20,}");

        FacebookGraphException proof = catchThrowableOfType(FacebookGraphException.class,
                () -> client(GraphApi.TOKEN, "another secret").fetchObject(TestApp.NUMBER, WhatsAppBusinessPhoneNumber.class));
        assertThat(proof.getErrorCode()).isEqualTo(100);
        assertThat(proof.getErrorMessage()).contains("appsecret_proof");

        FacebookOAuthException tooLong = catchThrowableOfType(FacebookOAuthException.class,
                () -> send(message -> message.setText(new Text("a".repeat(4097)))));
        assertThat(tooLong.getErrorCode()).isEqualTo(100);
        assertThat(tooLong.getErrorData("details")).contains("body");

        FacebookOAuthException template = catchThrowableOfType(FacebookOAuthException.class, () -> client.publish(
                TestApp.NUMBER + "/messages", SuccessfulResponse.class, Parameter.with("messaging_product", "whatsapp"),
                Parameter.with("to", "+" + customer), Parameter.with("type", "template"),
                Parameter.with("template", Map.of("name", "nobody_made_it", "language", Map.of("code", "en_US")))));
        assertThat(template.getErrorCode()).isEqualTo(132001);
        assertThat(template.getHttpStatusCode()).isEqualTo(404);

        FacebookGraphException busy = catchThrowableOfType(FacebookGraphException.class, () -> client.publish(
                TestApp.NUMBER + "/messages", SuccessfulResponse.class, Body.withData(textTo("+15559000002"))));
        assertThat(busy.getErrorCode()).isEqualTo(2);
        assertThat(busy.getHttpStatusCode()).isEqualTo(500);      // RestFB reads no body of a 429
        assertThat(busy.getIsTransient()).isTrue();
    }

    private static SendMessage textTo(String number) {
        SendMessage message = new SendMessage(number);
        message.setText(new Text("Hello"));
        return message;
    }

    @Test
    void the_number_and_the_account_are_described() {
        WhatsAppBusinessPhoneNumber number = client.fetchObject(TestApp.NUMBER, WhatsAppBusinessPhoneNumber.class, Parameter.with("fields",
                "id,display_phone_number,verified_name,code_verification_status,name_status,status,platform_type,throughput,account_mode,"
                        + "is_official_business_account,is_pin_enabled,last_onboarded_time,quality_score,health_status"));

        assertThat(number.getId()).isEqualTo(TestApp.NUMBER);
        assertThat(number.getDisplayPhoneNumber()).startsWith("+1555");
        assertThat(number.getVerifiedName()).isNotBlank();
        assertThat(number.getCodeVerificationStatus()).hasToString("VERIFIED");
        assertThat(number.getStatus()).hasToString("CONNECTED");
        assertThat(number.getPlatformType()).hasToString("CLOUD_API");
        assertThat(number.getThroughput().getLevel()).isNotNull();
        assertThat(number.getAccountMode()).hasToString("LIVE");
        assertThat(number.getIsOfficialBusinessAccount()).isFalse();
        assertThat(number.getLastOnboardedTime()).isInThePast();
        assertThat(number.getQualityScore().getScore()).isEqualTo("GREEN");
        assertThat(number.getHealthStatus().getCanSendMessage()).hasToString("AVAILABLE");
        assertThat(number.getHealthStatus().getEntities()).extracting(entity -> entity.getEntityType().toString())
                .contains("PHONE_NUMBER", "WABA", "APP");

        WhatsAppBusinessAccount account = client.fetchObject(ACCOUNT, WhatsAppBusinessAccount.class,
                Parameter.with("fields", "id,name,timezone_id,message_template_namespace,account_review_status,currency"));
        assertThat(account.getId()).isEqualTo(ACCOUNT);
        assertThat(account.getName()).isNotBlank();
        assertThat(account.getMessageTemplateNamespace()).isNotBlank();
        assertThat(account.getAccountReviewStatus()).isEqualTo("APPROVED");
    }

    @Test
    void lists_are_paged_by_its_connections() {
        String name = "restfb_" + UUID.randomUUID().toString().substring(0, 8);
        for (int i = 0; i < 3; i++) {
            client.publish(ACCOUNT + "/message_templates", JsonObject.class, Parameter.with("name", name + "_" + i),
                    Parameter.with("language", "en_US"), Parameter.with("category", "UTILITY"),
                    Parameter.with("components", List.of(Map.of("type", "BODY", "text", "Your order is on its way."))));
        }
        Connection<WhatsAppMessageTemplate> templates = client.fetchConnection(ACCOUNT + "/message_templates", WhatsAppMessageTemplate.class,
                Parameter.with("name", name), Parameter.with("limit", 1));
        List<String> names = new ArrayList<>();
        int pages = 0;
        for (List<WhatsAppMessageTemplate> page : templates) {
            pages++;
            page.forEach(template -> {
                names.add(template.getName());
                assertThat(template.getLanguage()).isEqualTo("en_US");
                assertThat(template.getCategory()).isEqualTo("UTILITY");
                assertThat(template.getComponents()).singleElement()
                        .satisfies(body -> assertThat(body.getText()).isEqualTo("Your order is on its way."));
            });
        }
        assertThat(names).containsExactlyInAnyOrder(name + "_0", name + "_1", name + "_2");
        assertThat(pages).isBetween(3, 4);
        names.forEach(each -> assertThat(client.deleteObject(ACCOUNT + "/message_templates", Parameter.with("name", each))).isTrue());

        Connection<WhatsAppBusinessPhoneNumber> numbers =
                client.fetchConnection(ACCOUNT + "/phone_numbers", WhatsAppBusinessPhoneNumber.class, Parameter.with("limit", 1));
        assertThat(numbers.getData()).extracting(WhatsAppBusinessPhoneNumber::getId).contains(TestApp.NUMBER);
    }

    @Test
    void the_token_and_the_app_itself_can_be_looked_at() {
        String ofTheApp = client.obtainAppAccessToken("300000000000001", SECRET).getAccessToken();
        assertThat(ofTheApp).isEqualTo("300000000000001|" + SECRET);
        FacebookOAuthException refused = catchThrowableOfType(FacebookOAuthException.class, () -> client.obtainAppAccessToken("300000000000001", "wrong"));
        assertThat(refused.getErrorMessage()).contains("client secret");
        catchThrowableOfType(FacebookOAuthException.class, () -> client.obtainAppAccessToken("1", SECRET));

        DebugTokenInfo info = client(ofTheApp, null).debugToken(GraphApi.TOKEN);
        assertThat(info.isValid()).isTrue();
        assertThat(info.getScopes()).contains("whatsapp_business_messaging", "whatsapp_business_management");

        JsonObject blocked = client.publish(TestApp.NUMBER + "/block_users", JsonObject.class,
                Parameter.with("messaging_product", "whatsapp"), Parameter.with("block_users", List.of(Map.of("user", "+" + customer))));
        assertThat(blocked.get("block_users").asObject().get("added_users").asArray().get(0).asObject().getString("wa_id", "")).isEqualTo(customer);
    }
}
