package helpdesk.whatsapp.simulator;

import helpdesk.whatsapp.settings.Settings;
import java.util.function.Supplier;

/** The app's address for callbacks as long as no other is set: the configured one, or our own webhook. Empty when there is neither. */
final class OwnCallback {

    /** Of the helpdesk. */
    private static final String WEBHOOK = "/api/integrations/whatsapp/webhook";

    private final Settings settings;
    private final Supplier<String> helpdesk;

    /** @param helpdesk where it is; empty when the simulator is alone */
    OwnCallback(Settings settings, Supplier<String> helpdesk) {
        this.settings = settings;
        this.helpdesk = helpdesk;
    }

    /** Where callbacks go. */
    String url() {
        return under(helpdesk.get());
    }

    /** As Meta would tell it: our own webhook by its public address. */
    String shown() {
        String address = settings.get("whatsapp.public-url");
        return under(helpdesk.get().isEmpty() || address.isEmpty() ? helpdesk.get() : address.replaceFirst("/+$", ""));
    }

    String verifyToken() {
        return settings.get("whatsapp.verify-token");
    }

    private String under(String address) {
        String configured = settings.get("whatsapp.simulator.callback-url");
        return !configured.isEmpty() || address.isEmpty() ? configured : address + WEBHOOK;
    }
}
