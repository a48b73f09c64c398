package helpdesk.whatsapp.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The JVMs that tests start. The first one lists the classes that it loads, and when it has ended an archive is made of them, with which
 * the next ones start in half the time. Until it is there, or where it does not fit, they start without.
 */
public final class SecondJvm {

    private static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    private static final List<String> CLASS_PATH = List.of(System.getProperty("java.class.path").split(File.pathSeparator));
    /** What an archive can have of the class path, and what it has to begin with. */
    private static final String JARS = CLASS_PATH.stream().filter(entry -> Files.isRegularFile(Path.of(entry))).collect(Collectors.joining(File.pathSeparator));
    private static final String REST = Stream.concat(Stream.of("config"), CLASS_PATH.stream().filter(entry -> Files.isDirectory(Path.of(entry))))
            .collect(Collectors.joining(File.pathSeparator));

    private static final Path FOLDER = TestRun.folder("test-archive").toAbsolutePath();
    private static final Path CLASSES = FOLDER.resolve("classes.txt");
    private static final Path ARCHIVE = FOLDER.resolve("classes.jsa");
    private static boolean listed;

    private SecondJvm() {
    }

    /** The product as it is built, started small and compiled quickly: it does not live for long. */
    public static Process start(ProcessBuilder builder, String main, List<String> options) throws IOException {
        boolean lists = isFirst();
        List<String> command = new ArrayList<>(List.of(JAVA, "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xlog:cds=off",
                "-Xlog:class+path=off"));
        if (Files.exists(ARCHIVE)) {
            command.add("-XX:SharedArchiveFile=" + ARCHIVE);
        } else if (lists) {
            Files.createDirectories(FOLDER);
            command.add("-XX:DumpLoadedClassList=" + CLASSES);
        }
        command.addAll(options);
        command.addAll(List.of("-cp", JARS + File.pathSeparator + REST, main));
        Process process = builder.command(command).start();
        if (lists) {
            process.onExit().thenRun(() -> {
                Thread maker = new Thread(SecondJvm::makeArchive, "class-archive");
                maker.setDaemon(true);
                maker.start();
            });
        }
        return process;
    }

    private static synchronized boolean isFirst() {
        boolean first = !listed;
        listed = true;
        return first;
    }

    private static void makeArchive() {
        Path made = FOLDER.resolve("made.jsa");
        try {
            Process dump = new ProcessBuilder(JAVA, "-Xshare:dump", "-XX:SharedClassListFile=" + CLASSES, "-XX:SharedArchiveFile=" + made,
                    "-cp", JARS).redirectErrorStream(true).redirectOutput(FOLDER.resolve("log.txt").toFile()).start();
            Runtime.getRuntime().addShutdownHook(new Thread(dump::destroyForcibly));
            if (dump.waitFor() == 0) {
                Files.move(made, ARCHIVE, StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
