package helpdesk.whatsapp.inbound;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who wrote: every name that the payload gives. Since 2026 the phone ({@code waId}) or the whole contacts array may be
 * missing; then the business-scoped user id names the customer.
 */
record Sender(String waId, String userId, String parentUserId, String username, String profileName) {

    private static final int SAME_LINE_DIGITS = 8;
    private static final Pattern CHANGE = Pattern.compile("changed from ([A-Z]{2}\\.[A-Za-z0-9.]{1,140}) to ");

    static Sender of(InboundItem item) {
        JsonNode node = item.node();
        String from = Json.text(node, "from");
        String userId = Json.text(node, "from_user_id");
        JsonNode contact = contact(item.value().path("contacts"), from, userId);
        if (userId == null) {
            userId = Json.text(contact, "user_id");
        }
        String parent = Json.text(node, "from_parent_user_id");
        if (parent == null) {
            parent = Json.text(contact, "parent_user_id");
        }
        if (from == null) {
            from = Json.text(contact, "wa_id");
        }
        if (from == null && userId == null && parent == null) {     // a system message that names the new id only
            from = Json.text(node.path("system"), "wa_id");
            userId = formerUserId(node.path("system"));
        }
        if (from == null && userId == null && parent == null) {
            throw new ItemFault("The message names no sender.");
        }
        String username = Json.text(contact.path("profile"), "username");
        if (username != null && username.startsWith("@")) {
            username = username.substring(1);
        }
        return new Sender(from, userId, parent, username, Json.text(contact.path("profile"), "name"));
    }

    void into(ObjectNode row) {
        row.put("wa_id", waId);
        row.put("user_id", userId);
        row.put("parent_user_id", parentUserId);
        row.put("username", username);
        row.put("profile_name", profileName);
    }

    // The contact of the sender: by user id, by number, or the only one when its number is the sender's written in
    // another way (Brazil, Argentina, Mexico) or not given at all. Never somebody else's profile.
    private static JsonNode contact(JsonNode contacts, String from, String userId) {
        for (JsonNode contact : contacts) {
            String waId = Json.text(contact, "wa_id");
            if (userId != null && userId.equals(Json.text(contact, "user_id")) || from != null && from.equals(waId)) {
                return contact;
            }
        }
        JsonNode only = contacts.size() == 1 ? contacts.get(0) : contacts.path(-1);
        String waId = Json.text(only, "wa_id");
        boolean same = from == null && userId == null || from != null && waId != null && tail(from).equals(tail(waId))
                || from == null && userId != null && Json.text(only, "user_id") == null;
        return same ? only : contacts.path(-1);
    }

    // "User X changed from <old id> to <new id>": nowhere else is the old one, by which we know the customer.
    private static String formerUserId(JsonNode system) {
        String body = Json.text(system, "body");
        Matcher change = CHANGE.matcher(body == null ? "" : body);
        return change.find() ? change.group(1) : Json.text(system, "user_id");
    }

    private static String tail(String number) {
        return number.substring(Math.max(0, number.length() - SAME_LINE_DIGITS));
    }
}
