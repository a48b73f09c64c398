package helpdesk.whatsapp.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.testing.RawHttp;
import helpdesk.whatsapp.testing.TestApp;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whatever is sent to it, the simulated Graph API answers in Meta's shapes: requests by the byte, made by chance of methods, paths, queries,
 * headers and bodies that are right, wrong and broken. {@code -Dfuzz.seed} and {@code -Dfuzz.requests} try others, and more.
 */
class GraphFuzzTest {

    private static final String[] METHODS = {"GET", "POST", "POST", "POST", "DELETE", "PUT", "PATCH", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "FOO", "get"};
    private static final String[] NODES = {TestApp.NUMBER, TestApp.NUMBER, "200000000000001", "300000000000001", "999", "app", "debug_token", "upload:abc",
            "1200000000000001", "whatsapp_business", "", ".", "..", "%00", "%", "%zz", "%ff%fe", "%2e%2e", "%F0%9F%98%8A", "a;b=c", "{id}", "${x}", "'", "\"",
            "<b>", "*", "\\", "-1", "9".repeat(400), "é", "wamid.HBgL"};
    private static final String[] EDGES = {"messages", "messages", "messages", "media", "whatsapp_business_profile", "register", "deregister", "request_code",
            "verify_code", "settings", "block_users", "message_history", "phone_numbers", "subscribed_apps", "message_templates", "uploads", "subscriptions",
            "attachments", "", "nothing", "messages/more", "%6dessages", "messages%2f", "MESSAGES", "x".repeat(3000)};
    private static final String[] NAMES = {"messaging_product", "to", "recipient", "recipient_type", "type", "text", "image", "template", "interactive", "contacts",
            "location", "reaction", "context", "status", "message_id", "typing_indicator", "biz_opaque_callback_data", "fields", "limit", "after", "before",
            "name", "language", "category", "components", "block_users", "pin", "code", "code_method", "about", "websites", "email", "vertical",
            "webhook_configuration", "override_callback_uri", "verify_token", "file", "file_length", "file_type", "filtering", "sort", "input_token",
            "phone_number_id", "method", "access_token", "appsecret_proof", "mid", "ext", "hash", "", "\u0000", "é", "a.b[c]"};
    private static final String[] VALUES = {"whatsapp", "+15551230001", "text", "template", "read", "true", "null", "0", "-1", "1e400", "9".repeat(200), "", " ",
            "\u0000", "😊", "\ud83d", "id,name", "id{name{", "{", "[", "[[[[", "{\"a\":", "{\"body\":\"a\"}", "[{\"name\":{}}]", "%", "%00", "GET", "delete",
            "http://[", "../../etc", "' or 1=1 --", "${sys.x} {{x}}", "hello_world", "en_US", "YXQgLTE", "99999999999999999999", "1", "wamid.AAAA"};
    private static final String[] TYPES = {"application/json", "application/json", "application/json", "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=b", "multipart/form-data", "multipart/form-data; boundary=", "multipart/mixed; boundary=b", "text/plain",
            "application/json; charset=utf-16", "application/json; charset=nonsense", "application/octet-stream", "nonsense", "", "application/xml", ";;;"};
    private static final String[] AUTHORIZATIONS = {"Bearer " + GraphApi.TOKEN, "Bearer " + GraphApi.TOKEN, "Bearer " + GraphApi.TOKEN, "Bearer wrong", "OAuth "
            + GraphApi.TOKEN, "Bearer", "Basic bW9jaw==", "é"};

    /** What was asked, and what came back. */
    private record Exchange(String method, byte[] request, int status, String head, byte[] body) {

        @Override
        public String toString() {
            String asked = new String(request, StandardCharsets.ISO_8859_1);
            return (asked.length() > 1500 ? asked.substring(0, 1500) + "…" : asked) + "\n---> " + head + "\n" + new String(body, StandardCharsets.UTF_8);
        }
    }

    @Test
    void anything_at_all_is_answered_in_metas_shapes() {
        long seed = Long.getLong("fuzz.seed", 20_261_123L);
        int requests = Integer.getInteger("fuzz.requests", 500);
        try (TestApp app = TestApp.start(Map.of("whatsapp.simulator.callbacks", "none"))) {
            Random random = new Random(seed);
            for (int i = 0; i < requests; i++) {
                String method = pick(random, METHODS);
                Exchange exchange = exchange(app, method, request(random, method));
                assertThat(isOfMeta(exchange)).as("seed %d, request %d:\n%s", seed, i, exchange).isTrue();
            }
            assertThat(new GraphApi(app).get("/v23.0/debug_token?input_token=" + GraphApi.TOKEN).status()).isEqualTo(200);
        }
    }

