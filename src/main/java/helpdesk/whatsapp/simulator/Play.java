package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.handler.codec.http.HttpResponseStatus;
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

    /** Whether it says something else of a message that is taken. */
    public boolean isTold() {
        return !isRefused() && script.path("answer").isObject();
    }

    /** What refuses in the place of Meta's envelope: a page as a gateway writes it; null when it is the envelope. */
    public String getPage() {
        String title = HttpResponseStatus.valueOf(error().status()).toString();
        return isRefused() && script.at("/refuse/html").asBoolean()
                ? "<html><head><title>" + title + "</title></head><body><h1>" + title + "</h1></body></html>\n" : null;
    }

    /** Of the table, with what the script says of it. */
    SimulatedError error() {
        JsonNode refuse = script.path("refuse");
        return SimulatedError.of(refuse.path("code").asInt(2)).with(refuse);
    }
}
