package helpdesk.whatsapp.simulator;

import java.util.Map;

/** One try to deliver a callback: what is sent, and how the receiver took it. */
public final class Callback {

    private final long id;
    private final String message;
    private final String kind;
    private final int tries;
    private final boolean lastTry;
    private final byte[] body;
    private final String url;
    private volatile int status;
    private volatile String fault;

    Callback(Map<String, Object> row, String url) {
        id = ((Number) row.get("id")).longValue();
        message = (String) row.get("message");
        kind = (String) row.get("kind");
        tries = ((Number) row.get("tries")).intValue();
        lastTry = Boolean.TRUE.equals(row.get("last_try"));
        body = (byte[]) row.get("body");
        this.url = url;
    }

    long id() {
        return id;
    }

    public String getMessage() {
        return message;
    }

    /** The status, or what the customer wrote. */
    public String getKind() {
        return kind;
    }

    public int getTries() {
        return tries;
    }

    public byte[] getBody() {
        return body;
    }

    public String getUrl() {
        return url;
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
        return lastTry && !isDelivered();
    }
}
