package helpdesk.whatsapp.bench;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Puts the tables of all results that are there between the markers of {@code bench/README.md}. What is around them is written by hand. */
final class Report {

    private static final Path README = Path.of("bench/README.md");

    private Report() {
    }

    static void write(List<Part> parts, Path results) throws IOException {
        String text = Files.readString(README);
        for (Part part : parts) {
            Path file = results.resolve(part.name() + ".json");
            if (Files.exists(file)) {
                JsonNode figures = Json.read(Files.readAllBytes(file));
                text = between(text, part.name(), part.table(figures) + "\n" + origin(part.extent(figures), figures));
            }
        }
        Files.writeString(README, text);
    }

    private static String between(String text, String name, String table) {
        String begin = "<!-- " + name + " -->\n";
        int from = text.indexOf(begin);
        int to = text.indexOf("<!-- /" + name + " -->");
        if (from < 0 || to < from) {
            throw new IllegalStateException(README + " has no place for " + name);
        }
        return text.substring(0, from + begin.length()) + table + text.substring(to);
    }

    private static String origin(String extent, JsonNode figures) {
        JsonNode machine = figures.path("machine");
        return "%s, commit %s, %s. %d cores (%s), %d GB, %s; write and fsync of 8 kB %s ms, p99 %s ms; %s; PostgreSQL %s; Camel %s. Load average before: %s.%n"
                .formatted(figures.path("at").asText().substring(0, 16).replace('T', ' '), machine.path("commit").asText(), extent,
                        machine.path("cores").asInt(), machine.path("processor").asText(),
                        machine.path("memoryGb").asInt(), machine.path("kernel").asText(), machine.path("fsyncMs50").asText(),
                        machine.path("fsyncMs99").asText(), machine.path("jdk").asText(), machine.path("postgresql").asText(),
                        machine.path("camel").asText(), machine.path("loadBefore").asText());
    }
}
