package helpdesk.whatsapp.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.testing.TestApp;
import helpdesk.whatsapp.testing.TestApp.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every request, answer and error that Meta publishes in its OpenAPI description, against the simulator: requests are accepted, answers have the
 * same shape, errors the same status, code and shape. The examples are read where they lie: in the folder that {@code WHATSAPP_FIXTURES}
 * names, else in {@code ../shared/fixtures}; without it these tests are skipped, unless {@code WHATSAPP_FIXTURES_REQUIRED} is true. What the
 * simulator answers otherwise is listed with its reason in {@code meta-examples/exceptions.txt}.
 */
class MetaExamplesTest {

    private static final Path FOLDER = Path.of(System.getenv().getOrDefault("WHATSAPP_FIXTURES", "../shared/fixtures"));
    private static final boolean REQUIRED = Boolean.parseBoolean(System.getenv("WHATSAPP_FIXTURES_REQUIRED"));
    private static final String META = "facebook__openapi/";
    private static final Pattern INDEXED = Pattern.compile("\\| facebook__openapi/(graph-[a-z]+/\\S+)\\.json \\|.*\\| graph-[a-z]+ \\| (.*) \\| MIT \\|");
    private static final String ACCOUNT = "/v23.0/200000000000001";
    private static final String NUMBER = "/v23.0/" + TestApp.NUMBER;
    private static final AtomicInteger COUNT = new AtomicInteger();

    private static TestApp app;
    private static GraphApi graph;

    private record Example(String name, String endpoint) {

        JsonNode json() {
            return Json.read(read(FOLDER.resolve(META + name + ".json")));
        }
    }

    private record Deviation(Pattern files, String reason) {
    }

    @BeforeAll
    static void start() {
        if (!Files.isDirectory(FOLDER) && !REQUIRED) {
            return;
        }
        app = TestApp.start(Map.of("whatsapp.simulator.delay-ms", "0",
                "whatsapp.simulator.poll", "3600000"));       // nothing is called back to the addresses of the examples
        graph = new GraphApi(app);
    }

    @AfterAll
    static void stop() {
        if (app != null) {
            app.close();
        }
    }

    @TestFactory
    Stream<DynamicTest> every_request_is_accepted() {
        return covered("graph-request").map(example -> dynamicTest(example.name(), () -> {
            Answer answer = request(example);
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            if (example.endpoint().endsWith("/messages") && !example.json().has("status")) {
                assertThat(answer.json().at("/messages/0/id").asText()).startsWith("wamid.");
            }
        }));
    }

    @TestFactory
    Stream<DynamicTest> every_answer_has_the_shape_that_it_has_at_meta() {
        return covered("graph-response").map(example -> dynamicTest(example.name(), () -> {
            List<String> differences = new ArrayList<>();
            compare("", expected(example), answer(example).json(), differences);
            assertThat(differences).as(example.name()).isEmpty();
        }));
    }

    @TestFactory
    Stream<DynamicTest> every_error_has_its_status_code_and_shape() {
        return covered("graph-error").map(example -> dynamicTest(example.name(), () -> {
            int status = Integer.parseInt(example.endpoint().replaceFirst("HTTP (\\d+).*", "$1"));
            JsonNode wanted = example.json().path("error");
            Answer answer = error(example);
            assertThat(answer.status()).as(answer.text()).isEqualTo(status);
            JsonNode given = answer.json().path("error");
            for (String field : List.of("type", "code", "error_subcode", "is_transient")) {
                assertThat(given.path(field)).as(field + " in " + answer.text()).isEqualTo(wanted.path(field));
            }
            for (String field : List.of("message", "fbtrace_id", "error_user_title", "error_user_msg")) {
                assertThat(given.path(field).isTextual()).as(field + " in " + answer.text()).isEqualTo(wanted.path(field).isTextual());
            }
        }));
    }

