package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.simulator.SimulatedCustomers.Customer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A message that is asked to be sent: what, and to whom. */
public final class Sending {

    private final JsonNode message;
    private final String type;
    private final Recipient recipient;

    /** Where a message goes, and whose phone number, business-scoped user id, or group it is. */
    record Recipient(String input, Customer customer) {

        /** Not by a phone number. */
        boolean isByUserId() {
            return input.equals(customer.userId());
        }
    }

    Sending(JsonNode message, String type, Recipient recipient) {
        this.message = message;
        this.type = type;
        this.recipient = recipient;
    }

    JsonNode message() {
        return message;
    }

    Recipient recipient() {
        return recipient;
    }

    /** Digits, or the user id of one whose number the simulator does not know. */
    public String getCustomer() {
        return recipient.customer().key();
    }

    boolean isToGroup() {
        return message.path("recipient_type").asText().equals("group");
    }

    public String getType() {
        return type;
    }

    /** What the message says: the object of its type. */
    JsonNode content() {
        return message.path(type);
    }

    /** Of an interactive message. */
    public String getInteractiveType() {
        return content().path("type").asText("");
    }

    public String getTemplate() {
        return type.equals("template") ? content().path("name").asText("") : "";
    }

    public String getLanguage() {
        JsonNode language = content().path("language");
        return type.equals("template") ? language.isTextual() ? language.asText() : language.path("code").asText("") : "";
    }

    /** The wamid of what it is a reaction to; empty when it is none. */
    public String getReactedTo() {
        return type.equals("reaction") ? content().path("message_id").asText("") : "";
    }

    /** A file that a message names: as what it is sent, and its id or link, either of which may be empty. */
    record Named(String kind, String id, String link) {
    }

    /** The file of the message itself, of its header, or of a template's parameters, those of the cards of a carousel too. */
    List<Named> files() {
        List<Named> files = new ArrayList<>();
        if (MediaLimits.CLASSES.contains(type)) {
            add(files, type, content());
        } else if (type.equals("interactive")) {
            addTyped(files, content().path("header"));
        } else if (type.equals("template")) {
            addParameters(files, content().path("components"));
        }
        return files;
    }

    private static void addParameters(List<Named> files, JsonNode components) {
        for (JsonNode component : components) {
            component.path("parameters").forEach(parameter -> addTyped(files, parameter));
            component.path("cards").forEach(card -> addParameters(files, card.path("components")));
        }
    }

    /** A header or a parameter: what its type names. */
    private static void addTyped(List<Named> files, JsonNode node) {
        String kind = node.path("type").asText("");
        if (MediaLimits.CLASSES.contains(kind)) {
            add(files, kind, node.path(kind));
        }
    }

    private static void add(List<Named> files, String kind, JsonNode file) {
        files.add(new Named(kind.equals("audio") && file.path("voice").asBoolean() ? MediaLimits.VOICE : kind, file.path("id").asText(""),
                file.path("link").asText("")));
    }

    /** Ids of the files that it names, separated by commas. */
    public String getMedia() {
        return files().stream().map(Named::id).filter(id -> !id.isEmpty()).collect(Collectors.joining(","));
    }
}
