package helpdesk.whatsapp.bench;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Whole HTTP/1.1 requests by the byte, made before they are needed: the load generator only writes them. */
interface Requests {

    byte[] get(long number);

    static byte[] post(String path, String header, byte[] body) {
        byte[] head = ("POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n" + header
                + "\r\nContent-Length: " + body.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        ByteArrayOutputStream request = new ByteArrayOutputStream(head.length + body.length);
        request.writeBytes(head);
        request.writeBytes(body);
        return request.toByteArray();
    }

    static byte[] get(String path, String header) {
        return ("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + header + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    }
}
