package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import java.time.Clock;
import java.util.Set;

/** Bean {@code simulatedRegistration}: registers and verifies the business number. Each method answers what of its state changes. */
public final class SimulatedRegistration {

    /** The code that "comes" to whoever asks for one. */
    static final String CODE = "123456";
    private static final int MOST_ATTEMPTS = 10;
    private static final long ATTEMPTS_SECONDS = 72 * 3600;

    private final Clock clock;

    public SimulatedRegistration(Clock clock) {
        this.clock = clock;
    }

    static String pin(String pin) {
        if (!pin.matches("\\d{6}")) {
            throw GraphError.wrong("Invalid PIN format. PIN must be exactly 6 digits");
        }
        return pin;
    }

    public String register(GraphCall call, String stateJson) {
        String pin = pin(call.param("pin"));
        JsonNode state = Json.read(stateJson);
        if (!state.path("codeVerificationStatus").asText("VERIFIED").equals("VERIFIED")) {
            throw GraphError.of(CloudError.NOT_VERIFIED, "The phone number must be verified before it is registered.");
        }
        if (!state.path("pin").asText(pin).equals(pin)) {
            throw GraphError.of(CloudError.PIN_MISMATCH, "The PIN is not the one of the two-step verification.");
        }
        return Json.write(attempt(state).put("pin", pin).put("registered", true));
    }

    public String deregister(String stateJson) {
        return Json.write(attempt(Json.read(stateJson)).put("registered", false));
    }

    private ObjectNode attempt(JsonNode state) {
        long now = clock.millis() / 1000;
        ObjectNode change = Json.object();
        ArrayNode attempts = change.putArray("attempts");
        for (JsonNode attempt : state.path("attempts")) {
            if (attempt.asLong() > now - ATTEMPTS_SECONDS) {
                attempts.add(attempt);
            }
        }
        if (attempts.size() >= MOST_ATTEMPTS) {
            throw GraphError.of(CloudError.REGISTRATION_ATTEMPTS, "Too many attempts to register or deregister this number in 72 hours.");
        }
        attempts.add(now);
        return change;
    }

    public String requestCode(GraphCall call) {
        if (!Set.of("SMS", "VOICE").contains(call.param("code_method"))) {
            throw GraphError.wrong("(#100) Param code_method must be one of {SMS, VOICE}.");
        }
        if (!call.param("language").matches("[a-z]{2,3}(_[A-Z]{2})?")) {
            throw GraphError.of(CloudError.CODE_REQUEST, "language must be the code of a language, like en_US.");
        }
        return Json.write(Json.object().put("codeAsked", true));
    }

    public String verifyCode(GraphCall call, String stateJson) {
        if (call.param("code").isEmpty()) {
            throw GraphError.required("code");
        }
        if (!Json.read(stateJson).path("codeAsked").asBoolean() || !call.param("code").replace("-", "").equals(CODE)) {
            throw GraphError.of(CloudError.CODE_WRONG, "The code is not the one that was sent. The simulator sends " + CODE + ".");
        }
        return Json.write(Json.object().put("codeVerificationStatus", "VERIFIED").putNull("codeAsked"));
    }
}
