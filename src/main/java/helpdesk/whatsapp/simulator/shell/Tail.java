package helpdesk.whatsapp.simulator.shell;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.Json;
import java.io.PrintStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Follows the journal: asks for what is new, and waits at the simulator until there is more. */
final class Tail {

    private static final List<String> FILTERS = List.of("kind", "method", "path", "to", "wamid", "status", "q");
    static final List<String> OPTIONS = List.of("-n", "--kind", "--method", "--path", "--to", "--wamid", "--status", "--q");
    static final List<String> FLAGS = List.of("--once");
    private static final int PAGE = 100;
    private static final int WAIT_MS = 25_000;
    private static final int PAUSE_S = 1;

    private final Arguments arguments;
    private final ControlApi api;
    private final PrintStream out;
    private final PrintStream err;
    private final String filter;
    private final TailLine lines = new TailLine();
    /** Until here all is shown. */
    private long shown;
    private boolean away;

    Tail(Arguments arguments, Map<String, String> environment, PrintStream out, PrintStream err) {
        this.arguments = arguments;
        this.out = out;
        this.err = err;
        api = new ControlApi(arguments, environment);
        if (!arguments.words().isEmpty()) {
            throw Fault.usage("'" + arguments.words().get(0) + "' is no option; bin/tail --help names them.");
        }
        StringBuilder query = new StringBuilder();
        FILTERS.stream().filter(name -> arguments.has("--" + name)).forEach(name -> query.append('&').append(name).append('=')
                .append(URLEncoder.encode(arguments.get("--" + name, ""), StandardCharsets.UTF_8)));
        filter = query.toString();
    }

    void run() {
        try {
            begin();
        } catch (ControlApi.Away e) {
            throw Fault.refused(e.getMessage());
        }
        while (!arguments.has("--once") && !out.checkError()) {
            try {
                follow();
            } catch (ControlApi.Away e) {
                awayAgain(e);
            }
        }
    }

    private void begin() throws ControlApi.Away {
        String wanted = arguments.get("-n", "10");
        if (!wanted.matches("\\d{1,5}")) {
            throw Fault.usage("-n must be a number.");
        }
        shown = newest();
        Deque<JsonNode> entries = new ArrayDeque<>();
        String before = String.valueOf(shown + 1);
        while (before != null && entries.size() < Integer.parseInt(wanted)) {
            int limit = Math.min(PAGE, Integer.parseInt(wanted) - entries.size());
            JsonNode page = api.get("/journal?limit=" + limit + "&before=" + before + filter);
            page.path("data").forEach(entries::addFirst);
            before = Json.text(page, "next");
        }
        entries.forEach(this::show);
    }

    private long newest() throws ControlApi.Away {
        return api.get("/journal?limit=1").path("data").path(0).path("n").asLong();
    }

    private void follow() throws ControlApi.Away {
        if (away) {
            shown = Math.min(shown, newest());       // a journal that was deleted meanwhile counts from 1
            away = false;
            err.println("bin/tail: " + api.url() + " answers again.");
        }
        if (!api.get("/journal/wait?count=1&timeout=" + WAIT_MS + "&since=" + shown + filter).path("reached").asBoolean()) {
            return;
        }
        Deque<JsonNode> entries = new ArrayDeque<>();
        String before = "999999999999999999";
        while (before != null) {
            JsonNode page = api.get("/journal?limit=" + PAGE + "&since=" + shown + "&before=" + before + filter);
            page.path("data").forEach(entries::addFirst);
            before = Json.text(page, "next");
        }
        entries.forEach(this::show);
    }

    private void show(JsonNode entry) {
        out.println(arguments.has("--json") ? Json.write(entry) : lines.of(entry));
        shown = Math.max(shown, entry.path("n").asLong());
    }

    private void awayAgain(ControlApi.Away fault) {
        if (!away) {
            err.println("bin/tail: " + fault.getMessage().replaceFirst("[. ]*$", ".") + " Waiting for it.");
        }
        away = true;
        try {
            TimeUnit.SECONDS.sleep(PAUSE_S);
        } catch (InterruptedException e) {
            throw Fault.refused("interrupted.");
        }
    }
}
