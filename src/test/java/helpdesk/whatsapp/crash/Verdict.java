package helpdesk.whatsapp.crash;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Compares what the product has with what the world outside knows, by sets: nothing acknowledged is lost, nothing is there twice or out
 * of nowhere, no send was made twice, contacts and displayed statuses are right, both ledgers hold. Counts the faults by kind.
 */
final class Verdict {

    private static final Map<String, Integer> RANKS = Map.of("sent", 3, "delivered", 4, "read", 5);
    private static final int SHOWN = 5;

    private final Client client;
    private final Supplier<JdbcClient> database;
    private final Truth truth;
    private final Meta meta;
    private final Map<String, List<String>> faults = new TreeMap<>();

    private record Stored(String wamid, String waId, String contextWamid) {
    }

    private record Sent(String id, String text, String status, String wamid, String contextWamid, boolean reply) {
    }

    Verdict(Client client, Supplier<JdbcClient> database, Truth truth, Meta meta) {
        this.client = client;
        this.database = database;
        this.truth = truth;
        this.meta = meta;
    }

    /** Waits until nothing is under way any more, then looks. The load must have stopped. */
    Map<String, List<String>> reach(Duration patience) {
        awaitQuiet(patience);
        faults.clear();
        truth.contradictions.forEach(text -> fault("contradiction", text));
        messages();
        statuses();
        sends();
        log();
        return faults;
    }

    private void awaitQuiet(Duration patience) {
        Awaitility.await().atMost(patience).pollInterval(Duration.ofMillis(100)).ignoreException(IOException.class).until(() -> meta.isDone()
                && health().at("/log/pending").asLong(-1) == 0 && health().at("/outbox/waiting").asLong(-1) == 0 && meta.isDone()
                && count("select count(*) from send_attempt where state = 'sending'") == 0
                && health().at("/log/pending").asLong(-1) == 0);
    }

    private JsonNode health() throws IOException {
        return Json.read(client.call("GET", "/api/whatsapp/health", null, Map.of()).body());
    }

    private void fault(String kind, String what) {
        faults.computeIfAbsent(kind, absent -> new ArrayList<>()).add(what);
    }

    private void faultsOf(String kind, Set<String> keys) {
        keys.forEach(key -> fault(kind, key));
    }

    private long count(String sql) {
        return database.get().sql(sql).query(Long.class).single();
    }

    private static Set<String> without(Set<String> set, Set<String> others) {
        Set<String> rest = new HashSet<>(set);
        rest.removeAll(others);
        return rest;
    }

    private void messages() {
        List<Stored> stored = database.get().sql("""
                select m.wamid, c.wa_id, m.context_wamid from message m join contact c on c.id = m.contact_id
                where m.direction = 'inbound'""").query((row, n) -> new Stored(row.getString(1), row.getString(2), row.getString(3))).list();
        Set<String> wamids = stored.stream().map(Stored::wamid).collect(Collectors.toSet());
        faultsOf("message lost after 200", without(Truth.acknowledged(truth.messages), wamids));
        if (stored.size() != wamids.size()) {
            fault("message doubled", stored.size() - wamids.size() + " messages");
        }
        stored.forEach(message -> {
            Truth.Fate fate = truth.messages.get(message.wamid());
            if (fate == null || fate == Truth.Fate.REFUSED) {
                fault("message out of nowhere", message.wamid());
            } else if (!truth.written.get(message.wamid()).from().equals(message.waId())) {
                fault("message at the wrong contact", message.toString());
            }
        });
        Set<String> answered = new HashSet<>(database.get().sql("select context_wamid from message where reply_rule is not null")
                .query(String.class).list());
        faultsOf("reply missing", without(wamids.stream().filter(wamid -> truth.written.containsKey(wamid)
                && truth.written.get(wamid).answered()).collect(Collectors.toSet()), answered));
        faultsOf("ticket with a wrong count", new HashSet<>(database.get().sql("""
                select t.id from ticket t left join message m on m.ticket_id = t.id and m.direction = 'inbound'
                group by t.id having t.unread_count <> count(m.id)""").query(String.class).list()));
        faultsOf("message received, but not exactly one event", new HashSet<>(database.get().sql("""
                select m.wamid from message m left join (
                    select cast(convert_from(payload, 'UTF8') as jsonb) ->> 'wamid' as wamid from events_log
                    where convert_from(payload, 'UTF8') like '%message.received%'
                ) as e on e.wamid = m.wamid
                where m.direction = 'inbound' group by m.wamid having count(e.wamid) <> 1""").query(String.class).list()));
    }

    private void statuses() {
        Set<String> stored = new HashSet<>(database.get().sql("select wamid || ' ' || status from message_status").query(String.class).list());
        faultsOf("status lost after 200", without(Truth.acknowledged(truth.statuses), stored));
        faultsOf("status out of nowhere", without(stored, truth.statuses.keySet()));
    }

