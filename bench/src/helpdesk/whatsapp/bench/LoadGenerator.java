package helpdesk.whatsapp.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * Makes load in a process of its own, on one thread, with requests that are made beforehand. Closed loop: each connection asks
 * again when it has its answer. Open loop: requests have a fixed schedule, and an answer's time counts from the moment that its
 * request was scheduled for, also when no connection was free. Says {@code begin} and {@code end} around what it measures, then
 * the figures as JSON.
 */
public final class LoadGenerator {

    private static final int PREPARED_AT_MOST = 400_000;
    private static final long DRAIN_NS = 20_000_000_000L;
    private static final long HIGHEST_US = 120_000_000;

    private final JsonNode plan;
    private final Requests requests;
    private final PrintStream out;
    private final Buffer[] prepared;
    private final Histogram latency = new Histogram(HIGHEST_US, 3);
    private final Histogram interval = new Histogram(HIGHEST_US, 3);
    private final Map<Integer, Long> statuses = new TreeMap<>();
    private final ArrayDeque<Connection> idle = new ArrayDeque<>();
    private final ArrayDeque<Long> waiting = new ArrayDeque<>();
    private final boolean open;
    private long number;
    private long sent;
    private long begin;
    private long end;
    private long nextInterval;
    private long lastAnswer;
    private long scheduled;
    private int underWay;
    private boolean said;

    private LoadGenerator(JsonNode plan, PrintStream out) {
        this.plan = plan;
        this.out = out;
        open = plan.path("rate").asInt() > 0;
        requests = requests(plan);
        int perSecond = open ? plan.path("rate").asInt() : plan.path("prepare").asInt(15_000);
        long count = plan.has("count") ? plan.path("count").asLong()
                : (plan.path("seconds").asLong() + plan.path("warmUp").asLong()) * perSecond;
        prepared = new Buffer[(int) Math.min(count, plan.path("prepareAtMost").asInt(PREPARED_AT_MOST))];
    }

    public static void main(String[] arguments) throws Exception {
        new LoadGenerator(Json.read(arguments[0]), System.out).run();
    }

    private static Requests requests(JsonNode plan) {
        return switch (plan.path("kind").asText()) {
            case "webhook" -> new Webhooks(plan.path("prefix").asText(), plan.path("contacts").asInt(1000),
                    plan.path("messages").asInt(25), plan.path("firstStatus").asLong(), plan.path("items").asInt(1),
                    plan.path("secret").asText());
            case "send" -> new Sends(plan.path("prefix").asText(), plan.path("contacts").asInt(1000), plan.path("token").asText());
            case "graph-send" -> new GraphSends(plan.path("prefix").asText(), plan.path("contacts").asInt(1000), plan.path("token").asText());
            case "get" -> new Gets(plan.path("paths"), plan.path("token").asText());
            default -> throw new IllegalArgumentException("kind: " + plan.path("kind"));
        };
    }

    private void run() {
        for (int i = 0; i < prepared.length; i++) {
            prepared[i] = Buffer.buffer(requests.get(i));
        }
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        vertx.runOnContext(started -> {
            NetClient client = vertx.createNetClient(new NetClientOptions().setTcpNoDelay(true).setConnectTimeout(5000));
            int connections = plan.path("connections").asInt();
            for (int i = 0; i < connections; i++) {
                connect(vertx, client, connections);
            }
        });
    }

    private void connect(Vertx vertx, NetClient client, int connections) {
        client.connect(plan.path("port").asInt(), "127.0.0.1", connected -> {
            if (connected.failed()) {
                count(0);
                if (begin == 0) {
                    throw new IllegalStateException(connected.cause());
                }
                vertx.setTimer(100, again -> connect(vertx, client, connections));
                return;
            }
            Connection connection = new Connection(connected.result());
            connected.result().closeHandler(closed -> {
                idle.remove(connection);
                if (connection.busy) {
                    count(0);
                    underWay--;
                }
                if (!said) {
                    connect(vertx, client, connections);
                }
            });
            idle.add(connection);
            if (begin == 0 && idle.size() == connections) {
                start(vertx);
            } else if (begin != 0) {
                next(connection);
            }
        });
    }

