package helpdesk.whatsapp.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.log.LogEntry;
import helpdesk.whatsapp.log.PgLogEndpoint;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A batch is bounded by the items that its events were taken in with: never fewer than are cut from them, whatever they look like. */
class ItemCountTest {

    private static final List<String> PARTS = List.of("messages", "statuses", "errors");

    private static int counted(String event) {
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.getMessage().setBody(event.getBytes(StandardCharsets.UTF_8));
        new WebhookBody().process(exchange);
        return exchange.getMessage().getHeader(PgLogEndpoint.ITEMS, Integer.class);
    }

    private static int cut(String event) {
        return WebhookSplitter.split(new LogEntry(0, 1, Instant.EPOCH, true, null, event.getBytes(StandardCharsets.UTF_8))).size();
    }

    /** What Meta sends, with anything else in its place now and then. */
    private static final class Webhook {
        private final Random random;

        Webhook(long seed) {
            random = new Random(seed);
        }

        JsonNode event() {
            ObjectNode event = Json.object().put("object", "whatsapp_business_account");
            return event.set("entry", or(() -> array(() -> or(this::entry))));
        }

        private ObjectNode entry() {
            ObjectNode entry = Json.object().put("id", "1");
            return random.nextInt(8) == 0 ? entry : entry.set("changes", or(() -> array(() -> or(this::change))));
        }

        private ObjectNode change() {
            ObjectNode value = Json.object();
            PARTS.forEach(part -> {
                if (random.nextBoolean()) {
                    value.set(part, or(() -> array(() -> or(() -> Json.object().put("id", "wamid.1")))));
                }
            });
            return Json.object().put("field", random.nextInt(4) == 0 ? "account_update" : "messages").set("value", or(() -> value));
        }

        private JsonNode or(Supplier<JsonNode> usual) {
            JsonNodeFactory json = JsonNodeFactory.instance;
            return switch (random.nextInt(16)) {
                case 0 -> json.nullNode();
                case 1 -> json.numberNode(1);
                case 2 -> json.textNode("x");
                case 3 -> json.objectNode();
                case 4 -> array(() -> array(() -> json.booleanNode(true)));
                default -> usual.get();
            };
        }

        private ArrayNode array(Supplier<JsonNode> element) {
            ArrayNode array = Json.MAPPER.createArrayNode();
            for (int i = random.nextInt(5); i > 0; i--) {
                array.add(element.get());
            }
            return array;
        }
    }

    @Property(tries = 2_000)
    void no_event_has_more_items_than_it_was_taken_in_with(@ForAll long seed) {
        String event = new Webhook(seed).event().toString();
        assertThat(counted(event)).as(event).isGreaterThanOrEqualTo(cut(event));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "null", "\"x\"", "{}", "[]"})
    void small_events_of_thousands_of_wrong_items_count_as_thousands(String item) {
        String items = "[" + (item + ",").repeat(3_999) + item + "]";
        String event = "{\"object\":\"whatsapp_business_account\",\"entry\":[{\"id\":\"1\",\"changes\":[{\"field\":\"messages\",\"value\":{\"messages\":" + items + "}}]}]}";
        assertThat(cut(event)).isEqualTo(4_000);
        assertThat(counted(event)).isGreaterThanOrEqualTo(4_000);
    }
}