    @TestFactory
    Stream<DynamicTest> every_exception_is_one() {
        List<Example> all = examples();
        return exceptions().stream().map(exception -> dynamicTest(exception.files().pattern(), () -> {
            assertThat(exception.reason()).isNotBlank();
            assertThat(all).anyMatch(example -> exception.files().matcher(example.name()).matches());
        }));
    }

    // ---- the examples ----------------------------------------------------------------------------------------------

    private static Stream<Example> covered(String kind) {
        List<Deviation> exceptions = exceptions();
        return examples().stream().filter(example -> example.name().startsWith(kind + "/"))
                .filter(example -> exceptions.stream().noneMatch(exception -> exception.files().matcher(example.name()).matches()));
    }

    private static List<Example> examples() {
        Assumptions.assumeTrue(Files.isDirectory(FOLDER) || REQUIRED, "no fixtures at " + FOLDER);
        return read(FOLDER.resolve("INDEX.md")).lines().map(INDEXED::matcher).filter(Matcher::matches)
                .map(row -> new Example(row.group(1), row.group(2))).toList();
    }

    private static List<Deviation> exceptions() {
        return read(Path.of("src/test/resources/meta-examples/exceptions.txt")).lines().filter(line -> !line.startsWith("#") && !line.isBlank())
                .map(line -> new Deviation(Pattern.compile(line.replaceFirst(" \\| .*", "")), line.replaceFirst(".* \\| ", ""))).toList();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- requests --------------------------------------------------------------------------------------------------

    private static Answer request(Example example) {
        JsonNode body = example.json();
        String path = example.endpoint().replace("POST ", "").replace("{Phone-Number-ID}", TestApp.NUMBER).replace("{WABA-ID}", "200000000000001")
                .replace("{TEMPLATE_ID}", "1200000000000007");
        if (path.endsWith("/media")) {
            return graph.upload("a", GraphApi.sample(body.path("file").asText().contains("ogg") ? "voice.ogg"
                    : body.path("file").asText().contains("webp") ? "sticker.webp" : "picture.jpg"),
                    body.path("file").asText().replaceFirst(".*;type=", ""));
        }
        return graph.call("POST", "/v23.0" + path, filled(body));
    }

    /** With real values where the example has names of them. */
    private static String filled(JsonNode body) {
        String type = body.path("type").asText("text");
        if (body.has("profile_picture_handle")) {
            ((ObjectNode) body).put("profile_picture_handle", handle());
        }
        if (type.equals("template")) {
            insertTemplate(body.path("template"));
        }
        String text = Json.write(body).replaceAll("\\{\\{Recipient-(WA-)?Phone-Number}}", "+" + TestApp.newCustomer())
                .replaceAll("<?http\\(s\\)://([a-z-]+)>?", "https://example.com/$1")
                .replaceAll("\"override_callback_uri\":\"[^\"]+\"", "\"override_callback_uri\":\"" + webhook() + "\"")
                .replaceAll("\"verify_token\":\"[^\"]+\"", "\"verify_token\":\"mock-verify-token\"")
                .replace("\"<HEADER_TYPE>\"", "\"text\"")
                .replace("\"<TEMPLATE_NAME>\"", "\"example_" + COUNT.incrementAndGet() + "\"");
        return MediaLimits.CLASSES.contains(type) ? text.replaceAll("\"<[A-Z]+_OBJECT_ID>\"", "\"" + file(type) + "\"") : text;
    }

    /** An address that answers the handshake with the token of the configuration. */
    private static String webhook() {
        return app.url("/api/integrations/whatsapp/webhook");
    }

    private static String file(String type) {
        Map<String, String> samples = Map.of("audio", "voice.ogg", "image", "picture.jpg", "video", "clip.mp4", "document", "invoice.pdf",
                "sticker", "sticker.webp");
        return graph.upload(samples.get(type), GraphApi.sample(samples.get(type)), null).json().path("id").asText();
    }

    private static String handle() {
        byte[] picture = GraphApi.sample("picture.jpg");
        String session = graph.call("POST", "/v23.0/300000000000001/uploads?file_type=image/jpeg&file_length=" + picture.length, null).json()
                .path("id").asText();
        return app.call("POST", "/mock/graph/v23.0/" + session, picture, Map.of("Authorization", "OAuth " + GraphApi.TOKEN)).json().path("h").asText();
    }

    /** The template that the example sends, as it must have been made before. */
    private static void insertTemplate(JsonNode template) {
        if (template.path("name").asText().startsWith("<")) {
            ((ObjectNode) template).put("name", "made_" + COUNT.incrementAndGet());
        }
        ObjectNode made = Json.object();
        StringBuilder variables = new StringBuilder("Text");
        Map<Integer, String> buttons = new TreeMap<>();
        for (JsonNode component : template.path("components")) {
            if (component.path("type").asText().equals("body")) {
                for (int i = 1; i <= component.path("parameters").size(); i++) {
                    variables.append(" {{").append(i).append("}},");
                }
            }
            if (component.path("type").asText().equals("button")) {
                buttons.put(component.path("index").asInt(), component.path("sub_type").asText().toUpperCase(Locale.ROOT));
            }
            if (component.path("type").asText().equals("header")) {
                made.withArray("components").addObject().put("type", "HEADER").put("format", "IMAGE");
            }
        }
        made.withArray("components").addObject().put("type", "BODY").put("text", variables.toString());
        if (!buttons.isEmpty()) {
            ArrayNode all = made.withArray("components").addObject().put("type", "BUTTONS").putArray("buttons");
            buttons.forEach((index, type) -> all.addObject().put("type", type).put("text", "Button " + index));
        }
        app.database().sql("insert into simulator_template (id, name, language, status, category, parameter_format, components) values (?, ?, ?, 'APPROVED', "
                + "'UTILITY', 'POSITIONAL', ?::jsonb) on conflict (name, language) do update set components = excluded.components")
                .param("9" + COUNT.incrementAndGet()).param(template.path("name").asText()).param(template.at("/language/code").asText())
                .param(Json.write(made.path("components"))).update();
    }

    // ---- answers ---------------------------------------------------------------------------------------------------

    private static JsonNode expected(Example example) {
        JsonNode json = example.json();
        JsonNode profile = json.at("/data/0/business_profile");         // the real API answers without this wrapping
        if (profile.isObject()) {
            json = Json.object().set("data", Json.MAPPER.createArrayNode().add(profile));
        }
        json.path("data").forEach(template -> {
            if (template instanceof ObjectNode one && one.has("components")) {
                one.remove("previous_category");        // only a template has it whose category was changed
            }
        });
        if (json.has("file_size")) {
            ((ObjectNode) json).put("file_size", 1);    // Meta's pages have a text, captured answers a number
        }
        return json;
    }

    private static String fields(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return String.join(",", names);
    }

    private static Answer answer(Example example) {
        JsonNode json = example.json();
        String name = example.name().replace("graph-response/", "");
        if (name.startsWith("post-messages-send-typing")) {
            return graph.send("{\"messaging_product\":\"whatsapp\",\"status\":\"read\",\"message_id\":\"wamid.A\",\"typing_indicator\":{\"type\":\"text\"}}");
        }
        if (name.startsWith("post-messages")) {
            return graph.send("{\"messaging_product\":\"whatsapp\",\"to\":\"+15551230001\",\"text\":{\"body\":\"a\"}}");
        }
        if (name.startsWith("post-media")) {
            return graph.upload("a", GraphApi.sample("voice.ogg"), "audio/ogg");
        }
        if (name.startsWith("get-settings")) {
            app.database().sql("update simulator_number set state = state - 'settings'").update();
            graph.call("POST", NUMBER + "/settings", Json.write(json));
            return graph.get(NUMBER + "/settings");
        }
        if (name.startsWith("get-phone-number-id")) {
            return graph.get(NUMBER + "?fields=" + fields(json));
        }
        if (name.startsWith("get-waba-id")) {
            return graph.get(ACCOUNT + "?fields=" + fields(json));
        }
        if (name.startsWith("get-phone-numbers")) {
            graph.call("POST", NUMBER, "{\"username\":\"example.shop\"}");
            return graph.get(ACCOUNT + "/phone_numbers?fields=" + fields(json.at("/data/0")));
        }
        return switch (name) {
            case "get-media-id-retrieve-media-url" -> graph.get("/v23.0/" + file("image"));
            case "get-message-history-filtered-by-message-id" -> history("fields=id,message_id,events%7Bid,delivery_status,timestamp,webhook_update_state%7D");
            case "get-message-history-message-history-with-events" -> history("limit=1");
            case "get-message-templates-example-response" -> graph.get(ACCOUNT + "/message_templates?name=order_update");
            case "get-template-id-example-response" -> graph.get("/v23.0/1200000000000001");
            case "get-subscribed-apps-multiple-subscriptions" -> subscribed("POST");
            case "get-subscribed-apps-no-subscriptions" -> subscribed("DELETE");
            case "get-whatsapp-business-profile-business-profile-details" -> profile(expected(example).at("/data/0"));
            case "post-message-templates-example-response", "post-message-templates-create-flow-template-message-by-flow-json" ->
                graph.call("POST", ACCOUNT + "/message_templates", "{\"name\":\"shape_" + COUNT.incrementAndGet()
                        + "\",\"language\":\"en\",\"category\":\"UTILITY\",\"components\":[{\"type\":\"BODY\",\"text\":\"a\"}]}");
            case "post-phone-numbers-successful-creation" -> graph.call("POST", ACCOUNT + "/phone_numbers",
                    "{\"cc\":\"1\",\"phone_number\":\"631555" + (2000 + COUNT.incrementAndGet()) + "\",\"verified_name\":\"Another\"}");
            case "post-subscribed-apps-custom-callback-success" -> graph.call("POST", ACCOUNT + "/subscribed_apps",
                    "{\"override_callback_uri\":\"" + webhook() + "\",\"verify_token\":\"mock-verify-token\"}");
            default -> throw new AssertionError("no call for " + name + ": add one, or an exception with its reason");
        };
    }

    private static Answer history(String query) {
        graph.sendText("15551230001", "one");
        String wamid = graph.sendText("15551230001", "two");
        String one = NUMBER + "/message_history?" + query + "&message_id=" + wamid.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D");
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> graph.get(one).json().at("/data/0/events/data").size() == 3);
        return query.startsWith("limit") ? graph.get(NUMBER + "/message_history?" + query) : graph.get(one);
    }

