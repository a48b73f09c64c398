package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One try to deliver a callback, or some in one post: what is sent, and how the receiver took it. */
public final class Callback {

    /** How the kind begins of what is neither a status nor a customer's message: a field goes after it. */
    static final String EVENT = "event ";

    private final List<Long> ids = new ArrayList<>();
    private final List<String> messages = new ArrayList<>();
    private final String kind;
    private final int tries;
    private final JsonNode delivery;
    private final CallbackTarget target;
    private byte[] body;
    private boolean lastTry;
    private volatile int status;
    private volatile String fault;

    Callback(Map<String, Object> row, CallbackTarget target) {
        ids.add(((Number) row.get("id")).longValue());
        messages.add((String) row.get("message"));
        kind = (String) row.get("kind");
        tries = ((Number) row.get("tries")).intValue();
        lastTry = Boolean.TRUE.equals(row.get("last_try"));
        body = (byte[]) row.get("body");
        delivery = row.get("delivery") == null ? Json.object() : Json.read((String) row.get("delivery"));
        this.target = target;
    }

    List<Long> ids() {
        return ids;
    }

    public String getMessage() {
        return messages.get(0);
    }

    List<String> messages() {
        return messages;
    }

    /** The status, or what the customer wrote; of the first. */
    public String getKind() {
        return kind;
    }

    public int getTries() {
        return tries;
    }

    public byte[] getBody() {
        return body;
    }

    CallbackTarget target() {
        return target;
    }

    public String getUrl() {
        return target.url();
    }

    /** How many may be in one post. */
    int batch() {
        return delivery.path("batch").asInt(1);
    }

    /** A wrong signature goes with the first try. */
    boolean isSignedWrongly() {
        return delivery.path("sign").asText().equals("wrong") && tries == 1;
    }

    /** Takes another one into the same post: its changes behind ours. */
    void add(Callback other) {
        ObjectNode together = (ObjectNode) Json.read(body);
        ArrayNode changes = (ArrayNode) together.at("/entry/0/changes");
        Json.read(other.body).at("/entry/0/changes").forEach(changes::add);
        body = MetaWebhook.bytes(together).getBytes(StandardCharsets.US_ASCII);
        ids.addAll(other.ids);
        messages.addAll(other.messages);
        lastTry &= other.lastTry;
    }

    /** The receiver's HTTP status; 0 while or because there was none. */
    public int getStatus() {
        return status;
    }

    /** Why there was no answer; null when there was one. */
    public String getFault() {
        return fault;
    }

    void answered(int status) {
        this.status = status;
    }

    void failed(String fault) {
        this.fault = fault;
    }

    /** To Meta, anything but 200 is a refusal. */
    boolean isDelivered() {
        return status == 200;
    }

    boolean isGivenUp() {
        return (lastTry || target.isNobody()) && !isDelivered();
    }
}
