package helpdesk.whatsapp.live;

import static helpdesk.whatsapp.live.LiveApp.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.api.ContractAssert;
import helpdesk.whatsapp.testing.TestApp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Routes are edited while the product runs and webhooks come in. */
class LiveRoutesTest {

    private static final Logger LOG = LoggerFactory.getLogger(LiveRoutesTest.class);
    private static final String CLASSIFY = "routes/inbound/classify.camel.yaml";
    private static final String HOURS = "We are open Monday to Friday from 9 to 17.";
    private static final String PARCEL = String.join("\n",
            "              - expression: { simple: { expression: \"${body.text} ~~ 'parcel'\" } }",
            "                steps:",
            "                  - bean:",
            "                      id: inbound-text-parcel",
            "                      ref: replies",
            "                      method: \"text(${body}, 'parcel', 'It is on its way.')\"", "");

    private static final int SWAPS = 20;

    @TempDir
    private static Path project;
    private static LiveApp live;

    @BeforeAll
    static void start() {
        live = new LiveApp(project);
    }

    @AfterAll
    static void stop() {
        live.close();
    }

    @BeforeEach
    void forget() {
        live.forget();
    }

    /** Whatever a test has left: the shipped files are what runs. */
    @AfterEach
    void as_shipped() throws IOException {
        live.forget();
        for (Path file : files(Path.of("routes"))) {
            if (!Files.exists(project.resolve(file)) || !live.text(file.toString()).equals(Files.readString(file))) {
                live.write(file.toString(), Files.readString(file));
                live.awaitInfo(file + " is live");
            }
        }
        for (Path file : files(project.resolve("routes"))) {
            Path shipped = project.relativize(file);
            if (!Files.exists(shipped)) {
                Files.delete(file);
            }
        }
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> live.app.context().getRoute("inbound-parcel") == null);
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.filter(Files::isRegularFile).toList();
        }
    }

    // ---- edits -----------------------------------------------------------------------------------------------------

    @Test
    void a_keyword_that_is_added_answers_without_a_restart() {
        assertThat(live.replyTo("Where is my parcel?")).isNull();

        long saved = System.nanoTime();
        live.write(TEXT, live.text(TEXT) + PARCEL);
        Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20))
                .until(() -> "It is on its way.".equals(live.replyTo("Where is my parcel?")));
        LOG.info("From saving to the first answer: {} ms", (System.nanoTime() - saved) / 1_000_000);

        assertThat(live.awaitInfo(TEXT + " is live")).contains("inbound-text").contains(" ms)");
        assertThat(live.replyTo("Your opening hours?")).isEqualTo(HOURS);
    }

    @Test
    void an_editor_that_writes_another_file_and_renames_it_is_seen() throws IOException {
        Path written = live.path("routes/inbound/.text.camel.yaml.swp");
        Files.writeString(written, live.text(TEXT) + PARCEL);
        Files.move(written, live.path(TEXT), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        live.awaitInfo(TEXT + " is live");
        assertThat(live.replyTo("my parcel")).isEqualTo("It is on its way.");

        live.forget();
        Files.move(live.path(TEXT), live.path(TEXT + "~"));         // vim: the old file steps aside first
        Files.copy(Path.of(TEXT), live.path(TEXT));
        live.awaitInfo(TEXT + " is live");
        assertThat(live.replyTo("my parcel")).isNull();
        assertThat(live.errors()).isEmpty();
        Files.delete(live.path(TEXT + "~"));
    }

    @Test
    void a_file_that_is_half_written_leaves_the_old_route_serving_until_the_rest_is_there() {
        String whole = live.text(TEXT) + PARCEL;
        live.write(TEXT, whole.substring(0, whole.indexOf("inbound-text-hours")));
        live.awaitError(TEXT + ":");
        assertThat(live.replyTo("opening hours")).isEqualTo(HOURS);

        live.write(TEXT, whole);
        live.awaitInfo(TEXT + " is live");
        assertThat(live.replyTo("my parcel")).isEqualTo("It is on its way.");
    }

    @Test
    void a_new_route_its_first_caller_and_their_end() {
        String parcel = "routes/inbound/parcel.camel.yaml";
        live.write(TEXT, live.text(TEXT) + """
              - expression: { simple: { expression: "${body.text} ~~ 'parcel'" } }
                steps: [ { to: { uri: "direct:inbound-parcel" } } ]
""".indent(0));
        assertThat(live.awaitError(TEXT + ":")).contains("there is no route from 'direct:inbound-parcel'; the old route goes on serving");

        live.forget();
        live.write(parcel, """
                - route:
                    id: inbound-parcel
                    description: Where a parcel is.
                    errorHandler: { noErrorHandler: {} }
                    from:
                      uri: direct:inbound-parcel
                      steps:
                        - bean:
                            id: inbound-parcel-reply
                            ref: replies
                            method: "text(${body}, 'parcel', 'It is on its way.')"
                """);
        live.awaitInfo(parcel + " is live");
        live.awaitInfo(TEXT + " is live");
        assertThat(live.replyTo("my parcel")).isEqualTo("It is on its way.");

        live.forget();
        assertThat(live.path(parcel).toFile().delete()).isTrue();
        assertThat(live.awaitError(TEXT + ":")).contains("needs direct:inbound-parcel, which " + parcel + " no longer has");
        assertThat(live.replyTo("my parcel")).isEqualTo("It is on its way.");

        live.forget();
        live.live(TEXT, text -> shipped(TEXT));
        live.awaitInfo(parcel + " is gone, and with it inbound-parcel");
        assertThat(live.app.context().getRoute("inbound-parcel")).isNull();
    }

    @Test
    void a_renamed_route_takes_the_place_of_the_old_one() {
        String status = "routes/inbound/interactive.camel.yaml";
        live.forget();
        live.write(status, live.text(status).replace("inbound-interactive", "inbound-chosen"));
        assertThat(live.awaitError(CLASSIFY + ":")).contains("needs direct:inbound-interactive, which " + status + " no longer has");

        live.live(CLASSIFY, text -> text.replace("direct:inbound-interactive", "direct:inbound-chosen"));       // now they fit
        live.awaitInfo(status + " is live: inbound-chosen");
        assertThat(live.app.context().getRoute("inbound-interactive")).isNull();

        live.forget();
        live.write(status, shipped(status));
        live.write(CLASSIFY, shipped(CLASSIFY));
        live.awaitInfo(status + " is live");
        live.awaitInfo(CLASSIFY + " is live");
        assertThat(live.app.context().getRoute("inbound-chosen")).isNull();
        assertThat(live.app.context().getRoute("inbound-interactive")).isNotNull();
    }

    @Test
    void a_file_that_is_renamed_keeps_its_route() throws IOException {
        Files.move(live.path(TEXT), live.path("routes/inbound/words.camel.yaml"));
        live.awaitInfo("routes/inbound/words.camel.yaml is live: inbound-text");
        live.awaitInfo(TEXT + " is gone, and with it no route");
        assertThat(live.replyTo("opening hours")).isEqualTo(HOURS);

        live.forget();
        Files.move(live.path("routes/inbound/words.camel.yaml"), live.path(TEXT));
        live.awaitInfo(TEXT + " is live");
        assertThat(live.errors()).isEmpty();
    }

    @Test
    void an_edited_error_handling_reaches_the_routes_that_use_it() {
        live.live("routes/errors/http.camel.yaml", text -> text.replace("application/problem+json", "application/problem+json; charset=utf-8"));
        assertThat(live.app.call("POST", "/api/integrations/whatsapp/webhook", "{}",
                Map.of("Content-Type", "application/json")).header("Content-Type")).isEqualTo("application/problem+json; charset=utf-8");
    }

    // ---- broken edits ----------------------------------------------------------------------------------------------

    static Stream<Arguments> breakages() {
        return Stream.of(
                broken("no YAML", TEXT, "ref: replies", "ref replies", "ref replies", "is no YAML: could not find expected ':'"),
                broken("a key indented too far", TEXT, "            method: text\n", "              method: text\n", "method: text\n",
                        "mapping values are not allowed here; look at the indentation here and in the lines above"),
                broken("a tab", TEXT, "    from:\n", "\tfrom:\n", "\tfrom:", "TAB"),
                broken("what is no text", TEXT, "    from:\n", "    \0from:\n", "\0from:", "is no YAML: U+0000 is no character of a text"),
                broken("a misspelt key", TEXT, "                steps:\n", "                step:\n", "                step:", "'step' is unknown here"),
                broken("an unknown step", TEXT, "- choice:", "- chioce:", "- chioce:", "'chioce' is unknown here"),
                broken("a missing name", "routes/webhook/process.camel.yaml", "            name: items\n", "",
                        "- setVariable:\n            expression: { method: { ref: batches, method: \"carried(${body})\" } }\n        - split",
                        "variableName must be specified"),
                broken("a key that nobody knows", TEXT, "ref: replies\n", "ref: replies\n                      reff: replies\n", "reff:",
                        "'reff' is unknown here"),
                broken("a list for a mapping", TEXT, "        - bean:\n            id: inbound-text-read\n", "        - bean:\n            - id: inbound-text-read\n",
                        "ref: messages", "look at the indentation"),
                broken("wrong indentation", TEXT, "                      ref: replies", "                  ref: replies", "                  ref: replies", ""),
                broken("a misspelt bean", TEXT, "ref: replies", "ref: replys", "ref: replys", "there is no bean 'replys'"),
                broken("a missing method", TEXT, "text(${body}", "txt(${body}", "txt(${body}", "bean 'replies' has no method 'txt'; it has [text]"),
                broken("an argument too few", TEXT, "'hours', ", "", "method: \"text(", "takes 3 arguments, not 2"),
                broken("a misspelt direct:", CLASSIFY, "direct:inbound-text", "direct:inbound-txt", "direct:inbound-txt",
                        "there is no route from 'direct:inbound-txt'"),
                broken("a misspelt direct: in the short form", CLASSIFY, "to: { uri: \"direct:inbound-text\" }", "to: direct:inbound-txt",
                        "direct:inbound-txt", "there is no route from 'direct:inbound-txt'"),
                broken("an open brace in simple", TEXT, "${body.text} ~~", "${body.text ~~", "${body.text ~~", "expression"),
                broken("an unknown operator in simple", TEXT, "~~", "~~~", "~~~", ""),
                broken("an unknown function in simple", TEXT, "text(${body}", "text(${bdy}", "text(${bdy}", "Unknown function: bdy"),
                broken("an id that another file has", TEXT, "id: inbound-text\n", "id: inbound-media\n", "id: inbound-media",
                        "id 'inbound-media' is taken by routes/inbound/media.camel.yaml:"),
                broken("an id twice in a file", TEXT, "id: inbound-text-hours", "id: inbound-text-read",
                        "id: inbound-text-read\n                      ref: replies", "id 'inbound-text-read' a second time"),
                broken("an unknown property", TEXT, "from 9 to 17", "from {{office.begin}} to 17", "{{office.begin}}",
                        "there is no property {{office.begin}}"),
                broken("an unknown endpoint option", "routes/contact/enrich.camel.yaml", "resetAutoCommit", "resetAutoComit", "resetAutoComit", "resetAutoComit"),
                broken("an unknown component", CLASSIFY, "direct:inbound-text", "dircet:inbound-text", "dircet:inbound-text", "dircet"));
    }

    private static Arguments broken(String what, String file, String old, String mistake, String at, String words) {
        return Arguments.of(what, file, old, mistake, at, words);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("breakages")
    void a_broken_edit_is_named_and_changes_nothing(String what, String file, String old, String mistake, String at, String words) {
        String broken = shipped(file).replace(old, mistake);
        assertThat(broken).isNotEqualTo(shipped(file));
        live.write(file, broken);

        String said = live.awaitError(file + ":");
        LOG.info("{}: {}", what, said);
        assertThat(said).contains(file + ":" + line(broken, at) + ": ").contains(words).contains("; the old route");
        assertThat(live.replyTo("What are your opening hours?")).isEqualTo(HOURS);
        awaitHealth("attention", said + ".");

        live.forget();
        live.live(file, text -> shipped(file));
        assertThat(live.replyTo("What are your opening hours?")).isEqualTo(HOURS);
        assertThat(live.errors()).isEmpty();
        awaitHealth("ok", "No file is held back.");
    }

    private static void awaitHealth(String state, String text) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            JsonNode health = ContractAssert.assertAnswer(live.app.get("/api/whatsapp/health"), "health-get", 200);
            JsonNode routes = health.at("/conditions/8");
            assertThat(routes.path("part").asText()).isEqualTo("routes");
            assertThat(routes.path("state").asText()).isEqualTo(state);
            assertThat(routes.path("text").asText()).isEqualTo(text);
            assertThat(routes.path("mend").isNull()).isEqualTo(state.equals("ok"));
            assertThat(health.path("status").asText()).as("the old routes serve").isEqualTo("up");
        });
    }

    @Test
    void health_has_the_first_of_several_faults_until_the_route_that_was_missed_is_there() {
        String parcel = "routes/inbound/parcel.camel.yaml";
        live.write(TEXT, live.text(TEXT) + PARCEL.replaceFirst("(?s)bean:.*", "to: { uri: \"direct:inbound-parcel\" }\n") + PARCEL.replace("ref: replies", "ref: replys"));
        String missed = live.awaitError(TEXT + ":");
        live.awaitError("there is no bean 'replys'");
        awaitHealth("attention", missed + ". 1 more in the log.");

        live.forget();
        live.write(TEXT, shipped(TEXT) + PARCEL.replaceFirst("(?s)bean:.*", "to: { uri: \"direct:inbound-parcel\" }\n"));
        awaitHealth("attention", live.awaitError("there is no route from 'direct:inbound-parcel'") + ".");
        live.write(parcel, "- route: { id: inbound-parcel, from: { uri: \"direct:inbound-parcel\", steps: [ { log: { message: here } } ] } }\n");
        live.awaitInfo(TEXT + " is live");
        awaitHealth("ok", "No file is held back.");
    }

    @Test
    void an_empty_file_and_a_deleted_one_leave_the_route_that_others_need() throws IOException {
        live.write(TEXT, "");
        assertThat(live.awaitError(TEXT + ":1: ")).contains("there is no route in it");
        assertThat(live.replyTo("opening hours")).isEqualTo(HOURS);

        live.forget();
        Files.delete(live.path(TEXT));
        assertThat(live.awaitError(CLASSIFY + ":")).contains("needs direct:inbound-text, which " + TEXT + " no longer has");
        assertThat(live.replyTo("opening hours")).isEqualTo(HOURS);
    }

    @Test
    void shipped_files_have_no_finding() throws IOException {
        // The files of a folder are saved together: each look takes in all that it finds changed.
        for (List<Path> folder : files(Path.of("routes")).stream().collect(Collectors.groupingBy(Path::getParent)).values()) {
            save(folder.stream().map(Path::toString).toList(), text -> text);
        }
    }

    private static void save(List<String> files, UnaryOperator<String> edit) {
        live.forget();
        files.forEach(file -> live.write(file, edit.apply(live.text(file))));
        files.forEach(file -> live.awaitInfo(file + " is live"));
        assertThat(live.errors()).isEmpty();
    }

    // ---- under load ------------------------------------------------------------------------------------------------

    @Test
    void no_webhook_is_lost_while_its_routes_are_swapped() {
        Map<Integer, Integer> refused = new ConcurrentHashMap<>();
        List<String> accepted = new CopyOnWriteArrayList<>();
        ScheduledExecutorService customers = Executors.newScheduledThreadPool(4);
        for (int i = 0; i < 4; i++) {
            customers.scheduleWithFixedDelay(() -> {
                String wamid = TestApp.newWamid();
                int status = live.webhook(wamid, "opening hours");
                while (status != 200) {      // Meta repeats it too
                    refused.merge(status, 1, Integer::sum);
                    status = live.webhook(wamid, "opening hours");
                }
                accepted.add(wamid);
            }, 0, 20, TimeUnit.MILLISECONDS);
        }
        for (int i = 0; i < SWAPS; i++) {
            save(List.of(TEXT, "routes/webhook/receive.camel.yaml", "routes/webhook/process.camel.yaml"), text -> text + "# edited\n");
        }
        customers.shutdown();
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(customers::isTerminated);

        live.app.awaitProcessed();
        LOG.info("{} swaps under {} webhooks; answers that were not 200, and were repeated by the sender: {}", SWAPS, accepted.size(), refused);
        assertThat(live.app.database().sql("select wamid from message where wamid is not null").query(String.class).list())
                .containsAll(accepted);
        assertThat(live.app.database().sql("select context_wamid from message where reply_rule = 'hours'").query(String.class).list())
                .containsAll(accepted).doesNotHaveDuplicates();
    }

    private static String shipped(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int line(String text, String words) {
        return (int) text.substring(0, text.indexOf(words)).chars().filter(c -> c == '\n').count() + 1;
    }
}
