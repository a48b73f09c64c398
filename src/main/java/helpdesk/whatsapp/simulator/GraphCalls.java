package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.settings.Settings;
import helpdesk.whatsapp.web.Form;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/** Reads an HTTP request into the variable {@code call}; refuses nothing, that comes after. */
public final class GraphCalls implements Processor {

    /** Meta's own word for uploads is OAuth. */
    private static final Pattern TOKEN = Pattern.compile("(?:Bearer|OAuth) +(\\S+) *", Pattern.CASE_INSENSITIVE);
    private static final Pattern VERSION = Pattern.compile("v\\d+\\.\\d+");
    /** A client that cannot send another method than GET or POST says it in the parameter {@code method}. */
    private static final Set<String> METHODS = Set.of("GET", "POST", "DELETE");

    private final Settings settings;
    private final Strictness strict;

    public GraphCalls(Settings settings, Strictness strict) {
        this.settings = settings;
        this.strict = strict;
    }

    @Override
    public void process(Exchange exchange) {
        Message message = exchange.getMessage();
        Form form = Form.of(exchange);
        byte[] bytes = message.getBody() instanceof File || message.getBody() instanceof Map ? null : message.getBody(byte[].class);
        // Made by TakeRequest of the query alone; the request beside it also says who is logged in at our own API.
        ObjectNode query = parameters(texts(Json.read(exchange.getVariable("query", String.class))));
        ObjectNode body = form.fields().isEmpty() ? json(bytes) : parameters(form.fields());
        GraphCall.Target target = target(message.getHeader(Exchange.HTTP_PATH, "", String.class));
        exchange.setVariable("call", new GraphCall(method(message, query, form.fields().getOrDefault("method", "")), baseUrl(message), target,
                query, target.kind().equals("upload") ? Json.object() : body, credentials(message, query, body),
                new GraphCall.Content(form.files(), bytes == null ? new byte[0] : bytes,
                        message.getHeader("file_offset", "0", String.class), message.getHeader("Range", "", String.class))));
    }

    // At the root of a port of its own the path that was called has no base.
    private static String baseUrl(Message message) {
        String root = message.getHeader(GraphPort.ROOT, String.class);
        String url = message.getHeader(Exchange.HTTP_URL, "http://localhost" + GraphCall.BASE, String.class);
        return root != null ? root : url.substring(0, url.indexOf(GraphCall.BASE) + GraphCall.BASE.length());
    }

    private static String method(Message message, ObjectNode query, String ofForm) {
        String wanted = query.path("method").asText(ofForm).toUpperCase(Locale.ROOT);
        return METHODS.contains(wanted) ? wanted : message.getHeader(Exchange.HTTP_METHOD, String.class);
    }

    private GraphCall.Target target(String path) {
        String called = path.startsWith(GraphCall.BASE) ? path.substring(GraphCall.BASE.length()) : path;
        List<String> segments = Arrays.stream(called.replace("\0", "").split("/")).filter(segment -> !segment.isEmpty()).toList();
        String version = segments.isEmpty() || !VERSION.matcher(segments.get(0)).matches() ? "" : segments.get(0);
        List<String> rest = version.isEmpty() ? segments : segments.subList(1, segments.size());
        String node = rest.isEmpty() ? "" : rest.get(0);
        String edge = rest.size() < 2 ? "" : String.join("/", rest.subList(1, rest.size()));
        return new GraphCall.Target(called, version, node, edge, kind(node, edge));
    }

    private String kind(String node, String edge) {
        if (node.startsWith("upload:") && edge.isEmpty()) {
            return "upload";
        }
        if (node.equals("debug_token") && edge.isEmpty()) {
            return "debug_token";
        }
        if (node.equals("oauth") && edge.equals("access_token")) {
            return "oauth";
        }
        if (node.equals("whatsapp_business") && edge.equals("attachments")) {
            return "attachment";
        }
        if (node.equals("whatsapp_business") && edge.equals("pictures")) {
            return "picture";
        }
        if (node.equals(settings.get("whatsapp.phone-number-id")) || !strict.phoneNumberId() && isNumberOperation(node, edge)) {
            return "number";
        }
        if (node.equals(settings.get("whatsapp.waba-id"))) {
            return "account";
        }
        return node.equals(settings.get("whatsapp.app-id")) || node.equals("app") ? "app" : "object";
    }

    // Where every number is ours: what is wanted of it tells it from accounts and apps.
    private boolean isNumberOperation(String node, String edge) {
        return node.matches("\\d+") && Set.of("messages", "media", "whatsapp_business_profile").contains(edge);
    }

    private static GraphCall.Credentials credentials(Message message, JsonNode query, JsonNode body) {
        Matcher bearer = TOKEN.matcher(message.getHeader("Authorization", "", String.class));
        return new GraphCall.Credentials(bearer.matches() ? bearer.group(1) : either("access_token", query, body),
                either("appsecret_proof", query, body), either("appsecret_time", query, body));
    }

    private static String either(String name, JsonNode query, JsonNode body) {
        return query.path(name).asText(body.path(name).asText(""));
    }

    private static Map<String, String> texts(JsonNode query) {
        Map<String, String> texts = new LinkedHashMap<>();
        query.fields().forEachRemaining(field -> texts.put(field.getKey(), field.getValue().asText()));
        return texts;
    }

    /** What is an object or a list is written as JSON where only texts can be. */
    private static ObjectNode parameters(Map<String, String> texts) {
        ObjectNode parameters = Json.object();
        texts.forEach((name, text) -> parameters.set(name, value(text)));
        return (ObjectNode) storable(parameters);
    }

    private static JsonNode value(String text) {
        if (text.startsWith("{") || text.startsWith("[")) {
            try {
                return Json.MAPPER.readTree(text);
            } catch (IOException e) {
                // a text that only begins so
            }
        }
        return TextNode.valueOf(text);
    }

    private static ObjectNode json(byte[] body) {
        try {
            JsonNode json = body == null ? null : Json.MAPPER.readTree(body);
            return json != null && json.isObject() ? (ObjectNode) storable(json) : Json.object();
        } catch (IOException e) {
            return Json.object();       // Meta then misses the parameters, and says so
        }
    }

    /** Without U+0000, which PostgreSQL's JSON has not. */
    private static JsonNode storable(JsonNode node) {
        if (node.isTextual()) {
            return node.textValue().indexOf('\0') < 0 ? node : TextNode.valueOf(node.textValue().replace("\0", ""));
        }
        if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, storable(array.get(i)));
            }
        } else if (node instanceof ObjectNode object) {
            for (String name : names(object)) {
                JsonNode value = storable(object.get(name));
                if (name.indexOf('\0') >= 0) {
                    object.remove(name);
                    object.set(name.replace("\0", ""), value);
                } else {
                    object.set(name, value);
                }
            }
        }
        return node;
    }

    private static List<String> names(ObjectNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
