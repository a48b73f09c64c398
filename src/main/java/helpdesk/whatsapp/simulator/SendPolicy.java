package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.settings.Settings;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Bean {@code sendPolicy}: whether Meta takes a message that is well formed, and whether it then delivers it. What it refuses at once is a
 * {@link GraphError}; what it takes and does not deliver becomes a status that says failed.
 */
public final class SendPolicy {

    private static final double WINDOW_SECONDS = 24 * 3600;
    private static final String REGULAR = "regular";
    private static final String FREE_ENTRY = "free_entry_point";

    private final Settings settings;
    private final Strictness strict;
    private final SendMemory memory;
    private final Clock clock;
    private final Map<String, SendRates> rates = new ConcurrentHashMap<>();
    private final FetchedLinks links;

    /**
     * Why an accepted message is not delivered; without error when it is, and then with what it costs.
     *
     * @param unseen whether that is so only if the files at its links are fine: nobody has fetched them yet
     */
    public record Verdict(CloudError error, String details, Pricing pricing, boolean unseen) {

        Verdict(CloudError error, String details) {
            this(error, details, null, false);
        }

        boolean isFailure() {
            return error != null;
        }
    }

    /** Of which category a message is, and how it is charged. */
    record Pricing(String category, String type) {

        boolean isBillable() {
            return type.equals(REGULAR);
        }
    }

    SendPolicy(Settings settings, Strictness strict, Clock clock, SendMemory memory, SimulatedUsers users, FetchedLinks links) {
        this.settings = settings;
        this.strict = strict;
        this.links = links;
        this.memory = memory;
        this.clock = clock;
        if (strict.pair()) {
            memory.recent().forEach(sent -> rates(sent.number()).pair(users.of(sent.customer()).key(), sent.at().toEpochMilli()));
        }
    }

    /** Percent of a second's messages, of the number that has sent the most of them. */
    int used() {
        int most = Math.max(1, settings.getInt("whatsapp.simulator.throughput"));
        return rates.values().stream().mapToInt(SendRates::lately).max().orElse(0) * 100 / most;
    }

    /** @param factsJson what {@code sql/simulator/find-send-facts.sql} knows */
    public Verdict decide(Sending sending, String factsJson) {
        JsonNode facts = Json.read(factsJson);
        account(sending, facts);
        content(sending, facts);
        rates(sending, rates(facts.path("sender").path("id").asText(settings.get("whatsapp.phone-number-id"))));
        return verdict(sending, facts);
    }

    private void account(Sending sending, JsonNode facts) {
        if (strict.registration() && !facts.path("registered").asBoolean(true)) {
            throw GraphError.of(CloudError.NOT_REGISTERED, "The account is not registered. Register the phone number before it sends.");
        }
        if (strict.sender() && sending.getCustomer().equals(facts.at("/sender/digits").asText(settings.get("whatsapp.simulator.phone-number")))) {
            throw GraphError.of(CloudError.SENDER_IS_RECIPIENT, "Sender and recipient are the same phone number.");
        }
        String allowed = settings.get("whatsapp.simulator.allowed-recipients");
        if (!allowed.isEmpty() && Arrays.stream(allowed.split(",")).map(SendPolicy::waId).noneMatch(sending.getCustomer()::equals)) {
            throw GraphError.of(CloudError.NOT_ALLOWED, "Recipient phone number not in allowed list: Add recipient phone number to recipient list and try again.");
        }
    }

    private static String waId(String entry) {
        String digits = PhoneNumbers.digits(entry);
        return digits == null ? entry.strip() : PhoneNumbers.waId(digits);
    }

    private void content(Sending sending, JsonNode facts) {
        if (strict.template() && sending.getType().equals("template")) {
            TemplateRules.check(sending, facts.path("template"));
            if (facts.path("template").path("category").asText().equals("AUTHENTICATION") && sending.recipient().isByUserId()) {
                throw GraphError.of(CloudError.NEEDS_PHONE, "Authentication templates need a phone number.");
            }
        }
        for (Sending.Named file : strict.media() ? sending.files() : List.<Sending.Named>of()) {
            JsonNode known = facts.path("media").path(file.id());
            if (!file.id().isEmpty() && known.isMissingNode()) {
                throw GraphError.noSuchObject("get", file.id());
            }
            String fault = file.id().isEmpty() ? null : MediaLimits.fault(file.kind(), known.path("mime_type").asText());
            if (fault != null) {
                throw GraphError.of(CloudError.MEDIA_UPLOAD, fault);
            }
        }
    }

