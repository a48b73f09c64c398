package helpdesk.whatsapp.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The map of the routes in docs/routes.md is what the files say; {@code -Droutes.map=write} writes it. */
class RouteMapTest {

    private static final Path DOC = Path.of("docs/routes.md");
    private static final String BEGIN = "<!-- map: written by RouteMapTest -->\n";
    private static final String END = "<!-- end of map -->";

    @Test
    void the_map_of_the_routes_is_up_to_date() throws IOException {
        String text = Files.readString(DOC);
        String wanted = text.substring(0, text.indexOf(BEGIN) + BEGIN.length()) + map() + text.substring(text.indexOf(END));
        if ("write".equals(System.getProperty("routes.map"))) {
            Files.writeString(DOC, wanted);
            return;
        }
        assertThat(text).as("docs/routes.md is out of date; run: ./mvnw -q -Dtest=RouteMapTest -Droutes.map=write test").isEqualTo(wanted);
    }

    private static String map() {
        StringBuilder map = new StringBuilder("| file | route | what it does |\n|---|---|---|\n");
        for (RouteFile file : RouteFile.readAll(Path.of(""))) {
            String name = "[" + file.name.substring("routes/".length()).replace(".camel.yaml", "") + "](../" + file.name + ")";
            for (RouteFile.Route route : file.routes()) {
                String description = Yaml.text(route.node(), "description").replaceAll("\\s+", " ").strip();
                map.append("| ").append(name).append(" | `").append(route.id()).append("` | ")
                        .append(description.replaceFirst("(?<=[.;?!]) .*", "").replaceFirst(";$", ".").replace("|", "\\|")).append(" |\n");
                name = "";
            }
        }
        return map.toString();
    }
}
