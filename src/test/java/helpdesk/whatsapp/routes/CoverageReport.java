package helpdesk.whatsapp.routes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What all contexts of a test run noted, against all steps there are. */
final class CoverageReport {

    /** Camel runs only what is in them. */
    private static final Set<String> NEVER_A_STEP = Set.of("doTry");
    private static final Pattern BUILDER = Pattern.compile("extends\\s+(Endpoint)?RouteBuilder\\b");

    /** A file with its steps, those that never ran as {@code routes/x.camel.yaml:12 (step id or kind)}. */
    record Row(String file, int steps, List<String> missed) {
        int ran() {
            return steps - missed.size();
        }

        double share() {
            return steps == 0 ? 1 : (double) ran() / steps;
        }
    }

    private final List<Row> rows = new ArrayList<>();

    /** Key: file, line as Camel says it, kind; value: whether it ran in any context. */
    private final Map<String, Boolean> noted = new TreeMap<>();

    CoverageReport(Path project, Path data) {
        for (Path file : RouteFile.files(data)) {
            if (file.toString().endsWith(".txt")) {
                read(file).forEach(line -> {
                    String[] parts = line.split("\t", 2);
                    noted.merge(parts[1], parts[0].equals("ran"), Boolean::logicalOr);
                });
            }
        }
        RouteFile.readAll(project).forEach(this::yaml);
        for (Path file : RouteFile.files(project.resolve("src/main/java"))) {
            if (file.toString().endsWith(".java")) {
                java(project, file);
            }
        }
    }

    private void yaml(RouteFile file) {
        List<String> missed = new ArrayList<>();
        int count = 0;
        for (RouteFile.Step step : file.steps()) {
            if (NEVER_A_STEP.contains(step.kind())) {
                continue;
            }
            count++;
            Boolean ran = noted.get(String.join("\t", file.name, String.valueOf(step.camelLine()), step.kind()));
            if (!Boolean.TRUE.equals(ran)) {
                missed.add(file.name + ":" + step.line() + " (" + (step.id().isEmpty() ? step.kind() : step.id())
                        + (ran == null ? ", in no context" : "") + ")");
            }
        }
        if (count > 0) {
            rows.add(new Row(file.name, count, missed));
        }
    }

    /** Steps in Java are known only once a context has loaded them; a builder that none loaded is one missed step. */
    private void java(Path project, Path file) {
        Matcher builder = BUILDER.matcher(String.join("\n", read(file)));
        if (!builder.find()) {
            return;
        }
        String name = project.relativize(file).toString().replace('\\', '/');
        List<String> missed = new ArrayList<>();
        int count = 0;
        for (Map.Entry<String, Boolean> entry : noted.entrySet()) {
            String[] key = entry.getKey().split("\t");
            if (key[0].equals(file.getFileName().toString())) {
                count++;
                if (!entry.getValue()) {
                    missed.add(name + ":" + key[1] + " (" + key[2] + ")");
                }
            }
        }
        if (count == 0) {
            missed.add(name + ":1 (all, in no context)");
        }
        rows.add(new Row(name, Math.max(count, 1), missed));
    }

    List<Row> rows() {
        return rows;
    }

    boolean hasData() {
        return !noted.isEmpty();
    }

    double share() {
        int steps = rows.stream().mapToInt(Row::steps).sum();
        return steps == 0 ? 1 : (double) rows.stream().mapToInt(Row::ran).sum() / steps;
    }

    /** Empty when the shares are high enough; else what is too low, with every step that no test ran. */
    List<String> failures(double overall, double eachFile) {
        List<String> failures = new ArrayList<>();
        boolean low = share() < overall;
        if (low) {
            failures.add(percent(share()) + " of all steps ran, " + percent(overall) + " must; never run:");
            rows.forEach(row -> failures.addAll(row.missed()));
        }
        for (Row row : rows) {
            if (row.share() < eachFile) {
                failures.add(row.file() + ": " + percent(row.share()) + " of its steps ran, " + percent(eachFile) + " must"
                        + (low ? "" : "; never run:"));
                if (!low) {
                    failures.addAll(row.missed());
                }
            }
        }
        return failures;
    }

    String table() {
        Map<String, String> lines = new HashMap<>();
        for (Row row : rows) {
            lines.put(row.file(), String.join(", ", row.missed().stream()
                    .map(step -> step.substring(row.file().length() + 1)).toList()));
        }
        StringBuilder table = new StringBuilder("| file | steps | ran | never ran: line (step) |\n|---|---|---|---|\n");
        rows.forEach(row -> table.append(String.format(Locale.ROOT, "| %s | %d | %s | %s |%n", row.file(), row.steps(), percent(row.share()),
                lines.get(row.file()))));
        return table.append("| **all** | ").append(rows.stream().mapToInt(Row::steps).sum()).append(" | ").append(percent(share()))
                .append(" | |\n").toString();
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", Math.floor(share * 1000) / 10);
    }

    private static List<String> read(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