    private static Answer subscribed(String method) {
        graph.call("POST", ACCOUNT + "/subscribed_apps", "{}");
        if (method.equals("DELETE")) {
            graph.call(method, ACCOUNT + "/subscribed_apps", null);
        }
        Answer answer = graph.get(ACCOUNT + "/subscribed_apps");
        graph.call("POST", ACCOUNT + "/subscribed_apps", "{}");
        return answer;
    }

    private static Answer profile(JsonNode wanted) {
        ObjectNode change = wanted.deepCopy();
        change.remove("profile_picture_url");
        assertThat(graph.call("POST", NUMBER + "/whatsapp_business_profile", Json.write(change.put("profile_picture_handle", handle()))).status()).isEqualTo(200);
        return graph.get(NUMBER + "/whatsapp_business_profile?fields=" + fields(wanted));
    }

    /** Cursors may come where the example has none, and a template says that it is accepted. */
    private static final List<String> MORE = List.of("/paging", "/paging/cursors/before", "/paging/cursors/after", "/messages/message_status", "/paging/next");

    private static void compare(String path, JsonNode wanted, JsonNode given, List<String> differences) {
        if (wanted.isNull() || given.isMissingNode() && path.startsWith("/paging/next")) {
            return;
        }
        if (wanted.getNodeType() != given.getNodeType()) {
            differences.add((path.isEmpty() ? "the whole" : path) + " is " + given.getNodeType() + ", at Meta " + wanted.getNodeType());
        } else if (wanted.isObject()) {
            wanted.fields().forEachRemaining(field -> compare(path + "/" + field.getKey(), field.getValue(), given.path(field.getKey()), differences));
            given.fieldNames().forEachRemaining(field -> {
                if (!wanted.has(field) && !MORE.contains(path + "/" + field)) {
                    differences.add(path + "/" + field + " is not there at Meta");
                }
            });
        } else if (wanted.isArray() && !wanted.isEmpty()) {
            if (given.isEmpty()) {
                differences.add(path + " is empty");
            } else if (!path.endsWith("/components")) {         // which differ by type
                compare(path, wanted.get(0), given.get(0), differences);
            }
        }
    }

