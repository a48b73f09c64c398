package helpdesk.whatsapp.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Processor time and memory of processes, as the kernel counts them. */
final class Cpu {

    private static final long MS_PER_TICK = 10;

    private Cpu() {
    }

    /** User and system time of the process, of those it started, and of those of them that have ended, in milliseconds. */
    static long msOf(long pid) {
        long own = stat(pid, true);
        return ProcessHandle.of(pid).map(process -> process.descendants().mapToLong(child -> stat(child.pid(), true)).sum()).orElse(0L) + own;
    }

    private static long stat(long pid, boolean withEnded) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");     // from field 3 on
            long ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
            return MS_PER_TICK * (withEnded ? ticks + Long.parseLong(fields[13]) + Long.parseLong(fields[14]) : ticks);
        } catch (IOException e) {
            return 0;       // it has ended
        }
    }

    /** A line of /proc/pid/status in kB, such as VmHWM (most memory so far) or VmRSS (memory now). */
    static long kilobytes(long pid, String line) {
        try {
            return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream().filter(l -> l.startsWith(line + ":"))
                    .map(l -> l.replaceAll("\\D", "")).mapToLong(Long::parseLong).findFirst().orElse(0);
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
