package helpdesk.whatsapp.web;

import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.vertx.HttpMessage;

/**
 * The first step of an HTTP route: takes what the caller asked for into one JSON object, header and variable
 * {@code request}, whose fields a statement reads. Fields: each query parameter, the path parameter {@code id} (or what
 * a path that ends in {@code *} has there, slashes and all), and {@code actor}, who is logged in. The query parameters alone are the variable {@code query}. After it the route removes
 * every other header.
 */
public final class TakeRequest implements Processor {

    /** Set by {@link ApiDoor} after it has removed the caller's own header of this name. */
    static final String ACTOR = "Helpdesk-Actor";
    /** Set with it: the caller's role, and for a session its hash. */
    static final String ROLE = "Helpdesk-Role";
    static final String SESSION = "Helpdesk-Session";
    /** Of who logs in: where from. */
    static final String ADDRESS = "Helpdesk-Address";
    /** No caller's own header of these names reaches a route. */
    public static final List<String> FROM_EDGE = List.of(ACTOR, ROLE, SESSION, ADDRESS);

    @Override
    public void process(Exchange exchange) {
        Message message = exchange.getMessage();
        ObjectNode request = query(message.getHeader(Exchange.HTTP_RAW_QUERY, String.class));
        exchange.setVariable("query", Json.write(request));
        String id = last(message.getHeader("*") == null ? message.getHeader("id") : message.getHeader("*"));
        if (id != null && pathHas(message, id)) {
            request.put("id", id);
        }
        request.remove(List.of("actor", "role", "session", "address"));        // these only the edge says
        putOfEdge(request, "actor", message, ACTOR);
        putOfEdge(request, "role", message, ROLE);
        putOfEdge(request, "session", message, SESSION);
        putOfEdge(request, "address", message, ADDRESS);
        String key = last(message.getHeader("Idempotency-Key"));
        if (key != null) {
            request.put("idempotencyKey", key);
        }
        String json = Json.write(request);
        exchange.setVariable("request", json);
        message.setHeader("request", json);
    }

    // Read where the edge has written it: of the message, query parameters and fields of forms are headers, too.
    private static void putOfEdge(ObjectNode request, String name, Message message, String header) {
        String value = message instanceof HttpMessage http ? http.getRequest().getHeader(header) : null;
        if (value != null) {
            request.put(name, value);
        }
    }

    private static ObjectNode query(String raw) {
        ObjectNode query = Json.object();
        if (raw == null || raw.isEmpty()) {
            return query;
        }
        for (String pair : raw.split("&")) {
            int at = pair.indexOf('=');
            String name = decode(at < 0 ? pair : pair.substring(0, at));
            // PostgreSQL's JSON has no U+0000, and no parameter of ours has one.
            query.put(name.replace("\0", ""), at < 0 ? "" : decode(pair.substring(at + 1)).replace("\0", ""));
        }
        return query;
    }

    private static String decode(String value) {
        try {
            return URLDecoder.decode(value, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new Problem(400, "bad-request", "The query string is not encoded properly.");
        }
    }

    // A path parameter and a request header of the same name arrive as one list, the path parameter last.
    private static String last(Object header) {
        Object value = header instanceof List<?> list ? list.get(list.size() - 1) : header;
        return value == null ? null : value.toString();
    }

    private static boolean pathHas(Message message, String id) {
        String path = message.getHeader(Exchange.HTTP_PATH, "", String.class);
        String uri = message.getHeader(Exchange.HTTP_URI, "", String.class);
        String both = path + "/" + uri;
        return both.contains(id) || decode(both.replace("+", "%2B")).contains(id);      // in a path a plus is a plus
    }
}
