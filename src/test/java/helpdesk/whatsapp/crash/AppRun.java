package helpdesk.whatsapp.crash;

import static org.assertj.core.api.Assertions.assertThat;

import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.testing.GraphStub;
import helpdesk.whatsapp.testing.Payloads;
import helpdesk.whatsapp.testing.TestApp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** An instance in this JVM under load, while its database is in trouble. */
final class AppRun implements AutoCloseable {

    private static final long SEED = System.nanoTime();
    private static final Duration PATIENCE = Duration.ofSeconds(150);

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

    /** The answer of the API to a send. */
    int send(String to, String text) throws IOException {
        Client.Answer answer = call("POST", "/api/whatsapp/messages",
                "{\"to\":\"+%s\",\"type\":\"text\",\"text\":{\"body\":\"%s\"}}".formatted(to, text), Map.of());
        truth.sent(text, answer.status() == 202 ? Truth.Fate.ACKNOWLEDGED : Truth.Fate.OFFERED,
                answer.status() == 202 ? Json.text(Json.read(answer.body()), "id") : null);
        return answer.status();
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

    Meta meta() {
        return meta;
    }

    Truth truth() {
        return truth;
    }

    /** A message of that customer, acknowledged. Returns its wamid. */
    String write(String from) {
        String wamid = offer(from);
        assertThat(webhook().post(body(from, wamid))).isEqualTo(200);
        Truth.note(truth.messages, Set.of(wamid), Truth.Fate.ACKNOWLEDGED);
        return wamid;
    }

    /** The answer to one that may be refused. */
    int tryToWrite(String from) {
        return webhook().post(body(from, offer(from)));
    }

    private String offer(String from) {
        String wamid = TestApp.newWamid();
        truth.written.put(wamid, new Truth.Written(from, false));
        Truth.note(truth.messages, Set.of(wamid), Truth.Fate.OFFERED);
        return wamid;
    }

    private static String body(String from, String wamid) {
        return Payloads.webhook(Payloads.with(Payloads.change(GraphStub.REAL_NUMBER, "messages", Payloads.text(from, wamid, "hello")),
                "contacts", Payloads.contact(from, null, "Customer " + from)));
    }

    boolean isStored(String wamid) {
        return app.database().sql("select count(*) from message where wamid = ?").param(wamid).query(Long.class).single() > 0;
    }

    void awaitStored(String... wamids) {
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> Stream.of(wamids).allMatch(this::isStored));
    }

    /** How many of our messages with these texts have such a status. */
    long count(List<String> texts, String... statuses) {
        return app.database().sql("select count(*) from message where text in (:texts) and status in (:statuses)")
                .param("texts", texts).param("statuses", List.of(statuses)).query(Long.class).single();
    }

    /** Until what was made of these sends is known. */
    void awaitEnded(List<String> texts) {
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> count(texts, "queued", "sending") == 0);
    }

    /** Where a message lies in the log. */
    int laneOf(String wamid) {
        return app.database().sql("select lane from webhook_log where convert_from(payload, 'UTF8') like ?").param("%" + wamid + "%")
                .query(Integer.class).list().get(0);
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