    private SendRates rates(String number) {
        return rates.computeIfAbsent(number, id -> new SendRates(clock));
    }

    private void rates(Sending sending, SendRates rates) {
        if (strict.throughput() && !rates.second(settings.getInt("whatsapp.simulator.throughput"))) {
            throw GraphError.of(CloudError.THROUGHPUT, "Cloud API message throughput has been reached.");
        }
        if (strict.pair() && !isOfScenario(sending) && !rates.pair(sending.getCustomer())) {
            throw GraphError.of(CloudError.PAIR_RATE, "Message failed to send because there were too many messages sent from this phone number to"
                    + " the same phone number in a short period of time.");
        }
    }

    // Who stands for a scenario need not write first, and is never written to too often.
    private static boolean isOfScenario(Sending sending) {
        return Scenario.ofNumber(sending.getCustomer()) != null;
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
        boolean open = facts.path("now").asDouble() - facts.path("wroteAt").asDouble() < WINDOW_SECONDS || isOfScenario(sending);
        if (strict.window() && !template && !open) {
            return new Verdict(CloudError.RE_ENGAGEMENT, "Message failed to send because more than 24 hours have passed since the customer last"
                    + " replied to this number.");
        }
        if (strict.messagingLimit() && template && !open
                && !memory.initiated(sending.getCustomer(), settings.getInt("whatsapp.simulator.messaging-limit"))) {
            return new Verdict(CloudError.SPAM_RATE, "Message failed to send because the business has reached its messaging limit.");
        }
        JsonNode reactedTo = facts.path("reactedTo");
        if (strict.reaction() && sending.getType().equals("reaction") && (!reactedTo.isArray() || reactedTo.path(0).asText().equals("inbound reaction"))) {
            return new Verdict(CloudError.INVALID, "The message to react to does not exist, is older than 30 days, or is a reaction itself.");
        }
        boolean unseen = strict.media() && settings.getBoolean("whatsapp.simulator.fetch-links") && linked(sending).findAny().isPresent();
        String fault = strict.media() && !unseen
                ? fault(sending, file -> MediaLimits.byEnding(file.kind(), file.link())) : null;
        if (fault != null) {
            return new Verdict(CloudError.MEDIA_UPLOAD, fault);
        }
        Pricing pricing = pricing(sending, facts);
        boolean unpaid = pricing.category().equals("service") && pricing.isBillable() && !settings.getBoolean("whatsapp.simulator.payment-method");
        return strict.billing() && unpaid
                ? new Verdict(CloudError.PAYMENT, "Message failed to send because there was one or more errors related to your payment method.")
                : new Verdict(null, null, pricing, unseen);
    }

    private Pricing pricing(Sending sending, JsonNode facts) {
        double now = facts.path("now").asDouble();
        if (now < facts.path("freeUntil").asDouble() || now - facts.path("referredAt").asDouble() < WINDOW_SECONDS) {
            return new Pricing("referral_conversion", FREE_ENTRY);
        }
        String group = sending.isToGroup() ? "group_" : "";
        if (sending.getType().equals("template")) {
            return new Pricing(group + facts.path("template").path("category").asText("utility").toLowerCase(Locale.ROOT), REGULAR);
        }
        if (sending.isToGroup()) {
            return new Pricing("group_service", "free_group_customer_service");
        }
        boolean free = facts.path("services").asInt() < settings.getInt("whatsapp.simulator.free-messages");
        return new Pricing("service", free ? "free_customer_service" : REGULAR);
    }

    /** The verdict once the files at an address are fetched. */
    public Verdict seen(Sending sending, Verdict before) {
        String fault = fault(sending, links::fault);
        return fault == null ? new Verdict(null, null, before.pricing(), false) : new Verdict(CloudError.MEDIA_UPLOAD, fault);
    }

    /** What is wrong with the files that are at an address; null when nothing is. */
    private static String fault(Sending sending, Function<Sending.Named, String> judge) {
        return linked(sending).map(judge).filter(Objects::nonNull).findFirst().orElse(null);
    }

    private static Stream<Sending.Named> linked(Sending sending) {
        return sending.files().stream().filter(file -> !file.link().isEmpty());
    }
}
