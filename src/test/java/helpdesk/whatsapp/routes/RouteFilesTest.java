package helpdesk.whatsapp.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The shipped routes keep our forms, and the check that says so sees what it should: each file of
 * {@code route-check/bad} says in a comment, on the line itself, what must be found there.
 */
class RouteFilesTest {

    private static final Path SAMPLES = Path.of("src/test/resources/route-check");
    private static final String MARK = "finding: ";

    private static List<Finding> bad;

    @BeforeAll
    static void check_the_bad_samples() {
        bad = new RouteCheck(SAMPLES.resolve("bad")).findings();
    }

    @Test
    void shipped_routes_have_no_finding() {
        assertNone(new RouteCheck(Path.of("")).findings());
    }

    @Test
    void good_samples_have_no_finding() {
        assertNone(new RouteCheck(SAMPLES.resolve("good")).findings());
    }

    @Test
    void project_without_routes_has_no_finding(@TempDir Path empty) {
        assertNone(new RouteCheck(empty).findings());
    }

    @Test
    void long_file_is_a_finding(@TempDir Path project) throws IOException {
        Path file = Files.createDirectories(project.resolve("routes/api")).resolve("long.camel.yaml");
        Files.writeString(file, "# a line\n".repeat(151));
        assertThat(new RouteCheck(project).findings()).singleElement()
                .hasToString("routes/api/long.camel.yaml:151: has 151 lines: split it by subject, about 120 lines a file");
    }

    static Stream<Path> samples() {
        return RouteFile.files(SAMPLES.resolve("bad")).stream().filter(file -> file.toString().matches(".*\\.(yaml|sql)"));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void bad_sample_is_named_by_file_and_line(Path sample) throws IOException {
        String name = SAMPLES.resolve("bad").relativize(sample).toString().replace('\\', '/');
        List<Finding> left = new ArrayList<>(bad.stream().filter(finding -> finding.file().equals(name)).toList());
        List<String> missed = new ArrayList<>();
        List<String> lines = Files.readAllLines(sample);
        for (int i = 0; i < lines.size(); i++) {
            String[] parts = lines.get(i).split(MARK);
            for (int part = 1; part < parts.length; part++) {
                int line = i + 1;
                String words = parts[part].replaceFirst("\\s*(#|--)?\\s*$", "");
                if (!left.removeIf(finding -> finding.line() == line && finding.text().contains(words))) {
                    missed.add(name + ":" + line + ": " + words);
                }
            }
        }
        assertThat(missed).as("expected, not found; found besides: %s", left).isEmpty();
        assertThat(left).as("found, not expected").isEmpty();
    }

    private static void assertNone(List<Finding> findings) {
        assertThat(findings).withFailMessage("%s", String.join("\n", findings.stream().map(Finding::toString).toList())).isEmpty();
    }
}
