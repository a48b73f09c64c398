package helpdesk.whatsapp.guide;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of docs/architecture.md names every line that the helpdesk asked for, and routes, pages and tests that exist. */
class WishesTest {

    private static final Path DOC = Path.of("docs/architecture.md");
    private static final List<String> LINES = List.of("conversation interface", "media preview and download", "contact information",
            "integration configuration panel", "message status indicators", "contact sync", "contact profiles", "business verification",
            "activity tracking", "business profile management", "webhook configuration", "health monitoring", "development mode",
            "guides for production");
    private static final Pattern NAMED = Pattern.compile("`([^`]+)`");
    private static final Pattern TEST = Pattern.compile("`(\\w+Test)\\.(\\w+)`");

    private static List<String[]> rows() throws IOException {
        String text = Files.readString(DOC);
        List<String[]> rows = new ArrayList<>();
        String table = text.substring(text.indexOf("| line | routes | page | tests |"));
        for (String line : table.substring(0, table.indexOf("\n\n")).lines().skip(2).toList()) {
            rows.add(Stream.of(line.split("\\|")).skip(1).map(String::strip).toArray(String[]::new));
        }
        return rows;
    }

    private static List<String> named(String cell) {
        return NAMED.matcher(cell).results().map(found -> found.group(1)).toList();
    }

    @Test
    void every_line_has_a_row_with_routes_a_page_and_tests() throws IOException {
        assertThat(rows()).extracting(row -> row[0]).containsExactlyInAnyOrderElementsOf(LINES);
        for (String[] row : rows()) {
            assertThat(named(row[1])).as("routes of %s", row[0]).isNotEmpty()
                    .allSatisfy(route -> assertThat(Path.of("routes", route + ".camel.yaml")).isRegularFile());
            assertThat(named(row[2])).as("page of %s", row[0]).isNotEmpty()
                    .allSatisfy(page -> assertThat(Path.of("src/main/web/app", page + ".js")).isRegularFile());
            assertThat(named(row[3])).as("tests of %s", row[0]).isNotEmpty().allMatch(test -> TEST.matcher("`" + test + "`").matches());
        }
    }

    @Test
    void every_test_that_the_document_names_is_there() throws IOException {
        Matcher test = TEST.matcher(Files.readString(DOC));
        int found = 0;
        while (test.find()) {
            assertThat(source(test.group(1))).as(test.group()).contains("void " + test.group(2) + "(");
            found++;
        }
        assertThat(found).isGreaterThan(LINES.size());
    }

    private static String source(String name) throws IOException {
        StringBuilder source = new StringBuilder();
        for (String root : List.of("src/test/java", "src/ui-test/java")) {
            try (Stream<Path> files = Files.walk(Path.of(root))) {
                for (Path file : files.filter(path -> path.getFileName().toString().equals(name + ".java")).toList()) {
                    source.append(Files.readString(file));
                }
            }
        }
        assertThat(source).as("source of " + name).isNotEmpty();
        return source.toString();
    }
}