    private void start(Vertx vertx) {
        begin = System.nanoTime() + plan.path("warmUp").asLong() * 1_000_000_000L;
        end = begin + plan.path("seconds").asLong() * 1_000_000_000L;
        nextInterval = begin;
        scheduled = System.nanoTime();
        vertx.setTimer(Math.max(1, (begin - System.nanoTime()) / 1_000_000), measured -> say("begin"));
        if (open) {
            long gap = 1_000_000_000L / plan.path("rate").asLong();
            vertx.setPeriodic(1, tick -> {
                long now = System.nanoTime();
                for (; scheduled <= now && scheduled < end && !isAllSent(); scheduled += gap) {
                    if (idle.isEmpty()) {
                        waiting.add(scheduled);
                        number++;
                    } else {
                        number++;
                        send(idle.poll(), scheduled);
                    }
                }
            });
        } else {
            for (Connection connection : idle.toArray(new Connection[0])) {
                idle.remove(connection);
                next(connection);
            }
        }
        vertx.setPeriodic(10, tick -> {
            long now = System.nanoTime();
            tellInterval(now);
            boolean over = now >= end || isAllSent();
            if (over && !said && (underWay == 0 && waiting.isEmpty() || now > end + DRAIN_NS)) {
                finish();
                vertx.close();
            }
        });
    }

    private boolean isAllSent() {
        return plan.has("count") && number >= plan.path("count").asLong();
    }

    private void next(Connection connection) {
        if (!waiting.isEmpty()) {
            send(connection, waiting.poll());
        } else if (open || System.nanoTime() >= end || isAllSent()) {
            idle.add(connection);
        } else {
            number++;
            send(connection, System.nanoTime());
        }
    }

    private void send(Connection connection, long since) {
        long which = sent++;
        underWay++;
        connection.ask(since, which < prepared.length ? prepared[(int) which] : Buffer.buffer(requests.get(which)));
        if (which < prepared.length) {
            prepared[(int) which] = null;
        }
    }

    private void answered(Connection connection, int status) {
        long now = System.nanoTime();
        underWay--;
        if (connection.since >= begin) {
            long us = Math.min(HIGHEST_US, Math.max(1, (now - connection.since) / 1000));
            latency.recordValue(us);
            interval.recordValue(us);
            lastAnswer = now;
        }
        count(connection.since >= begin ? status : -1);
        next(connection);
    }

    private void count(int status) {
        if (status >= 0) {
            statuses.merge(status, 1L, Long::sum);
        }
    }

    private void tellInterval(long now) {
        int seconds = plan.path("interval").asInt();
        if (seconds > 0 && now >= nextInterval + seconds * 1_000_000_000L && now < end + 1_000_000_000L) {
            nextInterval += seconds * 1_000_000_000L;
            say(Json.write(figures(interval).put("second", (nextInterval - begin) / 1_000_000_000L)));
            interval.reset();
        }
    }

    private void finish() {
        said = true;
        say("end");
        ObjectNode result = figures(latency);
        double seconds = Math.max(1, (open ? end : lastAnswer) - begin) / 1e9;
        result.put("seconds", seconds).put("perSecond", latency.getTotalCount() / seconds).put("unanswered", underWay + waiting.size());
        ObjectNode byStatus = result.putObject("statuses");
        statuses.forEach((status, count) -> byStatus.put(Integer.toString(status), count));
        say(Json.write(result));
    }

    private static ObjectNode figures(Histogram histogram) {
        return Json.object().put("count", histogram.getTotalCount()).put("p50", histogram.getValueAtPercentile(50) / 1000.0)
                .put("p90", histogram.getValueAtPercentile(90) / 1000.0).put("p95", histogram.getValueAtPercentile(95) / 1000.0)
                .put("p99", histogram.getValueAtPercentile(99) / 1000.0).put("max", histogram.getMaxValue() / 1000.0);
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }

    /** One connection, with at most one request under way. Reads no more of an answer than its status and where it ends. */
    private final class Connection {

        private final NetSocket socket;
        private long since;
        private boolean busy;
        private Buffer received;

        Connection(NetSocket socket) {
            this.socket = socket;
            socket.handler(this::read);
        }

        void ask(long scheduledFor, Buffer request) {
            since = scheduledFor;
            busy = true;
            received = null;
            socket.write(request);
        }

        private void read(Buffer part) {
            received = received == null ? part : received.appendBuffer(part);
            String text = received.toString(StandardCharsets.ISO_8859_1);
            int head = text.indexOf("\r\n\r\n");
            if (head < 0 || !busy) {
                return;
            }
            String fields = text.substring(0, head).toLowerCase(Locale.ROOT);
            int length = fields.indexOf("\r\ncontent-length: ");
            boolean whole;
            if (length >= 0) {
                int to = fields.indexOf('\r', length + 2);
                int body = Integer.parseInt(fields.substring(length + 18, to < 0 ? head : to).strip());
                whole = text.length() >= head + 4 + body;
            } else {
                whole = !fields.contains("transfer-encoding: chunked") || text.endsWith("0\r\n\r\n");
            }
            if (whole) {
                busy = false;
                answered(this, Integer.parseInt(text.substring(9, 12)));
            }
        }
    }
}
