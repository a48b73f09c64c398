package helpdesk.whatsapp.web;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The line between a browser and the product. It can be cut and mended: what is open breaks off, what comes anew is closed at once. And the
 * streams of events that are open can fall asleep: they stay open, and nothing comes any more.
 */
final class Line implements AutoCloseable {

    private final String product;
    private final int port;
    private final ServerSocket server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Set<Socket> streams = ConcurrentHashMap.newKeySet();
    private final Set<Socket> asleep = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;

    /** {@code product} is its address, such as {@code http://localhost:1234}. */
    Line(String product) {
        this.product = product;
        port = Integer.parseInt(product.replaceAll("^.*:(\\d+)/?$", "$1"));
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    String url(String path) {
        return product.replaceAll(":\\d+/?$", ":" + server.getLocalPort()) + path;
    }

    void cut() {
        cut = true;
        open.forEach(Line::end);
    }

    void sleep() {
        asleep.addAll(streams);
    }

    void mend() {
        cut = false;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket near = server.accept();
                open.add(near);
                if (cut) {
                    end(near);
                } else {
                    Socket far = new Socket(InetAddress.getLoopbackAddress(), port);
                    open.add(far);
                    start(() -> pass(near, far));
                    start(() -> pass(far, near));
                    if (cut) {
                        end(near);
                    }
                }
            } catch (IOException e) {
                // The browser comes again, or the line is closed.
            }
        }
    }

    private void pass(Socket from, Socket to) {
        try (from; to) {
            byte[] some = new byte[8192];
            for (int read = from.getInputStream().read(some); read >= 0; read = from.getInputStream().read(some)) {
                if (new String(some, 0, read, StandardCharsets.ISO_8859_1).contains("content-type: text/event-stream")) {
                    streams.add(from);
                }
                if (!asleep.contains(from)) {
                    to.getOutputStream().write(some, 0, read);
                }
            }
        } catch (IOException e) {
            // One end is gone: both are.
        }
        open.remove(from);
        open.remove(to);
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "line");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        open.forEach(Line::end);
    }
}
