package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.web.Form;
import java.util.List;
import java.util.Optional;

/**
 * One call of the simulated Graph API. Its path without base and version is {@code node/edge}: the node is an id, the edge what is
 * wanted of it. A parameter may be in the query, a field of a form, or of a JSON object; the body goes before the query.
 */
public final class GraphCall {

    /** Where the Graph API begins. */
    static final String BASE = "/mock/graph";
    /** Never part of what is asked for, nor shown. */
    private static final List<String> CREDENTIALS = List.of("access_token", "appsecret_proof", "appsecret_time");
    /** What the Graph API takes with every call, and ours has no use for. */
    private static final List<String> GENERAL = List.of("method", "format", "pretty", "debug", "locale", "date_format", "metadata",
            "suppress_http_code", "return_ssl_resources", "include_headers");

    private final String method;
    private final String baseUrl;
    private final Target target;
    private final ObjectNode query;
    private final ObjectNode body;
    private final ObjectNode parameters;
    private final Credentials credentials;
    private final Content content;

    /** The path: as it was called without base, its version (empty when there is none), node and edge, and what kind of thing the node is. */
    record Target(String path, String version, String node, String edge, String kind) {
    }

    /** Empty texts where there are none. The time is part of what the proof is made of, when it comes along. */
    record Credentials(String token, String proof, String proofTime) {
    }

    /** A body that is no parameters: the file of a form, or bytes; and the headers that tell how to take or give them. */
    record Content(List<Form.Part> files, byte[] bytes, String offset, String range) {
    }

    GraphCall(String method, String baseUrl, Target target, ObjectNode query, ObjectNode body, Credentials credentials, Content content) {
        this.method = method;
        this.baseUrl = baseUrl;
        this.target = target;
        this.query = query;
        this.body = body;
        this.credentials = credentials;
        this.content = content;
        parameters = query.isEmpty() ? body.deepCopy() : query.deepCopy().setAll(body);
        parameters.remove(CREDENTIALS);
        parameters.remove(GENERAL);
    }

    /** A message that was sent by a call of which nothing else is left. */
    static GraphCall ofMessage(ObjectNode message) {
        return new GraphCall("POST", "", new Target("", "", "", "messages", "number"), Json.object(), message, new Credentials("", "", ""),
                new Content(List.of(), new byte[0], "0", ""));
    }

    public String getMethod() {
        return method;
    }

    /** As called, without base. */
    public String getPath() {
        return target.path();
    }

    /** The first segment after the version; empty when there is none. */
    public String getNode() {
        return target.node();
    }

    public String getEdge() {
        return target.edge();
    }

    /** Number, account, app, oauth, upload, debug_token, attachment, picture or object: see {@link GraphCalls}. */
    public String getKind() {
        return target.kind();
    }

    /** The business number that is called: the configured one, by the name that the caller has for it, or the id of one that was added. */
    String number(String configured) {
        return target.kind().equals("number") ? configured : target.node();
    }

    /** Method and edge, for example {@code POST messages}; the method alone when the node itself is meant. */
    public String getOperation() {
        return target.edge().isEmpty() ? method : method + " " + target.edge();
    }

    String version() {
        return target.version();
    }

    /** A parameter as text; empty when there is none. */
    public String param(String name) {
        JsonNode value = parameters.path(name);
        return value.isContainerNode() ? Json.write(value) : value.isNull() ? "" : value.asText("");
    }

    /** The body, when it is not a file of a form. */
    public byte[] getBytes() {
        return content.bytes();
    }

    /** The header {@code file_offset}; 0 when there is none. */
    public String getOffset() {
        return content.offset();
    }

    /** The header {@code Range}; empty when there is none. */
    String range() {
        return content.range();
    }

    String token() {
        return credentials.token();
    }

    /** The token when it came in the address; empty when it did not. */
    String queryToken() {
        return query.path("access_token").asText("");
    }

    /** The parameter {@code appsecret_proof}. */
    String proof() {
        return credentials.proof();
    }

    /** The parameter {@code appsecret_time}. */
    String proofTime() {
        return credentials.proofTime();
    }

    /** All parameters. */
    JsonNode json() {
        return parameters;
    }

    /** The file of a form: the field {@code file}, or the only one that there is. */
    Optional<Form.Part> upload() {
        List<Form.Part> files = content.files();
        return files.stream().filter(part -> part.field().equals("file")).findFirst().or(() -> files.size() == 1
                ? Optional.of(files.get(0)) : Optional.empty());
    }

    /** The address under which the caller reached the simulator: what goes before the version. */
    public String getBaseUrl() {
        return baseUrl;
    }

    /** The address that was called, without query. */
    String url() {
        return baseUrl + target.path();
    }

    /** What was sent, for the journal. */
    ObjectNode request() {
        ObjectNode request = Json.object();
        put(request, "query", query);
        put(request, "body", body);
        upload().ifPresent(file -> request.putObject("file").put("mime_type", file.contentType()).put("file_size", file.size()));
        return request;
    }

    private static void put(ObjectNode request, String name, ObjectNode parameters) {
        ObjectNode shown = parameters.deepCopy();
        shown.remove(CREDENTIALS);
        if (!shown.isEmpty()) {
            request.set(name, shown);
        }
    }
}
