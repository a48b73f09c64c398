package helpdesk.whatsapp.guide;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.testing.TcpProxy;
import helpdesk.whatsapp.testing.TestApp;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The guides are true: their commands run, their links lead somewhere, and what they set is a key that exists. */
class GuidesTest {

    private static final Path DOCS = Path.of("docs");
    private static final String CALLBACK = "/api/integrations/whatsapp/webhook";

    /** The fenced blocks of a guide that are marked like this, one after another. */
    private static String blocks(String guide, String mark) throws IOException {
        String found = Pattern.compile("```" + mark + "\\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(DOCS.resolve(guide))).results()
                .map(block -> block.group(1)).collect(Collectors.joining("\n"));
        assertThat(found).as("%s has blocks marked %s", guide, mark).isNotEmpty();
        return found;
    }

    /** The commands, with the folders of a server below this one. */
    private static String below(Path folder, String commands) {
        return commands.replaceAll(" /(etc|opt|var)/", " " + folder + "/$1/");
    }

    private static String run(String commands, Path folder, Map<String, String> environment) throws IOException, InterruptedException {
        ProcessBuilder shell = new ProcessBuilder("sh", "-eux", "-c", commands).directory(folder.toFile()).redirectErrorStream(true);
        shell.environment().keySet().removeIf(name -> name.startsWith("WHATSAPP_"));        // those of whoever runs the tests
        shell.environment().putAll(environment);
        Process process = shell.start();
        String said = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as("the commands said:\n%s", said).isZero();
        return said;
    }

    /** What a set-up guide says to put into the environment, by variable. */
    private static Map<String, String> settings() throws IOException {
        Map<String, String> settings = new HashMap<>();
        blocks("production.md", "properties env").lines().forEach(line -> settings.put(line.replaceFirst("=.*", ""), line.replaceFirst("[^=]*=", "")));
        return settings;
    }

    private static Set<String> keys() throws IOException {
        return Files.readAllLines(Path.of("config/application.properties")).stream().filter(line -> line.matches("[a-z].*=.*"))
                .map(line -> line.substring(0, line.indexOf('='))).collect(Collectors.toCollection(TreeSet::new));
    }

    private static String variable(String key) {
        return key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    @Test
    void the_service_of_the_production_guide_starts_what_its_commands_unpacked(@TempDir Path folder) throws Exception {
        String assembly = Files.readString(Path.of("src/assembly/package.xml")), pom = Files.readString(Path.of("pom.xml"));
        assertThat(assembly).as("one folder, named as the archive").doesNotContain("aseDirectory");
        assertThat(pom).contains("<finalName>helpdesk-whatsapp-${project.version}</finalName>");
        String top = "helpdesk-whatsapp-1.2.3";
        run("""
                mkdir -p target archive/%1$s
                cp -r "$PROJECT/bin" "$PROJECT/config" archive/%1$s
                tar -czf target/%1$s.tar.gz -C archive %1$s""".formatted(top), folder, Map.of("PROJECT", Path.of("").toAbsolutePath().toString()));
        run(below(folder, blocks("production.md", "sh install")), folder, Map.of());

        String unit = blocks("production.md", "ini");
        for (String line : List.of("(?m)^ExecStart=(\\S+)", "WHATSAPP_DATA_DIR=(\\S+)")) {
            String path = Pattern.compile(line).matcher(unit).results().map(found -> found.group(1)).findFirst().orElseThrow();
            assertThat(folder.resolve(path.substring(1))).exists();
        }
        assertThat(folder.resolve("opt/helpdesk-whatsapp/bin/start")).isExecutable();
        assertThat(Files.readString(DOCS.resolve("production.md"))).as("whom the unit names is made").contains("User=helpdesk\n")
                .containsPattern("useradd .* helpdesk\n");
        assertThat(Files.readString(DOCS.resolve("production.md"))).as("settings, unit, start, first question").containsSubsequence(
                "```sh settings", "EnvironmentFile=/etc/helpdesk-whatsapp.env\n", "\nsystemctl daemon-reload\nsystemctl enable --now helpdesk-whatsapp\n",
                "/mode | grep");
    }

    @Test
    void the_production_guide_leads_from_nothing_to_a_test_message_that_is_answered(@TempDir Path folder) throws Exception {
        Map<String, String> environment = settings();
        Map<String, String> properties = new HashMap<>();
        for (String key : keys()) {
            if (environment.containsKey(variable(key))) {
                properties.put(key, environment.get(variable(key)));
            }
        }
        assertThat(properties).as("every variable of the guide is a key").hasSameSizeAs(environment);
        try (TcpProxy front = new TcpProxy(0)) {
            String address = "http://127.0.0.1:" + front.port();
            writeSettings(folder, address);
            properties.put("whatsapp.public-url", address);
            Map<String, String> other = new HashMap<>(properties);
            other.putAll(Map.of("whatsapp.mode", "mock", "whatsapp.simulator.callback-url", address + CALLBACK));
            try (TestApp meta = TestApp.start(other)) {
                properties.putAll(Map.of("profile", "real", "whatsapp.graph.base-url", meta.url("/mock/graph"), "whatsapp.allow-loopback-graph", "true"));
                try (TestApp helpdesk = TestApp.start(properties)) {
                    front.target(URI.create(helpdesk.url("/")).getPort());
                    walk(meta, helpdesk, environment, folder);
                }
            }
        }
    }

    /** The file of settings, made and filled as the guide says; of all values only the public address is another one. */
    private static void writeSettings(Path folder, String address) throws Exception {
        Files.createDirectory(folder.resolve("etc"));
        run(below(folder, blocks("production.md", "sh settings")), folder, Map.of());
        Path file = folder.resolve("etc/helpdesk-whatsapp.env");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        Files.writeString(file, blocks("production.md", "properties env").replaceAll("(?m)^(WHATSAPP_PUBLIC_URL)=.*", "$1=" + address));
    }

    private static void walk(TestApp meta, TestApp helpdesk, Map<String, String> environment, Path folder) throws Exception {
        Map<String, String> admin = Map.of("Authorization", "Bearer " + environment.get("WHATSAPP_API_TOKEN"), "Content-Type", "application/json");
        String phone = TestApp.newCustomer();
        String write = "{\"from\":\"" + phone + "\",\"type\":\"text\",\"text\":\"Hello\"}";
        // Somebody has neither registered the number nor subscribed anything yet, as it is with a new account.
        assertThat(meta.call("POST", "/mock/graph/v25.0/" + environment.get("WHATSAPP_PHONE_NUMBER_ID") + "/deregister", "{}",
                Map.of("Authorization", "Bearer " + environment.get("WHATSAPP_ACCESS_TOKEN"), "Content-Type", "application/json")).status()).isEqualTo(200);
        meta.call("PUT", "/mock/control/account", "{\"subscribed\":false}", admin);
        assertThat(meta.call("POST", "/mock/control/inbound", write, admin).status()).isLessThan(300);
        String commands = blocks("production.md", "sh run");
        assertThat(commands).as("what only Meta answers").contains("https://graph.facebook.com/");
        run(below(folder, commands).replaceAll("(?m)^(MY_PHONE)=.*", "$1=+" + phone).replace("https://graph.facebook.com/", meta.url("/mock/graph/")), folder, Map.of());

        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> state(helpdesk, admin, "test-message", "delivered").equals("passed"));
        meta.call("POST", "/mock/control/inbound", write, admin);
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> state(helpdesk, admin, "test-message", "answered").equals("passed"));
        JsonNode setup = helpdesk.call("POST", "/api/whatsapp/setup/check", "{}", admin).json();
        setup.path("steps").forEach(step -> step.path("checks").forEach(check ->
                assertThat(check.path("state").asText()).as("%s of %s", check, step.path("step")).isNotEqualTo("failed")));
    }