    /** What is no HTTP, or more than is read of one, as far as the path can still be told. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "431 | GET | /v23.0/1?a=b HTTP/1.1~X-Long: LONG",
        "431 | POST | /v23.0/1/messages HTTP/1.1~Authorization: Bearer LONG~Content-Length: 0",
        "400 | POST | /v23.0/1/messages HTTP/1.1~Content-Length: many",
        "400 | POST | /v23.0/1/messages HTTP/1.1~Content-Length: 3~Content-Length: 4",
        "400 | GET | /v23.0/1 HTTP/1.1~No colon here",
        "400 | GET | /v23.0/1 HTTP/1.1~Sp ace: a",
        "400 | POST | /v23.0/1/messages HTTP/1.1~Content-Type: application/json~Transfer-Encoding: chunked~~zz~{}",
        "400 | POST | /v23.0/1/messages HTTP/1.1~Content-Type: application/x-www-form-urlencoded~Transfer-Encoding: chunked~~-5~a=b"})
    void what_cannot_be_read_is_answered_in_metas_shapes_too(int status, String method, String rest) {
        String request = method + " /mock/graph" + rest.replace("LONG", "x".repeat(40_000)).replaceFirst("~", "~Host: localhost~").replace("~", "\r\n")
                + "\r\n\r\n";

        Exchange exchange = exchange(TestApp.shared(), method, request.getBytes(StandardCharsets.UTF_8));

        assertThat(isOfMeta(exchange)).as("%s", exchange).isTrue();
        assertThat(exchange.status()).as("%s", exchange).isEqualTo(status);
    }

    private static boolean isOfMeta(Exchange exchange) {
        if (exchange.method().equals("HEAD")) {
            return exchange.status() < 500;
        }
        if (exchange.status() >= 500 || !exchange.head().toLowerCase(Locale.ROOT).contains("content-type: application/json")) {
            return false;
        }
        JsonNode answer = Json.read(exchange.body());
        JsonNode error = answer.path("error");
        return exchange.status() == 200 ? answer.isContainerNode() && !answer.has("error")
                : exchange.status() >= 400 && !error.path("message").asText().isBlank() && error.path("code").isInt()
                        && error.path("type").asText().endsWith("Exception") && error.path("fbtrace_id").asText().length() > 10;
    }

    // ---- requests --------------------------------------------------------------------------------------------------

    private static <T> T pick(Random random, T[] of) {
        return of[random.nextInt(of.length)];
    }

    private static byte[] request(Random random, String method) {
        byte[] body = random.nextInt(4) == 0 ? new byte[0] : body(random);
        boolean chunked = body.length > 0 && random.nextInt(6) == 0;
        StringBuilder head = new StringBuilder(method).append(" /mock/graph").append(path(random)).append(" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
        if (random.nextInt(10) > 0) {
            head.append("Authorization: ").append(pick(random, AUTHORIZATIONS)).append("\r\n");
        }
        if (random.nextInt(8) > 0) {
            head.append("Content-Type: ").append(pick(random, TYPES)).append("\r\n");
        }
        if (random.nextInt(10) == 0) {
            head.append(pick(random, new String[] {"Range: bytes=5-1", "Range: nonsense", "file_offset: -1", "file_offset: many", "Accept: text/html", "Cookie: a=b; =;",
                "Accept-Encoding: zstd", "X-HTTP-Method-Override: DELETE", "Simulator-Scenario: no-such", "Content-Encoding: gzip", "Upgrade: websocket"})).append("\r\n");
        }
        head.append(chunked ? "Transfer-Encoding: chunked\r\n\r\n" : "Content-Length: " + body.length + "\r\n\r\n");
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(head.toString().getBytes(StandardCharsets.UTF_8));
        request.writeBytes(chunked ? RawHttp.chunked(body) : body);
        return request.toByteArray();
    }

    private static String path(Random random) {
        StringBuilder path = new StringBuilder(pick(random, new String[] {"/v23.0", "/v23.0", "/v23.0", "", "/v1", "/v99999999999.0", "/v23.0//", "/V23.0"}));
        path.append('/').append(pick(random, NODES));
        if (random.nextInt(5) > 0) {
            path.append('/').append(pick(random, EDGES));
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            path.append(path.indexOf("?") < 0 ? '?' : '&').append(encoded(random, pick(random, NAMES))).append(random.nextInt(9) == 0 ? "" : "=")
                    .append(encoded(random, pick(random, VALUES)));
        }
        return path.toString();
    }

    private static String encoded(Random random, String text) {
        String kept = text.replaceAll("[\\u0000-\\u0020\\u007f]", "%00");
        return random.nextInt(3) == 0 && !text.contains("\ud83d") ? kept : URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static byte[] body(Random random) {
        return switch (random.nextInt(10)) {
            case 0 -> noise(random);
            case 1 -> broken(random, json(random, 4));
            case 2 -> (random.nextBoolean() ? "[" : "{\"a\":").repeat(random.nextInt(6000)).getBytes(StandardCharsets.UTF_8);
            case 3 -> form(random).getBytes(StandardCharsets.UTF_8);
            case 4 -> multipart(random);
            case 5 -> broken(random, new String(multipart(random), StandardCharsets.ISO_8859_1));
            case 6 -> ("{\"messaging_product\":\"whatsapp\",\"messaging_product\":" + value(random, 2) + ",\"to\":\"+15551230001\",\"to\":" + value(random, 2)
                    + ",\"type\":\"text\",\"text\":{\"body\":\"a\",\"body\":" + value(random, 2) + "}}").getBytes(StandardCharsets.UTF_8);
            default -> json(random, 4).getBytes(StandardCharsets.UTF_8);
        };
    }

    /** Mostly a message, in which chance has put other things. */
    private static String json(Random random, int depth) {
        StringBuilder json = new StringBuilder(random.nextInt(4) == 0 ? "{\"a\":1" : "{\"messaging_product\":\"whatsapp\",\"to\":\"+15551230001\"");
        for (int i = random.nextInt(5); i >= 0; i--) {
            json.append(",").append(Json.write(Json.MAPPER.getNodeFactory().textNode(pick(random, NAMES)))).append(":").append(value(random, depth));
        }
        return json.append("}").toString();
    }

