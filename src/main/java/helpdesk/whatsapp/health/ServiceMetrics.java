package helpdesk.whatsapp.health;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.Json;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.support.LifecycleStrategySupport;

/**
 * Bean {@code serviceMetrics}: what {@code GET /health} says, as meters, when the management port is on. A figure that is not known, as
 * while the database is away, is not a number; a count then stays as it was.
 */
public final class ServiceMetrics extends LifecycleStrategySupport {

    private static final List<String> PARTS = List.of("database", "webhook", "log", "ledgers", "sending", "media", "number", "dead-letters");

    private static final Map<String, List<String>> OUTCOMES = Map.of("events", List.of("done", "dead"),
            "items", List.of("stored", "duplicate", "unsupported", "dead"), "replays", List.of("stored", "duplicate", "unsupported", "dead"));

    private volatile JsonNode health = Json.object();
    private volatile JsonNode ledgers = Json.object();
    private volatile boolean on;

    @Override
    public void onContextStarted(CamelContext context) {
        MeterRegistry meters = context.getRegistry().findSingleByType(MeterRegistry.class);
        if (meters == null) {
            return;
        }
        on = true;
        is(meters, "whatsapp.up", "1 while the service is up, 0 while it is degraded or down", "/status", "up");
        is(meters, "whatsapp.mode.real", "1 in real mode, 0 in mock mode", "/mode", "real");
        is(meters, "whatsapp.ledgers.balanced", "1 while whatever was answered with 200 is found again", "/ledgers/balanced", "true");
        number(meters, "whatsapp.outbox.waiting", "Sends that wait, of this mode; counted up to a bound", null, "/outbox/waiting");
        number(meters, "whatsapp.outbox.oldest", "Age of the oldest send that waits", "seconds", "/outbox/oldestSeconds");
        number(meters, "whatsapp.sends.unconfirmed", "Sends of which it is not known whether Meta took them", null, "/unknownSends");
        number(meters, "whatsapp.dead.letters", "Items that could not be processed", null, "/deadLetters");
        number(meters, "whatsapp.media.pending", "Files that are to be fetched", null, "/media/pending");
        number(meters, "whatsapp.media.oldest", "Age of the oldest file that is to be fetched", "seconds", "/media/oldestSeconds");
        number(meters, "whatsapp.media.failed", "Files of the last seven days that could not be fetched", null, "/media/failed");
        OUTCOMES.forEach((ledger, outcomes) -> outcomes.forEach(outcome -> FunctionCounter
                .builder("whatsapp.ledger." + ledger, this, of -> of.ledgers.path(ledger).path(outcome).asDouble(Double.NaN))
                .tag("outcome", outcome).description("What became of the " + ledger + " that came, over all instances").register(meters)));
        PARTS.forEach(part -> Gauge.builder("whatsapp.part.ok", this, of -> of.ofPart(part)).tag("part", part)
                .description("1 while this part is OK, 0 while it is throttled, paused, misconfigured, down or waits for a person").register(meters));
    }

    private void is(MeterRegistry meters, String name, String description, String field, String value) {
        Gauge.builder(name, this, of -> of.health.at(field).isMissingNode() ? Double.NaN : of.health.at(field).asText().equals(value) ? 1 : 0)
                .description(description).register(meters);
    }

    private void number(MeterRegistry meters, String name, String description, String unit, String field) {
        Gauge.builder(name, this, of -> of.health.at(field).asDouble(Double.NaN)).description(description).baseUnit(unit).register(meters);
    }

    private double ofPart(String part) {
        for (JsonNode condition : health.path("conditions")) {
            if (condition.path("part").asText().equals(part)) {
                return condition.path("state").asText().equals("ok") ? 1 : 0;
            }
        }
        return Double.NaN;
    }

    /** Whether anybody may ask. */
    public boolean isOn() {
        return on;
    }

    /** @param json the answer of {@code GET /health} */
    public void take(String json) {
        health = Json.read(json);
        if (health.has("ledgers")) {
            ledgers = health.path("ledgers");
        }
    }
}
