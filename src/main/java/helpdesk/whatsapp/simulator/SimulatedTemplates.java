package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.settings.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Bean {@code simulatedTemplates}: the message templates of the simulated account - listed, made, changed, deleted, decided on. */
public final class SimulatedTemplates {

    private static final List<String> BY_DEFAULT = List.of("name", "components", "language", "status", "category");
    private static final String TYPE = "WhatsAppMessageTemplate";
    /** What Meta has on a template and ours has not. */
    private static final List<String> ABSENT = List.of("previous_category", "quality_score", "sub_category", "cta_url_link_tracking_opted_out",
            "correct_category", "library_template_name", "message_send_ttl_seconds", "degrees_of_freedom_spec");
    private static final int MOST = 250;
    /** The field of the webhook that tells of a decision. */
    private static final String DECIDED = "message_template_status_update";

    private final Settings settings;
    private final Strictness strict;
    private final MetaWebhook webhook;

    public SimulatedTemplates(Settings settings, Strictness strict) {
        this.settings = settings;
        this.strict = strict;
        webhook = new MetaWebhook(settings);
    }

    public String list(GraphCall call, String templatesJson) {
        List<ObjectNode> found = new ArrayList<>();
        for (JsonNode template : Json.read(templatesJson)) {
            if (is(call, template, "status") && is(call, template, "category") && is(call, template, "language")
                    && (call.param("name").isEmpty() || template.path("name").asText().contains(call.param("name")))
                    && (call.param("content").isEmpty() || template.path("components").toString().contains(call.param("content")))) {
                found.add((ObjectNode) template);
            }
        }
        return GraphPage.of(call, found, template -> shown(call, template));
    }

    private static boolean is(GraphCall call, JsonNode template, String filter) {
        String wanted = call.param(filter);
        return wanted.isEmpty() || Arrays.asList(wanted.replaceAll("[\\[\\]\" ]", "").toUpperCase(Locale.ROOT).split(","))
                .contains(template.path(filter).asText().toUpperCase(Locale.ROOT));
    }

    /** {@code GET /{template}}. */
    public String show(GraphCall call, String templateJson) {
        return Json.write(shown(call, (ObjectNode) Json.read(templateJson)));
    }

    private static ObjectNode shown(GraphCall call, ObjectNode template) {
        ABSENT.forEach(template::putNull);
        return GraphFields.of(template, call.param("fields"), BY_DEFAULT, TYPE);
    }

    /** A template to insert, as JSON. */
    public String created(GraphCall call) {
        ObjectNode template = TemplateDraft.of(call.json(), strict.template());
        return Json.write(template.put("status", "PENDING").put("delayMs", approval()).put("most", strict.template() ? MOST : Integer.MAX_VALUE));
    }

    private int approval() {
        return settings.getInt("whatsapp.simulator.template-approval-ms");
    }

    /** @param outcome what the insert says: the answer, or why there was none */
    public String inserted(String templateJson, String outcome) {
        if (outcome.equals("exists")) {
            JsonNode template = Json.read(templateJson);
            throw GraphError.parameter("There is already " + template.path("language").asText() + " content for this template.").subcode(2388024)
                    .toUser("Content in This Language Already Exists", "There is already " + template.path("language").asText()
                            + " content for this template. You can create a new template and try again.");
        }
        if (outcome.equals("full")) {
            throw GraphError.parameter("Message template limit exceeded").subcode(2388019)
                    .toUser("Message Template Limit Exceeded", "An account has at most " + MOST + " message templates.");
        }
        return outcome;
    }

    /** {@code POST /{template}}: what of it changes, as JSON. */
    public String edited(GraphCall call, String templateJson) {
        ObjectNode whole = (ObjectNode) Json.read(templateJson);
        if (!call.json().hasNonNull("components") && !call.json().hasNonNull("category")) {
            throw GraphError.wrong("(#100) At least one of components and category is required.");
        }
        for (String field : List.of("components", "category")) {
            if (call.json().hasNonNull(field)) {
                whole.set(field, call.json().path(field));
            }
        }
        ObjectNode changed = TemplateDraft.of(whole, strict.template()).retain("components", "category");
        return Json.write(changed.put("delayMs", approval()));
    }

    /** The template that is to be deleted. */
    public String name(GraphCall call) {
        if (call.param("name").isEmpty()) {
            throw GraphError.required("name");
        }
        return call.param("name");
    }

    /** Passes on those that were deleted. */
    public String deleted(String deletedJson) {
        if (deletedJson.equals("[]")) {
            throw GraphError.parameter("The message template does not exist.").subcode(2593002)
                    .toUser("Message Template Not Found", "There is no message template of this name, or with this id.");
        }
        return deletedJson;
    }

    /** What is called back of templates that were decided on, or deleted; a row of {@code insert-callbacks.sql} each. */
    public String callbacks(String decidedJson) {
        ArrayNode callbacks = Json.MAPPER.createArrayNode();
        for (JsonNode template : Json.read(decidedJson)) {
            ObjectNode value = Json.object().put("event", template.path("status").asText())
                    .put("message_template_id", template.path("id").asLong()).put("message_template_name", template.path("name").asText())
                    .put("message_template_language", template.path("language").asText())
                    .put("message_template_category", template.path("category").asText()).put("reason", template.path("reason").asText());
            MetaWebhook.queue(callbacks, "template " + template.path("id").asText(), Callback.EVENT + DECIDED, 0, webhook.field(DECIDED, value));
        }
        return Json.write(callbacks);
    }

    static JsonNode resource(String name) {
        try (InputStream file = SimulatedTemplates.class.getResourceAsStream("/simulator/" + name)) {
            return Json.read(file.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
