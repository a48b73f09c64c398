package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * The clients that are published for Node.js, as src/test/node pins them: installed once into target/node, and run by the scripts there.
 * Without node, npm or a registry their tests are skipped, and counted; with CLIENT_TESTS=required they fail.
 */
final class NodeClients {

    private static final Path SOURCES = Path.of("src/test/node");
    private static final Path HOME = Path.of("target/node");
    private static final int INSTALL_S = 180;
    private static final int RUN_S = 120;
    private static String missing;
    private static boolean installed;

    private NodeClients() {
    }

    /** Runs a script with these settings; what it prints. */
    static JsonNode run(String script, JsonNode settings) {
        install();
        Path errors = HOME.resolve(script + ".err");
        try {
            Process node = new ProcessBuilder("node", script).directory(HOME.toFile()).redirectError(errors.toFile()).start();
            Thread timer = limit(node, RUN_S);
            try (OutputStream in = node.getOutputStream()) {
                in.write(Json.MAPPER.writeValueAsBytes(settings));
            }
            byte[] out = node.getInputStream().readAllBytes();
            int exit = node.waitFor();
            timer.interrupt();
            if (exit != 0) {
                throw new AssertionError(script + " ended with " + exit + ": " + Files.readString(errors));
            }
            return Json.read(out);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(script, e);
        }
    }

    private static synchronized void install() {
        if (!installed && missing == null) {
            try {
                missing = tryToInstall();
                installed = missing == null;
            } catch (IOException | InterruptedException e) {
                missing = "node and npm are needed: " + e.getMessage();
            }
        }
        if (missing != null && "required".equals(System.getenv("CLIENT_TESTS"))) {
            throw new AssertionError(missing);
        }
        Assumptions.assumeTrue(installed, missing);
    }

    /** Null, or why not. Several JVMs of tests want it at the same time, and what is there already is not fetched again. */
    private static String tryToInstall() throws IOException, InterruptedException {
        Files.createDirectories(HOME);
        try (FileChannel lock = FileChannel.open(HOME.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            lock.lock();
            Path done = HOME.resolve("installed.json");
            boolean same = Files.exists(done) && Files.mismatch(SOURCES.resolve("package-lock.json"), done) < 0;
            try (Stream<Path> files = Files.list(SOURCES)) {
                for (Path file : files.toList()) {
                    replace(file, HOME.resolve(file.getFileName()));
                }
            }
            if (same) {
                return null;
            }
            Path log = HOME.resolve("install.log");
            Process npm = new ProcessBuilder(program("npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1")
                    .directory(HOME.toFile()).redirectErrorStream(true).redirectOutput(log.toFile()).start();
            Thread timer = limit(npm, INSTALL_S);
            int exit = npm.waitFor();
            timer.interrupt();
            if (exit != 0) {
                return "npm could not install the clients of src/test/node, see " + log;
            }
            Files.copy(SOURCES.resolve("package-lock.json"), done, StandardCopyOption.REPLACE_EXISTING);
            return null;
        }
    }

    // In one step: another JVM may read it just now.
    private static void replace(Path file, Path copy) throws IOException {
        if (!Files.exists(copy) || Files.mismatch(file, copy) >= 0) {
            Path next = Files.createTempFile(HOME, "next", null);
            Files.copy(file, next, StandardCopyOption.REPLACE_EXISTING);
            Files.move(next, copy, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private static String program(String name) {
        return System.getProperty("os.name").startsWith("Windows") ? name + ".cmd" : name;
    }

    private static Thread limit(Process process, int seconds) {
        Thread timer = new Thread(() -> {
            try {
                if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                    List.copyOf(process.descendants().toList()).forEach(ProcessHandle::destroyForcibly);
                    process.destroyForcibly();
                }
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
        });
        timer.setDaemon(true);
        timer.start();
        return timer;
    }
}
