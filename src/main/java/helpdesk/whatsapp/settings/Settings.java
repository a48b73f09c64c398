package helpdesk.whatsapp.settings;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CamelContext;

/**
 * Reads the properties of {@code config/}, overridden by what was saved in the panel, overridden by the environment and -D as Camel
 * does it.
 */
public final class Settings {

    private final CamelContext context;
    private final Map<String, String> found = new ConcurrentHashMap<>();
    private volatile Map<String, String> saved = Map.of();

    public Settings(CamelContext context) {
        this.context = context;
    }

    /** The value, trimmed; empty when the key has none. */
    public String get(String key) {
        String value = saved.get(key);
        return value != null ? value : file(key);
    }

    /** Without what was saved. It is looked up once: files and environment hold until the next start. */
    String file(String key) {
        return found.computeIfAbsent(key, name -> context.resolvePropertyPlaceholders("{{" + name + ":}}").trim());
    }

    public int getInt(String key) {
        return Integer.parseInt(get(key));
    }

    public boolean getBoolean(String key) {
        return Boolean.parseBoolean(get(key));
    }

    /** True when the environment or -D fixes this key, so that it holds whatever the files say. */
    public boolean isFixedByEnvironment(String key) {
        return System.getProperty(key) != null || System.getenv(environment(key)) != null;
    }

    /** The variable of the environment that would fix a key. */
    static String environment(String key) {
        return key.toUpperCase().replace('.', '_').replace('-', '_');
    }

    /** Puts saved values in force: for whoever asks here, and for what routes say as {@code ${properties:…}} or, at the start, {@code {{…}}}. */
    void save(Map<String, String> values) {
        Map<String, String> next = new HashMap<>();
        values.forEach((key, value) -> {
            file(key);          // looked up before it is covered
            if (!isFixedByEnvironment(key)) {
                next.put(key, value);
            }
        });
        saved.keySet().stream().filter(key -> !next.containsKey(key)).forEach(key -> cover(key, file(key)));
        next.forEach((key, value) -> {
            if (!value.equals(saved.get(key))) {
                cover(key, value);
            }
        });
        saved = Map.copyOf(next);
    }

    private void cover(String key, String value) {
        ((org.apache.camel.component.properties.PropertiesComponent) context.getPropertiesComponent()).addOverrideProperty(key, value);
    }
}
