package helpdesk.whatsapp.log;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;

/** Bean {@code logFigures}: what this process does with the topic {@code webhook}, for the health answer. */
public final class LogFigures {

    private static final String TOPIC = "webhook";

    private final PgLogComponent log;

    public LogFigures(PgLogComponent log) {
        this.log = log;
    }

    /** A JSON object: queue, sizes and times (milliseconds) as running means, counts since the start, what fails now, what is paused and why. */
    public String toJson() {
        TopicFigures figures = log.figures(TOPIC);
        ObjectNode json = Json.object();
        json.put("queued", log.queued(TOPIC));
        json.put("appended", figures.getAppended());
        json.put("appendSize", rounded(figures.getAppendSize()));
        json.put("appendMillis", rounded(figures.getAppendMillis()));
        json.put("refused", figures.getRefused());
        json.put("refusing", figures.isRefusing());
        json.put("failedAppends", figures.getFailedAppends());
        json.put("failing", figures.isFailing());
        json.put("read", figures.getRead());
        json.put("batchSize", rounded(figures.getBatchSize()));
        json.put("batchMillis", rounded(figures.getBatchMillis()));
        json.put("failedBatches", figures.getFailedBatches());
        ArrayNode paused = json.putArray("paused");
        figures.getPaused().forEach((what, fault) -> paused.addObject().put("what", what).put("fault", fault));
        return Json.write(json);
    }

    private static double rounded(double value) {
        return Math.round(value * 10) / 10.0;
    }
}
