package helpdesk.whatsapp.log;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultAsyncProducer;

/**
 * Appends the body (bytes) to a topic. The route goes on when the entry is committed - from then on it survives a crash - or
 * fails with {@link LogFull}; the caller then repeats, and a repeat is harmless. The header {@code pglogPosition} says where it is.
 */
final class PgLogProducer extends DefaultAsyncProducer {

    private final PgLogEndpoint endpoint;

    PgLogProducer(PgLogEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        Message message = exchange.getMessage();
        PgLogComponent log = endpoint.getComponent();
        CompletableFuture<Long> position = new CompletableFuture<>();
        try {
            log.writer(endpoint.getTopic()).submit(new Append(message.getHeader(PgLogEndpoint.KEY, "", String.class),
                    message.getHeader(PgLogEndpoint.SIMULATED, false, Boolean.class),
                    message.getHeader(PgLogEndpoint.REPLAY_OF, Long.class),
                    message.getHeader(PgLogEndpoint.ITEMS, 1, Integer.class), message.getMandatoryBody(byte[].class),
                    System.nanoTime() + TimeUnit.SECONDS.toNanos(log.getDeadlineSeconds()), position));
        } catch (Exception e) {
            exchange.setException(e);
            callback.done(true);
            return true;
        }
        position.whenComplete((appended, refused) -> {
            if (refused == null) {
                message.setHeader("pglogPosition", appended);
            } else {
                exchange.setException(refused);
            }
            callback.done(false);
        });
        return false;
    }
}
