package helpdesk.whatsapp.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.testing.TestApp;
import helpdesk.whatsapp.web.Contract;

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
