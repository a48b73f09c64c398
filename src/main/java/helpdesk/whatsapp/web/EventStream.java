package helpdesk.whatsapp.web;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.Hashes;
import helpdesk.whatsapp.Json;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Bean {@code eventStream}: server-sent events for the pages. Each client has its own place in the topic {@code events} of the log, whose
 * positions are dense and in commit order; {@code routes/web/events} reads what comes after the first of these places. A
 * client that comes back says the last position it has; one that has missed too much is told to load anew.
 */
public final class EventStream implements Handler<RoutingContext> {

    private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);

    /** As many as the statement reads at a time; who is further behind loads anew. */
    private static final long MOST_BEHIND = 500;
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);
    /** So often it is asked whether a client's session is still open. */
    private static final Duration LOOK = Duration.ofSeconds(8);
    /** Then the client comes again. */
    private static final Duration LONGEST = Duration.ofMinutes(15);
    /** The place of a client that begins at what is newest. */
    private static final long NEWEST = -1;

    private final Set<Client> clients = ConcurrentHashMap.newKeySet();
    private final Predicate<String> isOpen;

    /** @param isOpen whether the session of a cookie is still open; it may ask the database */
    public EventStream(Predicate<String> isOpen) {
        this.isOpen = isOpen;
    }

    private static final class Client {

        private final HttpServerResponse response;
        private final String cookie;       // null: a program with a token
        private final Instant since = Instant.now();
        private volatile Instant looked = since;
        private volatile long place;
        private volatile Instant written = Instant.now();

        private Client(HttpServerResponse response, String cookie, long place) {
            this.response = response;
            this.cookie = cookie;
            this.place = place;
        }

        private boolean mayWrite() {
            return !isGone() && !response.writeQueueFull();
        }

        private boolean isGone() {
            return response.closed() || response.ended();
        }

        private void write(String text) {
            written = Instant.now();
            response.write(text);
        }
    }

    @Override
    public void handle(RoutingContext ctx) {
        HttpServerResponse response = ctx.response().setChunked(true).putHeader("content-type", "text/event-stream;charset=utf-8")
                .putHeader("cache-control", "no-store").putHeader("x-accel-buffering", "no").putHeader("x-content-type-options", "nosniff");
        Client client = new Client(response, ctx.get(ApiDoor.OF_SESSION), place(ctx));
        response.closeHandler(closed -> clients.remove(client));
        response.exceptionHandler(fault -> clients.remove(client));
        client.write("retry: 2000\n\n");
        clients.add(client);
    }

    private static long place(RoutingContext ctx) {
        String last = ctx.request().getHeader("Last-Event-ID");
        String given = last == null || last.isEmpty() ? ctx.request().getParam("after") : last;
        return given != null && given.matches("[0-9]{1,18}") ? Long.parseLong(given) : NEWEST;
    }

    /** Whether anybody looks. */
    public boolean isWatched() {
        return !clients.isEmpty();
    }

    /** The first place after which somebody wants events; of those who can take some now. */
    public long from() {
        return clients.stream().filter(Client::mayWrite).mapToLong(client -> client.place).filter(place -> place != NEWEST).min()
                .orElse(Long.MAX_VALUE);
    }

    /** Gives each client what it has not seen; {@code read} is the answer of {@code sql/log/read-events.sql}. */
    public void publish(String read) {
        JsonNode news = Json.read(read);
        for (Client client : clients) {
            if (hasLeft(client)) {
                clients.remove(client);
                client.response.end();
            } else if (client.mayWrite()) {
                try {
                    publish(client, news, news.path("head").asLong());
                } catch (RuntimeException e) {
                    clients.remove(client);
                    if (client.isGone()) {
                        LOG.debug("A page is gone: {}", e.getMessage());
                    } else {
                        LOG.warn("A page could not be told what happened; it has to come again.", e);
                        client.response.reset();
                    }
                }
            }
        }
    }

    /** After a logout: what the session had open ends with it. */
    public void end(String request) {
        String session = Json.read(request).path("session").asText();
        for (Client client : clients) {
            if (client.cookie != null && Hashes.sha256(client.cookie).equals(session)) {
                clients.remove(client);
                client.response.end();
            }
        }
    }

    private boolean hasLeft(Client client) {
        if (client.cookie == null || client.response.ended() || client.looked.plus(LOOK).isAfter(Instant.now())) {
            return false;
        }
        client.looked = Instant.now();
        try {
            return !isOpen.test(client.cookie);
        } catch (DataAccessException e) {
            return false;       // asked again
        }
    }

    private void publish(Client client, JsonNode news, long head) {
        if (client.place == NEWEST) {
            client.place = head;
            client.write("event: hello\nid: " + head + "\ndata: {}\n\n");
        } else if (client.place > head || head - client.place > MOST_BEHIND) {
            client.place = head;
            client.write("event: reset\nid: " + head + "\ndata: {}\n\n");
        } else {
            StringBuilder frames = new StringBuilder();
            for (JsonNode event : news.path("events")) {
                long position = event.path("position").asLong();
                if (position > client.place) {
                    frames.append("id: ").append(position).append("\ndata: ").append(Json.write(event.path("event"))).append("\n\n");
                    client.place = position;
                }
            }
            if (frames.length() > 0) {
                client.write(frames.toString());
            } else if (client.written.plus(HEARTBEAT).isBefore(Instant.now())) {
                client.write("event: beat\ndata: {}\n\n");         // a browser tells a page nothing of comments
            }
        }
        if (client.since.plus(LONGEST).isBefore(Instant.now())) {
            clients.remove(client);
            client.response.end();
        }
    }
}
