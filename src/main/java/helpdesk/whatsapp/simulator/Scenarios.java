package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.StartRefused;
import helpdesk.whatsapp.settings.Settings;
import helpdesk.whatsapp.web.NotFound;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

/** Bean {@code scenarios}: which scenario is played with a call or a customer's message, and what of it the callbacks feel. */
public final class Scenarios {

    private static final String CONFIGURED = "whatsapp.simulator.scenario";
    private static final String ON = "calls|messages|template|media|download|(GET|POST|DELETE) [a-z_]+";

    private final Settings settings;
    private final ScenarioChoices choices;
    private final ScenarioCallbacks callbacks;
    private final SimulatedEvents events;
    private final SimulatedUsers users;

    Scenarios(Settings settings, ScenarioMemory memory, SimulatedCustomers customers, SimulatedEvents events, SimulatedUsers users) {
        this.settings = settings;
        this.users = users;
        choices = new ScenarioChoices(memory);
        this.events = events;
        callbacks = new ScenarioCallbacks(settings, customers, users);
        String configured = settings.get(CONFIGURED);
        if (!configured.isEmpty() && Scenario.named(configured) == null) {
            throw new StartRefused(CONFIGURED + " is " + configured + ", which is no scenario; docs/simulator.md lists them.");
        }
    }

    // ---- with a call of the Graph API --------------------------------------------------------------------------------

    /**
     * The scenario of a call, or null: the one that the call itself asks for, that of the customer, of the number, of everything.
     *
     * @param wish the name in the header of the call; null when it has none
     */
    public Play of(GraphCall call, String wish) {
        Set<String> at = at(call);
        Predicate<Scenario> fits = scenario -> at.contains(scenario.on());
        String subject = at.contains("messages") ? key(SimulatorJournal.recipient(call.json())) : thing(call);
        if (wish != null && !wish.isBlank()) {
            Scenario wanted = Scenario.named(wish.strip());
            if (wanted == null) {
                throw GraphError.of(400, 100, "(#100) The simulator has no scenario '" + wish.strip() + "'.");
            }
            return fits.test(wanted) ? choices.once(wanted, subject) : null;
        }
        return fitting(subject, fits);
    }

    private Play fitting(String subject, Predicate<Scenario> fits) {
        Play chosen = choices.forCustomer(subject, fits);
        if (chosen != null) {
            return chosen;
        }
        Scenario ofNumber = Scenario.ofNumber(subject);
        if (ofNumber != null && fits.test(ofNumber)) {
            return choices.once(ofNumber, subject);
        }
        chosen = choices.forAll(subject, fits);
        if (chosen != null) {
            return chosen;
        }
        Scenario configured = Scenario.named(settings.get(CONFIGURED));
        return configured != null && fits.test(configured) ? choices.once(configured, subject) : null;
    }

    /** What of the API is called, in the words of {@link Scenario#on}. */
    private static Set<String> at(GraphCall call) {
        String operation = call.getMethod() + " " + (call.getEdge().isEmpty() ? call.getKind() : call.getEdge());
        Set<String> at = new HashSet<>(Set.of("calls", operation));
        if (operation.equals("POST messages") && !call.json().has("status")) {       // else somebody has read
            at.add("messages");
            if ("template".equals(Json.text(call.json(), "type"))) {
                at.add("template");
            }
        } else if (operation.equals("GET attachments")) {
            at.add("download");
        } else if (operation.equals("GET object") && SimulatedMedia.isId(call.getNode())) {
            at.add("media");
        }
        return at;
    }

    /** The customer's number, where the simulator knows it; what is no user id is left as it is. */
    private String key(String customer) {
        return customer == null ? null : users.of(customer).key();
    }

    /** The file, or what else the call names. */
    private static String thing(GraphCall call) {
        JsonNode query = call.request().path("query");
        return query.has("mid") ? query.path("mid").asText() : call.getNode();
    }

