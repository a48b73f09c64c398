package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import java.io.File;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/** Reads an HTTP request into the variable {@code call}; refuses nothing, that comes after. */
public final class GraphCalls implements Processor {

    /** Meta's own word for uploads is OAuth. */
    private static final Pattern TOKEN = Pattern.compile("(?:Bearer|OAuth) +(\\S+) *", Pattern.CASE_INSENSITIVE);

    @Override
    public void process(Exchange exchange) {
        Message message = exchange.getMessage();
        // Parsed by TakeRequest from the query alone; who is logged in at our own API is nobody here.
        ObjectNode query = (ObjectNode) Json.read(message.getHeader("request", "{}", String.class));
        query.remove("actor");
        query.remove("idempotencyKey");
        String path = message.getHeader(Exchange.HTTP_PATH, "", String.class);
        boolean file = message.getBody() instanceof File;
        byte[] content = file ? null : message.getBody(byte[].class);
        exchange.setVariable("call", new GraphCall(
                message.getHeader(Exchange.HTTP_METHOD, String.class),
                message.getHeader(Exchange.HTTP_URL, String.class),
                path.startsWith(GraphCall.BASE) ? path.substring(GraphCall.BASE.length()) : path,
                query, token(message),
                file ? Json.object() : json(content),
                file ? upload(message) : null, content == null ? new byte[0] : content));
    }

    private static String token(Message message) {
        String authorization = message.getHeader("Authorization", "", String.class);
        Matcher token = TOKEN.matcher(authorization);
        return token.matches() ? token.group(1) : "";
    }

    private static GraphCall.Upload upload(Message message) {
        String type = message.getHeader("type", String.class);
        String declared = type == null || type.isBlank() ? message.getHeader(Exchange.FILE_CONTENT_TYPE, String.class) : type;
        return new GraphCall.Upload(message.getBody(File.class), declared == null ? "application/octet-stream" : declared);
    }

    private static JsonNode json(byte[] body) {
        try {
            JsonNode json = body == null ? null : Json.MAPPER.readTree(body);
            return json != null && json.isObject() ? json : Json.object();
        } catch (IOException e) {
            return Json.object();       // Meta then misses the parameters, and says so
        }
    }
}
