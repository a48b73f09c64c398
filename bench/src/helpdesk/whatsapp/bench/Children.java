package helpdesk.whatsapp.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The processes that the bench has started: they end with it. */
final class Children {

    private static final ConcurrentLinkedQueue<Process> STARTED = new ConcurrentLinkedQueue<>();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> STARTED.forEach(process -> {
            process.destroyForcibly();
        })));
    }

    private Children() {
    }

    static Process add(Process process) {
        STARTED.add(process);
        return process;
    }

    /** Another JVM with our class path. */
    static List<String> java(Class<?> main, String heap, String argument) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), heap,
                "-cp", System.getProperty("java.class.path"), main.getName()));
        command.add(argument);
        return command;
    }
}
