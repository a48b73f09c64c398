package helpdesk.whatsapp.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.testing.Inbox;
import helpdesk.whatsapp.testing.Payloads;
import helpdesk.whatsapp.testing.Ports;
import helpdesk.whatsapp.testing.TestApp;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.camel.builder.RouteBuilder;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The log as its users meet it: a writer that many share, readers that are bounded, days that come and go. */
class PgLogTest {

    private static final int QUEUE = 40;
    @AutoClose
    private static TestApp app;
    private static int management;

    private final ExecutorService callers = Executors.newCachedThreadPool();

    @BeforeAll
    static void start() throws Exception {
        management = Ports.free();
        // Appends that wait for a lock of the tests are not given up after the ten seconds of the product.
        app = TestApp.start(Map.of("db-options", "?socketTimeout=60", "whatsapp.log.queue-entries", String.valueOf(QUEUE), "whatsapp.log.deadline", "60",
                "whatsapp.db.lock-timeout", "60000", "camel.management.enabled", "true", "camel.metrics.enabled", "true", "camel.management.port", String.valueOf(management)));
        // The days belong to the tests here: the job of the product would drop those that a test has just made.
        app.context().getRouteController().stopRoute("log-maintain");
        app.awaitLanes();
    }

    @AfterEach
    void end() throws Exception {
        callers.shutdownNow();
        if (app.context().getRoute("reader") != null) {
            app.context().getRouteController().stopRoute("reader");
            app.context().removeRoute("reader");
            app.database().sql("delete from lane_offset where topic = 'events'").update();
        }
    }

    // ---- writing -----------------------------------------------------------------------------------------------------

    /** A session of somebody else that keeps the topic's head locked: every append waits. */
    private Connection lockHead() throws SQLException {
        Connection session = DriverManager.getConnection(app.property("whatsapp.db.url"), app.property("whatsapp.db.user"),
                app.property("whatsapp.db.password"));
        session.setAutoCommit(false);
        session.createStatement().execute("select pos from log_head where topic = 'webhook' for update");
        return session;
    }

    private CompletableFuture<TestApp.Answer> post() {
        return CompletableFuture.supplyAsync(() -> app.webhook(Payloads.messages(
                Payloads.text(TestApp.newCustomer(), TestApp.newWamid(), "hello"))), callers);
    }

    /** A webhook of so many bytes, at least; nobody reads most of them. */
    private CompletableFuture<TestApp.Answer> postOf(int bytes) {
        ObjectNode message = Payloads.text(TestApp.newCustomer(), TestApp.newWamid(), "hello").put("unheard_of", "x".repeat(bytes));
        return CompletableFuture.supplyAsync(() -> app.webhook(Payloads.messages(message)), callers);
    }

    private List<CompletableFuture<TestApp.Answer>> posts(int count) {
        return IntStream.range(0, count).mapToObj(i -> post()).toList();
    }

