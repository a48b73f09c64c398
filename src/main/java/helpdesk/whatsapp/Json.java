package helpdesk.whatsapp;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import java.util.function.Predicate;

/** The one JSON mapper, and the few conversions that need no checked exception. */
public final class Json {

    /** Numbers keep their digits: coordinates and prices are passed on as they came. */
    public static final ObjectMapper MAPPER = new ObjectMapper()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private Json() {
    }

    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    public static String write(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Objects as an array, of each only the fields that are wanted, and of these only those that are not null. */
    public static String array(Iterable<ObjectNode> objects, Predicate<String> wanted) {
        return array(objects, (object, fields) -> {
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                if (wanted.test(field.getKey())) {
                    fields.write(field.getKey(), field.getValue());
                }
            }
        });
    }

    /** The same of a few fields, each looked up by its name. */
    public static String array(Iterable<ObjectNode> objects, Collection<String> wanted) {
        return array(objects, (object, fields) -> {
            for (String name : wanted) {
                fields.write(name, object.get(name));
            }
        });
    }

    private interface Fields {
        void write(String name, JsonNode value) throws IOException;
    }

    private interface Selection {
        void write(ObjectNode object, Fields fields) throws IOException;
    }

    private static String array(Iterable<ObjectNode> objects, Selection selection) {
        ByteArrayOutputStream text = new ByteArrayOutputStream(1 << 14);
        SerializerProvider values = MAPPER.getSerializerProviderInstance();
        try (JsonGenerator json = MAPPER.createGenerator(text)) {
            Fields fields = (name, value) -> {
                if (value == null || value.isNull()) {
                    return;
                }
                json.writeFieldName(name);
                if (value.isTextual()) {
                    json.writeString(value.textValue());
                } else {
                    value.serialize(json, values);      // the mapper would flush after each
                }
            };
            json.writeStartArray();
            for (ObjectNode object : objects) {
                json.writeStartObject();
                selection.write(object, fields);
                json.writeEndObject();
            }
            json.writeEndArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString(StandardCharsets.UTF_8);
    }

    /** Parses text that we wrote ourselves or that is known to be JSON. */
    public static JsonNode read(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static JsonNode read(byte[] json) {
        try {
            return MAPPER.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The text of a field, or null when the field is missing, null or not a value. Numbers become text. */
    public static String text(JsonNode node, String field) {
        JsonNode value = node.path(field);
        return value.isValueNode() && !value.isNull() ? value.asText() : null;
    }
}
