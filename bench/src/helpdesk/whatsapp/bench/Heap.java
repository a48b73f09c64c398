package helpdesk.whatsapp.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The heap of another JVM, by the jcmd of the JDK. */
final class Heap {

    private static final Pattern USED = Pattern.compile("(?:garbage-first heap|def new generation|tenured generation).*?used (\\d+)K");

    private Heap() {
    }

    /** Megabytes in use after a full collection, NaN without a jcmd. */
    static double afterCollection(long pid) throws IOException, InterruptedException {
        jcmd(pid, "GC.run");
        Matcher used = USED.matcher(jcmd(pid, "GC.heap_info"));
        double kilobytes = Double.NaN;
        while (used.find()) {
            kilobytes = (Double.isNaN(kilobytes) ? 0 : kilobytes) + Long.parseLong(used.group(1));
        }
        return kilobytes / 1024;
    }

    private static String jcmd(long pid, String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), String.valueOf(pid), command)
                .redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }
}
