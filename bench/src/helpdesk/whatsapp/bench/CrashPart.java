package helpdesk.whatsapp.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.crash.LongCrash;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The long form of the crash test: kills under load, and then what the client was promised against what is there. Once, however many runs. */
final class CrashPart implements Part {

    private static final String SEED = "42";

    @Override
    public String name() {
        return "crash";
    }

    @Override
    public boolean isLong() {
        return true;
    }

    @Override
    public void run(Run run, ObjectNode results) throws Exception {
        Path folder = Path.of("target/bench/data/crash").toAbsolutePath();
        delete(folder);
        List<String> command = Children.java(LongCrash.class, "-Xmx512m", String.valueOf(run.options().kills()));
        command.addAll(List.of(SEED, folder.toString()));
        Process process = Children.add(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
        ObjectNode summary = null;
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("{\"seed\"")) {
                    summary = (ObjectNode) Json.read(line);
                }
            }
        }
        process.waitFor();
        if (summary == null) {
            throw new IOException("The crash test has ended early.");
        }
        results.set("crash", summary);
        results.put("runs", 1).put("seconds", summary.path("seconds").asInt());
    }

    // What a run before has left would be compared with this one's truth.
    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    @Override
    public String table(JsonNode results) {
        JsonNode crash = results.path("crash");
        StringBuilder killed = new StringBuilder();
        crash.path("killed").properties().forEach(entry -> killed.append(killed.isEmpty() ? "" : ", ").append(entry.getKey()).append(' ')
                .append(entry.getValue().asInt()));
        StringBuilder faults = new StringBuilder();
        crash.path("faults").properties().forEach(entry -> faults.append(faults.isEmpty() ? "" : ", ").append(entry.getKey()).append(' ')
                .append(entry.getValue().asInt()));
        return Figures.head("", "")
                + Figures.row("kills (kill -9), of whom", crash.path("kills").asInt() + ": " + killed)
                + Figures.row("of these at named fault points", crash.path("atFaultPoints").asInt())
                + Figures.row("acknowledged messages, statuses, sends", "%,d, %,d, %,d".formatted(crash.path("messagesAcknowledged").asLong(),
                        crash.path("statusesAcknowledged").asLong(), crash.path("sendsAcknowledged").asLong()))
                + Figures.row("messages and sends whose sender gave up before they were acknowledged", "%,d".formatted(crash.path("neverAcknowledged").asLong()))
                + Figures.row("most webhooks that were acknowledged and not yet worked on at a kill", "%,d".formatted(crash.path("mostWaiting").asLong()))
                + Figures.row("messages of ours: sends, replies; of them `unknown`", "%,d, %,d; %,d".formatted(crash.path("sends").asLong(),
                        crash.path("replies").asLong(), crash.path("unknown").asLong()))
                + Figures.row("attempts; calls that Meta's stand-in saw", "%,d; %,d".formatted(crash.path("attempts").asLong(), crash.path("calls").asLong()))
                + Figures.row("lost, doubled, wrong contact or status, sent twice", crash.path("right").asBoolean() ? "0" : "**" + faults + "**")
                + Figures.row("seed; seconds", crash.path("seed").asInt() + "; " + crash.path("seconds").asInt());
    }
}
