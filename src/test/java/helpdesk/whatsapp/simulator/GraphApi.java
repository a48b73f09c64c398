package helpdesk.whatsapp.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.testing.TestApp;
import helpdesk.whatsapp.testing.TestApp.Answer;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Calls of the simulated Graph API as a client makes them. */
final class GraphApi {

    static final String TOKEN = "mock-access-token";

    private final TestApp app;

    GraphApi(TestApp app) {
        this.app = app;
    }

    Answer call(String method, String path, String json) {
        return app.call(method, "/mock/graph" + path, json,
                Map.of("Authorization", "Bearer " + TOKEN, "Content-Type", "application/json"));
    }

    Answer get(String path) {
        return app.call("GET", path.startsWith("http") ? path : "/mock/graph" + path, (String) null,
                Map.of("Authorization", "Bearer " + TOKEN));
    }

    Answer send(String json) {
        return call("POST", "/v25.0/" + TestApp.NUMBER + "/messages", json);
    }

    /** A text that must be accepted; its wamid. */
    String sendText(String to, String callbackData) {
        Answer answer = send("""
                {"messaging_product":"whatsapp","to":"+%s","type":"text","text":{"body":"Hello"},"biz_opaque_callback_data":"%s"}"""
                .formatted(to, callbackData));
        return wamid(answer.json());
    }

    static String wamid(JsonNode answer) {
        return answer.path("messages").path(0).path("id").asText();
    }

    Answer upload(String fileName, byte[] content, String type) {
        String boundary = "----boundary";
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(part(boundary, "name=\"messaging_product\"", null, "whatsapp"));
        if (type != null) {
            body.writeBytes(part(boundary, "name=\"type\"", null, type));
        }
        body.writeBytes(part(boundary, "name=\"file\"; filename=\"" + fileName + "\"", "application/octet-stream", ""));
        byte[] bytes = body.toByteArray();
        body.reset();
        body.write(bytes, 0, bytes.length - 2);
        body.writeBytes(content);
        body.writeBytes(("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII));
        return app.call("POST", "/mock/graph/v25.0/" + TestApp.NUMBER + "/media", body.toByteArray(),
                Map.of("Authorization", "Bearer " + TOKEN, "Content-Type", "multipart/form-data; boundary=" + boundary));
    }

    /** A file that the product itself has. */
    static byte[] sample(String name) {
        try (InputStream file = GraphApi.class.getResourceAsStream("/simulator/" + name)) {
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] part(String boundary, String disposition, String type, String value) {
        return ("--" + boundary + "\r\nContent-Disposition: form-data; " + disposition + "\r\n"
                + (type == null ? "" : "Content-Type: " + type + "\r\n") + "\r\n" + value + "\r\n").getBytes(StandardCharsets.UTF_8);
    }

    /** A customer writes; the wamid. */
    String inbound(String json) {
        Answer answer = app.call("POST", "/mock/control/inbound", json,
                Map.of("Authorization", "Bearer " + TOKEN, "Content-Type", "application/json; charset=utf-8"));
        if (answer.status() != 200) {
            throw new AssertionError(answer.status() + " " + answer.text());
        }
        return answer.json().path("wamid").asText();
    }

    /** A call whose address need not be encoded properly. */
    static Answer raw(TestApp app, String method, String path) {
        return raw(app, method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer " + TOKEN + "\r\n\r\n");
    }

    /** A whole request, that closes its connection. */
    static Answer raw(TestApp app, String request) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), URI.create(app.url("/")).getPort())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            String[] parts = answer.split("\r\n\r\n", 2);
            String[] head = parts[0].split("\r\n");
            Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            Arrays.stream(head).skip(1).map(line -> line.split(": ?", 2)).forEach(header -> headers.put(header[0], List.of(header[1])));
            String body = headers.containsKey("Transfer-Encoding") ? joined(parts[1]) : parts[1];
            return new Answer(Integer.parseInt(head[0].split(" ")[1]), headers, body.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The first line that is answered to a request. */
    static String head(TestApp app, String request) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), URI.create(app.url("/")).getPort())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1)).readLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String joined(String chunks) {
        StringBuilder body = new StringBuilder();
        for (int at = 0; ; ) {
            int end = chunks.indexOf("\r\n", at);
            int length = Integer.parseInt(chunks.substring(at, end), 16);
            if (length == 0) {
                return body.toString();
            }
            body.append(chunks, end + 2, end + 2 + length);
            at = end + 2 + length + 2;
        }
    }

    /** A refusal in Meta's envelope; its error. */
    static JsonNode assertError(Answer answer, int status, int code) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).startsWith("application/json");
        JsonNode error = answer.json().path("error");
        assertThat(error.path("code").asInt()).as(answer.text()).isEqualTo(code);
        assertThat(error.path("message").asText()).isNotBlank();
        assertThat(error.path("type").asText()).isIn("OAuthException", "GraphMethodException");
        assertThat(error.path("fbtrace_id").asText()).matches("A[\\w-]{20,}");
        return error;
    }
}