    private static String value(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 8 : 6)) {
            case 0 -> pick(random, new String[] {"null", "true", "0", "-0", "1e400", "9".repeat(300), "0.1", "-1"});
            case 1, 2, 3, 4, 5 -> "\"" + pick(random, VALUES).replace("\\", "\\\\").replace("\"", "\\\"").replace("\u0000", "\\u0000").replace("\ud83d", "\\ud83d") + "\"";
            case 6 -> "[" + value(random, depth - 1) + "," + value(random, depth - 1) + "]";
            default -> json(random, depth - 1);
        };
    }

    private static String form(Random random) {
        StringBuilder form = new StringBuilder("messaging_product=whatsapp");
        for (int i = random.nextInt(6); i > 0; i--) {
            form.append('&').append(encoded(random, pick(random, NAMES))).append('=').append(encoded(random, pick(random, VALUES)));
        }
        return form.toString();
    }

    private static byte[] multipart(Random random) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int i = random.nextInt(4); i >= 0; i--) {
            String file = random.nextInt(3) == 0 ? "; filename=\"" + pick(random, new String[] {"a.txt", "", "../a", "é", "a\0b", "x".repeat(500)}) + "\"" : "";
            body.writeBytes(("--b\r\nContent-Disposition: form-data; name=\"" + pick(random, NAMES) + "\"" + file + "\r\n"
                    + (random.nextInt(3) == 0 ? "Content-Type: " + pick(random, TYPES) + "\r\n" : "") + "\r\n").getBytes(StandardCharsets.UTF_8));
            body.writeBytes(random.nextBoolean() ? noise(random) : pick(random, VALUES).getBytes(StandardCharsets.UTF_8));
            body.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
        }
        body.writeBytes((random.nextInt(4) == 0 ? "--b" : "--b--\r\n").getBytes(StandardCharsets.UTF_8));
        return body.toByteArray();
    }

    private static byte[] noise(Random random) {
        byte[] noise = new byte[random.nextInt(300)];
        random.nextBytes(noise);
        return noise;
    }

    /** Cut off, or with some bytes that are others. */
    private static byte[] broken(Random random, String whole) {
        byte[] bytes = whole.getBytes(StandardCharsets.UTF_8);
        if (random.nextBoolean()) {
            return Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
        }
        for (int i = random.nextInt(5); i >= 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }

    // ---- by the byte -----------------------------------------------------------------------------------------------

    private static Exchange exchange(TestApp app, String method, byte[] request) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), URI.create(app.url("/")).getPort())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(request);
            byte[] answer = readAll(socket.getInputStream());
            String text = new String(answer, StandardCharsets.ISO_8859_1);
            int end = text.indexOf("\r\n\r\n");
            String head = end < 0 ? text : text.substring(0, end);
            byte[] body = end < 0 ? new byte[0] : Arrays.copyOfRange(answer, end + 4, answer.length);
            int status = head.matches("(?s)HTTP/1\\.1 \\d{3}.*") ? Integer.parseInt(head.substring(9, 12)) : 599;
            return new Exchange(method, request, status, head, head.toLowerCase(Locale.ROOT).contains("transfer-encoding: chunked") ? joined(body) : body);
        } catch (IOException e) {
            return new Exchange(method, request, 599, "no answer: " + e, new byte[0]);
        }
    }

    private static byte[] readAll(InputStream in) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            in.transferTo(all);
        } catch (IOException reset) {
            if (all.size() == 0) {
                throw reset;
            }
        }
        return all.toByteArray();
    }

    private static byte[] joined(byte[] chunks) {
        String text = new String(chunks, StandardCharsets.ISO_8859_1);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int at = 0; at < text.length(); ) {
            int end = text.indexOf("\r\n", at);
            int length = Integer.parseInt(text.substring(at, end), 16);
            body.write(chunks, end + 2, length);
            at = length == 0 ? text.length() : end + 2 + length + 2;
        }
        return body.toByteArray();
    }
}
