package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.simulator.MessageRules.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Bean {@code interactiveRules}: what an interactive message of each kind must have, and the limits of its parts. */
public final class InteractiveRules {

    private static final int SHORT_BODY = 1024;
    private static final int LONG_BODY = 4096;
    private static final int LINE = 60;
    private static final int MOST_BUTTONS = 3;
    private static final int MOST_SECTIONS = 10;
    private static final int MOST_ROWS = 10;
    private static final int MOST_PRODUCTS = 30;
    private static final Set<String> FILES = Set.of("image", "video", "document");

    public void buttons(Sending sending) {
        JsonNode interactive = sending.content();
        frame(interactive, SHORT_BODY, true);
        JsonNode buttons = interactive.path("action").path("buttons");
        count(buttons, "Buttons", 1, MOST_BUTTONS);
        List<String> titles = new ArrayList<>();
        List<String> ids = new ArrayList<>();
        for (JsonNode button : buttons) {
            JsonNode reply = button.path("reply");
            if (!button.path("type").asText("").equals("reply")) {
                throw GraphError.of(CloudError.INVALID, "Button type must be reply.");
            }
            Texts.within(reply, "title", "Button title", 20);
            Texts.within(reply, "id", "Button id", 256);
            titles.add(Texts.of(reply, "title"));
            ids.add(Texts.of(reply, "id"));
        }
        Texts.unique(titles, "button titles");
        Texts.unique(ids, "button ids");
    }

    public void list(Sending sending) {
        JsonNode interactive = sending.content();
        frame(interactive, LONG_BODY, false);
        JsonNode action = interactive.path("action");
        Texts.within(action, "button", "Button label", 20);
        count(action.path("sections"), "Sections", 1, MOST_SECTIONS);
        List<String> ids = new ArrayList<>();
        for (JsonNode section : action.path("sections")) {
            sectionTitle(section, action.path("sections").size());
            count(section.path("rows"), "Rows", 1, MOST_ROWS);
            for (JsonNode row : section.path("rows")) {
                Texts.within(row, "title", "Row title", 24);
                Texts.within(row, "id", "Row id", 200);
                Texts.atMost(row, "description", "Row description", 72);
                ids.add(Texts.of(row, "id"));
            }
        }
        if (ids.size() > MOST_ROWS) {
            throw GraphError.of(CloudError.INVALID, "Total row count exceed max allowed count: " + MOST_ROWS);
        }
        Texts.unique(ids, "row ids");
    }

    public void ctaUrl(Sending sending) {
        frame(sending.content(), SHORT_BODY, true);
        named(sending, "cta_url");
        JsonNode parameters = sending.content().path("action").path("parameters");
        Texts.within(parameters, "display_text", "Display text", 20);
        Texts.required(parameters, "url", "url");
        if (!Texts.of(parameters, "url").matches("(?i)https?://\\S+")) {
            throw GraphError.of(CloudError.INVALID, "url is not a valid URL.");
        }
    }

    public void flow(Sending sending) {
        frame(sending.content(), SHORT_BODY, true);
        named(sending, "flow");
        JsonNode parameters = sending.content().path("action").path("parameters");
        Texts.within(parameters, "flow_cta", "Flow CTA", 30);
        Texts.required(parameters, "flow_message_version", "flow_message_version");
        if (Texts.of(parameters, "flow_id").isEmpty() == Texts.of(parameters, "flow_name").isEmpty()) {
            throw GraphError.of(CloudError.REQUIRED, "One of flow_id and flow_name is required.");
        }
    }

    public void product(Sending sending) {
        JsonNode action = sending.content().path("action");
        Texts.atMost(sending.content().path("body"), "text", "Body text", SHORT_BODY);
        Texts.atMost(sending.content().path("footer"), "text", "Footer text", LINE);
        Texts.required(action, "catalog_id", "catalog_id");
        Texts.required(action, "product_retailer_id", "product_retailer_id");
    }

    public void productList(Sending sending) {
        frame(sending.content(), SHORT_BODY, false);
        if (!sending.content().hasNonNull("header")) {
            throw GraphError.of(CloudError.REQUIRED, "A header of type text is required.");
        }
        JsonNode action = sending.content().path("action");
        Texts.required(action, "catalog_id", "catalog_id");
        count(action.path("sections"), "Sections", 1, MOST_SECTIONS);
        int products = 0;
        for (JsonNode section : action.path("sections")) {
            sectionTitle(section, action.path("sections").size());
            count(section.path("product_items"), "Product items", 1, MOST_PRODUCTS);
            products += section.path("product_items").size();
        }
        if (products > MOST_PRODUCTS) {
            throw GraphError.of(CloudError.INVALID, "Total product count exceed max allowed count: " + MOST_PRODUCTS);
        }
    }

    /** Kinds that have a body, and an action that is named like the kind or, of payments, otherwise. */
    public void simple(Sending sending, String action) {
        frame(sending.content(), SHORT_BODY, true);
        named(sending, action);
    }

    public void unknown(Sending sending) {
        throw GraphError.of(CloudError.INVALID, "Interactive type '" + sending.getInteractiveType() + "' is not known.");
    }

    private static void frame(JsonNode interactive, int longestBody, boolean headerWithFile) {
        Texts.within(interactive.path("body"), "text", "Body text", longestBody);
        if (interactive.hasNonNull("footer")) {
            Texts.within(interactive.path("footer"), "text", "Footer text", LINE);
        }
        JsonNode header = interactive.path("header");
        if (!interactive.hasNonNull("header")) {
            return;
        }
        String type = header.path("type").asText("");
        if (type.equals("text")) {
            Texts.within(header, "text", "Header text", LINE);
        } else if (headerWithFile && FILES.contains(type)) {
            MessageRules.file(header.path(type), "header['" + type + "']");
        } else {
            throw GraphError.of(CloudError.INVALID, "Header type '" + type + "' is not allowed here.");
        }
    }

    private static void sectionTitle(JsonNode section, int sections) {
        if (sections > 1) {
            Texts.required(section, "title", "Section title");
        }
        Texts.atMost(section, "title", "Section title", 24);
    }

    private static void named(Sending sending, String name) {
        String action = sending.content().path("action").path("name").asText("");
        if (!action.equals(name)) {
            throw GraphError.of(CloudError.INVALID, "The action of an interactive message of type " + sending.getInteractiveType()
                    + " must be named " + name + ".");
        }
    }

    private static void count(JsonNode items, String name, int least, int most) {
        if (!items.isArray() || items.size() < least) {
            throw GraphError.of(CloudError.REQUIRED, name + " are required, at least " + least + ".");
        }
        if (items.size() > most) {
            throw GraphError.of(CloudError.INVALID, name + " count invalid. Min: " + least + ", Max: " + most);
        }
    }
}
