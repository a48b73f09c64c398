package helpdesk.whatsapp.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.web.Contract;
import helpdesk.whatsapp.web.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a send must look like, and in which words it is refused. */
class ContractTest {

    private static final Contract CONTRACT = new Contract();

    private static Problem refusal(byte[] body) {
        return catchThrowableOfType(Problem.class, () -> CONTRACT.check("Send", body));
    }

    private static List<String> faults(String body) {
        Problem problem = refusal(body.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        assertThat(problem).as("accepted: %s", body).isNotNull();
        assertThat(problem.getStatus()).isEqualTo(422);
        List<String> faults = new ArrayList<>();
        Json.read(problem.toJson()).path("errors").forEach(e -> faults.add(e.path("field").asText() + " " + e.path("message").asText()));
        return faults;
    }

    private static void accepted(String body) {
        CONTRACT.check("Send", body.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    static Stream<Arguments> examples() {
        List<Arguments> examples = new ArrayList<>();
        ContractAssert.operation("message-send").at("/requestBody/content/application~1json/examples").fields()
                .forEachRemaining(example -> examples.add(Arguments.of(example.getKey(), example.getValue().path("value"))));
        return examples.stream();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void the_examples_of_the_contract_are_accepted(String name, JsonNode example) {
        assertThat(CONTRACT.check("Send", Json.write(example).getBytes(StandardCharsets.UTF_8))).isEqualTo(example);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{'to':'+1 (555) 000-1234','text':{'body':'no type is text'}}",
        "{'messaging_product':'whatsapp','recipient_type':'individual','to':'5550001','type':'text','text':{'body':'x','preview_url':true},"
            + "'context':{'message_id':'wamid.X=='}}",
        "{'recipient':'US.12345678901234567890','type':'text','text':{'body':'x'}}",
        "{'recipient':'US.ENT.1234','type':'sticker','sticker':{'id':'1013859600285441'}}",
        "{'ticketId':'17','replyTo':'wamid.X','type':'audio','audio':{'link':'http://a.test/a.ogg','voice':true}}",
        "{'to':'5550001','type':'video','video':{'id':'1','caption':''}}",
        "{'to':'5550001','type':'location','location':{'latitude':-90,'longitude':180.0}}",
        "{'to':'5550001','type':'reaction','reaction':{'message_id':'wamid.X','emoji':''}}",
        "{'to':'5550001','type':'contacts','contacts':[{'name':{'formatted_name':'A B','last_name':'B'}}]}",
        "{'to':'5550001','type':'interactive','interactive':{'type':'cta_url','body':{'text':'x'},'action':{'name':'cta_url',"
            + "'parameters':{'display_text':'Look','url':'https://a.test/'}}}}",
        "{'to':'5550001','type':'interactive','interactive':{'type':'location_request_message','body':{'text':'Where?'},"
            + "'action':{'name':'send_location'}}}",
        "{'to':'5550001','type':'interactive','interactive':{'type':'flow','body':{'text':'x'},'action':{'name':'flow','parameters':{'a':1}}}}"})
    void what_the_cloud_api_takes_is_accepted(String body) {
        accepted(body);
    }

    /** The requests of Meta's own OpenAPI file, where those fixtures are at hand. */
    static Stream<Path> sendsOfMeta() throws IOException {
        Path folder = Path.of(System.getenv().getOrDefault("WHATSAPP_FIXTURES", "../shared/fixtures"), "facebook__openapi/graph-request");
        boolean required = Boolean.parseBoolean(System.getenv("WHATSAPP_FIXTURES_REQUIRED"));
        Assumptions.assumeTrue(required || Files.isDirectory(folder), "no fixtures at " + folder);
        return Files.list(folder).filter(file -> file.getFileName().toString().matches("send-.*\\.json")).sorted();
    }

    @ParameterizedTest
    @MethodSource("sendsOfMeta")
    void what_meta_gives_as_examples_is_accepted(Path file) throws IOException {
        JsonNode send = Json.read(Files.readAllBytes(file));
        Assumptions.assumeTrue(send.has("to") && send.has(send.path("type").asText("text")), "is no send, or not of its type");
        ((ObjectNode) send).remove("biz_opaque_callback_data");     // ours: it carries the attempt's id
        ((ObjectNode) send).put("to", "+16505550100");      // the samples have placeholders where values stand
        if (send.path(send.path("type").asText()).has("link")) {
            ((ObjectNode) send.path(send.path("type").asText())).put("link", "https://a.test/");
        }
        accepted(Json.write(send).replaceAll("<[^>]*TEMPLATE_NAME>|template-name", "template_name").replace("<HEADER_TYPE>", "text")
                .replaceAll("<http[^>]*>", "https://a.test/").replace("language-and-locale-code", "en_US"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{'text':{'body':'x'}}|to is required: name who gets the message by `to`, `recipient` or `ticketId`",
        "{'to':'5550001'}|text is required",
        "{'to':'5550001','type':'image'}|image is required",
        "{'to':'5550001','recipient':'US.1','text':{'body':'x'}}|recipient must not be given together with `to`",
        "{'to':'abc','text':{'body':'x'}}|to must be a phone number with country code, 7 to 20 digits; plus, minus, spaces and brackets are allowed",
        "{'to':5550001,'text':{'body':'x'}}|to must be a string, not a number",
        "{'recipient':'us.1','text':{'body':'x'}}|recipient must be a user id like US.12345678901234567890",
        "{'ticketId':'x','text':{'body':'x'}}|ticketId must be an id as we gave it, in digits",
        "{'to':'5550001','text':{'body':''}}|text.body must not be empty",
        "{'to':'5550001','text':{}}|text.body is required",
        "{'to':'5550001','text':'x'}|text must be an object, not a string",
        "{'to':'5550001','text':{'body':'x','colour':1}}|text.colour is unknown",
        "{'to':'5550001','biz_opaque_callback_data':'x','text':{'body':'x'}}|biz_opaque_callback_data is unknown",
        "{'to':'5550001','colour':1,'text':{'body':'x'}}|colour is unknown",
        "{'to':'5550001','messaging_product':'sms','text':{'body':'x'}}|messaging_product must be whatsapp",
        "{'to':'5550001','recipient_type':'group','text':{'body':'x'}}|recipient_type must be individual",
        "{'to':'5550001','type':'poem'}|type must be one of text, image, video, audio, document, sticker, template, interactive, location, contacts, reaction",
        "{'to':'5550001','image':{'id':'1'}}|image goes only with the `type` of the same name",
        "{'to':'5550001','type':'image','image':{}}|image.id is required: name the file by `id` or by `link`",
        "{'to':'5550001','type':'image','image':{'id':'1','link':'https://a.test/'}}|image.id must not be given together with `link`",
        "{'to':'5550001','type':'image','image':{'link':'file:///etc/passwd'}}|image.link must be a link that begins with https:// or http://",
        "{'to':'5550001','type':'audio','audio':{'id':'1','caption':'x'}}|audio.caption is unknown",
        "{'to':'5550001','type':'template','template':{'name':'a'}}|template.language is required",
        "{'to':'5550001','type':'template','template':{'name':'a','language':{}}}|template.language.code is required",
        "{'to':'5550001','type':'location','location':{'latitude':91,'longitude':1}}|location.latitude must be at most 90",
        "{'to':'5550001','type':'location','location':{'latitude':'1','longitude':1}}|location.latitude must be a number, not a string",
        "{'to':'5550001','type':'location','location':{'latitude':1,'longitude':-181}}|location.longitude must be at least -180",
        "{'to':'5550001','type':'contacts','contacts':[]}|contacts must not be empty",
        "{'to':'5550001','type':'contacts','contacts':[{'name':{'formatted_name':'A'}}]}|contacts[0].name.first_name is required, or another part of the name beside formatted_name",
        "{'to':'5550001','type':'reaction','reaction':{'message_id':'wamid.X'}}|reaction.emoji is required",
        "{'to':'5550001','type':'reaction','replyTo':'1','reaction':{'message_id':'wamid.X','emoji':'x'}}|replyTo must not be given with a reaction, which names its message itself",
        "{'to':'5550001','context':{'id':'wamid.X','message_id':'wamid.X'},'text':{'body':'x'}}|context.id is unknown",
        "{'to':'5550001','context':{'message_id':'wamid.X'},'replyTo':'1','text':{'body':'x'}}|context must not be given together with `replyTo`",
        "{'to':'5550001','text':{'body':'a\\u0000b'}}|text.body must not contain U+0000",
        "{'to':'5550001','type':'location','location':{'latitude':1e-99999,'longitude':1}}|location.latitude is out of range",
        "[]|body must be an object, not an array",
        "'text'|body must be an object, not a string"})
    void one_fault_is_one_sentence_about_one_field(String body, String fault) {
        assertThat(faults(body)).containsExactly(fault);
    }

    @Test
    void every_wrong_field_is_named_at_once() {
        assertThat(faults("{'to':'1','recipient_type':5,'x':1,'type':'document','document':{'link':'nowhere','filename':''}}"))
                .extracting(fault -> fault.replaceFirst(" .*", ""))
                .containsExactlyInAnyOrder("to", "recipient_type", "x", "document.link", "document.filename");
    }

    @ParameterizedTest
    @CsvSource({"text.body,4096", "replyTo,300"})
    void lengths_are_counted_in_characters(String field, int most) {
        ObjectNode send = Json.object().put("to", "5550001");
        ObjectNode text = send.putObject("text").put("body", "x");
        ObjectNode place = field.startsWith("text") ? text : send;
        String name = field.replaceFirst(".*\\.", "");
        place.put(name, "😀".repeat(most));
        CONTRACT.check("Send", Json.write(send).getBytes(StandardCharsets.UTF_8));
        place.put(name, "😀".repeat(most + 1));
        assertThat(faults(Json.write(send))).containsExactly(field + " must have at most " + most + " characters, has " + (most + 1));
    }

    @Test
    void captions_have_their_limit() {
        assertThat(faults("{'to':'5550001','type':'image','image':{'id':'1','caption':'" + "x".repeat(1025) + "'}}"))
                .containsExactly("image.caption must have at most 1024 characters, has 1025");
    }

    @Test
    void buttons_have_their_limits() {
        String button = "{'type':'reply','reply':{'id':'%s','title':'%s'}}";
        String buttons = "{'to':'5550001','type':'interactive','interactive':{'type':'button','body':{'text':'%s'},'action':{'buttons':[%s]}}}";

        assertThat(faults(buttons.formatted("x", String.join(",", button.formatted("1", "a"), button.formatted("2", "b"),
                button.formatted("3", "c"), button.formatted("4", "d")))))
                .containsExactly("interactive.action.buttons must have at most 3 entries, has 4");
        assertThat(faults(buttons.formatted("x", button.formatted("1", "a") + "," + button.formatted("2", "a"))))
                .containsExactly("interactive.action.buttons[1].reply.title must differ from the others");
        assertThat(faults(buttons.formatted("x", button.formatted("1", "a".repeat(21)))))
                .containsExactly("interactive.action.buttons[0].reply.title must have at most 20 characters, has 21");
        assertThat(faults(buttons.formatted("x".repeat(1025), button.formatted("1", "a"))))
                .containsExactly("interactive.body.text must have at most 1024 characters, has 1025");
    }

    @Test
    void lists_have_their_limits() {
        String list = "{'to':'5550001','type':'interactive','interactive':{'type':'list','body':{'text':'%s'},'action':{'button':'b','sections':[%s]}}}";
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < 6; i++) {
            rows.append(i == 0 ? "" : ",").append("{'id':'%1$s").append(i).append("','title':'t'}");
        }
        String section = "{'title':'s','rows':[" + rows + "]}";

        accepted(list.formatted("x".repeat(4096), section.formatted("a")));
        assertThat(faults(list.formatted("x", section.formatted("a") + "," + section.formatted("b"))))
                .containsExactly("interactive.action.sections must have at most 10 rows together, have 12");
        assertThat(faults(list.formatted("x", "{'rows':[{'id':'1','title':'t'}]},{'title':'s','rows':[{'id':'1','title':'t'}]}")))
                .containsExactly("interactive.action.sections[0].title is required where there are several sections",
                        "interactive.action.sections[1].rows[0].id must differ from the others");
        assertThat(faults(list.formatted("x", "{'rows':[{'id':'1','title':'" + "t".repeat(25) + "'}]}")))
                .containsExactly("interactive.action.sections[0].rows[0].title must have at most 24 characters, has 25");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "nonsense", "{", "{} {}", "{'a':1}", "{\"a\":1,}"})
    void what_is_no_json_is_refused_as_such(String body) {
        Problem problem = refusal(body.getBytes(StandardCharsets.UTF_8));

        assertThat(problem.getStatus()).isEqualTo(400);
        assertThat(problem.getCode()).isEqualTo("not-json");
        assertThat(refusal(null).getCode()).isEqualTo("not-json");
    }

    @Test
    void a_line_break_after_the_number_does_not_slip_through() {
        assertThat(faults("{'to':'5550001\\n','text':{'body':'x'}}")).singleElement().asString().startsWith("to ");
        assertThat(faults("{'ticketId':'17\\n','text':{'body':'x'}}")).singleElement().asString().startsWith("ticketId ");
    }

    @Test
    void a_hostile_number_is_refused_quickly() {
        // A pattern that tried every way to read it would need minutes.
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            faults("{'to':'" + "1 ".repeat(40) + "x','text':{'body':'x'}}");
            faults("{'to':'" + "1 ".repeat(500_000) + "x','text':{'body':'x'}}");
        });
    }
}
