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

    void run(Run run, ObjectNode results) throws Exception;

    String table(JsonNode results);
}
