package helpdesk.whatsapp.crash;

import static org.assertj.core.api.Assertions.assertThat;

import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.testing.GraphStub;
import helpdesk.whatsapp.testing.Payloads;
import helpdesk.whatsapp.testing.TestApp;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM: who was let in is answered, nothing is lost, and the process ends in time. */
@Timeout(600)
class ShutdownTest {

    /** What a JVM that was asked to end by SIGTERM answers: 128 + 15. */
    private static final int ENDED_BY_SIGTERM = 143;
    /** The time that requests get (camel.main.shutdownTimeout), and that PostgreSQL and a busy machine need. */
    private static final Duration LONGEST = Duration.ofSeconds(60);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @Test
    void asked_to_end_under_load_it_ends_in_time_and_loses_nothing() throws Exception {
        try (CrashRun run = new CrashRun(folder.resolve("data"), System.nanoTime()).begin()) {
            run.awaitProgress(60);
            run.app().terminate();
            assertThat(run.app().ends(LONGEST)).isTrue();
            assertThat(run.app().exitCode()).isEqualTo(ENDED_BY_SIGTERM);
            assertThat(run.app().postmaster().process()).isEmpty();

            run.app().start();
            Map<String, List<String>> faults = run.verdict();
            assertThat(faults).as(Verdict.describe(faults)).isEmpty();
        }
    }

    @Test
    void webhooks_that_wait_for_their_commit_when_it_is_asked_to_end_are_answered() throws Exception {
        Truth truth = new Truth();
        try (Meta meta = new Meta(truth, 1); AppProcess app = new AppProcess(folder.resolve("data"),
                meta.properties(Map.of("whatsapp.db.lock-timeout", "60000")))) {
            app.start();
            List<String> wamids = IntStream.range(0, 8).mapToObj(i -> TestApp.newWamid()).toList();
            List<CompletableFuture<Integer>> answers;
            try (Connection somebody = app.postmaster().connections().getConnection(); Statement lock = somebody.createStatement()) {
                somebody.setAutoCommit(false);
                lock.execute("select pos from log_head where topic = 'webhook' for update");
                answers = new ArrayList<>(List.of(post(app, wamids.get(0))));
                Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> app.postmaster().database()
                        .sql("select count(*) from pg_stat_activity where wait_event_type = 'Lock'").query(Long.class).single() > 0);
                wamids.stream().skip(1).forEach(wamid -> answers.add(post(app, wamid)));
                Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> Json.read(app.call("GET", "/api/whatsapp/health", null, Map.of()).body())
                        .at("/log/queued").asInt() >= wamids.size() - 1);
                app.terminate();
                Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> app.log().contains("Shutting down Apache Camel"));
            }
            for (CompletableFuture<Integer> answer : answers) {
                assertThat(answer.get(60, TimeUnit.SECONDS)).isIn(200, 503);
            }
            assertThat(answers.get(0).get()).as("the first one was being written").isEqualTo(200);
            assertThat(app.exitCode()).isEqualTo(ENDED_BY_SIGTERM);

            app.start();
            Set<String> taken = Set.copyOf(IntStream.range(0, wamids.size()).filter(i -> answers.get(i).join() == 200).mapToObj(wamids::get).toList());
            Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(app.postmaster().database()
                    .sql("select wamid from message").query(String.class).list()).containsAll(taken).doesNotHaveDuplicates());
        }
    }

    private static CompletableFuture<Integer> post(AppProcess app, String wamid) {
        return CompletableFuture.supplyAsync(() -> new Webhook(app, Meta.SECRET).post(body(wamid)));
    }

    private static String body(String wamid) {
        return Payloads.webhook(Payloads.change(GraphStub.REAL_NUMBER, "messages", Payloads.text("16505550100", wamid, "hello")));
    }
}
