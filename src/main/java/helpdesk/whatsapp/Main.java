package helpdesk.whatsapp;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the product: camel-main with the routes of {@code routes/} and the properties of {@code config/}. */
public final class Main {

    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    private Main() {
    }

    public static void main(String[] args) {
        try {
            System.exit(new org.apache.camel.main.Main(Main.class).run(args));
        } catch (StartRefused e) {
            LOG.error("Not started. {}", e.getMessage());
        } catch (Exception e) {
            LOG.error("Not started.", e);
        }
        System.exit(1);
    }
}
