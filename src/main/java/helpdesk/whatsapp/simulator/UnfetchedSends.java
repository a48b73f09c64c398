package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;

/** Bean {@code unfetchedSends}: messages that were taken before their files at links were fetched, as a restart finds them again. */
public final class UnfetchedSends {

    /** What has to be known to go on with a message, as JSON. */
    public String kept(GraphCall call, String factsJson, SimulatedSends.Accepted accepted) {
        ObjectNode kept = Json.object();
        kept.set("message", call.json());
        kept.set("facts", Json.read(factsJson));
        kept.putObject("pricing").put("category", accepted.verdict().pricing().category()).put("type", accepted.verdict().pricing().type());
        return Json.write(kept);
    }

    /** The call by which it was sent; of its address, token and scenario nothing is needed any more. */
    public GraphCall call(String keptJson) {
        return GraphCall.ofMessage((ObjectNode) Json.read(keptJson).path("message"));
    }

    public String facts(String keptJson) {
        return Json.write(Json.read(keptJson).path("facts"));
    }

    public SimulatedSends.Accepted accepted(String wamid, String keptJson) {
        JsonNode pricing = Json.read(keptJson).path("pricing");
        return new SimulatedSends.Accepted(null, wamid, new SendPolicy.Verdict(null, null,
                new SendPolicy.Pricing(pricing.path("category").asText(), pricing.path("type").asText()), true), null);
    }
}
