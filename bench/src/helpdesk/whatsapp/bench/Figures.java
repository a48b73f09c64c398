package helpdesk.whatsapp.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.StreamSupport;

/** Medians and spread over the runs of one contender, and how they are written. */
final class Figures {

    private Figures() {
    }

    static double median(JsonNode runs, String figure) {
        double[] sorted = sorted(runs, figure);
        int n = sorted.length;
        return n == 0 ? Double.NaN : n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
    }

    /** The median with the lowest and the highest, as {@code 9,120 (8,800-9,300)}. */
    static String spread(JsonNode runs, String figure) {
        double[] sorted = sorted(runs, figure);
        return sorted.length == 0 ? "-" : number(median(runs, figure)) + " (" + number(sorted[0]) + "-" + number(sorted[sorted.length - 1]) + ")";
    }

    private static double[] sorted(JsonNode runs, String figure) {
        return StreamSupport.stream(runs.spliterator(), false).filter(run -> run.has(figure))
                .mapToDouble(run -> run.path(figure).asDouble()).sorted().toArray();
    }

    /** Three digits that count. */
    static String number(double value) {
        if (Double.isNaN(value)) {
            return "-";
        }
        double size = Math.abs(value);
        return String.format(Locale.ROOT, size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f", value);
    }

    static String row(Object... cells) {
        List<String> written = new ArrayList<>();
        for (Object cell : cells) {
            written.add(cell instanceof Double value ? number(value) : String.valueOf(cell));
        }
        return "| " + String.join(" | ", written) + " |\n";
    }

    /** The head of a table, with its rule. */
    static String head(String... cells) {
        return row((Object[]) cells) + "|" + "---|".repeat(cells.length) + "\n";
    }
}
