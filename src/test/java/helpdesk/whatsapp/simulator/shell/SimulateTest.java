package helpdesk.whatsapp.simulator.shell;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.testing.Ports;
import helpdesk.whatsapp.testing.TestApp;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What bin/simulate and bin/tail do, against the product as it starts. */
class SimulateTest {

    private static final TestApp APP = TestApp.shared();

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    /** Whose next number, after a change, is nobody's either. */
    private final String customer = TestApp.newCustomer() + "0";

    private int run(String... arguments) {
        return run(Map.of("SIMULATOR_URL", APP.url("/")), List.of(arguments));
    }

    private int run(Map<String, String> environment, List<String> arguments) {
        out.reset();
        err.reset();
        return Simulate.run(arguments, environment, new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8).strip();
    }

    private String refused() {
        return err.toString(StandardCharsets.UTF_8).strip();
    }

    /** The message as it was called back. */
    private JsonNode written(String wamid) {
        List<JsonNode> found = new ArrayList<>();
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
            APP.get("/mock/control/journal?kind=callback&to=" + customer).json().path("data").forEach(entry -> {
                if (entry.path("message").asText().equals(wamid)) {
                    found.add(entry.at("/body/entry/0/changes/0/value/messages/0"));
                }
            });
            return !found.isEmpty();
        });
        return found.get(0);
    }

    @Test
    void a_customer_writes_and_the_wamid_is_printed() {
        assertThat(run("text", "Where is it? 👍", "--from", customer, "--name=Zoë")).as(refused()).isZero();

        assertThat(said()).startsWith("wamid.");
        assertThat(written(said()).at("/text/body").asText()).isEqualTo("Where is it? 👍");
    }

    @Test
    void a_file_goes_along(@TempDir Path folder) throws Exception {
        Path file = Files.write(folder.resolve("Offer.PDF"), "%PDF-1.4 an offer".getBytes(StandardCharsets.US_ASCII));

        assertThat(run("document", file.toString(), "--caption", "Please", "--from", customer, "--json")).as(refused()).isZero();
        JsonNode answer = Json.read(said());
        JsonNode document = written(answer.path("wamid").asText()).path("document");
        assertThat(document.path("id").asText()).isEqualTo(answer.path("mediaId").asText());
        assertThat(document.path("filename").asText()).isEqualTo("Offer.PDF");
        assertThat(document.path("mime_type").asText()).isEqualTo("application/pdf");
        assertThat(document.path("caption").asText()).isEqualTo("Please");
        assertThat(run("image", folder.resolve("none.jpg").toString())).isEqualTo(2);
        assertThat(refused()).contains("there is no file");
        Path photo = Files.write(folder.resolve("large photo.jpg"), new byte[5_000_000]);
        assertThat(run("image", photo.toString(), "--from", customer)).as("larger than JSON may be: %s", refused()).isZero();
        JsonNode image = written(said()).path("image");
        assertThat(image.path("mime_type").asText()).isEqualTo("image/jpeg");
        assertThat(image.path("sha256").asText()).isEqualTo(Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(new byte[5_000_000])));
    }

    @Test
    void a_form_is_a_message_too() {
        JsonNode written = form("type", "voice", "from", customer);
        JsonNode audio = written(written.path("wamid").asText()).path("audio");
        assertThat(audio.path("id").asText()).isEqualTo(written.path("mediaId").asText());
        assertThat(audio.path("voice").asBoolean()).isTrue();
        assertThat(audio.path("mime_type").asText()).as("as its part says").isEqualTo("audio/mpeg");
        assertThat(form("message", "[]").path("errors").path(0).path("field").asText()).isEqualTo("message");
        assertThat(form("message", "{").path("code").asText()).isEqualTo("validation");
        assertThat(form("file", "no file", "file2").path("errors").path(0).path("field").asText()).as("two files").isEqualTo("file");
    }

    /** Of fields with values, and a file for each name without. */
    private static JsonNode form(String... fields) {
        StringBuilder body = new StringBuilder();
        for (int i = 0; i + 1 < fields.length; i += 2) {
            body.append("--x\r\nContent-Disposition: form-data; name=\"").append(fields[i]).append("\"\r\n\r\n").append(fields[i + 1]).append("\r\n");
        }
        for (String file : fields.length % 2 == 0 ? List.of("file") : List.of("file", fields[fields.length - 1])) {
            body.append("--x\r\nContent-Disposition: form-data; name=\"").append(file)
                    .append("\"; filename=\"song.mp3\"\r\nContent-Type: audio/mpeg\r\n\r\nla la\r\n");
        }
        return APP.call("POST", "/mock/control/inbound", body.append("--x--\r\n").toString(),
                Map.of("Authorization", "Bearer mock-access-token", "Content-Type", "multipart/form-data; boundary=x")).json();
    }

    @ParameterizedTest
    @MethodSource("helpdesk.whatsapp.simulator.shell.Inbound#types")
    void every_type_can_be_sent_with_nothing_but_its_name(String type) {
        assertThat(run(type.replace('_', '-'), "--from", customer)).as(refused()).isZero();
        assertThat(written(said()).path("id").asText()).isEqualTo(said());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "location 1.5 -2.25 Home --address=Street | /location/latitude | 1.5",
        "location 1.5 -2.25 Home --address=Street | /location/name | Home",
        "button_reply no Later | /interactive/button_reply/title | Later",
        "nfm_reply {\"a\":1} | /interactive/nfm_reply/response_json | {\"a\":1}",
        "text true | /text/body | true",
        "image --caption=[draft] | /image/caption | [draft]",
        "text x --forwarded | /context/forwarded | true",
        "text x --forwarded=frequently | /context/frequently_forwarded | true",
        "text x --referral | /referral/source_type | ad",
        "text x --fields {\"message\":{\"shiny\":\"yes\"}} | /shiny | yes",
        "reaction ❤ --message-id wamid.X | /reaction/message_id | wamid.X",
        "image --too-large | /errors/0/code | 131052"})
    void words_and_options_become_fields(String command, String field, String value) {
        List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
        arguments.addAll(List.of("--from", customer));
        assertThat(run(arguments.toArray(String[]::new))).as(refused()).isZero();
        assertThat(written(said()).at(field).asText()).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "txet hi | 2 | there is no type txet", "text hi there | 2 | 'there' is one word too many", "text --form 1 | 2 | there is no option --form",
        "text hi --from | 2 | --from needs a value", "location north | 2 | latitude must be a number", "text x --referral={a | 2 | referral begins like JSON",
        "text x --fields 1 | 2 | --fields must be a JSON object", "--json | 2 | what does the customer send", "text hi --from abc | 1 | from must be a phone number",
        "text hi --token nonsense | 1 | the token does not open", "text hi --url nonsense | 2 | the address nonsense is none",
        "tail follow | 2 | 'follow' is no option", "tail -n x | 2 | -n must be a number", "tail --once --status x --kind nonsense | 1 | kind"})
    void what_is_wrong_is_said_and_nothing_is_sent(String command, int code, String why) {
        assertThat(run(command.split(" "))).isEqualTo(code);
        assertThat(refused()).contains(why).hasLineCount(1);
        assertThat(said()).isEmpty();
    }

    @Test
    void who_does_not_answer_is_named_with_the_mend() {
        int nobody = Ports.free();
        assertThat(run(Map.of("CAMEL_SERVER_PORT", "" + nobody), List.of("text", "hi"))).isEqualTo(1);
        assertThat(refused()).contains("nothing answers at http://127.0.0.1:" + nobody, "bin/start", "--url");
        assertThat(run(Map.of("CAMEL_SERVER_PORT", "" + nobody), List.of("tail"))).isEqualTo(1);
        assertThat(run("text", "hi", "--url", APP.url("/mock/graph"))).isEqualTo(1);
        assertThat(refused()).contains("is that the simulator?").doesNotContain("Exception");
    }

    @Test
    void help_names_every_type_and_option() {
        assertThat(run("help")).isZero();
        assertThat(said()).contains("button_reply", "--reply-to", "--too-large", "bin/tail", "SIMULATOR_TOKEN");
        assertThat(run("tail", "--help")).isZero();
        assertThat(run()).isEqualTo(2);
    }

    @Test
    void the_journal_is_followed_in_readable_lines() {
        run("text", "Before", "--from", customer);
        written(said());
        ByteArrayOutputStream seen = new ByteArrayOutputStream();
        PrintStream screen = new PrintStream(seen, true, StandardCharsets.UTF_8);
        Thread tail = new Thread(() -> Simulate.run(List.of("tail", "--to", customer, "-n", "5"),
                Map.of("SIMULATOR_URL", APP.url(""), "SIMULATOR_TOKEN", TestApp.TOKEN), screen, screen));
        tail.setDaemon(true);
        tail.start();
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> seen.toString(StandardCharsets.UTF_8).contains("\"Before\""));

        APP.post("/mock/graph/v25.0/" + TestApp.NUMBER + "/messages?access_token=mock-access-token", "{}");
        TestApp.Answer sent = APP.call("POST", "/mock/graph/v25.0/" + TestApp.NUMBER + "/messages", """
                {"messaging_product":"whatsapp","to":"%s","type":"text","text":{"body":"Your parcel\\nis there"}}""".formatted(customer),
                Map.of("Authorization", "Bearer mock-access-token", "Content-Type", "application/json"));
        assertThat(sent.status()).isEqualTo(200);

        Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(seen.toString(StandardCharsets.UTF_8).lines()).anyMatch(line ->
                line.matches("\\d\\d:\\d\\d:\\d\\d\\.\\d{3}  <-- inbound text from " + customer + " \"Before\"  200 http://\\S+  ….{12}")).anyMatch(line ->
                line.matches(".*  --> POST /v25.0/" + TestApp.NUMBER + "/messages  text to " + customer + " \"Your parcel is there\"  200  ….{12}")).anyMatch(line ->
                line.matches(".*  <-- read to " + customer + "  200 http://\\S+  ….{12}")));
        screen.close();         // as when the terminal goes
        APP.call("POST", "/mock/control/inbound", "{\"from\":\"" + customer + "\"}", Map.of("Authorization", "Bearer mock-access-token", "Content-Type", "application/json"));
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> !tail.isAlive());
    }

    @Test
    void lines_may_be_json_and_are_what_the_filters_want() {
        run("text", "One", "--from", customer);
        written(said());
        run("text", "Two", "--from", customer);
        written(said());

        assertThat(run("tail", "--once", "--json", "--kind", "callback", "--to", customer, "-n", "1")).as(refused()).isZero();
        assertThat(said()).hasLineCount(1);
        assertThat(Json.read(said()).at("/body/entry/0/changes/0/value/messages/0/text/body").asText()).isEqualTo("Two");
    }

    @Test
    void refusals_faults_and_handshakes_have_lines_too() {
        TailLine line = new TailLine();
        assertThat(line.of(Json.read("""
                {"n":1,"at":"2026-01-31T12:00:00Z","kind":"call","method":"POST","path":"/v25.0/1/messages","status":400,
                 "request":{"body":{"status":"read","message_id":"wamid.ABC"}},"message":"wamid.ABC",
                 "response":{"error":{"code":131009,"message":"(#131009) Parameter value is not valid"}}}""")))
                .contains("--> POST /v25.0/1/messages  read  400 131009 (#131009) Parameter value is not valid  …wamid.ABC");
        assertThat(line.of(Json.read("""
                {"n":2,"at":"2026-01-31T12:00:00Z","kind":"callback","url":"http://x","what":"failed","to":"1555","try":3,"fault":"ConnectException: no",
                 "givenUp":true,"message":"wamid.1","messages":["wamid.1","wamid.2"],
                 "body":{"entry":[{"changes":[{"value":{"statuses":[{"errors":[{"code":131047,"title":"Re-engagement message"}]}]}}]}]}}""")))
                .contains("<-- failed and 1 more to 1555 131047 Re-engagement message  ConnectException: no (try 3), given up  …wamid.1");
        assertThat(line.of(Json.read("""
                {"n":3,"at":"2026-01-31T12:00:00Z","kind":"handshake","url":"http://x","verified":false,"answer":"HTTP 403"}""")))
                .endsWith("<-- handshake http://x  HTTP 403");
        assertThat(line.of(Json.read("""
                {"n":4,"at":"2026-01-31T12:00:00Z","kind":"call","method":"POST","path":"/p","to":"1","status":200,
                 "request":{"body":{"type":"template","template":{"name":"%s"}}},"response":{}}""".formatted("long ".repeat(20)))))
                .contains("template to 1 \"long long").contains("…\"");
    }
}
