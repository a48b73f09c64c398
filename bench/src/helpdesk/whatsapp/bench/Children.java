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

    /** Another JVM with our class path; its options are words. */
    static List<String> java(Class<?> main, String options, String argument) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of(options.split(" ")));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName(), argument));
        return command;
    }
}
