package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.simulator.JournalEntries.Entry;
import helpdesk.whatsapp.simulator.SimulatedCustomers.Customer;
import helpdesk.whatsapp.web.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.processor.aggregate.AggregateController;

/** Bean {@code journalSearch}: what is asked of the journal - a page of it, how many there are, to wait for some, to clear it. */
public final class JournalSearch {

    /** Whoever waits holds a thread of the HTTP server. */
    private static final int MOST_WAITING = 16;

    private final JournalEntries entries;
    private final SimulatedUsers users;
    private final Path file;
    private final AggregateController gathered;
    private final ExecutorService writer;
    private final Semaphore waiting = new Semaphore(MOST_WAITING);

    JournalSearch(JournalEntries entries, SimulatedUsers users, Path file, AggregateController gathered, ExecutorService writer) {
        this.entries = entries;
        this.users = users;
        this.file = file;
        this.gathered = gathered;
        this.writer = writer;
    }

    /** The newest first. */
    public String list(String request) {
        JsonNode asked = Json.read(request);
        int limit = asked.path("limit").asInt();
        List<Entry> found = entries.newest(wanted(asked), asked.path("before").asLong(Long.MAX_VALUE), limit + 1);
        ObjectNode answer = Json.object();
        ArrayNode data = answer.putArray("data");
        found.stream().limit(limit).forEach(entry -> data.add(Json.read(entry.line())));
        answer.put("next", found.size() > limit ? String.valueOf(found.get(limit - 1).number()) : null);
        return Json.write(answer);
    }

    public String count(String request) {
        return Json.write(Json.object().put("count", entries.count(wanted(Json.read(request)))));
    }

    /** Answers as soon as there are so many, or with what there is when the time is over. */
    public String await(String request) throws InterruptedException {
        JsonNode asked = Json.read(request);
        if (!asked.has("count")) {
            throw refused("count", "is missing: how many to wait for");
        }
        Predicate<Entry> wanted = wanted(asked);
        if (!waiting.tryAcquire()) {
            throw new Problem(429, "too-many-waiting", "There are " + MOST_WAITING + " that wait already. Wait for one of them, or ask for the count.");
        }
        try {
            long count = entries.await(wanted, asked.path("count").asLong(), asked.path("timeout").asLong());
            return Json.write(Json.object().put("count", count).put("reached", count >= asked.path("count").asLong()));
        } finally {
            waiting.release();
        }
    }

    /** Forgets the entries and deletes the file, with the lines that wait to be written to it. */
    public String clear() throws InterruptedException, ExecutionException {
        int cleared = entries.clear();
        gathered.forceCompletionOfAllGroups();
        writer.submit(this::delete).get();      // one thread: after those lines
        return Json.write(Json.object().put("cleared", cleared));
    }

    private void delete() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new Problem(503, "journal-not-deleted", "The journal's file can't be deleted: " + e.getMessage());
        }
    }

    private Predicate<Entry> wanted(JsonNode asked) {
        Predicate<Entry> wanted = entry -> true;
        wanted = and(wanted, asked, "kind", (entry, value) -> entry.kind().equals(value));
        wanted = and(wanted, asked, "method", (entry, value) -> entry.method().equalsIgnoreCase(value));
        wanted = and(wanted, asked, "path", (entry, value) -> entry.path().contains(value));
        Set<String> to = names(asked.path("to").asText());
        wanted = and(wanted, asked, "to", (entry, value) -> to.contains(entry.to()));
        wanted = and(wanted, asked, "wamid", (entry, value) -> entry.message().equals(value)
                || entry.kind().equals("callback") && entry.line().contains("\"" + value + "\""));       // one of some in a post
        wanted = and(wanted, asked, "status", (entry, value) -> String.valueOf(entry.status()).equals(value));
        wanted = and(wanted, asked, "q", (entry, value) -> entry.line().toLowerCase(Locale.ROOT).contains(value.toLowerCase(Locale.ROOT)));
        String since = Json.text(asked, "since");
        return since == null ? wanted : wanted.and(since(since));
    }

    /** A number as dialled, a user id or a group, and what else the simulator knows its owner by. */
    private Set<String> names(String to) {
        String name = PhoneNumbers.waId(to.replaceFirst("^\\s*\\+", "").strip());
        Customer customer = users.of(name);
        return Stream.of(name, customer.number(), customer.userId()).filter(Objects::nonNull).collect(Collectors.toSet());
    }

    private static Predicate<Entry> and(Predicate<Entry> all, JsonNode asked, String name,
            BiPredicate<Entry, String> one) {
        String value = Json.text(asked, name);
        return value == null || value.isEmpty() ? all : all.and(entry -> one.test(entry, value));
    }

    /** After an entry's number, or from a time on. */
    private static Predicate<Entry> since(String since) {
        if (since.matches("\\d{1,18}")) {
            return entry -> entry.number() > Long.parseLong(since);
        }
        try {
            Instant from = Instant.parse(since);
            return entry -> !Instant.parse(entry.at()).isBefore(from);
        } catch (DateTimeException e) {
            throw refused("since", "must be the number of an entry or a time like 2026-01-31T12:00:00Z");
        }
    }

    private static Problem refused(String field, String message) {
        return new Problem(400, "bad-parameter", "Wrong query parameters: " + field + " " + message + ".")
                .with("errors", List.of(new Problem.FieldError(field, message)));
    }
}
