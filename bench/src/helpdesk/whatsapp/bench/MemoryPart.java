package helpdesk.whatsapp.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The most memory that the JVM has ever had, taking in and working on as much as it can, and with webhooks of 3 MB. */
final class MemoryPart implements Part {

    private static final int LARGE = 3 * 1024 * 1024;

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public void run(Run run, ObjectNode results) throws Exception {
        for (int i = 0; i < run.runs(); i++) {
            for (int bytes : List.of(1024, LARGE)) {
                try (Server product = Server.product("memory", run.on("memory"))) {
                    Load load = new Load(product, run.postgres(), "webhook").with("connections", bytes == LARGE ? 4 : 256)
                            .with("prepareAtMost", bytes == LARGE ? 20 : 100_000).with("bytes", bytes).with("seconds", run.seconds() * 3L);
                    ObjectNode figures = load.run();
                    figures.put("mostMb", Cpu.kilobytes(product.pid(), "VmHWM") / 1024.0).put("nowMb", Cpu.kilobytes(product.pid(), "VmRSS") / 1024.0)
                            .put("heapMb", Heap.afterCollection(product.pid()));
                    results.withArray(bytes == LARGE ? "webhooks of 3 MB" : "webhooks of 1 KB").add(figures);
                    Run.say("memory, %d bytes: %s", bytes, figures);
                }
            }
        }
    }

    @Override
    public String table(JsonNode results) {
        StringBuilder text = new StringBuilder(Figures.head("", "RSS MB, most", "heap MB in use after a collection", "webhooks/s", "not 200"));
        for (String name : List.of("webhooks of 1 KB", "webhooks of 3 MB")) {
            JsonNode runs = results.path(name);
            text.append(Figures.row(name, Figures.spread(runs, "mostMb"), Figures.spread(runs, "heapMb"), Figures.spread(runs, "perSecond"),
                    IntakePart.refused(runs)));
        }
        return text.toString();
    }
}
