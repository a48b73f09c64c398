package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.Json;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest entries of the journal, in memory, where they are searched and waited for; the file has all of them. What was
 * answered is here before its answer goes out. After a start the end of the file is here again.
 */
final class JournalEntries {

    /** One entry; {@code number} counts up by one, and {@code line} is the JSON object that the file has. */
    record Entry(long number, String at, String kind, String method, String path, String to, String message, int status, String line) {

        static Entry of(JsonNode json, String line) {
            return new Entry(json.path("n").asLong(), json.path("at").asText(""), json.path("kind").asText(""),
                    json.path("method").asText(""), json.path("path").asText(""), json.path("to").asText(""),
                    json.path("message").asText(""), json.path("status").asInt(), line);
        }

        /** The line begins with the number. */
        private Entry numbered(long now) {
            return new Entry(now, at, kind, method, path, to, message, status, "{\"n\":" + now + line.substring(line.indexOf(',')));
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(JournalEntries.class);
    private static final int MOST = 20_000;
    private static final long MOST_CHARACTERS = 24_000_000;
    private static final int READ_BACK = 2_000_000;

    private final Deque<Entry> entries = new ArrayDeque<>();
    private final Path file;
    private long characters;
    private long last;
    private boolean readBack;
    private boolean closed;

    JournalEntries(Path file) {
        this.file = file;
    }

    /** Adds an entry, with the next number. */
    synchronized Entry add(Entry made) {
        readBack();
        Entry entry = made.numbered(++last);
        keep(entry);
        notifyAll();
        return entry;
    }

    /** The newest first, of those before this number. */
    synchronized List<Entry> newest(Predicate<Entry> wanted, long before, int limit) {
        readBack();
        List<Entry> found = new ArrayList<>();
        for (Iterator<Entry> each = entries.descendingIterator(); each.hasNext() && found.size() < limit;) {
            Entry entry = each.next();
            if (entry.number() < before && wanted.test(entry)) {
                found.add(entry);
            }
        }
        return found;
    }

    synchronized long count(Predicate<Entry> wanted) {
        readBack();
        return entries.stream().filter(wanted).count();
    }

    /** Nobody waits any longer. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    /** Waits until so many are there or the time is over; how many there are. */
    synchronized long await(Predicate<Entry> wanted, long count, long millis) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        long found = count(wanted);
        long seen = last;
        long left = deadline - System.nanoTime();
        while (found < count && left > 0 && !closed) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
            for (Iterator<Entry> each = entries.descendingIterator(); each.hasNext();) {
                Entry entry = each.next();
                if (entry.number() <= seen) {
                    break;
                }
                found += wanted.test(entry) ? 1 : 0;
            }
            seen = last;
            left = deadline - System.nanoTime();
        }
        return found;
    }

    /** How many there were. */
    synchronized int clear() {
        readBack();
        int cleared = entries.size();
        entries.clear();
        characters = 0;
        return cleared;
    }

    private void keep(Entry entry) {
        entries.addLast(entry);
        characters += entry.line().length();
        while (entries.size() > 1 && (entries.size() > MOST || characters > MOST_CHARACTERS)) {
            characters -= entries.removeFirst().line().length();
        }
    }

    private void readBack() {
        if (readBack) {
            return;
        }
        readBack = true;
        for (String line : endOfFile()) {
            try {
                JsonNode json = Json.MAPPER.readTree(line);
                if (json.path("n").asLong() > last) {
                    last = json.path("n").asLong();
                    keep(Entry.of(json, line + "\n"));
                }
            } catch (JsonProcessingException e) {
                // a line that a kill has cut off
            }
        }
    }

    private List<String> endOfFile() {
        if (!Files.isRegularFile(file)) {
            return List.of();
        }
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            long from = Math.max(0, in.length() - READ_BACK);
            in.seek(from);
            byte[] bytes = new byte[(int) (in.length() - from)];
            in.readFully(bytes);
            List<String> lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
            return from == 0 || lines.isEmpty() ? lines : lines.subList(1, lines.size());
        } catch (IOException e) {
            LOG.warn("The journal of before could not be read: {}", e.getMessage());
            return List.of();
        }
    }
}
