package helpdesk.whatsapp.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.testing.TestApp;
import helpdesk.whatsapp.web.Contract;
import java.util.Locale;

/**
 * Asserts that an answer is what the OpenAPI file says of this operation and status: content type and schema. Stricter than the
 * file in one thing: an object that says nothing of other fields has none.
 */
public final class ContractAssert {

    private static final JsonNode DOCUMENT = Contract.load();
    private static final JsonNode PROBLEM = DOCUMENT.at("/components/responses/BadRequest");
    private static final Contract STRICT = new Contract(strict(Contract.load()));

    private ContractAssert() {
    }

    static JsonNode document() {
        return DOCUMENT;
    }

    /** @return the answer's body */
    public static JsonNode assertAnswer(TestApp.Answer answer, String operationId, int status) {
        assertThat(answer.status()).as("%s answered %s", operationId, answer.text()).isEqualTo(status);
        JsonNode response = resolve(operation(operationId).path("responses").path(Integer.toString(status)));
        assertThat(response.isMissingNode()).as("%s documents the answer %s", operationId, status).isFalse();
        if (!response.has("content")) {
            assertThat(answer.bytes()).as("%s %s has no body", operationId, status).isEmpty();
            return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
        }
        String type = type(answer);
        JsonNode schema = response.path("content").path(type).path("schema");
        assertThat(schema.isMissingNode()).as("%s %s documents %s", operationId, status, type).isFalse();
        if (!type.endsWith("json")) {
            return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
        }
        String name = schema.path("$ref").asText().replaceFirst(".*/", "");
        JsonNode body = answer.json();
        assertThat(STRICT.errors(name, body)).as("%s as %s: %s", operationId, name, body).isEmpty();
        return body;
    }

    /**
     * What {@link TestApp} asks of every answer it gets. One of an operation of the contract is documented with its status and its
     * content type, and fits the schema; an error that is not documented there is one that the file's description says of all.
     */
    public static void assertDescribed(String method, String path, TestApp.Answer answer) {
        String plain = path.replaceFirst("^https?://[^/]*", "").replaceFirst("[?#].*", "");
        DOCUMENT.path("paths").fields().forEachRemaining(item -> {
            JsonNode operation = item.getValue().path(method.toLowerCase(Locale.ROOT));
            boolean literal = DOCUMENT.path("paths").has(plain) && !item.getKey().equals(plain);
            if (operation.isMissingNode() || literal || !plain.matches(item.getKey().replace(".", "\\.").replace("{id}", "[^/]+"))) {
                return;
            }
            JsonNode response = resolve(operation.path("responses").path(Integer.toString(answer.status())));
            String what = method + " " + path + ", answered with " + answer.status() + " " + type(answer);
            if (response.isMissingNode() && answer.status() == 404 && answer.text().contains("\"There is nothing at ")) {
                return;     // not the operation's answer: an instance without it, as the simulator alone is
            }
            if (response.isMissingNode()) {
                response = PROBLEM;
                assertThat(type(answer)).as("%s, which the contract does not document: %s", what, answer.text()).isEqualTo("application/problem+json");
                assertThat(DOCUMENT.at("/info/description").asText()).as("%s, which the contract does not document: %s", what, answer.text())
                        .contains(answer.status() + " `" + answer.json().path("code").asText() + "`");
            }
            if (!response.has("content")) {
                assertThat(answer.bytes()).as("%s has no body", what).isEmpty();
                return;
            }
            JsonNode media = response.path("content").path(response.path("content").has("*/*") ? "*/*" : type(answer));
            assertThat(media.isMissingNode()).as("%s, a type that the contract does not document: %s", what, answer.text()).isFalse();
            if (media.path("schema").has("$ref")) {
                String name = media.path("schema").path("$ref").asText().replaceFirst(".*/", "");
                assertThat(STRICT.errors(name, answer.json())).as("%s, as %s: %s", what, name, answer.text()).isEmpty();
            }
        });
    }

    private static String type(TestApp.Answer answer) {
        return String.valueOf(answer.header("Content-Type")).replaceFirst(";.*", "");
    }

    static JsonNode operation(String operationId) {
        for (JsonNode path : DOCUMENT.path("paths")) {
            for (JsonNode operation : path) {
                if (operation.path("operationId").asText().equals(operationId)) {
                    return operation;
                }
            }
        }
        throw new AssertionError("no operation " + operationId);
    }

    private static JsonNode resolve(JsonNode node) {
        return node.has("$ref") ? DOCUMENT.at(node.get("$ref").asText().substring(1)) : node;
    }

    private static JsonNode strict(JsonNode node) {
        if (node instanceof ObjectNode object && object.path("properties").isObject() && object.has("type")
                && !object.has("additionalProperties")) {
            object.put("additionalProperties", false);
        }
        node.forEach(ContractAssert::strict);
        return node;
    }
}
