package helpdesk.whatsapp.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The heap of another JVM, by the tools of the JDK. */
final class Heap {

    private Heap() {
    }

    /** Megabytes that the last collection, whichever it was, has left in use, as the collector counted them; NaN without a jstat. */
    static double afterLastCollection(long pid) {
        String[] lines = tool("jstat", "-gc", String.valueOf(pid)).strip().split("\n");
        if (lines.length != 2) {
            return Double.NaN;
        }
        List<String> columns = List.of(lines[0].strip().split("\\s+"));
        String[] values = lines[1].strip().split("\\s+");
        double kilobytes = 0;
        for (String space : List.of("S0U", "S1U", "OU")) {      // it has emptied eden
            kilobytes += Double.parseDouble(values[columns.indexOf(space)].replace(',', '.'));
        }
        return kilobytes / 1024;
    }

    /** Megabytes in use after a full collection, made now; NaN without the tools. */
    static double live(long pid) {
        jcmd(pid, "GC.run");
        return afterLastCollection(pid);
    }

    static String jcmd(long pid, String... command) {
        List<String> arguments = new ArrayList<>(List.of(String.valueOf(pid)));
        arguments.addAll(List.of(command));
        return tool("jcmd", arguments.toArray(String[]::new));
    }

    private static String tool(String name, String... arguments) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", name).toString()));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
