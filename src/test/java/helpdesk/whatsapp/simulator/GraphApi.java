package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.testing.TestApp;
import helpdesk.whatsapp.testing.TestApp.Answer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

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
}
