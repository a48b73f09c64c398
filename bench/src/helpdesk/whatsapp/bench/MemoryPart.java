package helpdesk.whatsapp.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** The memory of the JVM, taking in and working on as much as it can, and with a webhook of 3 MB that holds 3,000 items each second. */
final class MemoryPart implements Part {

    private static final int ITEMS = 3000;
    /** About as many items as the routes work on. */
    private static final int LARGE_PER_SECOND = 1;
    private static final int EACH = 2;
    private static final long DRAIN_S = 180;
    private static final Map<String, Integer> LOADS = new TreeMap<>(Map.of("webhooks of 1 KB", 1, "webhooks of 3 MB, %,d items".formatted(ITEMS), ITEMS));

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public void run(Run run, ObjectNode results) throws Exception {
        results.put("seconds", seconds(run));
        for (int i = 0; i < run.runs(); i++) {
            for (Map.Entry<String, Integer> load : LOADS.entrySet()) {
                try (Server product = Server.product("memory", run.on("memory"))) {
                    results.withArray(load.getKey()).add(measure(run, product, load.getValue()));
                    Run.say("memory, %s: %s", load.getKey(), results.path(load.getKey()).path(i));
                }
            }
        }
    }

    private static int seconds(Run run) {
        return 3 * run.seconds();
    }

    private static ObjectNode measure(Run run, Server product, int items) throws Exception {
        boolean large = items > 1;
        Progress progress = new Progress(run.postgres().sql("memory"));
        double[] heap = {0};
        ObjectNode figures = new Load(product, run.postgres(), "webhook").with("connections", large ? 4 : 256).with("items", items)
                .with("rate", large ? LARGE_PER_SECOND : 0)
                .with("prepareAtMost", large ? 20 : 100_000).with("seconds", seconds(run))
                .every(EACH, interval -> heap[0] = Math.max(heap[0], Heap.afterLastCollection(product.pid()))).run();
        long begin = System.nanoTime();
        while (progress.pending() > 0 && System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(DRAIN_S)) {
            heap[0] = Math.max(heap[0], Heap.afterLastCollection(product.pid()));
            TimeUnit.MILLISECONDS.sleep(500);
        }
        return figures.put("mostMb", Cpu.kilobytes(product.pid(), "VmHWM") / 1024.0).put("heapMostMb", heap[0])
                .put("liveMb", Heap.live(product.pid())).put("itemsPerSecond", figures.path("perSecond").asDouble() * items)
                .put("leftOver", progress.pending());
    }

    @Override
    public String table(JsonNode results) {
        StringBuilder text = new StringBuilder(Figures.head("", "RSS MB, most", "heap MB after a collection, most", "heap MB after a full one, at the end",
                "webhooks/s", "items/s", "left over", "not 200"));
        for (String name : LOADS.keySet()) {
            JsonNode runs = results.path(name);
            text.append(Figures.row(name, Figures.spread(runs, "mostMb"), Figures.spread(runs, "heapMostMb"), Figures.spread(runs, "liveMb"),
                    Figures.spread(runs, "perSecond"), Figures.spread(runs, "itemsPerSecond"), Figures.median(runs, "leftOver"), IntakePart.refused(runs)));
        }
        return text.toString();
    }
}