    private void sends() {
        Map<String, List<String>> attempts = new HashMap<>();
        database.get().sql("select message_id, id from send_attempt").query(row -> {
            attempts.computeIfAbsent(row.getString(1), absent -> new ArrayList<>()).add(row.getString(2));
        });
        List<Sent> sent = database.get().sql("""
                select id, text, status, wamid, context_wamid, reply_rule is not null from message where direction = 'outbound'""")
                .query((row, n) -> new Sent(row.getString(1), row.getString(2), row.getString(3), row.getString(4), row.getString(5),
                        row.getBoolean(6))).list();
        Map<String, List<Sent>> byText = sent.stream().filter(message -> !message.reply()).collect(Collectors.groupingBy(Sent::text));
        truth.sends.forEach((text, send) -> {
            List<Sent> found = byText.getOrDefault(text, List.of());
            if (found.size() > 1) {
                fault("send doubled", found.toString());
            } else if (send.fate() == Truth.Fate.ACKNOWLEDGED && !found.stream().map(Sent::id).toList().equals(List.of(send.id()))) {
                fault("send lost after 202", text + " " + found);
            }
        });
        faultsOf("send out of nowhere", without(byText.keySet(), truth.sends.keySet()));
        sent.forEach(message -> judge(message, attempts.getOrDefault(message.id(), List.of()).stream().map(attempt ->
                meta.calls().getOrDefault(attempt, List.of())).toList()));
        faultsOf("call without a recorded attempt", without(meta.calls().keySet(),
                attempts.values().stream().flatMap(List::stream).collect(Collectors.toSet())));
    }

    private void judge(Sent message, List<List<Meta.Called>> callsOfAttempts) {
        List<Meta.Called> calls = callsOfAttempts.stream().flatMap(List::stream).toList();
        List<Meta.Called> taken = calls.stream().filter(Meta.Called::taken).toList();
        if (callsOfAttempts.stream().anyMatch(ofOne -> ofOne.size() > 1)) {
            fault("attempt called twice", message + " " + calls);
        }
        if (taken.size() > 1) {
            fault("sent twice", message + " " + calls);
        }
        Set<String> right = taken.isEmpty() ? untaken(calls) : shown(taken.get(0).wamid());
        if (!right.contains(message.status())) {
            fault("wrong status", message + ", not " + right + " " + calls);
        }
        if (!taken.isEmpty() && message.wamid() == null && !message.status().equals("unknown")) {
            fault("wamid lost", message + " " + calls);
        }
    }

    private static Set<String> untaken(List<Meta.Called> calls) {
        return calls.stream().anyMatch(Meta.Called::forGood) ? Set.of("failed", "unknown") : Set.of("unknown");
    }

    private Set<String> shown(String wamid) {
        Set<String> told = RANKS.keySet().stream().filter(status -> truth.statuses.containsKey(wamid + " " + status)).collect(Collectors.toSet());
        boolean failed = truth.statuses.containsKey(wamid + " failed");
        int top = told.stream().mapToInt(RANKS::get).max().orElse(0);
        if (failed && top < RANKS.get("delivered")) {
            return Set.of("failed");
        }
        return told.isEmpty() ? Set.of("accepted", "unknown")
                : told.stream().filter(status -> RANKS.get(status) == top).collect(Collectors.toSet());
    }

    private void log() {
        for (String topic : List.of("webhook", "events")) {
            String gaps = database.get().sql("""
                    select case when h.pos <> l.entries or h.pos <> l.last or l.first <> 1 then concat_ws(' ', h.pos, l.entries, l.first, l.last) end
                    from log_head h, (select count(*) as entries, min(pos) as first, max(pos) as last from %s_log) as l
                    where h.topic = '%s'""".formatted(topic, topic)).query(String.class).optional().orElse(null);
            if (gaps != null) {
                fault("positions not dense", topic + " " + gaps);
            }
        }
        database.get().sql("select part || ' ' || reason from dead_letter").query(String.class).list()
                .forEach(letter -> fault("dead letter", letter));
        try {
            if (!health().at("/ledgers/balanced").asBoolean()) {
                fault("ledgers", client.call("GET", "/api/whatsapp/ingest", null, Map.of()).body());
            }
        } catch (IOException e) {
            fault("ledgers", e.toString());
        }
    }

    /** The faults, a few of each kind. */
    static String describe(Map<String, List<String>> faults) {
        return faults.entrySet().stream().map(kind -> kind.getKey() + " (" + kind.getValue().size() + "): "
                + kind.getValue().stream().limit(SHOWN).collect(Collectors.joining("; "))).collect(Collectors.joining("\n"));
    }
}
