package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.settings.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Bean {@code simulatedTemplates}: the message templates that the simulated account has. */
public final class SimulatedTemplates {

    private final Settings settings;

    public SimulatedTemplates(Settings settings) {
        this.settings = settings;
    }

    public String list(GraphCall call) {
        if (!call.getNode().equals(settings.get("whatsapp.waba-id"))) {
            throw GraphError.noSuchObject(call.getMethod(), call.getNode());
        }
        ObjectNode answer = Json.object();
        answer.set("data", resource("templates.json"));
        return Json.write(answer);
    }

    static JsonNode resource(String name) {
        try (InputStream file = SimulatedTemplates.class.getResourceAsStream("/simulator/" + name)) {
            return Json.read(file.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
