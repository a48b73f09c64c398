package helpdesk.whatsapp.inbound;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.nio.charset.CharacterCodingException;

/** Bean {@code outcomes}: the outcome of an item that no branch could understand. */
public final class Outcomes {

    private static final String CLASSIFY = "inbound-classify";
    private static final String BRANCH = "direct://inbound-";

    /** @param endpoint the last one that the item was sent to: its branch; null when it was sent to none */
    public Outcome dead(InboundItem item, String reason, String endpoint) {
        String route = endpoint != null && endpoint.startsWith(BRANCH) ? endpoint.substring("direct://".length()) : CLASSIFY;
        return new Outcome(item, route).dead(reason == null || reason.isBlank() ? "no reason given" : reason);
    }

    /** True for what is the item's own fault; false for a fault of the infrastructure, which the whole batch waits out. */
    public boolean isOfItem(Throwable fault) {
        for (Throwable t = fault; t != null; t = t.getCause()) {
            if (t instanceof ItemFault || t instanceof JsonProcessingException || t instanceof CharacterCodingException) {
                return true;
            }
            if (t instanceof Error && !(t instanceof StackOverflowError)) {
                return false;       // no memory, a class that is gone: Camel wraps them
            }
            if (t instanceof org.apache.camel.NoSuchBeanException || t instanceof org.apache.camel.NoSuchEndpointException
                    || t instanceof org.apache.camel.component.direct.DirectConsumerNotAvailableException
                    || t instanceof java.sql.SQLException || t instanceof java.io.IOException
                    || t instanceof InterruptedException || t instanceof java.util.concurrent.RejectedExecutionException) {
                return false;
            }
        }
        return true;
    }

    /** The reason as the dead letter keeps it: of an {@link ItemFault} its message, of anything else also what it is. */
    public String reason(Throwable fault) {
        for (Throwable t = fault; t != null; t = t.getCause()) {
            if (t instanceof ItemFault) {
                return t.getMessage();
            }
        }
        Throwable root = fault;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getClass().getSimpleName() + ": " + root.getMessage();
    }
}
