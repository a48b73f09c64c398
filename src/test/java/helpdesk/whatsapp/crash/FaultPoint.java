package helpdesk.whatsapp.crash;

import java.util.List;

/** Where a process ends itself, or its PostgreSQL: at a step of a route, before or after it, when the step is passed for the nth time. */
record FaultPoint(String step, boolean after, int nth, Victim victim) {

    /** Who is killed, by kill -9. */
    enum Victim { JVM, POSTGRESQL, BOTH }

    /** The places at which a crash would be seen if something were wrong with the order of commit, call and answer. */
    static final List<FaultPoint> PLACES = List.of(
            after("webhook-receive-append"),            // logged, before the 200
            after("webhook-process-ledger"),            // a batch is stored, its offset is not committed
            after("inbound-store-messages"),            // in the middle of the stores
            before("outbound-deliver-call"),            // the attempt is recorded, the call not made
            before("outbound-deliver-record"),          // the call was made, its answer is not recorded
            after("attempt-accept-row"),                // the answer is written, not committed
            after("api-message-send-accept"),           // a send is committed, before the 202
            after("outbound-write-message"),            // a send is written, not committed
            after("attempt-start-insert"),              // attempts are written, not committed
            after("outbound-dispatch-start"),           // claimed, not handed to a worker
            after("log-keep-days-make"),                // partitions made, not committed
            after("log-keep-days-drop"));               // partitions dropped, not committed

    static FaultPoint before(String step) {
        return new FaultPoint(step, false, 1, Victim.JVM);
    }

    static FaultPoint after(String step) {
        return new FaultPoint(step, true, 1, Victim.JVM);
    }

    /** The days of the log are looked after once, soon after the start. */
    boolean isOfPartitions() {
        return step.startsWith("log-keep-days");
    }

    FaultPoint at(int pass) {
        return new FaultPoint(step, after, pass, victim);
    }

    FaultPoint of(Victim whom) {
        return new FaultPoint(step, after, nth, whom);
    }

    /** As the second process reads it. */
    String toProperty() {
        return String.join(",", step, String.valueOf(after), String.valueOf(nth), victim.name());
    }

    static FaultPoint ofProperty(String property) {
        String[] parts = property.split(",");
        return new FaultPoint(parts[0], Boolean.parseBoolean(parts[1]), Integer.parseInt(parts[2]), Victim.valueOf(parts[3]));
    }
}
