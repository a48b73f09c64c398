package helpdesk.whatsapp.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** One thing that is measured: it makes the figures, and shows them as Markdown. */
interface Part {

    /** Its name on the command line and of its file of results. */
    String name();

    /** Whether it takes so long that it runs only when it is named. */
    default boolean isLong() {
        return false;
    }

    /** Whether {@code --profile} makes a profile of it. */
    default boolean hasProfile() {
        return false;
    }

    void run(Run run, ObjectNode results) throws Exception;

    String table(JsonNode results);

    /** What the figures were made of, in words. */
    default String extent(JsonNode results) {
        int runs = results.path("runs").asInt();
        return "%d %s of %d s".formatted(runs, runs == 1 ? "run" : "runs", results.path("seconds").asInt());
    }
}
