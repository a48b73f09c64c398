package helpdesk.whatsapp.simulator;

import helpdesk.whatsapp.settings.Settings;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.camel.Exchange;

/** Where callbacks go, and by which word the receiver knows that we may; or why they go nowhere, null when they do go. */
record CallbackTarget(String url, String verifyToken, String nobody) {

    /** How a handshake went that went well. */
    static final String VERIFIED = "verified";

    static CallbackTarget of(String url, String verifyToken) {
        return new CallbackTarget(url, verifyToken, null);
    }

    static CallbackTarget nobody(String why) {
        return new CallbackTarget("", "", "Nobody is subscribed: " + why);
    }

    boolean isNobody() {
        return nobody != null;
    }

    /**
     * Meta's verification of an address, before the first callback to it, and again before the next ones while it fails. Holds until
     * the next start. By the client of the JDK: Camel's takes a query apart and puts it together in another way, and a token may hold
     * anything.
     */
    static final class Handshakes {

        private static final Duration PATIENCE = Duration.ofSeconds(10);

        private final Set<CallbackTarget> verified = ConcurrentHashMap.newKeySet();
        private final Settings settings;
        private final HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).version(HttpClient.Version.HTTP_1_1).build();

        Handshakes(Settings settings) {
            this.settings = settings;
        }

        boolean isNeeded(CallbackTarget target) {
            return settings.getBoolean("whatsapp.simulator.handshake") && !target.isNobody() && !verified.contains(target);
        }

        /** With the target in the body; the variable {@code handshake} is {@link #VERIFIED}, or why not. */
        void shake(Exchange exchange) throws InterruptedException {
            CallbackTarget target = exchange.getMessage().getBody(CallbackTarget.class);
            exchange.setVariable("address", target.url());
            exchange.setVariable("handshake", shake(target));
        }

        private String shake(CallbackTarget target) throws InterruptedException {
            String challenge = String.valueOf(ThreadLocalRandom.current().nextLong(1_000_000_000L, 10_000_000_000L));
            String query = "hub.mode=subscribe&hub.challenge=" + challenge + "&hub.verify_token="
                    + URLEncoder.encode(target.verifyToken(), StandardCharsets.UTF_8);
            try {
                HttpResponse<String> answer = client.send(HttpRequest.newBuilder(URI.create(target.url()
                        + (target.url().contains("?") ? "&" : "?") + query)).timeout(PATIENCE)
                        .header("User-Agent", "facebookplatform/1.0 (+http://developers.facebook.com)").build(), HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() != 200) {
                    return "HTTP " + answer.statusCode();
                }
                if (!answer.body().equals(challenge)) {
                    return "The answer is not the challenge.";
                }
                verified.add(target);
                return VERIFIED;
            } catch (IOException | IllegalArgumentException e) {
                return e.getClass().getSimpleName() + ": " + e.getMessage();
            }
        }
    }
}
