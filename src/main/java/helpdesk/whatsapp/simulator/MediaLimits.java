package helpdesk.whatsapp.simulator;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Which MIME types a message of each kind of media may have. */
final class MediaLimits {

    private static final Map<String, List<String>> TYPES = new LinkedHashMap<>();
    /** Types by the ending of an address, for what only a link names. */
    private static final Map<String, String> BY_ENDING = Map.ofEntries(Map.entry("jpg", "image/jpeg"), Map.entry("jpeg", "image/jpeg"),
            Map.entry("png", "image/png"), Map.entry("gif", "image/gif"), Map.entry("svg", "image/svg+xml"), Map.entry("webp", "image/webp"),
            Map.entry("mp4", "video/mp4"), Map.entry("3gp", "video/3gpp"), Map.entry("webm", "video/webm"), Map.entry("mov", "video/quicktime"),
            Map.entry("ogg", "audio/ogg"), Map.entry("mp3", "audio/mpeg"), Map.entry("wav", "audio/wav"), Map.entry("aac", "audio/aac"),
            Map.entry("amr", "audio/amr"), Map.entry("m4a", "audio/mp4"), Map.entry("pdf", "application/pdf"), Map.entry("html", "text/html"),
            Map.entry("htm", "text/html"), Map.entry("php", "text/html"));

    static {
        TYPES.put("audio", List.of("audio/aac", "audio/amr", "audio/mp4", "audio/mpeg", "audio/ogg"));
        TYPES.put("image", List.of("image/jpeg", "image/png"));
        TYPES.put("sticker", List.of("image/webp"));
        TYPES.put("video", List.of("video/3gpp", "video/mp4"));
        TYPES.put("document", List.of("application/pdf", "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                "application/vnd.openxmlformats-officedocument.presentationml.presentation", "text/plain"));
    }

    /** Beside them: an audio that is to be a voice message. */
    static final String VOICE = "voice";
    private static final List<String> VOICES = List.of("audio/ogg");

    /** The types of messages that have a file. */
    static final Set<String> CLASSES = TYPES.keySet();
    static final List<String> ALL = TYPES.values().stream().flatMap(List::stream).toList();

    private MediaLimits() {
    }

    /** What is wrong with a file of this type that is sent as that; null when nothing is. A document may be anything. */
    static String fault(String kind, String mimeType) {
        List<String> allowed = kind.equals(VOICE) ? VOICES : TYPES.get(kind);
        String base = mimeType.replaceFirst(";.*", "").strip();
        if (kind.equals("document") || allowed.contains(base)) {
            return null;
        }
        return "Unsupported " + Character.toUpperCase(kind.charAt(0)) + kind.substring(1) + " mime type " + base
                + ". Please use one of " + String.join(", ", allowed) + ".";
    }

    /** The same of an address, by its ending: one that says nothing is not wrong. */
    static String byEnding(String kind, String link) {
        String path = link.replaceFirst("[?#].*", "");
        String type = BY_ENDING.get(path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
        return type == null ? null : fault(kind, type);
    }
}
