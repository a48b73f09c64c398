package helpdesk.whatsapp;

import helpdesk.whatsapp.routes.BrokenRoutes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the product: camel-main with the routes of {@code routes/} and the properties of {@code config/}. */
public final class Main {

    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    private Main() {
    }

    public static void main(String[] args) {
        org.apache.camel.main.Main main = new org.apache.camel.main.Main(Main.class);
        try {
            System.exit(main.run(args));
        } catch (StartRefused e) {
            LOG.error("Not started. {}", e.getMessage());
        } catch (Exception e) {
            BrokenRoutes.explain(main.getCamelContext(), e).ifPresentOrElse(
                    lines -> LOG.error("Not started. A route file is broken:\n{}", lines),
                    () -> LOG.error("Not started.", e));
        }
        main.completed();       // else Camel takes this exit for a signal, and says so
        System.exit(1);
    }
}
