package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.settings.Settings;
import java.time.Clock;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Bean {@code sendPolicy}: whether Meta takes a message that is well formed, and whether it then delivers it. What it refuses at once is a
 * {@link GraphError}; what it takes and does not deliver becomes a status that says failed.
 */
public final class SendPolicy {

    private static final double WINDOW_SECONDS = 24 * 3600;

    private final Settings settings;
    private final Strictness strict;
    private final Clock clock;
    private final SendRates rates;
    private final AtomicReference<Month> month = new AtomicReference<>(new Month(null, 0));

    /** Why an accepted message is not delivered; without error when it is. */
    public record Verdict(CloudError error, String details) {

        static final Verdict DELIVERED = new Verdict(null, null);

        boolean isFailure() {
            return error != null;
        }
    }

    private record Month(YearMonth month, int services) {
    }

    public SendPolicy(Settings settings, Strictness strict, Clock clock) {
        this.settings = settings;
        this.strict = strict;
        this.clock = clock;
        rates = new SendRates(clock);
    }

    /** @param factsJson what {@code sql/simulator/find-send-facts.sql} knows */
    public Verdict decide(Sending sending, String factsJson) {
        JsonNode facts = Json.read(factsJson);
        account(sending, facts);
        content(sending, facts);
        rates(sending);
        return verdict(sending, facts);
    }

    private void account(Sending sending, JsonNode facts) {
        if (strict.registration() && !facts.path("registered").asBoolean(true)) {
            throw GraphError.of(CloudError.NOT_REGISTERED, "The account is not registered. Register the phone number before it sends.");
        }
        if (strict.sender() && sending.getCustomer().equals(settings.get("whatsapp.simulator.phone-number"))) {
            throw GraphError.of(CloudError.SENDER_IS_RECIPIENT, "Sender and recipient are the same phone number.");
        }
        String allowed = settings.get("whatsapp.simulator.allowed-recipients");
        if (!allowed.isEmpty() && !Arrays.asList(allowed.replaceAll("[+ ]", "").split(",")).contains(sending.getCustomer())) {
            throw GraphError.of(CloudError.NOT_ALLOWED, "Recipient phone number not in allowed list: Add recipient phone number to recipient list and try again.");
        }
    }

    private void content(Sending sending, JsonNode facts) {
        if (strict.template() && sending.getType().equals("template")) {
            TemplateRules.check(sending, facts.path("template"));
            if (facts.path("template").path("category").asText().equals("AUTHENTICATION") && sending.recipient().waId() == null) {
                throw GraphError.of(CloudError.NEEDS_PHONE, "Authentication templates need a phone number.");
            }
        }
        if (strict.media() && !sending.getMedia().isEmpty()) {
            for (String id : sending.getMedia().split(",")) {
                JsonNode file = facts.path("media").path(id);
                if (file.isMissingNode()) {
                    throw GraphError.noSuchObject("get", id);
                }
                String fault = MediaLimits.fault(sending.getType(), file.path("mime_type").asText());
                if (fault != null) {
                    throw GraphError.of(CloudError.MEDIA_UPLOAD, fault);
                }
            }
        }
    }

    private void rates(Sending sending) {
        if (strict.throughput() && !rates.second(settings.getInt("whatsapp.simulator.throughput"))) {
            throw GraphError.of(CloudError.THROUGHPUT, "Cloud API message throughput has been reached.");
        }
        if (strict.pair() && !rates.pair(sending.getCustomer())) {
            throw GraphError.of(CloudError.PAIR_RATE, "Message failed to send because there were too many messages sent from this phone number to"
                    + " the same phone number in a short period of time.");
        }
    }

    private Verdict verdict(Sending sending, JsonNode facts) {
        boolean template = sending.getType().equals("template");
        if (strict.customer() && facts.path("blocked").asBoolean()) {
            return new Verdict(CloudError.BLOCKED, "The business has blocked this user.");
        }
        if (strict.customer() && template && facts.path("marketing").asText().equals("stop")
                && facts.path("template").path("category").asText().equals("MARKETING")) {
            return new Verdict(CloudError.OPTED_OUT, "The user has stopped marketing messages of this business.");
        }
        boolean open = facts.path("now").asDouble() - facts.path("wroteAt").asDouble() < WINDOW_SECONDS
                || Scenario.ofNumber(sending.getCustomer()) != null;        // who stands for a scenario need not write first
        if (strict.window() && !template && !open) {
            return new Verdict(CloudError.RE_ENGAGEMENT, "Message failed to send because more than 24 hours have passed since the customer last"
                    + " replied to this number.");
        }
        String link = sending.content().path("link").asText("");
        String type = link.isEmpty() ? null : MediaLimits.byEnding(link);
        String fault = type == null ? null : MediaLimits.fault(sending.getType(), type);
        if (strict.media() && fault != null) {
            return new Verdict(CloudError.MEDIA_UPLOAD, fault);
        }
        return strict.billing() && !template && isBeyondFreeTier() && !settings.getBoolean("whatsapp.simulator.payment-method")
                ? new Verdict(CloudError.PAYMENT, "Message failed to send because there was one or more errors related to your payment method.")
                : Verdict.DELIVERED;
    }

    /** Counts a service message of this month. Holds until the next start. */
    private boolean isBeyondFreeTier() {
        YearMonth now = YearMonth.now(clock.withZone(ZoneOffset.UTC));
        Month counted = month.updateAndGet(before -> new Month(now, now.equals(before.month()) ? before.services() + 1 : 1));
        return counted.services() > settings.getInt("whatsapp.simulator.free-messages");
    }
}
