package helpdesk.whatsapp.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** From {@code bin/start} on an existing embedded database to the first 200: with the archive of classes and without, in turn. */
final class StartPart implements Part {

    private static final String HANDSHAKE =
            "/api/integrations/whatsapp/webhook?hub.mode=subscribe&hub.verify_token=mock-verify-token&hub.challenge=1";
    private static final String WITH = "with the archive";
    private static final String WITHOUT = "without the archive";
    private static final int RUNS_AT_LEAST = 5;
    private static final long ARCHIVE_S = 300;

    @Override
    public String name() {
        return "start";
    }

    @Override
    public void run(Run run, ObjectNode results) throws Exception {
        try (Server first = launch("-Xmx240m -XX:+UseParallelGC")) {
            awaitArchive(first, HANDSHAKE, "");
        }
        String without = "-Xmx240m -XX:+UseParallelGC -XX:SharedArchiveFile=" + Path.of(System.getProperty("java.home"), "lib/server/classes.jsa");
        for (int i = 0; i < Math.max(RUNS_AT_LEAST, run.runs()); i++) {
            for (String options : List.of("-Xmx240m -XX:+UseParallelGC", without)) {
                ObjectNode figures = start(options);
                results.withArray(options.equals(without) ? WITHOUT : WITH).add(figures);
                Run.say("start %s: %s", options, figures);
            }
        }
    }

    /**
     * The first start makes the database, and the archive beside it.
     * @param kind what its name has before the digits
     */
    static void awaitArchive(Server first, String path, String kind) throws IOException, InterruptedException {
        first.awaitAnswer(path);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(ARCHIVE_S);
        while (!isThere(kind)) {
            if (System.nanoTime() > deadline) {
                throw new IOException("No archive of classes after " + ARCHIVE_S + " s.");
            }
            TimeUnit.SECONDS.sleep(1);
        }
    }

    private static boolean isThere(String kind) throws IOException {
        Path folder = Path.of("target/app/archive");
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.anyMatch(file -> file.getFileName().toString().matches(kind + "[0-9-]+\\.jsa"));
        }
    }

    private static Server launch(String options) throws IOException {
        return Server.launch("start", java.util.Map.of("JAVA_OPTS", options));
    }

    private static ObjectNode start(String options) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        try (Server product = launch(options)) {
            return started(product, HANDSHAKE, begin);
        }
    }

    /** What it took until the path is answered with 200. */
    static ObjectNode started(Server server, String path, long begin) throws IOException, InterruptedException {
        server.awaitAnswer(path);
        long ready = System.nanoTime();
        return Json.object().put("seconds", (ready - begin) / 1e9).put("cpuSeconds", server.cpuMs() / 1000.0)
                .put("rssMb", Cpu.kilobytes(server.pid(), "VmRSS") / 1024.0);
    }

    @Override
    public String extent(JsonNode results) {
        return results.path(WITH).size() + " starts of each";
    }

    @Override
    public String table(JsonNode results) {
        StringBuilder text = new StringBuilder(Figures.head("", "s to the first 200", "CPU s", "RSS MB"));
        for (String name : List.of(WITH, WITHOUT)) {
            text.append(Figures.row(name, Figures.spread(results.path(name), "seconds"), Figures.spread(results.path(name), "cpuSeconds"),
                    Figures.spread(results.path(name), "rssMb")));
        }
        return text.toString();
    }
}
