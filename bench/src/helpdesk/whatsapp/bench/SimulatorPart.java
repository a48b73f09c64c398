package helpdesk.whatsapp.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Messages straight to the simulated Graph API, with and without callbacks to a receiver in this process; and the start of the profile simulator. */
final class SimulatorPart implements Part {

    private static final String PROFILE = "simulator";
    private static final String WITH = "with callbacks";
    private static final String WITHOUT = "without callbacks";
    private static final String START = "start";
    private static final int CONTACTS = 5000;
    private static final int CONNECTIONS = 16;
    private static final int STATUSES = 3;
    private static final int WARM_UP_S = 60;
    private static final int STARTS_AT_LEAST = 5;

    @Override
    public String name() {
        return "simulator";
    }

    @Override
    public boolean hasProfile() {
        return true;
    }

    @Override
    public void run(Run run, ObjectNode results) throws Exception {
        for (int i = 0; i < run.runs(); i++) {
            for (boolean callbacks : List.of(true, false)) {
                ObjectNode figures = sends(run, callbacks);
                results.withArray(callbacks ? WITH : WITHOUT).add(figures);
                Run.say("simulator, %s: %s", callbacks ? WITH : WITHOUT, figures);
            }
        }
        try (Server first = launch(START, Map.of())) {
            StartPart.awaitArchive(first, GraphSends.NUMBER, "simulator-");
        }
        for (int i = 0; i < Math.max(STARTS_AT_LEAST, run.runs()); i++) {
            long begin = System.nanoTime();
            try (Server simulator = launch(START, Map.of())) {
                ObjectNode figures = StartPart.started(simulator, GraphSends.NUMBER, begin);
                results.withArray(START).add(figures);
                Run.say("simulator, start: %s", figures);
            }
        }
    }

    /** The token of the API opens the simulator too, so that it can be asked like the product. */
    private static Server launch(String name, Map<String, String> more) throws Exception {
        Map<String, String> variables = new LinkedHashMap<>(Map.of("WHATSAPP_ACCESS_TOKEN", Server.TOKEN));
        variables.putAll(more);
        return Server.launch("simulator-" + name, PROFILE, variables);
    }

    private static ObjectNode sends(Run run, boolean callbacks) throws Exception {
        String database = "simulator_" + callbacks;
        try (CallbackReceiver receiver = new CallbackReceiver();
                Server simulator = launch("sends", run.on(database, "WHATSAPP_SIMULATOR_CALLBACKS", callbacks ? "statuses" : "none",
                        "WHATSAPP_SIMULATOR_CALLBACK_URL", receiver.url(), "WHATSAPP_SIMULATOR_DELAY_MS", "20",
                        "WHATSAPP_SIMULATOR_THROUGHPUT", "100000", "WHATSAPP_SIMULATOR_STRICT_PAIR", "false",
                        "WHATSAPP_SIMULATOR_STRICT_WINDOW", "false"))) {
            simulator.awaitAnswer(GraphSends.NUMBER);
            long warm = load(run, simulator, WARM_UP_S).run().path("count").asLong();
            receiver.await(callbacks ? STATUSES * warm : 0);
            run.postgres().settle();
            long before = receiver.received();
            try (Profile profile = Profile.start(run, database, simulator, callbacks ? PROFILE : PROFILE + "-" + WITHOUT.replace(' ', '-'))) {
                long cpu = -simulator.cpuMs();
                long databaseCpu = -run.postgres().cpuMs();
                long begin = System.nanoTime();
                ObjectNode figures = load(run, simulator, run.seconds()).run();
                long sent = figures.path("count").asLong();
                long called = callbacks ? receiver.await(before + STATUSES * sent) - before : 0;
                double seconds = (System.nanoTime() - begin) / 1e9;
                figures.put("calledBackPerSecond", called / (double) STATUSES / seconds).put("missing", callbacks ? STATUSES * sent - called : 0)
                        .put("serverCpu", (cpu + simulator.cpuMs()) * 1000.0 / Math.max(1, sent))
                        .put("databaseCpu", (databaseCpu + run.postgres().cpuMs()) * 1000.0 / Math.max(1, sent));
                return figures;
            }
        }
    }

    private static Load load(Run run, Server simulator, int seconds) {
        return new Load(simulator, run.postgres(), "graph-send").with("connections", CONNECTIONS).with("warmUp", 0).with("seconds", seconds)
                .with("prepare", 4000).with("contacts", CONTACTS);
    }

    @Override
    public String extent(JsonNode results) {
        return Part.super.extent(results) + ", " + results.path(START).size() + " starts";
    }

    @Override
    public String table(JsonNode results) {
        StringBuilder text = new StringBuilder(Figures.head("", "accepted/s", "p50 ms", "p99 ms", "sent, delivered, read called back/s",
                "CPU µs simulator + database", "callbacks missing", "not 200"));
        for (String name : List.of(WITH, WITHOUT)) {
            JsonNode runs = results.path(name);
            text.append(Figures.row(name, Figures.spread(runs, "perSecond"), Figures.spread(runs, "p50"), Figures.spread(runs, "p99"),
                    name.equals(WITH) ? Figures.spread(runs, "calledBackPerSecond") : "-", Figures.number(Figures.median(runs, "serverCpu")) + " + "
                    + Figures.number(Figures.median(runs, "databaseCpu")), Figures.median(runs, "missing"), IntakePart.others(runs, "200")));
        }
        return text.append('\n').append(Figures.head("`bin/start simulator`", "s to the first 200", "CPU s", "RSS MB"))
                .append(Figures.row("on an existing database", Figures.spread(results.path(START), "seconds"),
                        Figures.spread(results.path(START), "cpuSeconds"), Figures.spread(results.path(START), "rssMb"))).toString();
    }
}
