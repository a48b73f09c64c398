package helpdesk.whatsapp.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.dao.DataAccessException;

/**
 * The file system under PostgreSQL is full: callers are asked to come again, and when there is room it goes on without a restart.
 * Left out where no small file system can be mounted, unless DISK_TESTS is {@code required}.
 */
@Timeout(600)
class DiskFullTest {

    private static final String SIZE = "size=256m";
    private static final int SEGMENTS = 40;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;
    private Path data;
    private boolean mounted;

    @BeforeEach
    void mount() throws Exception {
        data = Files.createDirectories(folder.resolve("data")).toRealPath();
        mounted = run("mount", "-t", "tmpfs", "-o", SIZE + ",mode=0700", "tmpfs", data.toString());
        if ("required".equals(System.getenv("DISK_TESTS"))) {
            assertThat(mounted).as("a small file system can be mounted here").isTrue();
        }
        assumeThat(mounted).as("a small file system can be mounted here (it takes root)").isTrue();
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            run("umount", data.toString());
        }
    }

    private static boolean run(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;       // there is no such program
        }
    }

    private Path fill() {
        Path filler = data.resolve("filler");
        byte[] zeros = new byte[64 * 1024];
        try (OutputStream out = Files.newOutputStream(filler)) {
            while (true) {
                out.write(zeros);
            }
        } catch (IOException full) {
            return filler;
        }
    }

    private static void awaitBusy(CrashRun run) {
        int enough = run.truth().busy.get() + 20;
        Awaitility.await().atMost(Duration.ofSeconds(150)).until(() -> run.truth().busy.get() >= enough);
    }

    // Takes what room the log of PostgreSQL had: then it cannot go on, and ends.
    private static void useUpTheSegments(CrashRun run) {
        try {
            for (int i = 0; i < SEGMENTS; i++) {
                run.app().postmaster().database().sql("select pg_switch_wal(), pg_current_xact_id()").query().listOfRows();
            }
        } catch (DataAccessException ended) {
            return;
        }
    }

    @Test
    void full_for_the_tables_and_then_for_the_log_of_postgresql_it_loses_nothing_and_goes_on_when_there_is_room() throws Exception {
        try (CrashRun run = new CrashRun(data, System.nanoTime()).begin()) {
            run.awaitProgress(40);
            Path filler = fill();
            awaitBusy(run);
            Files.delete(filler);
            run.awaitProgress(40);

            filler = fill();
            useUpTheSegments(run);
            awaitBusy(run);
            Files.delete(filler);
            run.awaitProgress(40);

            assertThat(run.app().isAlive()).isTrue();
            Map<String, List<String>> faults = run.verdict();
            assertThat(faults).as(Verdict.describe(faults)).isEmpty();
        }
    }
}
