package helpdesk.whatsapp.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import helpdesk.whatsapp.inbound.ExpectedLedgers.Counts;
import helpdesk.whatsapp.inbound.RandomWebhook.Item;
import helpdesk.whatsapp.inbound.RandomWebhook.Kind;
import helpdesk.whatsapp.inbound.RandomWebhook.Shape;
import helpdesk.whatsapp.log.PgLogEndpoint;
import helpdesk.whatsapp.testing.TestApp;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.awaitility.Awaitility;

/**
 * Random webhooks - several customers and changes in a post, every kind of item, unreadable ones, repetitions - come twice, in
 * two orders, on random lanes, in batches of one, of three and of all, while the route that works on them is stopped and
 * started, and sessions end in the middle of a batch. Both ledgers hold
 * what another parser counts, every item has one outcome, and what is stored does not depend on the order.
 */
class RandomWebhooksTest {

    private static final AtomicInteger WORLDS = new AtomicInteger(4_000_000);
    private static TestApp app;

    /**
     * How a list of webhooks arrives. {@code batch} is the most that are worked on together; {@code stopped} counts the posts after
     * which the route is started, or stopped, again; {@code cut} those after which a batch that is under way loses its session.
     */
    record Arrival(long shuffle, long lanes, int batch, int stopped, int cut, boolean repeated) {
    }

    @BeforeContainer
    static void start() {
        app = TestApp.start(Map.of("whatsapp.media.poll", "3600000"));
    }

    @AfterContainer
    static void stop() {
        app.close();
    }

    @Property(tries = 15, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.BOUNDED)
    void the_end_is_the_same_whatever_the_order(@ForAll("webhooks") List<RandomWebhook> webhooks, @ForAll("arrivals") Arrival one,
            @ForAll("arrivals") Arrival other) throws Exception {
        List<String> first = arrive(webhooks, one);
        List<String> second = arrive(webhooks, other);

        assertThat(second).isEqualTo(first);
    }

    private static List<String> arrive(List<RandomWebhook> webhooks, Arrival arrival) throws Exception {
        String world = String.valueOf(WORLDS.incrementAndGet());
        for (int customer = 0; customer < 3; customer++) {
            for (int number = 0; number < 3; number++) {
                app.database().sql("""
                        insert into message (contact_id, phone_number_id, direction, type, status, wamid, mode, payload)
                        values (0, ?, 'outbound', 'text', 'accepted', ?, 'mock', '{}')""")
                        .param(TestApp.NUMBER).param(RandomWebhook.sent(world, customer, number)).update();
            }
        }
        List<String> bodies = new ArrayList<>(webhooks.stream().map(webhook -> webhook.body(world)).toList());
        if (arrival.repeated) {
            bodies.addAll(List.copyOf(bodies));
        }
        Collections.shuffle(bodies, new Random(arrival.shuffle));
        ((PgLogEndpoint) app.context().getRoute("webhook-process").getEndpoint()).setBatch(arrival.batch);
        Counts before = ledgers();
        ExpectedLedgers expected = new ExpectedLedgers();
        Random lanes = new Random(arrival.lanes);
        for (int i = 0; i < bodies.size(); i++) {
            if (arrival.stopped > 0 && i % arrival.stopped == 0) {
                turn(i / arrival.stopped % 2 == 1);     // at first it is stopped
            }
            expected.add(bodies.get(i));
            if (arrival.cut > 0 && i % arrival.cut == 0 && isOn()) {
                cutWhileItIsWorkedOn(bodies.get(i), "k" + lanes.nextInt(100));
            } else {
                post(bodies.get(i), "k" + lanes.nextInt(100));
            }
        }
        turn(true);
        app.awaitProcessed();

        assertThat(minus(ledgers(), before)).as("ledgers").isEqualTo(expected.counts());
        assertThat(app.database().sql("select balanced from ingest_ledger").query(Boolean.class).single()).isTrue();
        assertThat(app.database().sql("select count(*) from item_outcome").query(Integer.class).single()).as("an outcome for each item")
                .isEqualTo(ledgers().itemsReceived());
        return state(world);
    }

    private static void post(String body, String key) {
        app.context().createFluentProducerTemplate().to("pglog:webhook").withBody(body.getBytes(StandardCharsets.UTF_8))
                .withHeader("simulated", true).withHeader("pglogKey", key).request();
    }

