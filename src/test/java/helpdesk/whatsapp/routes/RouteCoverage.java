package helpdesk.whatsapp.routes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.spi.ContextServicePlugin;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/**
 * Notes which steps of which file and line ran. Camel installs it by itself in every context of the test JVM (it is
 * named in META-INF/services); {@link #install} is for class paths without that file.
 */
public final class RouteCoverage implements ContextServicePlugin {

    static final Path DATA = Path.of("target/route-coverage");

    private static final AtomicInteger CONTEXTS = new AtomicInteger();

    @Override
    public void load(CamelContext context) {
        install(context);
    }

    /** Before the routes are added; a second time changes nothing. */
    public static void install(CamelContext context) {
        install(context, Path.of(""), DATA);
    }

    static void install(CamelContext context, Path project, Path data) {
        boolean there = context.getCamelContextExtension().getInterceptStrategies().stream()
                .anyMatch(strategy -> strategy instanceof Recorder recorder && recorder.data.equals(data));
        if (there) {
            return;
        }
        Recorder recorder = new Recorder(project, data);
        context.setSourceLocationEnabled(true);
        context.getCamelContextExtension().addInterceptStrategy(recorder);
        context.addLifecycleStrategy(recorder.whenStopped());
        Runtime.getRuntime().addShutdownHook(new Thread(recorder::write));
    }

    /** The steps of one context. */
    private static final class Recorder implements InterceptStrategy {

        private final Path project;
        private final Path data;
        private final Path file;
        private final Map<String, Seen> steps = new ConcurrentHashMap<>();

        Recorder(Path project, Path data) {
            this.project = project.toAbsolutePath().normalize();
            this.data = data;
            file = data.resolve(ProcessHandle.current().pid() + "-" + CONTEXTS.incrementAndGet() + ".txt");
        }

        @Override
        public Processor wrapProcessorInInterceptors(CamelContext context, NamedNode step, Processor target, Processor next) {
            String source = source(step.getLocation(), step.getLineNumber());
            if (source == null) {
                return target;
            }
            String key = String.join("\t", source, String.valueOf(step.getLineNumber()), step.getShortName());
            return new Counting(target, steps.computeIfAbsent(key, absent -> new Seen()));
        }

        /** {@code routes/x/y.camel.yaml} or {@code X.java}; null for what is none of ours. */
        private String source(String location, int line) {
            if (location == null || line < 0) {
                return null;
            }
            if (location.endsWith(".java")) {
                return location;
            }
            if (location.startsWith("source:")) {       // a builder without its source on the class path: source:package.Builder
                return location.replaceFirst(".*[.:]", "").replaceFirst("\\$.*", "") + ".java";
            }
            Path loaded = Path.of(location.replaceFirst("^file:(//)?", "")).toAbsolutePath().normalize();
            for (int i = loaded.getNameCount() - 1; i >= 0; i--) {
                if (loaded.getName(i).toString().equals("routes")) {
                    Path name = loaded.subpath(i, loaded.getNameCount());
                    Path ours = project.resolve(name);
                    boolean same = ours.equals(loaded) || Files.isRegularFile(ours) && sameUpTo(line, ours, loaded);
                    return same ? name.toString().replace('\\', '/') : null;
                }
            }
            return null;
        }

        /** A test that edits a copy of the routes covers ours up to its edit; below, the lines are other ones. */
        private static boolean sameUpTo(int line, Path ours, Path copy) {
            try {
                List<String> expected = Files.readAllLines(ours);
                List<String> lines = Files.readAllLines(copy);
                int head = line + 1;
                return expected.size() >= head && lines.size() >= head && expected.subList(0, head).equals(lines.subList(0, head));
            } catch (IOException e) {
                return false;
            }
        }

        LifecycleStrategySupport whenStopped() {
            return new LifecycleStrategySupport() {
                @Override
                public void onContextStopped(CamelContext context) {
                    write();
                }
            };
        }

        private synchronized void write() {
            if (steps.isEmpty()) {
                return;
            }
            List<String> lines = steps.entrySet().stream()
                    .map(entry -> (entry.getValue().ran ? "ran" : "loaded") + "\t" + entry.getKey()).sorted().toList();
            try {
                Files.createDirectories(data);
                Files.write(file, lines);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static final class Seen {
        private volatile boolean ran;
    }

    private static final class Counting extends DelegateAsyncProcessor {

        private final Seen seen;

        Counting(Processor target, Seen seen) {
            super(target);
            this.seen = seen;
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            if (!seen.ran) {
                seen.ran = true;
            }
            return super.process(exchange, callback);
        }
    }
}
