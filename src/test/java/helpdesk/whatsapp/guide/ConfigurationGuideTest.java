package helpdesk.whatsapp.guide;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** docs/configuration.md is what config/application.properties and the panel's catalogue say; {@code -Dconfiguration.guide=write} writes it. */
class ConfigurationGuideTest {

    private static final Path DOC = Path.of("docs/configuration.md");
    private static final String BEGIN = "<!-- settings: written by ConfigurationGuideTest -->\n";
    private static final String END = "<!-- end of settings -->";

    @Test
    void the_reference_of_the_configuration_is_up_to_date() throws IOException {
        String text = Files.readString(DOC);
        String wanted = text.substring(0, text.indexOf(BEGIN) + BEGIN.length()) + reference() + text.substring(text.indexOf(END));
        if ("write".equals(System.getProperty("configuration.guide"))) {
            Files.writeString(DOC, wanted);
            return;
        }
        assertThat(text).as("docs/configuration.md is out of date; run: ./mvnw -q -Dtest=ConfigurationGuideTest -Dconfiguration.guide=write test")
                .isEqualTo(wanted);
    }

    private static Map<String, JsonNode> panel() throws IOException {
        Map<String, JsonNode> panel = new LinkedHashMap<>();
        Json.MAPPER.<JsonNode>valueToTree(new Load(LoadSettings.builder().build())
                .loadFromString(Files.readString(Path.of("src/main/resources/settings/settings.yaml"))))
                .forEach(setting -> panel.put(setting.path("key").asText(), setting));
        return panel;
    }

    private static String reference() throws IOException {
        Map<String, JsonNode> panel = panel();
        StringBuilder out = new StringBuilder();
        StringBuilder comment = new StringBuilder();
        for (String line : Files.readAllLines(Path.of("config/application.properties"))) {
            if (line.startsWith("# ----")) {
                out.append("\n### ").append(line.replaceAll("^# -+ | -+$", "")).append("\n| key | default | panel | meaning |\n|---|---|---|---|\n");
                comment.setLength(0);
            } else if (line.startsWith("#")) {
                comment.append(comment.isEmpty() ? "" : " ").append(line.substring(1).strip());
            } else if (line.isBlank()) {
                comment.setLength(0);
            } else if (out.length() > 0) {
                out.append(row(line, comment.toString(), panel));
                comment.setLength(0);
            }
        }
        return out.append('\n').toString();
    }

    private static String row(String line, String comment, Map<String, JsonNode> panel) {
        String key = line.substring(0, line.indexOf('='));
        String value = line.substring(line.indexOf('=') + 1);
        JsonNode setting = panel.get(key);
        String help = setting == null ? "" : setting.path("help").asText();
        String meaning = help.isEmpty() || comment.contains(help) ? comment : comment.isEmpty() ? help : help + " " + comment;
        String variable = value.startsWith("{{env:") ? value.replaceFirst("^\\{\\{env:([A-Z_]+).*", "$1")
                : key.startsWith("whatsapp.") ? key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_') : "";
        String environment = variable.isEmpty() ? "" : "<br>`" + variable + "`";
        String standard = value.replaceFirst("^\\{\\{env:[A-Z_]+:(.*)}}$", "$1");
        return "| `" + key + "`" + environment + " | " + (standard.isEmpty() ? "empty" : "`" + standard + "`") + " | "
                + (setting == null ? "no" : setting.path("live").asBoolean() ? "at once" : "after a restart") + " | "
                + (meaning.isEmpty() ? "Goes with the one above." : meaning).replace("|", "\\|").replace("<", "&lt;") + " |\n";
    }
}
