package helpdesk.whatsapp.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A port that stays while what is behind it goes, comes back elsewhere, or is cut off. */
public final class TcpProxy implements AutoCloseable {

    private final ServerSocket listener;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Set<Socket> halfOpen = ConcurrentHashMap.newKeySet();
    private volatile int target;

    public TcpProxy(int target) throws IOException {
        this.target = target;
        listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** Ends every connection; new ones go to this port from now on. */
    public void target(int port) throws IOException {
        target = port;
        for (Socket socket : open) {
            socket.close();
        }
    }

    /** From now on nothing passes through the connections that are open, and neither end hears of it; new ones are whole. */
    public void halfOpen() {
        halfOpen.addAll(open);
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                open.add(client);
                try {
                    Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                    open.add(server);
                    start(() -> copy(client, server));
                    start(() -> copy(server, client));
                } catch (IOException refused) {
                    client.close();
                }
            }
        } catch (IOException e) {
            return;     // closed
        }
    }

    private void copy(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] bytes = new byte[16 * 1024];
            for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                if (!halfOpen.contains(from)) {
                    out.write(bytes, 0, count);
                }
            }
        } catch (IOException e) {
            return;     // one of them has gone; the other goes too
        } finally {
            if (!halfOpen.contains(from)) {
                end(from);
                end(to);
            }
        }
    }

    private void end(Socket socket) {
        open.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            return;     // it had gone already
        }
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "tcp-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        target(target);
    }
}
