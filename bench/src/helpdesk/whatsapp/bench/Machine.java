package helpdesk.whatsapp.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** On what it was measured. */
final class Machine {

    private static final int SYNCS = 300;

    private Machine() {
    }

    static ObjectNode describe(Postgres postgres) throws IOException, InterruptedException {
        ObjectNode machine = Json.object();
        machine.put("cores", Runtime.getRuntime().availableProcessors());
        machine.put("processor", Files.readAllLines(Path.of("/proc/cpuinfo")).stream().filter(l -> l.startsWith("model name"))
                .map(l -> l.replaceFirst(".*: ", "")).findFirst().orElse("?"));
        machine.put("memoryGb", Files.readAllLines(Path.of("/proc/meminfo")).stream().filter(l -> l.startsWith("MemTotal"))
                .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")) / 1_048_576).findFirst().orElse(0));
        machine.put("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        machine.put("loadBefore", Double.parseDouble(Files.readString(Path.of("/proc/loadavg")).split(" ")[0]));
        long[] syncs = syncs();
        machine.put("fsyncMs50", syncs[SYNCS / 2] / 1000 / 1000.0).put("fsyncMs99", syncs[SYNCS * 99 / 100] / 1000 / 1000.0);
        machine.put("jdk", System.getProperty("java.vm.vendor") + " " + System.getProperty("java.version"));
        machine.put("postgresql", postgres.version());
        machine.put("camel", org.apache.camel.CamelContext.class.getPackage().getImplementationVersion());
        machine.put("commit", output("git", "rev-parse", "--short", "HEAD"));
        return machine;
    }

    /** Times of writes of 8 kB that are on the disk when they return, in nanoseconds, sorted. */
    private static long[] syncs() throws IOException {
        Path file = Path.of("target/bench/fsync");
        long[] times = new long[SYNCS];
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (int i = 0; i < SYNCS; i++) {
                long begin = System.nanoTime();
                channel.write(ByteBuffer.allocate(8192), i * 8192L);
                channel.force(false);
                times[i] = System.nanoTime() - begin;
            }
        }
        Files.delete(file);
        Arrays.sort(times);
        return times;
    }

    private static String output(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8).strip();
        return process.waitFor(10, TimeUnit.SECONDS) ? output : "";
    }
}
