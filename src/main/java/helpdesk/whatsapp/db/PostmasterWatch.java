package helpdesk.whatsapp.db;

import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks whether PostgreSQL still runs, and has it started again when it ended without being asked to - killed, or out of disk space. */
final class PostmasterWatch {

    private static final Logger LOG = LoggerFactory.getLogger(PostmasterWatch.class);
    private static final long LOOK_EVERY_MS = 250;
    private static final long PAUSE_AFTER_FAILURE_MS = 2_000;

    private final Server server;
    private boolean missed;

    /** What is watched. */
    interface Server {

        boolean isWanted();

        boolean runs() throws IOException;

        void startAgain() throws IOException;
    }

    private PostmasterWatch(Server server) {
        this.server = server;
    }

    static void start(Server server) {
        Thread thread = new Thread(new PostmasterWatch(server)::watch, "embedded-postgresql-watch");
        thread.setDaemon(true);
        thread.start();
    }

    private void watch() {
        try {
            while (server.isWanted()) {
                Thread.sleep(look() ? LOOK_EVERY_MS : PAUSE_AFTER_FAILURE_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** False when it ended and could not be started. Two looks must say so: one may meet a file that is being written. */
    private boolean look() {
        try {
            boolean runs = server.runs();
            if (!runs && missed) {
                server.startAgain();
            }
            missed = !runs && !missed;
            return true;
        } catch (IOException | RuntimeException e) {
            LOG.error("The embedded PostgreSQL has ended and does not start; it is tried again. {}", e.getMessage());
            return false;
        }
    }
}
