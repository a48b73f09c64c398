package helpdesk.whatsapp.simulator.shell;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import helpdesk.whatsapp.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** A simulated customer writes: the words after the type, and options, become the fields of {@code POST /mock/control/inbound}. */
final class Inbound {

    private static final String FILE = "file";
    /** Which fields the words after a type are. */
    private static final Map<String, List<String>> WORDS = new LinkedHashMap<>();
    private static final List<String> NUMBERS = List.of("latitude", "longitude");
    private static final List<String> JSON_TOO = List.of("from", "response");
    /** Nothing that WhatsApp takes is larger. */
    private static final long LARGEST_FILE = 100L * 1024 * 1024;
    private static final Map<String, String> OPTIONS = new TreeMap<>();
    private static final Map<String, String> FLAGS = new TreeMap<>();
    private static final Map<String, String> TYPES = Map.ofEntries(Map.entry("jpg", "image/jpeg"), Map.entry("jpeg", "image/jpeg"),
            Map.entry("png", "image/png"), Map.entry("webp", "image/webp"), Map.entry("mp4", "video/mp4"), Map.entry("3gp", "video/3gpp"),
            Map.entry("ogg", "audio/ogg; codecs=opus"), Map.entry("opus", "audio/ogg; codecs=opus"), Map.entry("mp3", "audio/mpeg"),
            Map.entry("m4a", "audio/mp4"), Map.entry("aac", "audio/aac"), Map.entry("amr", "audio/amr"), Map.entry("pdf", "application/pdf"),
            Map.entry("txt", "text/plain"), Map.entry("doc", "application/msword"), Map.entry("xls", "application/vnd.ms-excel"),
            Map.entry("ppt", "application/vnd.ms-powerpoint"),
            Map.entry("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
            Map.entry("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            Map.entry("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"));
    private static final Pattern JSON = Pattern.compile("\\{.*|\\[.*|true|false|null", Pattern.DOTALL);

    static {
        WORDS.put("text", List.of("text"));
        List.of("image", "video", "audio", "voice", "document", "sticker").forEach(type -> WORDS.put(type, List.of(FILE)));
        WORDS.put("location", List.of("latitude", "longitude", "placeName", "address"));
        WORDS.put("contacts", List.of());
        WORDS.put("button_reply", List.of("id", "title"));
        WORDS.put("list_reply", List.of("id", "title", "description"));
        WORDS.put("nfm_reply", List.of("response"));
        WORDS.put("call_permission_reply", List.of("response"));
        WORDS.put("button", List.of("payload", "text"));
        WORDS.put("reaction", List.of("emoji"));
        WORDS.put("order", List.of("text"));
        WORDS.put("system", List.of("change"));
        WORDS.put("unsupported", List.of("unsupported"));
        WORDS.put("edit", List.of("text"));
        WORDS.put("revoke", List.of());
        List.of("from", "name", "userId", "parentUserId", "username", "groupId", "replyTo", "caption", "filename", "mimeType", "text", "latitude",
                "longitude", "placeName", "address", "id", "title", "description", "payload", "emoji", "response", "change", "waId", "newUserId",
                "message_id", "origin", "timestamp", "scenario").forEach(field -> OPTIONS.put(option(field), field));
        List.of("hidden", "forwarded", "referral", "tooLarge", "remove", "coexistence", "animated").forEach(field -> FLAGS.put(option(field), field));
        OPTIONS.put("--fields", "");
    }

    private Inbound() {
    }

    static Collection<String> types() {
        return WORDS.keySet();
    }

    static Collection<String> options() {
        return OPTIONS.keySet();
    }

    static Collection<String> flags() {
        return FLAGS.keySet();
    }

    /** {@code replyTo} as {@code --reply-to}. */
    private static String option(String field) {
        return "--" + field.replaceAll("([A-Z])", "-$1").replace('_', '-').toLowerCase(Locale.ROOT);
    }

    static void run(Arguments arguments, Map<String, String> environment, PrintStream out) {
        ObjectNode message = message(arguments);
        Path file = message.has(FILE) ? Path.of(message.remove(FILE).asText()) : null;
        try {
            JsonNode answer = new ControlApi(arguments, environment).post("/inbound", message, file);
            out.println(arguments.has("--json") ? Json.write(answer) : answer.path("wamid").asText());
        } catch (ControlApi.Away e) {
            throw Fault.refused(e.getMessage());
        }
    }

    private static ObjectNode message(Arguments arguments) {
        if (arguments.words().isEmpty()) {
            throw Fault.usage("what does the customer send? bin/simulate help names the types.");
        }
        String type = arguments.words().get(0).replace('-', '_');
        List<String> fields = WORDS.get(type);
        if (fields == null) {
            throw Fault.usage("there is no type " + type + "; there are " + String.join(", ", types()) + ".");
        }
        List<String> words = arguments.words().subList(1, arguments.words().size());
        if (words.size() > fields.size()) {
            throw Fault.usage("'" + words.get(fields.size()) + "' is one word too many: a text with blanks wants quotes.");
        }
        ObjectNode message = Json.object().put("type", type);
        for (int i = 0; i < words.size(); i++) {
            if (fields.get(i).equals(FILE)) {
                file(Path.of(words.get(i)), message);
            } else {
                set(message, fields.get(i), words.get(i));
            }
        }
        OPTIONS.forEach((option, field) -> {
            if (arguments.has(option) && !field.isEmpty()) {
                set(message, field, arguments.get(option, ""));
            }
        });
        FLAGS.forEach((option, field) -> {
            if (arguments.has(option)) {
                set(message, field, arguments.get(option, ""));
            }
        });
        if (arguments.has("--fields")) {
            message.setAll(object(arguments.get("--fields", "")));
        }
        return message;
    }

    private static void set(ObjectNode message, String field, String value) {
        if (NUMBERS.contains(field) && !value.matches("-?\\d{1,3}(\\.\\d+)?")) {
            throw Fault.usage(field + " must be a number like 52.5163.");
        }
        // What is a text is one, whatever it looks like.
        boolean json = NUMBERS.contains(field) || (FLAGS.containsValue(field) || JSON_TOO.contains(field)) && JSON.matcher(value).matches();
        try {
            message.set(field, json ? Json.MAPPER.readTree(value) : TextNode.valueOf(value));
        } catch (IOException e) {
            throw Fault.usage(field + " begins like JSON, but is none: " + value);
        }
    }

    private static ObjectNode object(String json) {
        try {
            if (Json.MAPPER.readTree(json) instanceof ObjectNode object) {
                return object;
            }
        } catch (IOException e) {
            // said below
        }
        throw Fault.usage("--fields must be a JSON object like '{\"referral\":true}'.");
    }

    private static void file(Path file, ObjectNode message) {
        try {
            if (!Files.isRegularFile(file)) {
                throw Fault.usage("there is no file " + file + ".");
            }
            if (Files.size(file) > LARGEST_FILE) {
                throw Fault.usage(file + " has " + Files.size(file) + " bytes; the most is " + LARGEST_FILE + " (--too-large plays a file that is too large for Meta).");
            }
            message.put(FILE, file.toString()).put("mimeType", mimeType(file));
        } catch (IOException e) {
            throw Fault.usage(file + " cannot be read: " + e.getMessage());
        }
    }

    private static String mimeType(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        String known = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
        String guessed = known == null ? URLConnection.guessContentTypeFromName(name) : known;
        return guessed == null ? "application/octet-stream" : guessed;
    }
}
