package helpdesk.whatsapp.testing;

import java.nio.file.Path;

/** This JVM of tests: several run at a time, and the numbers of processes come again. */
final class TestRun {

    private static final String ID = ProcessHandle.current().pid() + "-" + Long.toString(System.currentTimeMillis(), 36);

    private TestRun() {
    }

    /** A folder under target for this run alone. */
    static Path folder(String of) {
        return Path.of("target", of, ID);
    }
}
