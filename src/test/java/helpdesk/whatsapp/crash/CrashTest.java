package helpdesk.whatsapp.crash;

import static org.assertj.core.api.Assertions.assertThat;

import helpdesk.whatsapp.crash.CrashRun.Kill;
import helpdesk.whatsapp.crash.FaultPoint.Victim;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * kill -9 under load, as the customers, the helpdesk and Meta see it: by the sets of what was acknowledged, called and told. The short
 * form; {@link LongCrash} is the long one.
 */
@Timeout(600)
class CrashTest {

    private static final long SEED = System.nanoTime();

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @Test
    void what_was_acknowledged_is_there_once_and_no_send_is_made_twice_after_kills_at_any_moment() throws Exception {
        try (CrashRun run = new CrashRun(folder.resolve("data"), SEED).begin()) {
            run.play(List.of(Kill.atAnyMoment(Victim.JVM), Kill.atAnyMoment(Victim.POSTGRESQL), Kill.atAnyMoment(Victim.BOTH)));
            assertThatAllIsRight(run);
        }
    }

    @Test
    void what_was_acknowledged_is_there_once_and_no_send_is_made_twice_after_kills_between_commit_call_and_answer_and_amid_a_change_of_days() throws Exception {
        try (CrashRun run = new CrashRun(folder.resolve("data"), SEED).begin()) {
            run.play(List.of(Kill.at(FaultPoint.after("webhook-receive-append")), Kill.at(FaultPoint.after("webhook-process-ledger")),
                    Kill.at(FaultPoint.after("attempt-accept-row").of(Victim.POSTGRESQL)),
                    Kill.at(FaultPoint.before("outbound-deliver-record").of(Victim.BOTH)), Kill.at(FaultPoint.after("log-keep-days-drop"))));
            assertThatAllIsRight(run);
        }
    }

    @Test
    void the_places_of_the_long_form_are_steps_of_the_shipped_routes() throws IOException {
        StringBuilder routes = new StringBuilder();
        try (Stream<Path> files = Files.walk(Path.of("routes"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                routes.append(Files.readString(file));
            }
        }
        assertThat(FaultPoint.PLACES).extracting(FaultPoint::step).allSatisfy(step -> assertThat(routes).containsPattern("id: " + step + "\\b"));
    }

    private static void assertThatAllIsRight(CrashRun run) throws Exception {
        Map<String, List<String>> faults = run.verdict();
        assertThat(faults).as("seed %d%n%s", SEED, Verdict.describe(faults)).isEmpty();
        assertThat(run.truth().acknowledgedSends()).isPositive();
        assertThat(Truth.acknowledged(run.truth().statuses)).isNotEmpty();
    }
}
