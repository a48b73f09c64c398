package helpdesk.whatsapp.settings;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CamelContext;

/** Reads the properties of {@code config/}, overridden by the environment and -D as Camel does it. */
public final class Settings {

    private final CamelContext context;
    private final Map<String, String> found = new ConcurrentHashMap<>();

    public Settings(CamelContext context) {
        this.context = context;
    }

    /** The value, trimmed; empty when the key has none. It is looked up once: files and environment hold until the next start. */
    public String get(String key) {
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
        return System.getProperty(key) != null
                || System.getenv(key.toUpperCase().replace('.', '_').replace('-', '_')) != null;
    }
}
