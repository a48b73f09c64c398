package helpdesk.whatsapp.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** HTTP/1.1 by the byte, for requests that a proper client does not make. */
public final class RawHttp {

    private static final int TIMEOUT_MS = 60_000;
    private static final Pattern LENGTH = Pattern.compile("(?i)\\r\\ncontent-length: *(\\d+)");

    private RawHttp() {
    }

    /** Sends the head and the body and reads the answer; a server that answers early need not read it all. */
    public static String exchange(String url, String head, byte[] body) throws IOException {
        URI uri = URI.create(url);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), uri.getPort())) {
            socket.setSoTimeout(TIMEOUT_MS);
            Thread writer = new Thread(() -> write(socket, head, body));
            writer.setDaemon(true);
            writer.start();
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            try {
                byte[] buffer = new byte[8192];
                for (int read = 0; read >= 0 && !isWhole(answer.toString(StandardCharsets.ISO_8859_1)); ) {
                    read = socket.getInputStream().read(buffer);
                    answer.write(buffer, 0, Math.max(0, read));
                }
            } catch (SocketException reset) {
                return answer.toString(StandardCharsets.UTF_8);
            }
            return answer.toString(StandardCharsets.UTF_8);
        }
    }

    private static boolean isWhole(String answer) {
        int head = answer.indexOf("\r\n\r\n");
        Matcher length = LENGTH.matcher(answer);
        return head > 0 && length.find() && answer.length() >= head + 4 + Integer.parseInt(length.group(1));
    }

    private static void write(Socket socket, String head, byte[] body) {
        try {
            OutputStream out = socket.getOutputStream();
            out.write(head.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(body);
            out.flush();
        } catch (IOException e) {
            return;     // the server has answered and closed
        }
    }

    /** The body in chunks of 64 KB. */
    public static byte[] chunked(byte[] body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int at = 0; at < body.length; at += 65_536) {
            int length = Math.min(65_536, body.length - at);
            out.writeBytes((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(body, at, length);
            out.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        out.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return out.toByteArray();
    }
}
