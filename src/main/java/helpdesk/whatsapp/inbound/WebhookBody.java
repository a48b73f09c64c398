package helpdesk.whatsapp.inbound;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.log.PgLogEndpoint;
import helpdesk.whatsapp.web.Problem;
import java.io.IOException;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * One streaming pass over a signed body before it is logged: is it JSON (400 {@code not-json} otherwise), and whose is it -
 * the first customer named in it decides the lane of the log - and how many items can be in it: never fewer than are, for a batch is
 * bounded by them.
 */
public final class WebhookBody implements Processor {

    private static final Set<String> CUSTOMER = Set.of("from_user_id", "from", "recipient_user_id", "recipient_id", "wa_id");
    /** Whose elements are items for {@link WebhookSplitter}, or hold one; what is no array is one by itself. */
    private static final Set<String> ARRAYS = Set.of("entry", "changes", "messages", "statuses", "errors");
    private static final JsonFactory FACTORY = Json.MAPPER.getFactory();

    @Override
    public void process(Exchange exchange) {
        byte[] raw = exchange.getMessage().getBody(byte[].class);
        read(raw == null ? new byte[0] : raw, exchange.getMessage());
    }

    private static void read(byte[] raw, Message message) {
        String customer = null;
        try (JsonParser parser = FACTORY.createParser(raw)) {
            JsonToken first = parser.nextToken();
            if (first != JsonToken.START_OBJECT) {
                throw new Problem(400, "not-json", "The body is not a JSON object.");
            }
            int depth = 1;
            int items = 0;
            while (depth > 0) {
                JsonToken token = parser.nextToken();
                if (token == null) {
                    throw new Problem(400, "not-json", "The body ends in the middle of its JSON.");
                }
                items += canBeItem(parser, token) ? 1 : 0;
                if (token.isStructStart()) {
                    depth++;
                } else if (token.isStructEnd()) {
                    depth--;
                } else if (customer == null && token == JsonToken.VALUE_STRING
                        && parser.currentName() != null && CUSTOMER.contains(parser.currentName())) {
                    customer = parser.getText();
                }
            }
            if (parser.nextToken() != null) {
                throw new Problem(400, "not-json", "The body goes on after its JSON object.");
            }
            message.setHeader(PgLogEndpoint.KEY, customer == null ? "" : customer);
            message.setHeader(PgLogEndpoint.ITEMS, Math.max(items, 1));
        } catch (IOException e) {
            throw new Problem(400, "not-json", "The body is not JSON.");
        }
    }

    private static boolean canBeItem(JsonParser parser, JsonToken token) {
        if (!token.isStructStart() && !token.isScalarValue()) {
            return false;
        }
        JsonStreamContext holder = token.isStructStart() ? parser.getParsingContext().getParent() : parser.getParsingContext();
        String name = holder.inArray() ? holder.getParent().getCurrentName() : token == JsonToken.START_ARRAY ? null : holder.getCurrentName();
        return name != null && ARRAYS.contains(name);
    }
}
