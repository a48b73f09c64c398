package helpdesk.whatsapp.simulator;

import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.LoggingLevel;
import org.apache.camel.builder.RouteBuilder;

/**
 * Delivers callbacks as Meta does: after a handshake with the receiver, signed, some at the same time, those of one message each after the
 * first try of the one before, again and again until the receiver answers 200. In Java because it is made in a loop, one route for each
 * worker, and because its steps hand typed objects to each other: a batch, the callbacks in it, how each of them went.
 */
public final class CallbackRoutes extends RouteBuilder {

    /** Each claims and posts up to so many callbacks at a time; a slow receiver holds up only those. */
    private static final int WORKERS = 2;
    private static final int BATCH = 64;
    private static final String JDBC = "jdbc:txds?useHeadersAsParameters=true&resetAutoCommit=false";
    /** The real address is the header CamelHttpUri. Redirects are not followed, and Meta waits for about 10 seconds. */
    private static final String POST = "vertx-http:http://callback?throwExceptionOnFailure=false&timeout=10000"
            + "&webClientOptions=#callbackClient";

    private final Callbacks callbacks;

    public CallbackRoutes(Callbacks callbacks) {
        this.callbacks = callbacks;
    }

    @Override
    public void configure() {
        onException(Throwable.class)
            .handled(true)
            .log(LoggingLevel.WARN, "Callbacks could not be worked on, again in a second: ${exception.message}")
            .delay(1000);
        for (int worker = 1; worker <= WORKERS; worker++) {
            deliver(worker);
        }
        handshake();
        post();
    }

    private void deliver(int worker) {
        from("scheduler:simulator-callbacks-" + worker + "?delay={{whatsapp.simulator.poll}}&greedy=true")
            .routeId("simulator-callback-deliver-" + worker)
            .routeDescription("Claims callbacks that are due, posts them, and settles what became of each. Waits in real mode.")
            .setProperty(Exchange.SCHEDULER_POLLED_MESSAGES, constant(false))
            .filter(method("mode", "simulated"))
            .setHeader("most", constant(BATCH))
            .setHeader("speed", callbacks::speed)
            .setBody(constant("resource:file:sql/simulator/claim-callbacks.sql"))
            .to(JDBC)
            .filter(simple("${body.size} > 0"))
            // There may be more: look again at once. A batch that is not full is not worth it: the next one would be a few callbacks.
            .setProperty(Exchange.SCHEDULER_POLLED_MESSAGES, simple("${body.size} == " + BATCH, Boolean.class))
            .process(this::takeBatch)
            .split(body()).to("direct:simulator-callback-handshake").end()
            .setBody(variable("batch"))
            .split(body()).parallelProcessing().to("direct:simulator-callback-post").end()
            .process(this::takeResults)
            .setBody(constant("resource:file:sql/simulator/settle-callbacks.sql"))
            .to(JDBC)
            .setBody().method("simulatorJournal", "callbacks(${variable.batch})")
            .to("direct:simulator-journal");
    }

    private void handshake() {
        from("direct:simulator-callback-handshake")
            .routeId("simulator-callback-handshake")
            .routeDescription("Asks an address for the challenge, and says as the variable handshake how that went.")
            .process(callbacks.handshakes()::shake)
            .setBody().method("simulatorJournal", "handshake(${variable.address}, ${variable.handshake})")
            .to("direct:simulator-journal");
    }

    private void post() {
        from("direct:simulator-callback-post")
            .routeId("simulator-callback-post")
            .routeDescription("Posts one callback; the callback itself remembers how it went.")
            .setVariable("callback", body())
            .removeHeaders("*")
            .filter(callbacks::mayBePosted)
            .process(callbacks::prepare)
            .doTry()
                .to(POST)
                .process(callbacks::answered)
            .doCatch(Exception.class)
                .process(callbacks::failed)
            .end();
    }

    @SuppressWarnings("unchecked")
    private void takeBatch(Exchange exchange) {
        List<Callback> batch = callbacks.of(exchange.getMessage().getBody(List.class));
        exchange.setVariable("batch", batch);
        exchange.getMessage().setBody(callbacks.unverified(batch));
    }

    @SuppressWarnings("unchecked")
    private void takeResults(Exchange exchange) {
        exchange.getMessage().setHeader("speed", callbacks.speed());
        exchange.getMessage().setHeader("results", callbacks.results(exchange.getVariable("batch", List.class)));
    }
}
