package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import java.util.Random;

/** A scenario as it is played with one call or one customer's message. */
public final class Play {

    private final String name;
    private final JsonNode script;
    private final int number;
    private final Random random;

    /** @param number how often it was played before with the same customer, from 0 */
    Play(String name, JsonNode script, int number, Random random) {
        this.name = name;
        this.script = script;
        this.number = number;
        this.random = random;
    }

    public String getName() {
        return name;
    }

    JsonNode script() {
        return script;
    }

    Random random() {
        return random;
    }

    boolean isFirst() {
        return number == 0;
    }

    /** Whether this call is refused: always, or the first times. */
    public boolean isRefused() {
        JsonNode refuse = script.path("refuse");
        int times = refuse.path("times").asInt(Integer.MAX_VALUE);
        return refuse.isObject() && (times == Integer.MAX_VALUE || number % (times + 1) < times);
    }

    /** Milliseconds for which the answer is held back. */
    public long getHold() {
        return script.path("hold").asLong();
    }

    public int getStatus() {
        return script.at("/refuse/status").asInt(error().status());
    }

    public String getContentType() {
        return isHtml() ? "text/html; charset=utf-8" : "application/json; charset=UTF-8";
    }

    /** The answer that refuses: Meta's envelope with the details of the error in it, or a page as a gateway writes it. */
    String answer(String envelope) {
        if (isHtml()) {
            return "<html><head><title>" + getStatus() + " Bad Gateway</title></head><body><h1>" + getStatus()
                    + " Bad Gateway</h1></body></html>\n";
        }
        JsonNode answer = Json.read(envelope);
        ((ObjectNode) answer.path("error")).putObject("error_data").put("messaging_product", "whatsapp").put("details", error().details());
        return Json.write(answer);
    }

    boolean isHtml() {
        return script.at("/refuse/html").asBoolean();
    }

    SimulatedError error() {
        return SimulatedError.of(script.at("/refuse/code").asInt(2));
    }
}
