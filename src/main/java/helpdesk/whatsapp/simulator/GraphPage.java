package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** One page of a list, with Meta's cursors: {@code limit}, {@code after}, {@code before}. */
final class GraphPage {

    private static final int BY_DEFAULT = 25;
    private static final int MOST = 1000;
    private static final String CURSOR = "at ";

    private GraphPage() {
    }

    static String of(GraphCall call, List<ObjectNode> all, Function<ObjectNode, ObjectNode> shown) {
        int limit = limit(call.param("limit"));
        int from = 0;
        if (!call.param("after").isEmpty()) {
            from = position(call.param("after")) + 1;
        } else if (!call.param("before").isEmpty()) {
            from = Math.max(0, position(call.param("before")) - limit);
        }
        from = Math.min(from, all.size());
        int to = Math.min(all.size(), from + limit);
        ObjectNode answer = Json.object();
        ArrayNode data = answer.putArray("data");
        all.subList(from, to).forEach(item -> data.add(shown.apply(item)));
        if (to > from) {
            ObjectNode paging = answer.putObject("paging");
            paging.putObject("cursors").put("before", cursor(from)).put("after", cursor(to - 1));
            if (to < all.size()) {
                paging.put("next", link(call, "after", cursor(to - 1), limit));
            }
            if (from > 0) {
                paging.put("previous", link(call, "before", cursor(from), limit));
            }
        }
        return Json.write(answer);
    }

    private static int limit(String limit) {
        if (limit.isEmpty()) {
            return BY_DEFAULT;
        }
        if (!limit.matches("[1-9]\\d{0,5}")) {
            throw GraphError.wrong("(#100) Param limit must be a positive number.");
        }
        return Math.min(MOST, Integer.parseInt(limit));
    }

    private static String cursor(int position) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString((CURSOR + position).getBytes(StandardCharsets.US_ASCII));
    }

    private static int position(String cursor) {
        try {
            String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII);
            if (text.matches(CURSOR + "\\d{1,9}")) {
                return Integer.parseInt(text.substring(CURSOR.length()));
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw GraphError.wrong("(#100) Invalid cursors values. Please check the cursors.");
    }

    private static String link(GraphCall call, String direction, String cursor, int limit) {
        ObjectNode parameters = call.json().deepCopy();
        parameters.remove(List.of("after", "before"));
        parameters.put("limit", limit).put(direction, cursor);
        if (!call.queryToken().isEmpty()) {
            parameters.put("access_token", call.queryToken());      // who asked by it alone follows the link as it is
        }
        return call.url() + "?" + parameters.properties().stream()
                .map(parameter -> parameter.getKey() + "=" + URLEncoder.encode(text(parameter.getValue()), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    private static String text(JsonNode value) {
        return value.isContainerNode() ? Json.write(value) : value.asText();
    }
}