    // ---- errors ----------------------------------------------------------------------------------------------------

    private static Answer error(Example example) {
        String name = example.name().replace("graph-error/", "").replace("-application-json", "");
        return switch (name) {
            case "delete-subscribed-apps-404" -> {
                graph.call("DELETE", ACCOUNT + "/subscribed_apps", null);
                Answer answer = graph.call("DELETE", ACCOUNT + "/subscribed_apps", null);
                graph.call("POST", ACCOUNT + "/subscribed_apps", "{}");
                yield answer;
            }
            case "get-message-history-400" -> graph.get(NUMBER + "/message_history?message_id=nonsense");
            case "get-message-history-422" -> graph.get(NUMBER + "/message_history?message_id=wamid.AAAA");
            case "get-phone-number-id-400-invalid-fields" -> graph.get(NUMBER + "?fields=shoe_size");
            case "get-phone-number-id-400-invalid-version" -> graph.get("/v23/" + TestApp.NUMBER);
            case "get-phone-number-id-401-expired-token" -> {
                Map<String, String> admin = Map.of("Authorization", "Bearer " + TestApp.TOKEN, "Content-Type", "application/json");
                app.call("PUT", "/mock/control/account", "{\"tokenExpiresAt\":1760000000}", admin);
                Answer answer = graph.get(NUMBER);
                app.call("PUT", "/mock/control/account", "{}", admin);
                yield answer;
            }
            case "get-phone-number-id-401-missing-token" -> app.call("GET", "/mock/graph" + NUMBER, (String) null, Map.of());
            case "get-phone-numbers-400" -> graph.get(ACCOUNT + "/phone_numbers?filtering=nonsense");
            case "get-subscribed-apps-400" -> graph.get("/v23.0/shop/subscribed_apps");
            case "post-phone-number-id-400" -> graph.send("{\"messaging_product\":\"whatsapp\",\"to\":\"home\",\"text\":{\"body\":\"a\"}}");
            case "post-phone-numbers-400" -> graph.call("POST", ACCOUNT + "/phone_numbers", "{\"cc\":\"1\",\"phone_number\":\"home\",\"verified_name\":\"a\"}");
            case "post-phone-numbers-403" -> {
                app.database().sql("insert into simulator_number (id, state) select 'full ' || n, '{}' from generate_series(1, 20) n").update();
                Answer answer = graph.call("POST", ACCOUNT + "/phone_numbers", "{\"cc\":\"1\",\"phone_number\":\"6315559999\",\"verified_name\":\"a\"}");
                app.database().sql("delete from simulator_number where id like 'full %'").update();
                yield answer;
            }
            case "delete-subscribed-apps-403" -> played("error-200", "{}", "DELETE", ACCOUNT + "/subscribed_apps");
            case "get-message-history-403" -> played("error-200", "{}", "GET", NUMBER + "/message_history");
            case "get-phone-numbers-403" -> played("error-200", "{}", "GET", ACCOUNT + "/phone_numbers");
            case "get-phone-number-id-403-insufficient-permissions" -> played("error-200", "{\"user_title\":null}", "GET", NUMBER);
            case "get-phone-number-id-403-missing-permissions" -> played("error-200", "{\"user_title\":null,\"subcode\":1349176}", "GET", NUMBER);
            case "get-phone-number-id-403-not-linked-to-waba" -> played("error-200", "{\"user_title\":null,\"subcode\":1349175}", "GET", NUMBER);
            case "get-whatsapp-business-profile-403" -> played("error-200", "{}", "GET", NUMBER + "/whatsapp_business_profile");
            case "post-register-403" -> played("error-200", "{}", "POST", NUMBER + "/register");
            case "post-subscribed-apps-403" -> played("error-200", "{}", "POST", ACCOUNT + "/subscribed_apps");
            case "post-waba-id-403" -> played("error-200", "{}", "POST", ACCOUNT);
            case "post-whatsapp-business-profile-403" -> played("error-200", "{}", "POST", NUMBER + "/whatsapp_business_profile");
            case "get-phone-number-id-422-phone-in-review", "get-phone-number-id-422-temporarily-unavailable" ->
                played("error-100", "{\"status\":422,\"type\":\"GraphMethodException\"}", "GET", NUMBER);
            case "get-phone-number-id-429-business-rate-limit" -> played("error-80007", "{}", "GET", NUMBER);
            case "get-phone-number-id-429-user-rate-limit" -> played("error-17", "{}", "GET", NUMBER);
            case "get-phone-number-id-500-database-error", "get-phone-number-id-500-service-unavailable" -> played("error-2", "{}", "GET", NUMBER);
            case "post-phone-numbers-429" -> played("error-4", "{\"subcode\":2446080}", "POST", ACCOUNT + "/phone_numbers");
            case "post-register-429" -> played("error-4", "{}", "POST", NUMBER + "/register");
            case "post-register-500" -> played("error-2", "{}", "POST", NUMBER + "/register");
            case "post-phone-numbers-409" -> graph.call("POST", ACCOUNT + "/phone_numbers", "{\"cc\":\"1\",\"phone_number\":\"5550783881\",\"verified_name\":\"a\"}");
            case "post-register-400" -> graph.call("POST", NUMBER + "/register", "{\"messaging_product\":\"whatsapp\",\"pin\":\"1\"}");
            case "post-subscribed-apps-400" -> graph.call("POST", ACCOUNT + "/subscribed_apps", "{\"override_callback_uri\":\"x\",\"verify_token\":\"v\"}");
            case "post-subscribed-apps-422" -> graph.call("POST", ACCOUNT + "/subscribed_apps",
                    "{\"override_callback_uri\":\"" + app.url("/nothing-is-here") + "\",\"verify_token\":\"v\"}");
            case "post-waba-id-400" -> graph.call("POST", ACCOUNT, "{\"name\":\"\"}");
            case "post-whatsapp-business-profile-400" -> graph.call("POST", NUMBER + "/whatsapp_business_profile", "{\"messaging_product\":\"whatsapp\",\"email\":\"nobody\"}");
            case "post-whatsapp-business-profile-422" -> graph.call("POST", NUMBER + "/whatsapp_business_profile",
                    "{\"messaging_product\":\"whatsapp\",\"profile_picture_handle\":\"4::x\"}");
            default -> throw new AssertionError("no call for " + name + ": add one, or an exception with its reason");
        };
    }

    /** A refusal that a scenario plays. */
    private static Answer played(String scenario, String refuse, String method, String path) {
        String operation = method + " " + (path.equals(NUMBER) ? "number" : path.equals(ACCOUNT) ? "account" : path.replaceFirst(".*/", ""));
        String chosen = app.post("/mock/control/scenarios", "{\"scenario\":\"" + scenario + "\",\"options\":{\"on\":\"" + operation
                + "\",\"refuse\":" + refuse + "}}").json().path("id").asText();
        Answer answer = graph.call(method, path, method.equals("POST") ? "{}" : null);
        app.call("DELETE", "/mock/control/scenarios/" + chosen, (String) null, Map.of("Authorization", "Bearer " + TestApp.TOKEN));
        return answer;
    }
}