    private void awaitQueued(int entries) {
        PgLogComponent log = app.context().getComponent("pglog", PgLogComponent.class);
        Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(5)).until(() -> log.queued("webhook") >= entries);
    }

    private void awaitAppendWaits() {
        Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(5)).until(() -> app.database().sql("""
                select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
                  and query like 'with entry as%'""").query(Long.class).single() == 1);
    }

    private TopicFigures figures() {
        return app.context().getComponent("pglog", PgLogComponent.class).figures("webhook");
    }

    private static JsonNode part(JsonNode health, String part) {
        for (JsonNode condition : health.path("conditions")) {
            if (condition.path("part").asText().equals(part)) {
                return condition;
            }
        }
        throw new AssertionError("health names no part " + part);
    }

    @Test
    void what_arrives_during_a_commit_is_committed_together_at_dense_positions() throws Exception {
        app.webhook(Payloads.messages(Payloads.text(TestApp.newCustomer(), TestApp.newWamid(), "the first")));
        long commits = figures().getAppends();
        long head = app.database().sql("select pos from log_head where topic = 'webhook'").query(Long.class).single();
        List<CompletableFuture<TestApp.Answer>> answers;
        try (Connection lock = lockHead()) {
            CompletableFuture<TestApp.Answer> first = post();
            awaitAppendWaits();
            answers = new ArrayList<>(posts(30));
            answers.add(first);
            awaitQueued(30);
            assertThat(answers).noneMatch(CompletableFuture::isDone);
            lock.rollback();
        }
        for (CompletableFuture<TestApp.Answer> answer : answers) {
            assertThat(answer.get(30, TimeUnit.SECONDS).status()).isEqualTo(200);
        }

        assertThat(figures().getAppends() - commits).as("transactions").isEqualTo(2);
        assertThat(app.database().sql("select pos from webhook_log where pos > ? order by pos").param(head).query(Long.class).list())
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 31).mapToObj(i -> head + i).toList());
        app.awaitProcessed();
    }

    @Test
    void a_full_queue_is_503_at_once_and_what_waits_for_too_long_is_503_instead_of_late() throws Exception {
        PgLogComponent log = app.context().getComponent("pglog", PgLogComponent.class);
        CompletableFuture<TestApp.Answer> first;
        List<CompletableFuture<TestApp.Answer>> queued;
        try (Connection lock = lockHead()) {
            first = post();
            awaitAppendWaits();
            log.setDeadlineSeconds(2);
            queued = posts(QUEUE);
            awaitQueued(QUEUE);

            TestApp.Answer refused = post().get(30, TimeUnit.SECONDS);

            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.header("Retry-After")).isNotNull();
            assertThat(refused.json().path("code").asText()).isEqualTo("log-full");
            assertThat(first.isDone()).as("the lock is still there").isFalse();
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> System.nanoTime() > deadline);
            lock.rollback();
        } finally {
            log.setDeadlineSeconds(60);
        }
        assertThat(first.get(30, TimeUnit.SECONDS).status()).as("was being written").isEqualTo(200);
        for (CompletableFuture<TestApp.Answer> answer : queued) {
            assertThat(answer.get(30, TimeUnit.SECONDS).status()).isEqualTo(503);
        }
        assertThat(post().get(30, TimeUnit.SECONDS).status()).as("then it goes on").isEqualTo(200);
        app.awaitProcessed();
        JsonNode health = app.get("/api/whatsapp/health").json();
        assertThat(health.path("ledgers").path("balanced").asBoolean()).isTrue();
        assertThat(health.path("log").path("refusing").asBoolean()).isTrue();
        assertThat(part(health, "log").path("state").asText()).isEqualTo("attention");
        assertThat(part(health, "log").path("text").asText()).startsWith("Webhooks were answered 503 in the last minute");
    }

    @Test
    void a_replay_waits_for_no_batch_and_keeps_no_webhook_waiting() throws Exception {
        app.awaitProcessed();
        long letter = app.database().sql("with event as (insert into dead_event values (-1, '')) "
                + "insert into dead_letter (log_pos, item_path, part, route, reason, simulated) "
                + "values (-1, '', 'event', 'webhook-process', 'unread', true) returning id").query(Long.class).single();
        String replays = "select head.replays from log_head head where topic = 'webhook'";
        long before = app.database().sql(replays).query(Long.class).single();
        try (Connection batch = DriverManager.getConnection(app.property("whatsapp.db.url"), app.property("whatsapp.db.user"),
                app.property("whatsapp.db.password"))) {
            batch.setAutoCommit(false);
            batch.createStatement().execute("select id from ledger for update");
            CompletableFuture<?> replay = CompletableFuture.runAsync(() -> app.context().createFluentProducerTemplate().to("pglog:webhook")
                    .withBody("{}".getBytes(StandardCharsets.UTF_8)).withHeader("simulated", true).withHeader("replayOf", letter).send(), callers);
            replay.get(30, TimeUnit.SECONDS);
            assertThat(post().get(30, TimeUnit.SECONDS).status()).isEqualTo(200);
            assertThat(app.database().sql(replays).query(Long.class).single()).as("both are counted").isEqualTo(before + 1);
            batch.rollback();
        }
        app.awaitProcessed();
        assertThat(app.get("/api/whatsapp/ingest").json().path("replays").path("appended").asLong()).isEqualTo(before + 1);
        app.database().sql("delete from dead_event where log_pos = -1").update();
    }

    @Test
    void more_bytes_than_one_transaction_takes_are_committed_in_several() throws Exception {
        long commits = figures().getAppends();
        long head = app.database().sql("select pos from log_head where topic = 'webhook'").query(Long.class).single();
        List<CompletableFuture<TestApp.Answer>> answers = new ArrayList<>();
        try (Connection lock = lockHead()) {
            answers.add(post());
            awaitAppendWaits();
            answers.addAll(List.of(postOf(3_000_000), postOf(3_000_000)));
            awaitQueued(2);
            lock.rollback();
        }
        for (CompletableFuture<TestApp.Answer> answer : answers) {
            assertThat(answer.get(30, TimeUnit.SECONDS).status()).isEqualTo(200);
        }

        assertThat(figures().getAppends() - commits).as("transactions").isEqualTo(3);
        assertThat(app.database().sql("select octet_length(payload) / 1000000 from webhook_log where pos > ? order by pos").param(head)
                .query(Integer.class).list()).containsExactly(0, 3, 3);
        app.awaitProcessed();
    }

    @Test
    void a_queue_that_is_full_by_its_bytes_is_503_at_once_and_takes_a_single_one_of_any_size() throws Exception {
        PgLogComponent log = app.context().getComponent("pglog", PgLogComponent.class);
        long most = log.getQueueBytes();
        List<CompletableFuture<TestApp.Answer>> answers = new ArrayList<>();
        log.setQueueBytes(2_000_000);
        try (Connection lock = lockHead()) {
            answers.add(post());
            awaitAppendWaits();
            answers.add(postOf(3_000_000));
            awaitQueued(1);

            TestApp.Answer refused = post().get(30, TimeUnit.SECONDS);

            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.json().path("code").asText()).isEqualTo("log-full");
            assertThat(answers).as("the lock is still there").noneMatch(CompletableFuture::isDone);
            lock.rollback();
            for (CompletableFuture<TestApp.Answer> answer : answers) {
                assertThat(answer.get(30, TimeUnit.SECONDS).status()).isEqualTo(200);
            }
            assertThat(post().get(30, TimeUnit.SECONDS).status()).as("there is room again").isEqualTo(200);
        } finally {
            log.setQueueBytes(most);
        }
        app.awaitProcessed();
    }

    @Test
    void a_day_that_is_missing_is_made_and_the_webhook_is_taken() {
        String today = "webhook_log_" + LocalDate.now(ZoneOffset.UTC).format(DateTimeFormatter.BASIC_ISO_DATE);
        app.awaitProcessed();
        app.database().sql("alter table webhook_log detach partition " + today).update();
        app.database().sql("alter table " + today + " rename to kept").update();

        assertThat(post().join().status()).isEqualTo(200);

        assertThat(app.database().sql("select count(*) from " + today).query(Long.class).single()).isEqualTo(1);
        app.awaitProcessed();
        app.database().sql("insert into webhook_log select * from kept").update();
        app.database().sql("drop table kept").update();
    }

    // ---- reading -----------------------------------------------------------------------------------------------------

    private void append(int entries, int items, int bytes, String keyPrefix) {
        for (CompletableFuture<?> appended : IntStream.range(0, entries).mapToObj(i -> CompletableFuture.runAsync(() ->
                app.context().createFluentProducerTemplate().to("pglog:events").withBody(new byte[bytes])
                        .withHeader("pglogKey", keyPrefix + i).withHeader("pglogItems", items).send(), callers)).toList()) {
            appended.join();
        }
    }

    private void read(String options, org.apache.camel.Processor processor) throws Exception {
        app.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("pglog:events?consumer=test&delay=20&" + options).routeId("reader").errorHandler(noErrorHandler()).process(processor);
            }
        });
    }

    @Test
    void a_batch_is_bounded_by_entries_items_and_bytes_and_nothing_is_left_out() throws Exception {
        app.awaitProcessed();       // a webhook of another test that is worked on later would append its event
        app.database().sql("delete from events_log").update();
        append(30, 400, 10, "items");
        append(30, 1, 400_000, "bytes");
        append(30, 1, 10, "entries");
        append(1, 5000, 10, "of too many items");
        append(1, 1, 1_500_000, "of too many bytes");
        List<List<LogEntry>> batches = Collections.synchronizedList(new ArrayList<>());

        read("workers=1&lanesAtOnce=16&batch=12&batchItems=1999&batchBytes=1000000", exchange -> batches.add(exchange.getMessage().getBody(List.class)));
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> batches.stream().mapToInt(List::size).sum() >= 92);

        assertThat(batches.stream().flatMap(List::stream).map(LogEntry::position)).hasSize(92).doesNotHaveDuplicates();
        Map<Long, Integer> items = new HashMap<>();
        app.database().sql("select pos, items from events_log").query(row -> {
            items.put(row.getLong(1), row.getInt(2));
        });
        // What is beyond a bound by itself comes alone.
        assertThat(batches).filteredOn(batch -> batch.size() > 1).isNotEmpty().allSatisfy(batch -> {
            assertThat(batch).hasSizeLessThanOrEqualTo(12);
            assertThat(batch.stream().mapToInt(entry -> items.get(entry.position())).sum()).as("items").isLessThanOrEqualTo(1999);
            assertThat(batch.stream().mapToInt(entry -> entry.payload().length).sum()).as("bytes").isLessThanOrEqualTo(1_000_000);
        });
    }

    /** What lies in the log and was read: a claim must not look at it. */
    private static final int KEPT = 100_000;

    @ParameterizedTest
    @ValueSource(strings = {"force_generic_plan", "force_custom_plan"})
    void a_claim_looks_only_at_what_it_takes_however_much_is_kept(String plans) throws Exception {
        app.awaitProcessed();
        app.database().sql("""
                insert into webhook_log (pos, lane, simulated, payload) select -n, n % 16, true, decode(repeat('20', 100), 'hex')
                from generate_series(1, ?) n""").param(KEPT).update();
        app.database().sql("analyze webhook_log").update();
        int[] parameter = new int[1];
        String claim = Pattern.compile("\\?").matcher(PgLogConsumer.CLAIM.formatted("webhook", "true"))
                .replaceAll(each -> "\\$" + ++parameter[0]);
        try (Connection session = DriverManager.getConnection(app.property("whatsapp.db.url"), app.property("whatsapp.db.user"),
                app.property("whatsapp.db.password")); Statement statement = session.createStatement()) {
            statement.execute("set plan_cache_mode = " + plans);
            statement.execute("prepare claim as " + claim);
            try (ResultSet row = statement.executeQuery("explain (analyze, buffers, format json) execute claim('webhook', 'inbox', 8, 500, "
                    + "500, 500, 8388608, 2000)")) {
                row.next();
                JsonNode plan = Json.read(row.getString(1)).path(0).path("Plan");
                assertThat(plan.path("Shared Hit Blocks").asLong() + plan.path("Shared Read Blocks").asLong()).as(row.getString(1)).isLessThan(2_000);
            }
        } finally {
            app.database().sql("delete from webhook_log where pos < 0").update();
            app.database().sql("vacuum analyze webhook_log").update();
        }
    }

    @Test
    void a_lane_that_fails_again_and_again_is_paused_with_an_alarm_and_harms_no_other() throws Exception {
        app.awaitProcessed();
        app.database().sql("delete from events_log").update();
        append(30, 1, 10, "lane");      // no more at once than the queue takes, should the writer stand still meanwhile
        append(30, 1, 10, "other");
        int bad = app.database().sql("select lane from events_log order by pos limit 1").query(Integer.class).single();
        Set<Long> done = ConcurrentHashMap.newKeySet();
        boolean[] mended = new boolean[1];
        PgLogComponent log = app.context().getComponent("pglog", PgLogComponent.class);

        read("workers=2&pauseAfter=3&pauseSeconds=1", exchange -> {
            List<LogEntry> batch = exchange.getMessage().getBody(List.class);
            if (!mended[0] && batch.stream().anyMatch(entry -> entry.lane() == bad)) {
                throw new IllegalStateException("broken for this lane");
            }
            batch.forEach(entry -> assertThat(done.add(entry.position())).isTrue());
        });
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> log.figures("events").getPaused().containsKey("test/" + bad));

        long others = app.database().sql("select count(*) from events_log where lane <> ?").param(bad).query(Long.class).single();
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> done.size() == others);
        assertThat(log.figures("events").getPaused().get("test/" + bad)).contains("broken for this lane");
        mended[0] = true;
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> done.size() == 60);
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> log.figures("events").getPaused().isEmpty());
    }

    @Test
    void a_paused_inbox_is_degraded_health_with_its_fault() {
        app.awaitProcessed();
        String wamid = TestApp.newWamid();
        long failed = figures().getFailedBatches();
        app.database().sql("alter table service_window rename to service_window_away").update();
        try {
            app.webhook(Payloads.messages(Payloads.text(TestApp.newCustomer(), wamid, "hello")));
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> figures().getFailedBatches() > failed);
            figures().paused("inbox/99", "a lane that stays paused");
            TestApp.Answer health = app.get("/api/whatsapp/health");
            assertThat(health.json().path("status").asText()).isEqualTo("degraded");
            assertThat(health.json().path("log").path("paused").get(0).path("fault").asText()).isEqualTo("a lane that stays paused");
        } finally {
            figures().resumed("inbox/99");
            app.database().sql("alter table service_window_away rename to service_window").update();
        }
        app.awaitProcessed();
        assertThat(app.get("/api/whatsapp/messages/" + wamid).status()).isEqualTo(200);
    }

    @Test
    void a_log_that_cannot_be_written_is_degraded_health_until_it_can() {
        app.awaitProcessed();
        app.database().sql("alter table webhook_log rename to webhook_log_away").update();
        try {
            assertThat(post().join().status()).isEqualTo(503);
        } finally {
            app.database().sql("alter table webhook_log_away rename to webhook_log").update();
        }
        TestApp.Answer health = app.get("/api/whatsapp/health");
        assertThat(health.json().path("status").asText()).isEqualTo("degraded");
        assertThat(health.json().path("log").path("failing").asBoolean()).isTrue();

        assertThat(post().join().status()).isEqualTo(200);
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> app.get("/api/whatsapp/health").json().path("status").asText().equals("up"));
    }

    @Test
    void what_waits_is_counted_up_to_a_bound_and_said_to_be_more() throws Exception {
        app.awaitProcessed();
        app.context().getRouteController().stopRoute("webhook-process");
        app.database().sql("""
                insert into webhook_log (pos, lane, simulated, payload)
                select 1000000000 + n, 200, true, '' from generate_series(1, 1200) n""").update();
        try {
            TestApp.Answer health = app.get("/api/whatsapp/health");
            assertThat(health.json().path("log").path("pending").asInt()).isEqualTo(1000);
            assertThat(health.json().path("log").path("atLeast").asBoolean()).isTrue();
        } finally {
            app.database().sql("delete from webhook_log where lane = 200 and pos > 1000000000").update();
            app.context().getRouteController().startRoute("webhook-process");
        }
    }

    @ParameterizedTest
    @CsvSource({"whatsapp.log.lanes,0", "whatsapp.log.lanes,257", "whatsapp.log.queue-entries,0", "whatsapp.log.queue-bytes,-1",
            "whatsapp.log.deadline,0", "whatsapp.log.deadline,61", "whatsapp.log.retention-days,7"})
    void what_the_log_cannot_work_with_is_refused_at_the_start(String key, String value) {
        assertThatThrownBy(() -> TestApp.start(Map.of(key, value)).close()).hasStackTraceContaining(key + " is " + value + "; it must be ");
    }

    @Test
    void the_management_port_tells_machines_what_the_log_does() {
        assertThat(post().join().status()).isEqualTo(200);
        app.awaitProcessed();

        // A batch is counted when it has been committed, a moment after.
        Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            TestApp.Answer metrics = app.call("GET", "http://127.0.0.1:" + management + "/observe/metrics", (byte[]) null, Map.of());
            assertThat(metrics.status()).isEqualTo(200);
            assertThat(metrics.text().lines()).contains("pglog_pending 0.0", "pglog_queued{topic=\"webhook\"} 0.0",
                    "pglog_appended_total{topic=\"webhook\"} " + (double) figures().getAppended(),
                    "pglog_append_seconds_count{topic=\"webhook\"} " + figures().getAppends(),
                    "pglog_batch_seconds_count{topic=\"webhook\"} " + figures().getBatches());
        });
        assertThat(app.call("GET", "/observe/metrics", (byte[]) null, Map.of()).status()).as("not on the public port").isEqualTo(404);
    }

    @Test
    void the_management_port_tells_what_waits_and_what_was_refused_failed_or_is_paused() throws Exception {
        PgLogComponent log = app.context().getComponent("pglog", PgLogComponent.class);
        try (Inbox held = Inbox.hold(app)) {
            assertThat(post().join().status()).isEqualTo(200);
            log.setDeadlineSeconds(0);
            assertThat(post().join().status()).as("waited for too long").isEqualTo(503);
            log.setDeadlineSeconds(60);
            app.database().sql("alter table webhook_log rename to webhook_log_away").update();
            assertThat(post().join().status()).as("cannot be appended").isEqualTo(503);
            app.database().sql("alter table webhook_log_away rename to webhook_log").update();
            figures().paused("inbox/99", "a lane that stays paused");

            assertThat(figures().getRefused()).isPositive();
            assertThat(figures().getFailedAppends()).isPositive();
            Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                TestApp.Answer metrics = app.call("GET", "http://127.0.0.1:" + management + "/observe/metrics", (byte[]) null, Map.of());
                assertThat(metrics.text().lines()).contains("pglog_pending 1.0", "pglog_paused{topic=\"webhook\"} 1.0",
                        "pglog_refused_total{topic=\"webhook\"} " + (double) figures().getRefused(),
                        "pglog_append_failures_total{topic=\"webhook\"} " + (double) figures().getFailedAppends());
                assertThat(metrics.text()).containsPattern("(?m)^pglog_oldest_seconds (?!0\\.0$)[0-9.]+$");
            });
        } finally {
            log.setDeadlineSeconds(60);
            app.database().sql("alter table if exists webhook_log_away rename to webhook_log").update();
            figures().resumed("inbox/99");
        }
        app.awaitProcessed();
    }

    // ---- days --------------------------------------------------------------------------------------------------------

    private long drop(String topic) {
        return app.database().sql("select drop_log_partitions(?, now() - interval '8 days')").param(topic).query(Long.class).single();
    }

    // A vacuum may hold a day for a moment: then it is dropped the next time, as in the product.
    private void awaitDropped(String what) {
        Awaitility.await(what).atMost(Duration.ofSeconds(30)).until(() -> drop("webhook") == 1);
    }

    private boolean exists(String table) {
        return app.database().sql("select to_regclass(?) is not null").param(table).query(Boolean.class).single();
    }

    @Test
    void an_old_day_is_dropped_when_it_is_read_to_the_end_and_nobody_uses_the_topic() throws Exception {
        app.awaitProcessed();
        app.context().getRouteController().stopRoute("webhook-process");        // before there is the entry, or it would be read
        try {
            app.database().sql("select make_log_partitions('webhook', date '2026-01-01', date '2026-01-02')").query().singleRow();
            app.database().sql("""
                    insert into webhook_log (pos, lane, received_at, simulated, payload)
                    select last_pos + 1000000, lane, timestamptz '2026-01-02 12:00Z', true, '' from lane_offset
                    where topic = 'webhook' and consumer = 'inbox' and lane = 15""").update();
            awaitDropped("the empty day");
            assertThat(exists("webhook_log_20260102")).as("has an unread entry").isTrue();
            JsonNode health = app.get("/api/whatsapp/health").json();
            assertThat(health.path("log").path("daysKept").asLong()).isEqualTo(ChronoUnit.DAYS.between(LocalDate.of(2026, 1, 2), LocalDate.now(ZoneOffset.UTC)));
            assertThat(part(health, "log").path("state").asText()).isEqualTo("attention");
            assertThat(health.path("log").path("keptFor").asText()).isEqualTo("inbox/15");

            app.database().sql("delete from webhook_log where received_at < '2026-01-03'").update();
            try (Connection reader = DriverManager.getConnection(app.property("whatsapp.db.url"), app.property("whatsapp.db.user"),
                    app.property("whatsapp.db.password"))) {
                reader.setAutoCommit(false);
                reader.createStatement().executeQuery("select count(*) from webhook_log").close();
                assertThat(drop("webhook")).as("somebody reads the topic").isZero();
                assertThat(post().join().status()).isEqualTo(200);
                reader.rollback();
            }
            awaitDropped("the day that is read");
            assertThat(exists("webhook_log_20260102")).isFalse();
        } finally {
            app.context().getRouteController().startRoute("webhook-process");
        }
        app.awaitProcessed();
    }

    @Test
    void a_day_that_no_consumer_has_lanes_for_is_not_dropped_while_it_holds_webhooks() throws Exception {
        app.awaitProcessed();
        app.context().getRouteController().stopRoute("webhook-process");
        try (Connection session = DriverManager.getConnection(app.property("whatsapp.db.url"), app.property("whatsapp.db.user"),
                app.property("whatsapp.db.password")); Statement statement = session.createStatement()) {
            session.setAutoCommit(false);
            statement.execute("select make_log_partitions('webhook', date '2026-01-01', date '2026-01-01')");
            statement.execute("insert into webhook_log (pos, lane, received_at, simulated, payload) values (-1, 3, '2026-01-01 12:00Z', true, '')");
            statement.execute("delete from lane_offset where topic = 'webhook'");
            statement.execute("select drop_log_partitions('webhook', now() - interval '8 days')");

            assertThat(statement.getWarnings().getMessage()).endsWith("webhook_log_20260101 stays, it waits for its first consumer.");
            session.rollback();
        } finally {
            app.context().getRouteController().startRoute("webhook-process");
        }
    }

    @Test
    void only_days_are_read_as_days_however_postgresql_comes_to_them() throws Exception {
        try (Connection session = DriverManager.getConnection(app.property("whatsapp.db.url"), app.property("whatsapp.db.user"),
                app.property("whatsapp.db.password")); Statement statement = session.createStatement()) {
            statement.execute("set enable_nestloop = off; set enable_indexscan = off; set enable_bitmapscan = off");     // all tables first
            try (ResultSet dropped = statement.executeQuery("select drop_log_partitions('webhook', now() - interval '8 days')")) {
                dropped.next();
                assertThat(dropped.getInt(1)).isZero();
            }
        }
    }

    @Test
    void while_another_instance_looks_after_the_days_this_one_leaves_them_alone() throws Exception {
        String last = "webhook_log_" + LocalDate.now(ZoneOffset.UTC).plusDays(7).format(DateTimeFormatter.BASIC_ISO_DATE);
        String claim = Files.readString(Path.of("sql/ops/claim-job.sql")).replace(":?job", "'log-keep-days'");
        app.database().sql("drop table " + last).update();
        try (Connection other = DriverManager.getConnection(app.property("whatsapp.db.url"), app.property("whatsapp.db.user"),
                app.property("whatsapp.db.password"))) {
            other.setAutoCommit(false);
            other.createStatement().execute(claim);

            app.context().createProducerTemplate().requestBody("direct:log-keep-days", (Object) null);

            assertThat(exists(last)).as("the other has the job").isFalse();
            other.rollback();
        }
        app.context().createProducerTemplate().requestBody("direct:log-keep-days", (Object) null);
        assertThat(exists(last)).as("the job was free again").isTrue();
    }

    @Test
    void the_days_of_the_coming_week_are_made_by_the_route_that_looks_after_them() {
        String last = "_log_" + LocalDate.now(ZoneOffset.UTC).plusDays(7).format(DateTimeFormatter.BASIC_ISO_DATE);
        app.database().sql("drop table webhook" + last).update();

        Object dropped = app.context().createProducerTemplate().requestBody("direct:log-keep-days", (Object) null);

        assertThat(String.valueOf(dropped)).isEqualTo("0");
        assertThat(exists("webhook" + last)).isTrue();
        assertThat(app.get("/api/whatsapp/health").json().path("log").path("daysAhead").asInt()).isEqualTo(7);
    }

    @Test
    void the_route_drops_a_day_that_is_older_than_the_retention_and_its_dead_letters_keep_their_bytes() {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        String old = "webhook_log_" + today.minusDays(10).format(DateTimeFormatter.BASIC_ISO_DATE);
        String kept = "webhook_log_" + today.minusDays(7).format(DateTimeFormatter.BASIC_ISO_DATE);
        String wamid = TestApp.newWamid();
        String event = Payloads.messages(Payloads.message(TestApp.newCustomer(), wamid, "text"));      // without its text
        app.database().sql("select make_log_partitions('webhook', ?, ?)").params(today.minusDays(10), today.minusDays(7)).query().singleRow();
        app.database().sql("""
                with head as (update log_head set pos = pos + 1 where topic = 'webhook' returning pos)
                insert into webhook_log (pos, lane, received_at, simulated, payload)
                select pos, 3, cast(? as timestamp) at time zone 'UTC' + interval '12 hours', true, ? from head""")
                .params(today.minusDays(10), event.getBytes(StandardCharsets.UTF_8)).update();
        app.awaitProcessed();
        String letter = app.database().sql("select id from dead_letter where log_pos = (select pos from " + old + ")").query(String.class).single();

        // A vacuum may hold a day for a moment: then the next run drops it.
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
            app.context().createProducerTemplate().requestBody("direct:log-keep-days", (Object) null);
            return !exists(old);
        });

        assertThat(exists(kept)).as("a day within the retention").isTrue();
        assertThat(app.get("/api/whatsapp/dead-letters/" + letter).json().path("raw").asText()).isEqualTo(event);
    }
}