    // Its batch waits for the ledger, so that it is surely under way when its session ends: it rolls back, and comes again.
    private static void cutWhileItIsWorkedOn(String body, String key) throws SQLException {
        try (Connection somebody = DriverManager.getConnection(app.property("whatsapp.db.url"), app.property("whatsapp.db.user"),
                app.property("whatsapp.db.password")); Statement lock = somebody.createStatement()) {
            somebody.setAutoCommit(false);
            lock.execute("select events_done from ledger for update");
            post(body, key);
            Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20)).until(() -> app.database().sql("""
                    select count(pg_terminate_backend(pid)) from pg_stat_activity
                    where datname = current_database() and application_name = 'helpdesk-whatsapp' and wait_event_type = 'Lock'""")
                    .query(Integer.class).single() > 0);
        }
    }

    private static boolean isOn() {
        return app.context().getRouteController().getRouteStatus("webhook-process").isStarted();
    }

    private static void turn(boolean on) throws Exception {
        if (on) {
            app.context().getRouteController().startRoute("webhook-process");
        } else {
            app.context().getRouteController().stopRoute("webhook-process");
        }
    }

    private static Counts ledgers() {
        return app.database().sql("select events_done, events_dead, items_received, items_stored, items_duplicate, items_unsupported, items_dead from ledger")
                .query((row, n) -> new Counts(row.getInt(1), row.getInt(2), row.getInt(3), row.getInt(4), row.getInt(5), row.getInt(6),
                        row.getInt(7))).single();
    }

    private static Counts minus(Counts a, Counts b) {
        return new Counts(a.eventsDone() - b.eventsDone(), a.eventsDead() - b.eventsDead(), a.itemsReceived() - b.itemsReceived(),
                a.stored() - b.stored(), a.duplicate() - b.duplicate(), a.unsupported() - b.unsupported(), a.dead() - b.dead());
    }

    // Everything that the API shows of this world, without ids that follow from the order and the reasons, which tell of it.
    private static List<String> state(String world) {
        return app.database().sql("""
                with known as (select c.* from contact c where c.wa_id like '1' || :world || '%')
                select replace(line, :world, '#') from (
                    select concat_ws(' ', 'contact', c.wa_id, c.user_id, c.profile_name, c.last_inbound_at, c.simulated,
                        (select string_agg(i.kind || '=' || i.value, ',' order by i.kind, i.value) from contact_identity i where i.contact_id = c.id)) as line
                    from known c
                    union all
                    select concat_ws(' ', 'ticket', c.wa_id, t.status, t.unread_count, t.last_message_at, t.last_preview)
                    from ticket t join known c on c.id = t.contact_id
                    union all
                    select concat_ws(' ', 'message', m.wamid, m.type, m.status, m.late_failure, m.text, m.context_wamid, m.error,
                        case when m.direction = 'inbound' then m.sent_at end, c.wa_id, t.contact_id = m.contact_id, m.media_id is null)
                    from message m left join known c on c.id = m.contact_id left join ticket t on t.id = m.ticket_id
                    where m.wamid like 'wamid.' || :world || '%'
                    union all
                    select concat_ws(' ', 'status', s.wamid, s.status, s.at, s.error) from message_status s where s.wamid like 'wamid.' || :world || '%'
                    union all
                    select concat_ws(' ', 'reaction', r.target_wamid, c.wa_id, r.emoji, r.at) from reaction r join known c on c.id = r.contact_id
                    union all
                    select concat_ws(' ', 'window', c.wa_id, w.last_customer_at) from service_window w join known c on c.id = w.contact_id
                    union all
                    select concat_ws(' ', 'account', a.field, a.topic, a.event, a.value) from account_event a where a.value ->> 'id' like '%' || :world || '%'
                ) as state (line) order by line""").param("world", world).query(String.class).list();
    }

    @Provide
    Arbitrary<List<RandomWebhook>> webhooks() {
        Arbitrary<Item> item = Combinators.combine(Arbitraries.of(Kind.class), Arbitraries.integers().between(0, 2),
                Arbitraries.integers().between(0, 2)).as(Item::new);
        Arbitrary<Shape> shape = Arbitraries.frequencyOf(Tuple.of(12, Arbitraries.just(Shape.EVENT)),
                Tuple.of(1, Arbitraries.of(Shape.class)));
        return Combinators.combine(shape, item.list().ofMinSize(1).ofMaxSize(6).list().ofMinSize(1).ofMaxSize(3).list().ofMinSize(1).ofMaxSize(2))
                .as(RandomWebhook::new).list().ofMinSize(1).ofMaxSize(10);
    }

    @Provide
    Arbitrary<Arrival> arrivals() {
        return Combinators.combine(Arbitraries.longs().between(0, 1000), Arbitraries.longs().between(0, 1000), Arbitraries.of(1, 3, 500),
                Arbitraries.of(0, 3, 7), Arbitraries.of(0, 0, 5), Arbitraries.of(true, false)).as(Arrival::new);
    }
}
