package helpdesk.whatsapp.crash;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** What the world outside knows: Meta's and the helpdesk's side of what was offered, acknowledged and refused. */
final class Truth {

    /** OFFERED: nobody knows what became of it. */
    enum Fate { OFFERED, ACKNOWLEDGED, REFUSED }

    /** A customer's message: who wrote it, and whether the routes answer it by themselves. */
    record Written(String from, boolean answered) {
    }

    /** What the API said to a send: our id for its text. */
    record Send(Fate fate, String id) {
    }

    final Map<String, Written> written = new ConcurrentHashMap<>();
    final Map<String, Fate> messages = new ConcurrentHashMap<>();
    /** By wamid and status. */
    final Map<String, Fate> statuses = new ConcurrentHashMap<>();
    /** By text, which is unique. */
    final Map<String, Send> sends = new ConcurrentHashMap<>();
    /** How many webhooks and sends were acknowledged, repeats included. */
    final AtomicInteger progress = new AtomicInteger();
    /** How many were asked to come again (503). */
    final AtomicInteger busy = new AtomicInteger();
    final List<String> contradictions = new CopyOnWriteArrayList<>();

    /** An acknowledgement stays, whatever becomes of a repeat. */
    static void note(Map<String, Fate> fates, Set<String> keys, Fate fate) {
        keys.forEach(key -> fates.merge(key, fate, (old, now) -> old == Fate.ACKNOWLEDGED ? old : now));
    }

    static Set<String> acknowledged(Map<String, Fate> fates) {
        return fates.entrySet().stream().filter(e -> e.getValue() == Fate.ACKNOWLEDGED).map(Map.Entry::getKey).collect(Collectors.toSet());
    }

    void sent(String text, Fate fate, String id) {
        sends.merge(text, new Send(fate, id), (old, now) -> {
            if (old.fate() == Fate.ACKNOWLEDGED && now.fate() == Fate.ACKNOWLEDGED && !old.id().equals(now.id())) {
                contradictions.add("The send '" + text + "' was accepted as " + old.id() + " and as " + now.id());
            }
            return old.fate() == Fate.ACKNOWLEDGED ? old : now;
        });
    }

    long acknowledgedSends() {
        return sends.values().stream().filter(send -> send.fate() == Fate.ACKNOWLEDGED).count();
    }

    long unknown() {
        return messages.values().stream().filter(fate -> fate == Fate.OFFERED).count()
                + sends.values().stream().filter(send -> send.fate() == Fate.OFFERED).count();
    }
}
