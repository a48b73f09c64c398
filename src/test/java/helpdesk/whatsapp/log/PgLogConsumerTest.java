package helpdesk.whatsapp.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.apache.camel.Endpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A worker's look alone: whatever is thrown in it, the next one comes. */
class PgLogConsumerTest {

    private final AtomicInteger tries = new AtomicInteger();

    @Test
    void an_error_is_waited_out_like_any_other_fault() throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            PgLogComponent component = new PgLogComponent();
            component.setDataSource((DataSource) fake(DataSource.class));
            context.addComponent("pglog", component);
            // A pause of five seconds: the wait after a first fault may be over before it has been logged.
            PgLogConsumer.Worker worker = ((PgLogConsumer) context.getEndpoint("pglog:webhook?pauseAfter=1").createConsumer(exchange -> { })).new Worker();

            assertThat(worker.readSomething()).isFalse();
            assertThat(worker.readSomething()).as("backs off").isFalse();
        }
        assertThat(tries).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"workers", "lanesAtOnce", "batch", "batchItems", "batchBytes", "delay", "pauseAfter", "pauseSeconds"})
    void a_number_that_no_reader_can_work_with_is_refused_by_its_name(String option) throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.addComponent("pglog", new PgLogComponent());
            Endpoint endpoint = context.getEndpoint("pglog:webhook?" + option + "=0");

            assertThatThrownBy(() -> endpoint.createConsumer(exchange -> { }))
                    .hasMessage("The option " + option + " of pglog:webhook is 0; it must be at least 1.");
        }
    }

    // A data source whose connections run out of memory at the first statement.
    private Object fake(Class<?> type) {
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
            if (method.getName().equals("prepareStatement")) {
                tries.incrementAndGet();
                throw new OutOfMemoryError("no room for the batch");
            }
            return method.getReturnType() == Connection.class ? fake(Connection.class)
                    : method.getReturnType() == boolean.class ? (Object) false
                    : method.getReturnType() == int.class ? (Object) 0 : null;
        });
    }
}
