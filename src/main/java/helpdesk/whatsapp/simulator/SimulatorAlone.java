package helpdesk.whatsapp.simulator;

import helpdesk.whatsapp.health.ServiceCheck;
import helpdesk.whatsapp.settings.Settings;
import helpdesk.whatsapp.web.Door;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;
import org.apache.camel.support.LifecycleStrategySupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The profile simulator: what the simulator's routes name of the helpdesk, where there is none, and what is said at the start. */
public final class SimulatorAlone {

    private static final Logger LOG = LoggerFactory.getLogger(SimulatorAlone.class);

    private SimulatorAlone() {
    }

    /** Bean {@code mode}: nothing here is ever real. */
    public static final class Simulated {

        public boolean simulated() {
            return true;
        }
    }

    /** What stands before its paths; beans are bound. */
    public static List<Door> bind(CamelContext context, Settings settings, Supplier<String> ownUrl, DataSource dataSource) {
        Registry registry = context.getRegistry();
        registry.bind("mode", new Simulated());
        registry.bind("serviceCheck", new ServiceCheck(dataSource, Map.of()));
        Door port = SimulatorBeans.bind(context, settings, () -> "", dataSource);
        context.addLifecycleStrategy(new LifecycleStrategySupport() {
            @Override
            public void onContextStarted(CamelContext started) {
                String callbacks = settings.get("whatsapp.simulator.callback-url");
                LOG.info("The simulated Graph API is at {}{}: number {}, account {}, app {}", ownUrl.get(), GraphCall.BASE,
                        settings.get("whatsapp.phone-number-id"), settings.get("whatsapp.waba-id"), settings.get("whatsapp.app-id"));
                LOG.info("Callbacks go to {}", callbacks.isEmpty() ? "nobody, until WHATSAPP_SIMULATOR_CALLBACK_URL or a subscription names an address" : callbacks);
            }
        });
        return List.of(port, new ControlDoor(settings));
    }
}
