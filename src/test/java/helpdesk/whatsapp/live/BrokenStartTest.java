package helpdesk.whatsapp.live;

import static org.assertj.core.api.Assertions.assertThat;

import helpdesk.whatsapp.testing.SecondJvm;
import helpdesk.whatsapp.testing.TestApp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A broken route file stops the start of the product, which names file and line. */
class BrokenStartTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            steps:\\n                  - bean | step:\\n                  - bean | 18: 'step' is unknown here
            ref: replies                   | ref: replys                   | 21: there is no bean 'replys'
            ~~                             | ~~~                           | 17: is no simple expression: Unexpected token ~
            """)
    void a_broken_file_is_named_at_start(String old, String mistake, String words, @TempDir Path project) throws Exception {
        try (Stream<Path> walk = Files.walk(Path.of("routes"))) {
            for (Path path : walk.toList()) {
                Files.copy(path, project.resolve(path.toString()));
            }
        }
        Path text = project.resolve(LiveApp.TEXT);
        String broken = Files.readString(text).replace(old.replace("\\n", "\n"), mistake.replace("\\n", "\n"));
        Files.writeString(text, broken);

        String said = start(project);

        assertThat(said).contains("Not started. A route file is broken:\n" + LiveApp.TEXT + ":" + words).doesNotContain("\tat ");
    }

    private static String start(Path project) throws IOException, InterruptedException {
        TestApp app = TestApp.shared();
        ProcessBuilder builder = new ProcessBuilder();
        builder.environment().putAll(Map.of("WHATSAPP_ROUTES_FOLDER", project.resolve("routes").toString(),
                "WHATSAPP_DATA_DIR", project.resolve("data").toString(), "CAMEL_SERVER_PORT", "0",
                "WHATSAPP_DB_URL", app.property("whatsapp.db.url"), "WHATSAPP_DB_USER", app.property("whatsapp.db.user"),
                "WHATSAPP_DB_PASSWORD", app.property("whatsapp.db.password")));
        Path log = project.resolve("log.txt");
        Process process = SecondJvm.start(builder.redirectErrorStream(true).redirectOutput(log.toFile()), "helpdesk.whatsapp.Main", List.of());
        try {
            assertThat(process.waitFor(180, TimeUnit.SECONDS)).as(() -> read(log)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).isEqualTo(1);
        return read(log);
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