    private static String state(TestApp app, Map<String, String> admin, String step, String check) {
        for (JsonNode one : app.call("GET", "/api/whatsapp/setup", (String) null, admin).json().path("steps")) {
            for (JsonNode found : one.path("checks")) {
                if (one.path("step").asText().equals(step) && found.path("check").asText().equals(check)) {
                    return found.path("state").asText();
                }
            }
        }
        return "";
    }

    @Test
    void the_service_is_asked_to_stop_alone_and_gets_the_time_that_it_may_take() throws IOException {
        Map<String, String> unit = blocks("production.md", "ini").lines().filter(line -> line.matches("\\w+=.*"))
                .collect(Collectors.toMap(line -> line.replaceFirst("=.*", ""), line -> line.replaceFirst("[^=]*=", ""), (one, other) -> other));
        int routes = Integer.parseInt(Files.readAllLines(Path.of("config/application.properties")).stream()
                .filter(line -> line.startsWith("camel.main.shutdownTimeout=")).findFirst().orElseThrow().replaceFirst(".*=", ""));

        assertThat(unit).containsEntry("KillMode", "mixed");
        assertThat(Integer.parseInt(unit.get("TimeoutStopSec"))).as("seconds, of routes, log and PostgreSQL").isGreaterThan(routes + 15 + 60);
    }

    @Test
    void the_guide_of_the_api_runs_as_it_stands(@TempDir Path folder) throws Exception {
        TestApp app = TestApp.shared();
        // A customer who wrote, so that the window of the example is open.
        String wamid = app.post("/mock/control/inbound", "{\"from\":\"15550001234\",\"type\":\"text\",\"text\":\"Hello\"}").json().path("wamid").asText();
        app.awaitStatus(wamid, "received");

        String said = run(blocks("api.md", "sh run"), folder, Map.of("API", app.url("/api/whatsapp"), "TOKEN", TestApp.TOKEN));
        assertThat(Json.read(Files.readString(folder.resolve("sent.json"))).path("id").asText()).matches("[0-9]+");
        assertThat(said).contains("validation");
    }

    @Test
    void every_link_of_a_guide_leads_to_a_file_and_the_readme_leads_to_every_guide() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        try (Stream<Path> guides = Files.list(DOCS)) {
            for (Path guide : guides.filter(file -> file.toString().endsWith(".md")).toList()) {
                assertThat(readme).contains("(docs/" + guide.getFileName() + ")");
                List<MatchResult> links = Pattern.compile("]\\(([^)#:]+)\\)").matcher(Files.readString(guide)).results().toList();
                assertThat(links).allSatisfy(link -> assertThat(DOCS.resolve(link.group(1))).exists());
            }
        }
    }

    @Test
    void every_variable_that_a_guide_names_is_a_key() throws IOException {
        Set<String> known = keys().stream().map(GuidesTest::variable).collect(Collectors.toSet());
        for (String guide : List.of("getting-started.md", "production.md", "api.md")) {
            assertThat(Pattern.compile("\\b(WHATSAPP|CAMEL)_[A-Z_]*[A-Z]\\b").matcher(Files.readString(DOCS.resolve(guide))).results()
                    .map(MatchResult::group).filter(name -> !known.contains(name)).toList()).as(guide).isEmpty();
        }
    }
}
