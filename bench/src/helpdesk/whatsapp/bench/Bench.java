package helpdesk.whatsapp.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs the parts that are named, or all but the long ones, and writes their results and {@code bench/README.md}. */
public final class Bench {

    private static final Path RESULTS = Path.of("bench/results");
    private static final List<Part> PARTS = List.of(new IntakePart(), new ProcessingPart(), new OutboundPart(), new ListsPart(),
            new StartPart(), new MemoryPart(), new SimulatorPart(), new OpenTransactionPart(), new SoakPart(), new CrashPart());

    private Bench() {
    }

    public static void main(String[] arguments) throws Exception {
        int runs = 3;
        int seconds = 10;
        long events = 150_000;
        long messages = 0;
        long waiting = 1_000_000;
        int kills = 110;
        int soak = 1200;
        int open = 180;
        boolean snapshot = false;
        boolean profile = false;
        List<String> names = new ArrayList<>();
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--runs" -> runs = Integer.parseInt(arguments[++i]);
                case "--seconds" -> seconds = Integer.parseInt(arguments[++i]);
                case "--events" -> events = Long.parseLong(arguments[++i]);
                case "--messages" -> messages = Long.parseLong(arguments[++i]);
                case "--waiting" -> waiting = Long.parseLong(arguments[++i]);
                case "--kills" -> kills = Integer.parseInt(arguments[++i]);
                case "--soak" -> soak = Integer.parseInt(arguments[++i]);
                case "--open" -> open = Integer.parseInt(arguments[++i]);
                case "--snapshot" -> snapshot = true;
                case "--profile" -> profile = true;
                default -> names.add(arguments[i]);
            }
        }
        List<Part> parts = PARTS.stream().filter(part -> names.contains("all") || names.contains(part.name())
                || names.isEmpty() && !part.isLong()).toList();
        if (parts.isEmpty() && !names.equals(List.of("report"))) {
            System.err.println("bench/run [--runs N] [--seconds N] [--events N] [--messages N] [--waiting N] [--kills N] [--soak SECONDS] [--open SECONDS] [--snapshot] [--profile] [all | report | part…], parts: "
                    + String.join(" ", PARTS.stream().map(Part::name).toList()));
            System.exit(2);
        }
        List<String> without = parts.stream().filter(part -> !part.hasProfile()).map(Part::name).toList();
        if (profile && !without.isEmpty()) {
            System.err.println("--profile is not for " + String.join(", ", without));
            System.exit(2);
        }
        measure(parts, new Run.Options(runs, seconds, events, messages, waiting, kills, soak, open, snapshot, profile));
        Report.write(PARTS, RESULTS);
        System.exit(0);
    }

    private static void measure(List<Part> parts, Run.Options options) throws Exception {
        if (parts.isEmpty()) {
            return;
        }
        Files.createDirectories(RESULTS);
        try (Postgres postgres = new Postgres(Files.createDirectories(Path.of("target/bench/postgres")), options.profile())) {
            Run run = new Run(postgres, options);
            JsonNode machine = Machine.describe(postgres);
            for (Part part : parts) {
                Run.say("%s, %d runs", part.name(), run.runs());
                ObjectNode results = Json.object();
                results.set("machine", machine);
                results.put("at", java.time.Instant.now().toString()).put("runs", run.runs()).put("seconds", run.seconds());
                part.run(run, results);
                Files.writeString(RESULTS.resolve(part.name() + ".json"),
                        Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(results) + "\n");
                System.out.println(part.table(results));
            }
        }
    }
}
