package helpdesk.whatsapp.simulator;

import helpdesk.whatsapp.media.MediaTypes;
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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Fetches the file at an address as Meta does before it delivers a message, to see whether it may be sent. */
final class FetchedLinks {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long LARGEST = 100L * 1024 * 1024;

    private final MediaTypes types;
    private final Duration patience;
    private final HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).followRedirects(HttpClient.Redirect.NORMAL)
            .version(HttpClient.Version.HTTP_1_1).build();
    /** The client knows no time limit for a body: who waits for one ends the thread that reads it. */
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "simulator-link");
        thread.setDaemon(true);
        return thread;
    });

    FetchedLinks(MediaTypes types) {
        this(types, PATIENCE);
    }

    FetchedLinks(MediaTypes types, Duration patience) {
        this.types = types;
        this.patience = patience;
    }

    /** What is wrong with the file; null when nothing is. Fails when the process stops before that is known. */
    String fault(Sending.Named file) {
        Future<String> fault = threads.submit(() -> fetch(file));
        try {
            return fault.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            fault.cancel(true);
            return "Downloading media from weblink failed: it took too long";
        } catch (ExecutionException e) {
            return "Downloading media from weblink failed: " + e.getCause().getMessage();
        } catch (InterruptedException e) {
            fault.cancel(true);
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while a file at a link was fetched.", e);
        }
    }

    private String fetch(Sending.Named file) throws IOException, InterruptedException {
        HttpResponse<InputStream> answer = client.send(HttpRequest.newBuilder(URI.create(file.link()))
                .header("User-Agent", "facebookexternalua").build(), HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream in = answer.body()) {
            if (answer.statusCode() != 200) {
                return "Downloading media from weblink failed with http code " + answer.statusCode();
            }
            String fault = MediaLimits.fault(file.kind(), answer.headers().firstValue("Content-Type").orElse("application/octet-stream"));
            return fault != null ? fault : content(file.kind(), in);
        }
    }

    private String content(String kind, InputStream in) throws IOException {
        Path copy = Files.createTempFile("simulated-link", null);
        try {
            long size = copy(in, copy);
            String found = types.of(copy.toFile(), null);
            String fault = MediaLimits.fault(kind, found);
            long most = kind.equals("document") ? LARGEST : types.limit(found, copy.toFile());
            return fault == null && size > most ? "The " + kind + " at the weblink is larger than " + most + " bytes" : fault;
        } finally {
            Files.delete(copy);
        }
    }

    private static long copy(InputStream in, Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            byte[] buffer = new byte[64 * 1024];
            long size = 0;
            for (int read = in.read(buffer); read >= 0 && size <= LARGEST; read = in.read(buffer)) {
                out.write(buffer, 0, read);
                size += read;
            }
            return size;
        }
    }
}
