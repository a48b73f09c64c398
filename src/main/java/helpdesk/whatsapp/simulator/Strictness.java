package helpdesk.whatsapp.simulator;

import helpdesk.whatsapp.settings.Settings;

/** Which rules of production the simulator enforces: {@code whatsapp.simulator.strict.*}, all unless somebody switches one off. */
public final class Strictness {

    private final Settings settings;

    public Strictness(Settings settings) {
        this.settings = settings;
    }

    boolean token() {
        return is("token");
    }

    boolean phoneNumberId() {
        return is("phone-number-id");
    }

    boolean recipient() {
        return is("recipient");
    }

    public boolean limits() {
        return is("limits");
    }

    boolean media() {
        return is("media");
    }

    boolean template() {
        return is("template");
    }

    boolean window() {
        return is("window");
    }

    boolean pair() {
        return is("pair");
    }

    boolean throughput() {
        return is("throughput");
    }

    boolean sender() {
        return is("sender");
    }

    boolean customer() {
        return is("customer");
    }

    boolean reaction() {
        return is("reaction");
    }

    boolean read() {
        return is("read");
    }

    boolean billing() {
        return is("billing");
    }

    boolean messagingLimit() {
        return is("messaging-limit");
    }

    boolean management() {
        return is("management");
    }

    boolean registration() {
        return is("registration");
    }

    private boolean is(String rule) {
        return settings.getBoolean("whatsapp.simulator.strict." + rule);
    }
}
