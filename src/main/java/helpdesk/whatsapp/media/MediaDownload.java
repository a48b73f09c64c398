package helpdesk.whatsapp.media;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.settings.Graph;
import helpdesk.whatsapp.settings.Settings;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Bean {@code mediaDownload}: streams a file of Meta's to disk - 100 MB would not fit into memory several times. The URL comes
 * from an answer of Meta's; only Meta's own hosts, or the very host that the Graph API of the mode is on, are followed.
 */
public final class MediaDownload {

    private static final List<String> HOSTS = List.of("fbsbx.com", "fbcdn.net", "whatsapp.net");
    private static final long LARGEST = 100L * 1024 * 1024;
    private static final Duration LONGEST = Duration.ofMinutes(2);

    private final Graph graph;
    private final Path folder;
    private final HttpClient client;

    public MediaDownload(Graph graph, Settings settings) {
        this.graph = graph;
        folder = Path.of(settings.get("whatsapp.data-dir"), "downloads").toAbsolutePath();
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(Duration.ofMillis(settings.getInt("whatsapp.graph.connect-timeout"))).build();
    }

    /** The file behind the {@code url} of Meta's media information, on disk until somebody discards it. */
    public File fetch(String infoJson, String mode) throws IOException, InterruptedException {
        JsonNode info = Json.read(infoJson);
        String url = Json.text(info, "url");
        if (url == null) {
            JsonNode error = info.path("error");
            throw new IOException("Meta gives no URL for it: " + (error.isObject() ? Json.text(error, "message") : "no reason"));
        }
        URI uri = URI.create(url);
        if (!isMetas(uri, URI.create(graph.baseUrl(mode)))) {
            throw new IOException("The media URL leads to " + uri.getHost() + ", which is not Meta's.");
        }
        HttpRequest request = HttpRequest.newBuilder(uri).timeout(LONGEST)
                .header("Authorization", graph.authorization()).header("User-Agent", "helpdesk-whatsapp").build();
        HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            if (response.statusCode() != 200) {
                throw new IOException("The media URL answers " + response.statusCode() + ".");
            }
            return save(body);
        }
    }

    private File save(InputStream body) throws IOException {
        Files.createDirectories(folder);
        Path file = Files.createTempFile(folder, "media", ".part");
        try (OutputStream out = Files.newOutputStream(file)) {
            byte[] buffer = new byte[1 << 16];
            long total = 0;
            for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
                total += read;
                if (total > LARGEST) {
                    throw new IOException("The media is larger than 100 MB.");
                }
                out.write(buffer, 0, read);
            }
        } catch (IOException e) {
            Files.deleteIfExists(file);
            throw e;
        }
        return file.toFile();
    }

    private static boolean isMetas(URI url, URI base) {
        if (url.getHost() == null) {
            return false;
        }
        boolean sameOrigin = url.getHost().equals(base.getHost()) && url.getPort() == base.getPort()
                && url.getScheme().equals(base.getScheme());
        return sameOrigin || "https".equals(url.getScheme()) && HOSTS.stream()
                .anyMatch(host -> url.getHost().equals(host) || url.getHost().endsWith("." + host));
    }
}
