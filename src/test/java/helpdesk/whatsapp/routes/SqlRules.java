package helpdesk.whatsapp.routes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Statements are files: each that a route names exists, each that exists is named, and each reads like the others. */
final class SqlRules {

    private static final Pattern RESOURCE = Pattern.compile("resource:file:([^\\s\"'}]+)");
    private static final Pattern KEYWORD = Pattern.compile(
            "\\b(SELECT|INSERT|INTO|UPDATE|DELETE|FROM|WHERE|JOIN|VALUES|RETURNING|CREATE|ALTER|TABLE|INDEX|ORDER BY|GROUP BY|WITH|NOT NULL)\\b");
    private static final Pattern STAR = Pattern.compile("\\b(select|returning)\\s+(distinct\\s+)?\\*");
    private static final Pattern COLLIDES = Pattern.compile("::|#>|(?<!:)\\?");
    /** Comments and texts, which may say what they like; the lines stay. */
    private static final Pattern QUIET = Pattern.compile("--[^\\n]*|'(?:[^'\\n]|'')*'");
    private static final Pattern FILE = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)+\\.sql");

    private final Path project;
    private final List<RouteFile> files;

    SqlRules(Path project, List<RouteFile> files) {
        this.project = project;
        this.files = files;
    }

    List<Finding> findings() {
        List<Finding> found = new ArrayList<>();
        for (RouteFile file : files) {
            for (Yaml.Entry entry : file.entries()) {
                Matcher resource = RESOURCE.matcher(entry.text());
                if (resource.find() && !resource.group(1).contains("{{") && !Files.isRegularFile(project.resolve(resource.group(1)))) {
                    found.add(new Finding(file.name, entry.line(), "no file '" + resource.group(1) + "' (paths are relative to the project)"));
                }
            }
        }
        String routes = String.join("\n", files.stream().map(file -> file.text).toList());
        String java = RouteCheck.javaSources(project);
        for (Path file : RouteFile.files(project.resolve("sql"))) {
            if (file.toString().endsWith(".sql")) {
                statement(file, routes, java, found);
            }
        }
        return found;
    }

    private void statement(Path file, String routes, String java, List<Finding> found) {
        String name = project.relativize(file).toString().replace('\\', '/');
        boolean schema = name.matches("sql/(simulator-)?schema/.*");
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (!text.strip().startsWith("--")) {
            found.add(new Finding(name, 1, "no head comment: begin with '-- ' and say what it does and why"));
        }
        String code = QUIET.matcher(text).replaceAll(match -> match.group().startsWith("--") ? "" : "''");
        each(KEYWORD, code, (line, match) -> found.add(new Finding(name, line, "'" + match + "': keywords in lower case")));
        each(STAR, code, (line, match) -> found.add(new Finding(name, line, "'" + match + "': list the columns")));
        if (schema) {
            return;
        }
        String area = name.substring("sql/".length()).replaceFirst("\\.sql$", "");
        if (!FILE.matcher(file.getFileName().toString()).matches()) {
            found.add(new Finding(name, 1, "is not named <verb>-<noun>.sql"));
        }
        if (!routes.contains("sql/" + area + ".sql") && !java.contains(area)) {
            found.add(new Finding(name, 1, "no route or class names this statement: remove it"));
        }
        if (text.contains(":?")) {
            each(COLLIDES, code, (line, match) -> found.add(new Finding(name, line, "'" + match
                    + "' collides with :?name parameters: write cast(… as …) or a function")));
        }
        Matcher second = Pattern.compile(";\\s*(?=\\S)").matcher(code);
        if (second.find()) {
            found.add(new Finding(name, line(code, second.end()), "a second statement: one a file"));
        }
    }

    private interface Hit {
        void at(int line, String match);
    }

    private static void each(Pattern pattern, String code, Hit hit) {
        Matcher matcher = pattern.matcher(code);
        while (matcher.find()) {
            hit.at(line(code, matcher.start()), matcher.group());
        }
    }

    private static int line(String text, int offset) {
        return (int) text.substring(0, offset).chars().filter(c -> c == '\n').count() + 1;
    }
}
