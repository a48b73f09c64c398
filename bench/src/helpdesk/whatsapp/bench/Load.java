package helpdesk.whatsapp.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** One run of the {@link LoadGenerator} against a server, with the processor time of what it loads. */
final class Load {

    private final ObjectNode plan = Json.object();
    private final Server server;
    private final Postgres postgres;
    private Consumer<JsonNode> eachInterval = figures -> { };

    Load(Server server, Postgres postgres, String kind) {
        this.server = server;
        this.postgres = postgres;
        plan.put("port", server.port).put("kind", kind).put("secret", Server.SECRET).put("token", Server.TOKEN).put("warmUp", 1)
                .put("prefix", Long.toString(System.nanoTime(), 36));
    }

    Load with(String option, long value) {
        plan.put(option, value);
        return this;
    }

    Load with(String option, JsonNode value) {
        plan.set(option, value);
        return this;
    }

    /** Takes the generator's figures of every so many seconds while it runs. */
    Load every(int seconds, Consumer<JsonNode> figures) {
        eachInterval = figures;
        return with("interval", seconds);
    }

    /** Figures of the generator, and {@code serverCpu} and {@code databaseCpu} in microseconds a request. */
    ObjectNode run() throws IOException {
        Process process = Children.add(new ProcessBuilder(Children.java(LoadGenerator.class, "-Xmx1g", Json.write(plan)))
                .redirectError(ProcessBuilder.Redirect.INHERIT).start());
        long serverCpu = 0;
        long databaseCpu = 0;
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.equals("begin")) {
                    serverCpu = -server.cpuMs();
                    databaseCpu = -postgres.cpuMs();
                } else if (line.equals("end")) {
                    serverCpu += server.cpuMs();
                    databaseCpu += postgres.cpuMs();
                } else {
                    ObjectNode figures = (ObjectNode) Json.read(line);
                    if (figures.has("statuses")) {
                        double count = Math.max(1, figures.path("count").asDouble());
                        return figures.put("serverCpu", serverCpu * 1000 / count).put("databaseCpu", databaseCpu * 1000 / count);
                    }
                    eachInterval.accept(figures);
                }
            }
        } finally {
            process.destroy();
        }
        throw new IOException("The load generator has ended early.");
    }
}
