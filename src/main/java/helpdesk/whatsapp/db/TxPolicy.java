package helpdesk.whatsapp.db;

import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.spi.TransactedPolicy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What {@code transacted:} means in our routes: its steps run on one thread in one database transaction, which rolls back
 * when a step fails. With {@link TransactionDefinition#PROPAGATION_NESTED} it is a savepoint of the surrounding one.
 */
public final class TxPolicy implements TransactedPolicy {

    private final TransactionTemplate template;

    public TxPolicy(PlatformTransactionManager manager, int propagation) {
        template = new TransactionTemplate(manager);
        template.setPropagationBehavior(propagation);
    }

    @Override
    public void beforeWrap(Route route, NamedNode definition) {
        // nothing to prepare
    }

    @Override
    public Processor wrap(Route route, Processor steps) {
        // The asynchronous method must be the one that is overridden: a synchronous delegate would be bypassed, silently
        // without a transaction.
        return new DelegateAsyncProcessor(steps) {
            @Override
            public boolean process(Exchange exchange, AsyncCallback callback) {
                runInTransaction(exchange, steps);
                callback.done(true);
                return true;
            }
        };
    }

    private void runInTransaction(Exchange exchange, Processor steps) {
        Object key = new Object();
        boolean outer = exchange.isTransacted();
        exchange.getExchangeExtension().setTransacted(true);
        exchange.getUnitOfWork().beginTransactedBy(key);
        try {
            template.executeWithoutResult(status -> {
                try {
                    steps.process(exchange);
                } catch (Exception e) {
                    exchange.setException(e);
                }
                if (exchange.getException() != null || exchange.isRollbackOnly() || exchange.isRollbackOnlyLast()) {
                    status.setRollbackOnly();
                }
            });
        } catch (RuntimeException | Error e) {      // the commit, or the start of the transaction, failed
            if (exchange.getException() == null) {
                exchange.setException(e);
            }
        } finally {
            exchange.getUnitOfWork().endTransactedBy(key);
            exchange.getExchangeExtension().setTransacted(outer);
        }
    }
}
