package helpdesk.whatsapp.testing;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/** The simulator's journal, with every call that was answered before it is asked for. */
public final class Journal {

    private static final String MARK = "/mark-of-the-tests-";
    private static final AtomicInteger MARKS = new AtomicInteger();

    private Journal() {
    }

    /** Lines are gathered before they are written, in order: a call of our own is made, and its line is waited for. */
    public static List<JsonNode> of(TestApp app) {
        String mark = MARK + MARKS.incrementAndGet();
        app.call("GET", "/mock/graph" + mark, (String) null, Map.of());
        Path file = Path.of(app.property("whatsapp.data-dir"), "simulator", "journal.jsonl");
        List<JsonNode> lines = new ArrayList<>();
        Awaitility.await("the journal's line of " + mark).atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20)).until(() -> {
            lines.clear();
            lines.addAll(wholeLines(file));
            return lines.stream().anyMatch(line -> line.path("path").asText().equals(mark));
        });
        return lines.stream().filter(line -> !line.path("path").asText().startsWith(MARK)).toList();
    }

    /** How many calls were made with this method and with a path that ends so. */
    public static long calls(TestApp app, String method, String end) {
        return of(app).stream().filter(line -> line.path("method").asText().equals(method) && line.path("path").asText().endsWith(end)).count();
    }

    private static List<JsonNode> wholeLines(Path file) throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);      // the last line may be half written
        String whole = new String(text.substring(0, text.lastIndexOf('\n') + 1).getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        return whole.lines().map(Json::read).toList();
    }
}
