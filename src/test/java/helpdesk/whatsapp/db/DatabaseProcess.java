package helpdesk.whatsapp.db;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A second JVM with an embedded database, to be killed; its main obeys the lines of its standard input. */
final class DatabaseProcess implements AutoCloseable {

    private static final String EOF = "(end of output)";

    private final Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final StringBuffer output = new StringBuffer();

    record Ready(String url, String user, String password, long postmasterPid) {
    }

    private DatabaseProcess(Process process) {
        this.process = process;
        Thread reader = new Thread(this::read, "second-jvm-output");
        reader.setDaemon(true);
        reader.start();
    }

    static DatabaseProcess start(Path dataDir) throws IOException {
        return start(List.of(), classPath(), dataDir, Map.of());
    }

    static DatabaseProcess start(List<String> prefix, String classPath, Path dataDir, Map<String, String> environment) throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m", "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", "-cp", classPath, DatabaseProcess.class.getName(), dataDir.toString()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        return new DatabaseProcess(builder.start());
    }

    static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    private void read() {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                output.append(line).append('\n');
                lines.add(line);
            }
        } catch (IOException e) {
            output.append(e);
        }
        lines.add(EOF);
    }

    Ready awaitReady() throws InterruptedException {
        String[] words = awaitLine("READY").split(" ");
        return new Ready(words[1], words[2], words[3], Long.parseLong(words[4]));
    }

    String awaitLine(String start) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(120).toNanos();
        while (System.nanoTime() < deadline) {
            String line = lines.poll(1, TimeUnit.SECONDS);
            if (line != null && line.startsWith(start)) {
                return line;
            }
            if (EOF.equals(line)) {
                break;
            }
        }
        throw new AssertionError("No line " + start + " in:\n" + output);
    }

    void tell(String command) throws IOException {
        process.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    int awaitEnd() throws InterruptedException {
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            throw new AssertionError("The second JVM does not end:\n" + output);
        }
        return process.exitValue();
    }

    /** kill -9, of this JVM only. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        awaitEnd();
    }

    long pid() {
        return process.pid();
    }

    String output() {
        return output.toString();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }

    public static void main(String[] args) throws Exception {
        EmbeddedDatabase database;
        try {
            database = EmbeddedDatabase.start(Path.of(args[0]));
        } catch (DatabaseStartException e) {
            System.out.println("FAILED " + e.getMessage());
            System.exit(1);
            return;
        }
        System.out.println("READY " + database.url() + " " + database.user() + " " + database.password() + " " + database.postmasterPid());
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            switch (line) {
                case "keep" -> {
                    database.keepUntilClosed();
                    System.out.println("KEPT");
                }
                case "close" -> {
                    database.close();
                    System.out.println("CLOSED");
                }
                default -> System.exit(0);
            }
        }
    }
}
