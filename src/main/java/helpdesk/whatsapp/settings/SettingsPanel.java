package helpdesk.whatsapp.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.web.Problem;
import helpdesk.whatsapp.web.Problem.FieldError;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import javax.sql.DataSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Bean {@code settingsPanel}: the settings of {@code settings/settings.yaml} - what each may be, what holds, where it comes from. */
public final class SettingsPanel {

    private static final String FILE = "/settings/settings.yaml";
    private static final int SHOWN_OF_LONG = 12;

    private final Settings settings;
    private final Secrets secrets;
    private final Mode mode;
    private final Map<String, JsonNode> known = new LinkedHashMap<>();
    private final Map<String, String> atStart = new HashMap<>();
    private final Properties defaults = new Properties();
    private Map<String, String> savedAtStart = Map.of();
    private volatile Map<String, String> saved = Map.of();
    private volatile String taken = "";

    public SettingsPanel(Settings settings, Mode mode) {
        this.settings = settings;
        this.mode = mode;
        secrets = new Secrets(settings);
        try (InputStream file = SettingsPanel.class.getResourceAsStream(FILE); InputStream shipped = shipped()) {
            Json.MAPPER.valueToTree(new Load(LoadSettings.builder().setLabel(FILE).build()).loadFromInputStream(file))
                    .forEach(entry -> known.put(entry.path("key").asText(), entry));
            defaults.load(shipped);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream shipped() throws IOException {
        Path file = Path.of("config", "application.properties");
        return Files.exists(file) ? Files.newInputStream(file) : SettingsPanel.class.getResourceAsStream("/application.properties");
    }

    /** Puts in force what was saved, before anything else reads it. */
    public void prepare(DataSource dataSource) {
        take(JdbcClient.create(dataSource).sql("""
                select cast(coalesce(json_agg(json_build_object('key', key, 'value', value)), '[]') as text)
                from setting where key <> 'whatsapp.mode'""").query(String.class).single());
        savedAtStart = saved;
        settings.save(saved);
        known.keySet().forEach(key -> atStart.put(key, settings.get(key)));
    }

    /** Takes over what is saved, by this instance or another. What is not live stays as it was at the start. */
    public void take(String rows) {
        if (rows.equals(taken)) {
            return;
        }
        Map<String, String> values = new HashMap<>();
        for (JsonNode row : Json.read(rows)) {
            String key = row.path("key").asText();
            String value = row.path("value").asText();
            if (known.containsKey(key)) {
                if (isSecret(key)) {
                    secrets.decrypt(key, value).ifPresent(secret -> values.put(key, secret));
                } else {
                    values.put(key, value);
                }
            }
        }
        saved = Map.copyOf(values);
        Map<String, String> inForce = new HashMap<>(values);
        inForce.keySet().removeIf(key -> !isLive(key));
        savedAtStart.forEach((key, value) -> {
            if (!isLive(key)) {
                inForce.put(key, value);
            }
        });
        settings.save(inForce);
        taken = rows;
    }

    private boolean isLive(String key) {
        return known.get(key).path("live").asBoolean();
    }

    public boolean isLocked(String key) {
        return settings.isFixedByEnvironment(key);
    }

    /** The change as the statement saves it; refused with every key that is wrong at once. */
    public String check(JsonNode change) {
        List<FieldError> errors = new ArrayList<>();
        ArrayNode rows = Json.MAPPER.createArrayNode();
        Map<String, String> wanted = new HashMap<>();
        change.path("changes").fields().forEachRemaining(entry -> {
            String key = entry.getKey();
            String value = entry.getValue().isNull() ? null : entry.getValue().asText().trim();
            String fault = fault(key, value);
            if (fault != null) {
                errors.add(new FieldError("changes." + key, fault));
                return;
            }
            wanted.put(key, value == null ? settings.file(key) : value);
            rows.addObject().put("key", key).put("secret", isSecret(key))
                    .put("value", value == null || !isSecret(key) ? value : secrets.encrypt(key, value));
        });
        if (!errors.isEmpty()) {
            throw Problem.validation(errors);
        }
        List<String> missing = mode.isReal() ? mode.refusals(key -> wanted.getOrDefault(key, settings.get(key))) : List.of();
        if (!missing.isEmpty()) {
            throw new Problem(409, "real-mode-refused", "Real mode could not go on with this: " + String.join(" ", missing)).with("missing", missing);
        }
        return Json.write(rows);
    }

    private String fault(String key, String value) {
        JsonNode about = known.get(key);
        if (about == null) {
            return "is no setting of the panel";
        }
        if (isLocked(key)) {
            return "is fixed by the environment, " + Settings.environment(key);
        }
        if (value == null) {
            return null;
        }
        if (value.indexOf('\0') >= 0 || value.contains("{{")) {
            return "must not contain U+0000 or {{";
        }
        return switch (about.path("type").asText()) {
            case "number" -> !value.matches("-?\\d{1,9}") || Integer.parseInt(value) < about.path("minimum").asInt()
                    || Integer.parseInt(value) > about.path("maximum").asInt()
                    ? "must be a whole number from " + about.path("minimum").asInt() + " to " + about.path("maximum").asInt() : null;
            case "choice" -> texts(about.path("choices")).contains(value) ? null
                    : "must be one of " + String.join(", ", texts(about.path("choices")));
            case "url" -> value.isEmpty() && about.path("empty").asBoolean() || isUrl(value) ? null : "must be an address that begins with https:// or http://";
            case "secret" -> value.isEmpty() && !key.endsWith("-previous") ? "must not be empty" : value.length() > 1000 ? "is too long" : null;
            default -> value.length() > 500 ? "is too long"
                    : about.has("pattern") && !value.matches(about.path("pattern").asText()) ? "must look like " + about.path("like").asText() : null;
        };
    }

    private static boolean isUrl(String value) {
        try {
            URI uri = URI.create(value);
            return value.matches("https?://.*") && uri.getHost() != null && uri.getQuery() == null && uri.getFragment() == null && uri.getUserInfo() == null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private boolean isSecret(String key) {
        return known.get(key).path("type").asText().equals("secret");
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(entry -> texts.add(entry.asText()));
        return texts;
    }

    /** All settings as the API shows them, by the rows of what was saved. */
    public String describe(String savedRows) {
        Map<String, JsonNode> rows = new HashMap<>();
        Json.read(savedRows).forEach(row -> rows.put(row.path("key").asText(), row));
        ObjectNode answer = Json.object();
        ArrayNode data = answer.putArray("data");
        known.forEach((key, about) -> data.add(describe(key, about, rows.get(key))));
        return Json.write(answer);
    }

    private ObjectNode describe(String key, JsonNode about, JsonNode row) {
        String value = isLocked(key) ? settings.get(key) : saved.getOrDefault(key, settings.file(key));
        boolean secret = isSecret(key);
        String usual = defaults.getProperty(key, "").trim();
        ObjectNode shown = Json.object().put("key", key).put("area", about.path("area").asText()).put("type", about.path("type").asText());
        shown.put("value", secret ? null : value).put("set", !value.isEmpty()).put("last4", secret ? last4(value) : null)
                .put("default", secret ? null : usual).put("source", source(key, value, usual)).put("locked", isLocked(key))
                .put("environment", Settings.environment(key)).put("live", isLive(key))
                .put("pending", !isLive(key) && !value.equals(atStart.get(key)))
                .put("help", about.path("help").asText())
                .put("warning", Mode.isPublicDefault(key, value) ? "This is the public value of mock mode; real mode refuses it." : null);
        shown.set("choices", about.has("choices") ? about.get("choices") : Json.MAPPER.createArrayNode());
        shown.set("minimum", about.get("minimum"));
        shown.set("maximum", about.get("maximum"));
        shown.set("updatedAt", row == null ? null : row.get("updatedAt"));
        shown.set("updatedBy", row == null ? null : row.get("updatedBy"));
        return shown;
    }

    /** Where the value of a key comes from. */
    public String source(String key) {
        return source(key, settings.get(key), defaults.getProperty(key, "").trim());
    }

    private String source(String key, String value, String usual) {
        if (isLocked(key)) {
            return "environment";
        }
        return saved.containsKey(key) ? "panel" : value.equals(usual) ? "default" : "file";
    }

    /** The end of a secret that is long enough to be known by it; null otherwise. */
    static String last4(String secret) {
        return secret.length() < SHOWN_OF_LONG ? null : secret.substring(secret.length() - 4);
    }

    /** A new verify token. */
    public String newToken() {
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    /** The change that sets one key. */
    public byte[] change(String key, String value) {
        ObjectNode change = Json.object();
        change.putObject("changes").put(key, value);
        return Json.write(change).getBytes(StandardCharsets.UTF_8);
    }
}