    /** Throws the refusal that the scenario has for this call, if it has one. */
    public void refuse(Play play) {
        if (play.isRefused()) {
            throw play.error().refusal();
        }
    }

    /** The answer to a message that was taken, with what the scenario says of it. */
    public String answer(Play play, String answer) {
        JsonNode json = Json.read(answer);
        if (json.path("messages").path(0) instanceof ObjectNode message) {
            message.setAll((ObjectNode) play.script().path("answer"));
        }
        return Json.write(json);
    }

    /** Webhooks of other fields that come with the first call, as rows to queue; null for none. */
    public String events(Play play) {
        if (!play.isFirst() || play.script().path("events").isEmpty()) {
            return null;
        }
        ArrayNode rows = Json.MAPPER.createArrayNode();
        events.queue(rows, play.script().path("events"), null, settings.getInt("whatsapp.simulator.delay-ms"));
        return Json.write(rows);
    }

    // ---- with callbacks ----------------------------------------------------------------------------------------------

    /**
     * The rows to queue, as the scenario changes them: of a send that of its call, of a customer's message the one that was asked
     * for with it or that fits.
     */
    public String play(Play ofCall, GraphCall call, String rows) {
        Play play = call != null || rows == null ? ofCall : ofMessage(rows);
        return play == null ? rows : callbacks.change(play, rows, call);
    }

    private Play ofMessage(String rows) {
        JsonNode first = Json.read(rows).path(0);
        if (!first.path("kind").asText().startsWith("inbound")) {
            return null;
        }
        String customer = key(Wamid.customer(first.path("message").asText()).orElse(null));
        Scenario wanted = first.hasNonNull("scenario") ? named(first.path("scenario").asText()) : null;
        String media = ScenarioCallbacks.media(first);
        if (media != null) {
            Predicate<Scenario> ofFile = scenario -> scenario.on().equals("media") || scenario.on().equals("download");
            if (wanted == null && choices.hand(customer, media, ofFile)) {
                return null;
            }
            Scenario file = wanted != null ? wanted : Scenario.ofNumber(customer);
            if (file != null && ofFile.test(file)) {
                choices.add(file, Json.object().put("to", media));
                return null;
            }
        }
        Predicate<Scenario> fits = scenario -> scenario.script().has("callbacks");
        return wanted != null ? choices.once(wanted, customer) : fitting(customer, fits);
    }

    // ---- what is asked of them ---------------------------------------------------------------------------------------

    /** All there are, and which are chosen. */
    public String list() {
        ObjectNode answer = Json.object();
        ArrayNode data = answer.putArray("data");
        for (Scenario scenario : Scenario.all()) {
            data.addObject().put("name", scenario.name()).put("about", scenario.about()).put("number", scenario.number())
                    .put("on", scenario.on());
        }
        answer.set("chosen", choices.list());
        return Json.write(answer);
    }

    public String choose(JsonNode wanted) {
        if (!wanted.at("/options/on").asText("calls").matches(ON)) {
            throw SimulatedCustomers.invalid("options.on", "is calls, messages, template, media, download, or an operation like POST media");
        }
        JsonNode chosen = wanted.hasNonNull("to") ? ((ObjectNode) wanted.deepCopy()).put("to", key(wanted.path("to").asText())) : wanted;
        String id = choices.add(named(CustomerContent.text(wanted, "scenario", "")), chosen);
        return Json.write(Json.object().put("id", id));
    }

    /** Ends one choice. */
    public void end(String request) {
        String id = Json.text(Json.read(request), "id");
        if (!choices.remove(id)) {
            throw new NotFound("No scenario is chosen under the id " + id + ".");
        }
    }

    public void endAll() {
        choices.clear();
    }

    private static Scenario named(String name) {
        Scenario scenario = Scenario.named(name);
        if (scenario == null) {
            throw SimulatedCustomers.invalid("scenario", "is none that the simulator has: GET /mock/control/scenarios lists them");
        }
        return scenario;
    }
}
