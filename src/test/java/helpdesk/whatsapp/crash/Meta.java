package helpdesk.whatsapp.crash;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.testing.GraphStub;
import helpdesk.whatsapp.testing.Payloads;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands in for Meta and outlives the product: takes sends or refuses them, hangs up, answers late, and calls statuses back, in any
 * order and some of them twice, until they are acknowledged. Knows what was called.
 */
final class Meta implements AutoCloseable {

    static final String SECRET = "secret-of-the-crash-test";
    private static final long LONGEST_DELAY_MS = 40;
    private static final String[][] FATES = {{"sent"}, {"sent", "delivered"}, {"sent", "delivered", "read"},
        {"sent", "delivered", "read"}, {"sent", "failed"}, {"delivered", "failed"}};

    /** A call: whether the message was taken, under which wamid; refused for good, or only for the moment. */
    record Called(String attempt, String recipient, String text, String quoted, String wamid, boolean forGood) {

        boolean taken() {
            return wamid != null;
        }
    }

    private record Callback(ObjectNode status, String key) {
    }

    private final GraphStub graph = new GraphStub();
    private final Map<String, List<Called>> calls = new ConcurrentHashMap<>();
    private final BlockingQueue<Callback> callbacks = new LinkedBlockingQueue<>();
    private final AtomicInteger open = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Map<String, CountDownLatch> heldBack = new ConcurrentHashMap<>();
    private final Thread poster = new Thread(this::post, "meta-callbacks");
    private final Truth truth;
    private final Random random;
    private volatile Webhook webhook;

    Meta(Truth truth, long seed) {
        this.truth = truth;
        random = new Random(seed);
        graph.otherwise(this::answer);
        poster.setDaemon(true);
    }

    /** The properties of an instance in real mode that takes this for Meta, and is quick to give up. */
    Map<String, String> properties(Map<String, String> more) {
        Map<String, String> properties = new HashMap<>(graph.realMode(Map.of("whatsapp.app-secret", SECRET,
                "whatsapp.graph.connect-timeout", "500", "whatsapp.graph.timeout", "1500", "whatsapp.outbound.lease", "4",
                "whatsapp.outbound.retry-delay", "1", "whatsapp.outbound.rate", "1000")));
        properties.putAll(more);
        return properties;
    }

    /** From now on statuses are posted there. */
    void callBack(Client client) {
        webhook = new Webhook(client, SECRET);
        poster.start();
    }

    private GraphStub.Answer answer(GraphStub.Call call) throws Exception {
        if (!call.path().endsWith("/messages")) {       // what health asks about the number
            return new GraphStub.Answer(200, Map.of("Content-Type", "application/json"), "{}");
        }
        CountDownLatch held = heldBack.get(call.recipient());
        int dice;
        synchronized (random) {
            dice = held == null ? random.nextInt(100) : 0;
        }
        boolean refused = dice < 8;
        String wamid = refused ? null : GraphStub.newWamid();
        calls.computeIfAbsent(call.attemptId(), absent -> Collections.synchronizedList(new ArrayList<>())).add(new Called(
                call.attemptId(), call.recipient(), call.body().at("/text/body").asText(),
                call.body().at("/context/message_id").asText(), wamid, dice < 3));
        if (held != null) {
            held.await();
        }
        if (refused) {
            return (dice < 3 ? GraphStub.refused(400, 131026, "undeliverable") : GraphStub.refused(500, 131016, "overloaded")).to(call);
        }
        if (dice < 90) {
            plan(call, wamid);
        }
        // Hung up on, later than the caller waits, or after a moment.
        if (dice < 12) {
            return GraphStub.hangUp().to(call);
        }
        closed.await(dice < 13 ? 2500 : dice % 10 * LONGEST_DELAY_MS / 10, TimeUnit.MILLISECONDS);
        return GraphStub.accepted(wamid).to(call);
    }

    /** Sends to these are refused for good, but not answered before that latch is open. */
    void holdBack(List<String> recipients, CountDownLatch until) {
        recipients.forEach(recipient -> heldBack.put(recipient, until));
    }

    private void plan(GraphStub.Call call, String wamid) {
        List<Callback> planned = new ArrayList<>();
        synchronized (random) {
            for (String status : FATES[random.nextInt(FATES.length)]) {
                ObjectNode node = Payloads.status(wamid, status).put("recipient_id", call.recipient())
                        .put("biz_opaque_callback_data", call.attemptId());
                planned.add(new Callback(node, wamid + " " + status));
                if (random.nextInt(10) == 0) {
                    planned.add(planned.get(planned.size() - 1));
                }
            }
            Collections.shuffle(planned, random);
        }
        open.addAndGet(planned.size());
        callbacks.addAll(planned);
    }

    private void post() {
        try {
            while (closed.getCount() > 0) {
                List<Callback> some = new ArrayList<>();
                Callback first = callbacks.poll(50, TimeUnit.MILLISECONDS);
                if (first == null) {
                    continue;
                }
                some.add(first);
                callbacks.drainTo(some, 4);
                Set<String> keys = Set.copyOf(some.stream().map(Callback::key).toList());
                String body = Payloads.webhook(Payloads.change(GraphStub.REAL_NUMBER, "statuses",
                        some.stream().map(Callback::status).toArray(JsonNode[]::new)));
                Truth.note(truth.statuses, keys, Truth.Fate.OFFERED);
                while (webhook.post(body) != 200) {
                    if (closed.await(50, TimeUnit.MILLISECONDS)) {
                        return;
                    }
                }
                Truth.note(truth.statuses, keys, Truth.Fate.ACKNOWLEDGED);
                open.addAndGet(-some.size());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Everything that it had to say was acknowledged. */
    boolean isDone() {
        return open.get() == 0;
    }

    /** By the attempt's id. */
    Map<String, List<Called>> calls() {
        return calls;
    }

    @Override
    public void close() throws InterruptedException {
        closed.countDown();
        if (poster.isAlive()) {
            poster.join();
        }
        graph.close();
    }
}
