package helpdesk.whatsapp.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.testing.TestApp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalLostTest {

    @Test
    void a_journal_that_cannot_be_written_stops_no_call_and_no_callback(@TempDir Path data) throws IOException {
        Files.createDirectories(data.resolve("simulator/journal.jsonl"));       // a folder where the file should be
        try (TestApp app = TestApp.start(Map.of("whatsapp.data-dir", data.toString()))) {
            String sent = Json.text(app.post("/api/whatsapp/messages", "{\"to\":\"+" + TestApp.newCustomer()
                    + "\",\"text\":{\"body\":\"hello\"}}").json(), "id");
            assertThat(app.awaitStatus(sent, "read").path("attempts")).hasSize(1);
        }
    }
}
