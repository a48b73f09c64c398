package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import java.io.File;
import java.util.Arrays;
import java.util.List;

/**
 * One call of the simulated Graph API. Its path without base and version is {@code node/edge/…}: the node is an id, the edge
 * what is wanted of it.
 */
public final class GraphCall {

    /** Where the Graph API begins. */
    static final String BASE = "/mock/graph";

    private final String method;
    private final String url;
    private final String path;
    private final List<String> segments;
    private final JsonNode query;
    private final String token;
    private final JsonNode json;
    private final Upload upload;
    private final byte[] content;

    /** The one file of a multipart body, its type as the client declared it. */
    record Upload(File file, String mimeType) {
    }

    GraphCall(String method, String url, String path, JsonNode query, String token, JsonNode json, Upload upload,
            byte[] content) {
        this.method = method;
        this.url = url;
        this.path = path;
        this.segments = Arrays.stream(path.split("/")).filter(segment -> !segment.isEmpty())
                .dropWhile(segment -> segment.matches("v\\d+\\.\\d+")).toList();
        this.query = query;
        this.token = token;
        this.json = json;
        this.upload = upload;
        this.content = content;
    }

    public String getMethod() {
        return method;
    }

    /** As called, without base. */
    public String getPath() {
        return path;
    }

    /** The first segment after the version; empty when there is none. */
    public String getNode() {
        return segments.isEmpty() ? "" : segments.get(0);
    }

    /** Method and edge, for example {@code POST messages}; the method alone when a node itself is meant. */
    public String getOperation() {
        return segments.size() < 2 ? method : method + " " + String.join("/", segments.subList(1, segments.size()));
    }

    public String query(String name) {
        return query.path(name).asText("");
    }

    /** The body as JSON. */
    public String getText() {
        return Json.write(json);
    }

    /** Bytes of the body, when it is not a file of a form. */
    public int getLength() {
        return content.length;
    }

    byte[] content() {
        return content;
    }

    String token() {
        return token;
    }

    /** An empty object when the body is no JSON object. */
    JsonNode json() {
        return json;
    }

    /** Null when the body is no multipart with one file. */
    Upload upload() {
        return upload;
    }

    /** The address under which the caller reached the simulator, up to and with the base. */
    public String getBaseUrl() {
        return url.substring(0, url.indexOf(BASE) + BASE.length());
    }

    /** What was sent, for the journal. */
    ObjectNode request() {
        ObjectNode request = Json.object();
        if (!query.isEmpty()) {
            request.set("query", query);
        }
        if (!json.isEmpty()) {
            request.set("body", json);
        }
        if (upload != null) {
            request.putObject("file").put("mime_type", upload.mimeType()).put("file_size", upload.file().length());
        }
        return request;
    }
}
