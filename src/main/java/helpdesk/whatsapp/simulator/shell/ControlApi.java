package helpdesk.whatsapp.simulator.shell;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Calls of {@code /mock/control}; by the oldest HTTP client of the JDK, which is the quickest to start. */
final class ControlApi {

    /** Of the simulator as it is shipped. */
    private static final String PUBLIC_TOKEN = "mock-access-token";
    private static final int CONNECT_MS = 3_000;
    private static final int READ_MS = 70_000;

    private final String url;
    private final String token;

    ControlApi(Arguments arguments, Map<String, String> environment) {
        String port = environment.getOrDefault("CAMEL_SERVER_PORT", "8080");
        url = arguments.get("--url", environment.getOrDefault("SIMULATOR_URL", "http://127.0.0.1:" + port)).replaceFirst("/+$", "");
        token = arguments.get("--token", Stream.of("SIMULATOR_TOKEN", "WHATSAPP_API_TOKEN", "WHATSAPP_ACCESS_TOKEN").map(environment::get)
                .filter(value -> value != null && !value.isEmpty()).findFirst().orElse(PUBLIC_TOKEN));
    }

    /** Nothing answers there, for now. */
    static final class Away extends IOException {

        Away(String message) {
            super(message);
        }
    }

    JsonNode get(String path) throws Away {
        return call("GET", path, null, null);
    }

    /** @param file goes along as part of a form; null: none does */
    JsonNode post(String path, JsonNode body, Path file) throws Away {
        return call("POST", path, Json.write(body), file);
    }

    String url() {
        return url;
    }

    private JsonNode call(String method, String path, String body, Path file) throws Away {
        try {
            HttpURLConnection connection = (HttpURLConnection) new URL(url + "/mock/control" + path).openConnection();
            connection.setConnectTimeout(CONNECT_MS);
            connection.setReadTimeout(READ_MS);
            connection.setRequestMethod(method);
            connection.setRequestProperty("Authorization", "Bearer " + token);
            if (body != null && file == null) {
                write(connection, "application/json", body, null, "");
            } else if (body != null) {
                String boundary = UUID.randomUUID().toString();
                write(connection, "multipart/form-data; boundary=" + boundary, part(boundary, "message", "application/json") + body + "\r\n"
                        + part(boundary, "file\"; filename=\"" + file.getFileName().toString().replace('"', '\''), "application/octet-stream"), file,
                        "\r\n--" + boundary + "--\r\n");
            }
            int status = connection.getResponseCode();
            try (InputStream in = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
                byte[] answer = in == null ? new byte[0] : in.readAllBytes();
                if (status < 400) {
                    return Json.read(answer);
                }
                throw refused(status, answer);
            }
        } catch (MalformedURLException | ClassCastException | IllegalArgumentException e) {
            throw Fault.usage("the address " + url + " is none.");
        } catch (ConnectException | UnknownHostException e) {
            throw new Away("nothing answers at " + url + ". Start it (bin/start dev, or bin/start simulator), or say where it is: --url or SIMULATOR_URL.");
        } catch (IOException e) {
            throw new Away(url + " does not answer: " + e.getMessage());
        }
    }

    private static String part(String boundary, String name, String type) {
        return "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\nContent-Type: " + type + "\r\n\r\n";
    }

    private static void write(HttpURLConnection connection, String type, String head, Path file, String tail) throws IOException {
        byte[] first = head.getBytes(StandardCharsets.UTF_8);
        byte[] last = tail.getBytes(StandardCharsets.UTF_8);
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(first.length + (file == null ? 0 : Files.size(file)) + last.length);
        connection.setRequestProperty("Content-Type", type);
        try (OutputStream out = connection.getOutputStream()) {
            out.write(first);
            if (file != null) {
                Files.copy(file, out);
            }
            out.write(last);
        }
    }

    private RuntimeException refused(int status, byte[] answer) throws Away {
        if (status == 401) {
            return Fault.refused("the token does not open " + url + ": --token, SIMULATOR_TOKEN, or the WHATSAPP_API_TOKEN or WHATSAPP_ACCESS_TOKEN that it was started with.");
        }
        JsonNode problem;
        try {
            problem = Json.MAPPER.readTree(answer);
        } catch (IOException e) {
            problem = null;
        }
        if (problem == null || !problem.has("code")) {
            return Fault.refused(url + " answers " + status + "; is that the simulator?");
        }
        if (status == 503) {
            throw new Away(Json.text(problem, "detail"));
        }
        String fields = StreamSupport.stream(problem.path("errors").spliterator(), false)
                .map(error -> error.path("field").asText() + " " + error.path("message").asText()).collect(Collectors.joining("; "));
        return Fault.refused(fields.isEmpty() ? problem.path("detail").asText(problem.path("title").asText()) : fields + ".");
    }
}
