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
        String type = answer.header("Content-Type").replaceFirst(";.*", "");
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
     * What {@link TestApp} asks of every answer it gets: one of an operation of the contract, with a status that the contract
     * documents for it, fits the schema; a success that is not documented is a fault of the contract.
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
            String type = String.valueOf(answer.header("Content-Type")).replaceFirst(";.*", "");
            JsonNode schema = response.path("content").path(type).path("schema");
            if (response.isMissingNode()) {
                assertThat(answer.status()).as("%s %s, which the contract does not document", method, path).isGreaterThanOrEqualTo(400);
            } else if (type.endsWith("json") && schema.has("$ref")) {
                String name = schema.path("$ref").asText().replaceFirst(".*/", "");
                assertThat(STRICT.errors(name, answer.json())).as("%s %s as %s: %s", method, path, name, answer.text()).isEmpty();
            }
        });
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
