package helpdesk.whatsapp.crash;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.testing.GraphStub;
import helpdesk.whatsapp.testing.Payloads;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Customers who write and a helpdesk that sends, both as patient as the real ones: what is not answered, or with 503, is posted again -
 * a send with the same Idempotency-Key - unless the one who posts gives up. Writes into {@link Truth} what the answers said.
 */
final class Load {

    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final int CUSTOMERS = 40;
    private static final int REMEMBERED = 50;
    private static final long PAUSE_MS = 50;
    private static final String REPLY_WANTED = "What are your opening hours?";

    private final Client client;
    private final String number;
    private final String secret;
    private final Truth truth;
    private final Random seeds;
    private ExecutorService threads;
    private CountDownLatch stopped;

    Load(Client client, String number, String secret, Truth truth, long seed) {
        this.client = client;
        this.number = number;
        this.secret = secret;
        this.truth = truth;
        seeds = new Random(seed);
    }

    Load(Client client, Truth truth, long seed) {
        this(client, GraphStub.REAL_NUMBER, Meta.SECRET, truth, seed);
    }

    void start(int customers, int senders) {
        threads = Executors.newFixedThreadPool(customers + senders);
        stopped = new CountDownLatch(1);
        for (int i = 0; i < customers; i++) {
            Random random = new Random(seeds.nextLong());
            threads.submit(() -> untilStopped(new Customers(random)));
        }
        for (int i = 0; i < senders; i++) {
            Random random = new Random(seeds.nextLong());
            threads.submit(() -> untilStopped(() -> send(random)));
        }
    }

    /** Returns when everything under way was answered, or given up. */
    void stop() throws InterruptedException {
        stopped.countDown();
        threads.shutdown();
        if (!threads.awaitTermination(120, TimeUnit.SECONDS)) {
            throw new IllegalStateException("The load does not end: requests are not answered.");
        }
    }

    private interface Work {
        void once() throws InterruptedException;
    }

    private void untilStopped(Work work) {
        try {
            while (stopped.getCount() > 0) {
                work.once();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            truth.contradictions.add("The load failed: " + e);
            throw e;
        }
    }

    private boolean busy(int status) {
        if (status == 503) {
            truth.busy.incrementAndGet();
        }
        return status == 503;
    }

    // Between two tries: the latch ends no try early that is owed, it only makes the pause short.
    private void pause(CountDownLatch never) throws InterruptedException {
        never.await(PAUSE_MS, TimeUnit.MILLISECONDS);
    }

    /** One or more customers' messages in a webhook; some come again, alone or beside new ones; some are not Meta's. */
    private final class Customers implements Work {

        private final CountDownLatch never = new CountDownLatch(1);
        private final Webhook webhook = new Webhook(client, secret);
        private final List<ObjectNode> remembered = new ArrayList<>();
        private final Random random;

        Customers(Random random) {
            this.random = random;
        }

        @Override
        public void once() throws InterruptedException {
            Map<String, ObjectNode> messages = new LinkedHashMap<>();
            int count = random.nextInt(5) == 0 ? 3 : 1;
            for (int i = 0; i < count; i++) {
                ObjectNode message = newMessage();
                messages.put(message.path("id").asText(), message);
            }
            if (!remembered.isEmpty() && random.nextInt(6) == 0) {
                ObjectNode again = remembered.get(random.nextInt(remembered.size()));
                messages.put(again.path("id").asText(), again);
            }
            String body = body(messages);
            if (random.nextInt(40) == 0) {
                forge(newMessage());
            }
            post(body, messages);
            if (random.nextInt(10) == 0) {
                webhook.post(body);
            }
        }

        private ObjectNode newMessage() {
            String from = "1555777" + (1000 + random.nextInt(CUSTOMERS));
            boolean question = random.nextInt(30) == 0;
            String wamid = "wamid.CRASH" + NUMBER.incrementAndGet();
            truth.written.put(wamid, new Truth.Written(from, question));
            return Payloads.text(from, wamid, question ? REPLY_WANTED : "message " + wamid);
        }

        private String body(Map<String, ObjectNode> messages) {
            ObjectNode change = Payloads.change(number, "messages", messages.values().toArray(JsonNode[]::new));
            Payloads.with(change, "contacts", messages.values().stream().map(message -> message.path("from").asText()).distinct()
                    .map(from -> Payloads.contact(from, null, "Customer " + from)).toArray(JsonNode[]::new));
            return Payloads.webhook(change);
        }

        private void forge(ObjectNode message) {
            int status = new Webhook(client, "not Meta's secret").post(body(Map.of("", message)));
            Truth.note(truth.messages, Set.of(message.path("id").asText()), Truth.Fate.REFUSED);
            if (status / 100 == 2) {
                truth.contradictions.add("A webhook with a wrong signature was acknowledged.");
            }
        }

        private void post(String body, Map<String, ObjectNode> messages) throws InterruptedException {
            Truth.note(truth.messages, messages.keySet(), Truth.Fate.OFFERED);
            boolean patient = random.nextInt(10) > 0;
            for (int status = webhook.post(body); status != 200; status = webhook.post(body)) {
                busy(status);
                if (!patient) {
                    return;
                }
                pause(never);
            }
            Truth.note(truth.messages, messages.keySet(), Truth.Fate.ACKNOWLEDGED);
            truth.progress.incrementAndGet();
            remembered.addAll(messages.values());
            remembered.subList(0, Math.max(0, remembered.size() - REMEMBERED)).clear();
        }
    }

    private void send(Random random) throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        String text = "send " + NUMBER.incrementAndGet();
        String to = (random.nextInt(3) == 0 ? "+1555777" : "+1555888") + (1000 + random.nextInt(CUSTOMERS));
        String body = "{\"to\":\"%s\",\"type\":\"text\",\"text\":{\"body\":\"%s\"}}".formatted(to, text);
        truth.sent(text, Truth.Fate.OFFERED, null);
        boolean patient = random.nextInt(10) > 0;
        while (!accepted(text, body)) {
            if (!patient) {
                return;
            }
            pause(never);
        }
        truth.progress.incrementAndGet();
        if (random.nextInt(10) == 0) {
            accepted(text, body);
        }
    }

    private boolean accepted(String text, String body) {
        try {
            Client.Answer answer = client.call("POST", "/api/whatsapp/messages", body, Map.of("Idempotency-Key", "key of " + text));
            if (answer.status() == 202) {
                truth.sent(text, Truth.Fate.ACKNOWLEDGED, Json.text(Json.read(answer.body()), "id"));
            } else if (!busy(answer.status())) {
                truth.contradictions.add("A send was answered " + answer.status() + ": " + answer.body());
            }
            return answer.status() == 202;
        } catch (IOException e) {
            return false;
        }
    }
}
