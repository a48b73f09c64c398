package helpdesk.whatsapp.crash;

import static org.assertj.core.api.Assertions.assertThat;

import helpdesk.whatsapp.testing.TestApp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;

/** An instance in this JVM under load, while its database is in trouble. */
final class AppRun implements AutoCloseable {

    private static final long SEED = System.nanoTime();
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Truth truth = new Truth();
    private final Meta meta;
    private final TestApp app;
    private final Load load;

    AppRun(Map<String, String> database) {
        Random random = new Random(SEED);
        meta = new Meta(truth, random.nextLong());
        Map<String, String> properties = new HashMap<>(meta.properties(database));
        properties.put("whatsapp.db.lock-timeout", "500");
        properties.put("whatsapp.db.idle-in-transaction-timeout", "3000");
        app = TestApp.start(properties);
        meta.callBack(this::call);
        load = new Load(this::call, truth, random.nextLong());
    }

    private Client.Answer call(String method, String path, String body, Map<String, String> headers) throws IOException {
        Map<String, String> all = new HashMap<>(Map.of("Authorization", "Bearer " + TestApp.TOKEN, "Content-Type", "application/json"));
        all.putAll(headers);
        try {
            TestApp.Answer answer = app.call(method, path, body, all);
            return new Client.Answer(answer.status(), answer.text());
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    AppRun underLoad() {
        load.start(3, 2);
        return this;
    }

    TestApp app() {
        return app;
    }

    Webhook webhook() {
        return new Webhook(this::call, Meta.SECRET);
    }

    Truth truth() {
        return truth;
    }

    /** Until that many more webhooks and sends were acknowledged. */
    void awaitProgress(int requests) {
        int enough = truth.progress.get() + requests;
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> truth.progress.get() >= enough);
    }

    void assertThatAllIsRight() throws InterruptedException {
        load.stop();
        Map<String, List<String>> faults = new Verdict(this::call, app::database, truth, meta).reach(PATIENCE);
        assertThat(faults).as("seed %d%n%s", SEED, Verdict.describe(faults)).isEmpty();
    }

    @Override
    public void close() throws InterruptedException {
        app.close();
        meta.close();
    }
}
