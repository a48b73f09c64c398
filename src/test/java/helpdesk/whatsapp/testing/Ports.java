package helpdesk.whatsapp.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports for servers that are started later, or stopped and started again. */
public final class Ports {

    private static final int FIRST = 20_000;
    private static final int MANY = 12_000;

    private Ports() {
    }

    /** Free, and none that the system gives to somebody else meanwhile: what it gives out by itself begins at 32768, or higher. */
    public static int free() {
        int from = ThreadLocalRandom.current().nextInt(MANY);
        for (int i = 0; i < MANY; i++) {
            int port = FIRST + (from + i) % MANY;
            try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return taken.getLocalPort();
            } catch (IOException inUse) {
                continue;
            }
        }
        throw new IllegalStateException("no port is free");
    }
}
