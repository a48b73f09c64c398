package helpdesk.whatsapp.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.networknt.schema.JsonMetaSchema;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.NonValidationKeyword;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.regex.RegularExpression;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.web.Problem.FieldError;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Bean {@code contract}: checks bodies and query parameters against the schemas of our OpenAPI file, which is loaded once. */
public final class Contract {

    private static final String FILE = "/openapi/helpdesk-whatsapp.yaml";
    private static final JsonSchemaFactory FACTORY = factory();

    private final JsonNode document;
    private final Map<String, Checker> checkers = new ConcurrentHashMap<>();

    public Contract() {
        this(load());
    }

    /** @param document an OpenAPI document of the same form as ours */
    public Contract(JsonNode document) {
        this.document = document;
    }

    /** The schemas that the document has must be readable, and the one schema that every send needs is made ready. */
    public Contract prepare() {
        checker("Send");
        return this;
    }

    /**
     * The body as JSON. Refused with 400 {@code not-json} when it is none, and with 422 {@code validation} naming every wrong
     * field when it does not fit the schema {@code components/schemas/<schemaName>}.
     */
    public JsonNode check(String schemaName, byte[] body) {
        JsonNode json = parse(body);
        List<FieldError> errors = new ArrayList<>(errors(schemaName, json));
        if (schemaName.equals("Send")) {
            errors.addAll(SendLimits.errors(json));
        }
        errors.addAll(Storable.errors(json));
        if (!errors.isEmpty()) {
            throw Problem.validation(errors.stream().distinct().toList());
        }
        return json;
    }

    /** The whole contract as JSON. */
    public String json() {
        return Json.write(document);
    }

    /** What of a JSON value does not fit a schema; empty when it fits. */
    public List<FieldError> errors(String schemaName, JsonNode json) {
        return checker(schemaName).errors(json, "");
    }

    /**
     * The query parameters that an operation knows, typed and with their defaults, over the other fields of a request. A wrong
     * one is refused with 400 {@code bad-parameter}.
     */
    public ObjectNode query(String operationId, JsonNode request) {
        ObjectNode checked = request.deepCopy();
        List<FieldError> errors = new ArrayList<>();
        for (JsonNode parameter : operation(operationId).path("parameters")) {
            JsonNode resolved = resolve(parameter);
            if (!resolved.path("in").asText().equals("query")) {
                continue;
            }
            String name = resolved.path("name").asText();
            JsonNode schema = resolve(resolved.path("schema"));
            if (request.has(name)) {
                JsonNode value = typed(request.get(name), schema);
                errors.addAll(checkers.computeIfAbsent(operationId + "?" + name, key -> checker(schema)).errors(value, name));
                checked.set(name, value);
            } else if (schema.has("default")) {
                checked.set(name, schema.get("default"));
            }
        }
        if (!errors.isEmpty()) {
            throw badParameter(errors);
        }
        return checked;
    }

    /** Refuses query parameters that an operation does not know, with 400 {@code bad-parameter}: who sends one expects something of it. */
    public void refuseUnknown(String operationId, String query) {
        List<String> known = new ArrayList<>();
        for (JsonNode parameter : operation(operationId).path("parameters")) {
            if (resolve(parameter).path("in").asText().equals("query")) {
                known.add(resolve(parameter).path("name").asText());
            }
        }
        List<FieldError> errors = new ArrayList<>();
        Json.read(query).fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                errors.add(new FieldError(name, "is unknown"));
            }
        });
        if (!errors.isEmpty()) {
            throw badParameter(errors);
        }
    }

    static Problem badParameter(List<FieldError> errors) {
        String sentences = String.join("; ", errors.stream().map(e -> e.field() + " " + e.message()).toList());
        return new Problem(400, "bad-parameter", "Wrong query parameters: " + sentences + ".").with("errors", errors);
    }

    private JsonNode operation(String operationId) {
        for (JsonNode path : document.path("paths")) {
            for (JsonNode operation : path) {
                if (operation.path("operationId").asText().equals(operationId)) {
                    return operation;
                }
            }
        }
        throw new IllegalArgumentException("The contract has no operation " + operationId + ".");
    }

    private JsonNode resolve(JsonNode node) {
        return node.has("$ref") ? document.at(node.get("$ref").asText().substring(1)) : node;
    }

    // Query parameters are texts; only the integers of our contract are something else.
    private static JsonNode typed(JsonNode value, JsonNode schema) {
        return schema.path("type").asText().equals("integer") && value.asText().matches("-?[0-9]{1,9}")
                ? IntNode.valueOf(Integer.parseInt(value.asText())) : TextNode.valueOf(value.asText());
    }

    private Checker checker(String schemaName) {
        return checkers.computeIfAbsent(schemaName, name -> {
            if (!document.path("components").path("schemas").has(name)) {
                throw new IllegalArgumentException("The contract has no schema " + name + ".");
            }
            return checker(Json.object().put("$ref", "#/components/schemas/" + name));
        });
    }

    private Checker checker(JsonNode schema) {
        ObjectNode root = schema.deepCopy();
        root.set("components", document.path("components"));
        JsonSchema compiled = FACTORY.getSchema(root, SchemaValidatorsConfig.builder()
                .formatAssertionsEnabled(true).locale(Locale.ROOT).regularExpressionFactory(Contract::regularExpression).build());
        return new Checker(root, compiled);
    }

    // As JSON Schema means it: $ is the end, and not also the place before a last line break.
    private static RegularExpression regularExpression(String expression) {
        Predicate<String> found = Pattern.compile(expression.replaceFirst("(?<!\\\\)\\$$", "\\\\z")).asPredicate();
        return found::test;
    }

    private record Checker(JsonNode root, JsonSchema schema) {

        List<FieldError> errors(JsonNode json, String name) {
            return schema.validate(json).stream().map(fault -> SchemaFaults.explain(fault, root, name)).distinct().toList();
        }
    }

    private static JsonNode parse(byte[] body) {
        try {
            JsonNode json = body == null ? null : Json.MAPPER.readTree(body);
            if (json == null || json.isMissingNode()) {
                throw new Problem(400, "not-json", "The body is empty; it must be JSON.");
            }
            return json;
        } catch (IOException e) {
            throw new Problem(400, "not-json", "The body is not JSON.");
        }
    }

    private static JsonSchemaFactory factory() {
        JsonMetaSchema dialect = JsonMetaSchema.builder(JsonMetaSchema.getV202012())
                .keyword(new NonValidationKeyword(SchemaFaults.MESSAGE))
                .keyword(new NonValidationKeyword("components"))
                .build();
        return JsonSchemaFactory.builder().metaSchema(dialect).defaultMetaSchemaIri(dialect.getIri()).build();
    }

    /** Our OpenAPI file. */
    public static JsonNode load() {
        try (InputStream file = Contract.class.getResourceAsStream(FILE)) {
            return Json.MAPPER.valueToTree(new Load(LoadSettings.builder().setLabel(FILE).build()).loadFromInputStream(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
