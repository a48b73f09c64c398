package helpdesk.whatsapp.media;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.tika.config.TikaConfig;
import org.apache.tika.detect.Detector;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.mime.MimeTypeException;

/**
 * What a file really is, by its bytes, and what WhatsApp takes (Meta, "Media"): the type and size table. A name refines only what
 * bytes cannot tell apart: office documents, which are zip or OLE files.
 */
public final class MediaTypes {

    private static final long KB = 1024;
    private static final long MB = 1024 * KB;
    private static final String UNKNOWN = "application/octet-stream";

    /** Largest size in bytes by type; stickers (image/webp) have a limit of their own. */
    private static final Map<String, Long> LIMITS = Map.ofEntries(
            Map.entry("audio/aac", 16 * MB), Map.entry("audio/amr", 16 * MB), Map.entry("audio/mpeg", 16 * MB),
            Map.entry("audio/mp4", 16 * MB), Map.entry("audio/ogg", 16 * MB),
            Map.entry("image/jpeg", 5 * MB), Map.entry("image/png", 5 * MB),
            Map.entry("video/mp4", 16 * MB), Map.entry("video/3gpp", 16 * MB),
            Map.entry("text/plain", 100 * MB), Map.entry("application/pdf", 100 * MB),
            Map.entry("application/msword", 100 * MB), Map.entry("application/vnd.ms-excel", 100 * MB),
            Map.entry("application/vnd.ms-powerpoint", 100 * MB),
            Map.entry("application/vnd.openxmlformats-officedocument.wordprocessingml.document", 100 * MB),
            Map.entry("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", 100 * MB),
            Map.entry("application/vnd.openxmlformats-officedocument.presentationml.presentation", 100 * MB));

    /** How the detector names what WhatsApp names otherwise. */
    private static final Map<String, String> SAME = Map.of("audio/opus", "audio/ogg", "audio/vorbis", "audio/ogg",
            "application/ogg", "audio/ogg", "audio/x-aac", "audio/aac", "video/quicktime", "video/mp4",
            "application/mp4", "video/mp4", "video/x-m4v", "video/mp4", "audio/amr-wb", "audio/amr");

    /** Kinds of the same file format. */
    private static final Set<String> MP4 = Set.of("audio/mp4", "video/mp4", "video/3gpp");

    /** Reads its tables, a quarter of a second, beside the start of everything else. */
    private final CompletableFuture<Detector> detector = CompletableFuture.supplyAsync(() -> TikaConfig.getDefaultConfig().getDetector());

    static final String ALLOWED = "audio (AAC, AMR, MP3, M4A, OGG Opus) up to 16 MB, image (JPEG, PNG) up to 5 MB, sticker (WebP) up "
            + "to 100 KB or 500 KB animated, video (MP4, 3GP) up to 16 MB, document (text, PDF, Word, Excel, PowerPoint) up "
            + "to 100 MB";

    /** What a file of this type is called at its end, with the dot; empty when nobody knows. */
    public String extension(String mimeType) {
        try {
            return mimeType == null || mimeType.startsWith(UNKNOWN) ? ""
                    : TikaConfig.getDefaultConfig().getMimeRepository().forName(mimeType.replaceFirst(";.*", "").trim()).getExtension()
                    .replace(".oga", ".ogg");
        } catch (MimeTypeException e) {
            return "";
        }
    }

    /** The MIME type by content. */
    public String of(File file, String name) {
        String byContent = detect(file, null);
        boolean office = byContent.equals("application/zip") || byContent.startsWith("application/x-tika-")
                || byContent.equals("text/plain");
        String type = office && name != null ? detect(file, name) : byContent;
        if (type.startsWith("text/") && !type.equals("text/plain")) {
            type = "text/plain";            // csv, html …: text is sent as text
        }
        if (type.equals(UNKNOWN) && isAdts(file)) {
            type = "audio/aac";
        }
        type = SAME.getOrDefault(type, type);
        return type.equals("video/mp4") && Mp4Tracks.areOnlySound(file) ? "audio/mp4" : type;
    }

    /** Whether a file that was found to be of one type may be called the other: the bytes tell neither sounds nor films exactly apart. */
    public static boolean isLike(String found, String type) {
        return found.equals(type) || found.startsWith("audio/") && type.startsWith("audio/") || MP4.contains(found) && MP4.contains(type);
    }

    /** Largest size in bytes that WhatsApp takes of this type; 0 when it takes none. */
    public long limit(String type, File file) {
        return type.equals("image/webp") ? (isAnimated(file) ? 500 : 100) * KB : LIMITS.getOrDefault(type, 0L);
    }

    private String detect(File file, String name) {
        Metadata metadata = new Metadata();
        if (name != null) {
            metadata.set(TikaCoreProperties.RESOURCE_NAME_KEY, name);
        }
        try (InputStream in = TikaInputStream.get(file.toPath())) {
            return detector.join().detect(in, metadata).getBaseType().toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isAnimated(File file) {
        return new String(head(file, 64), StandardCharsets.ISO_8859_1).contains("ANIM");
    }

    // An AAC stream begins with a frame: twelve set bits, then layer 0.
    private static boolean isAdts(File file) {
        byte[] head = head(file, 2);
        return head.length == 2 && (head[0] & 0xFF) == 0xFF && (head[1] & 0xF6) == 0xF0;
    }

    private static byte[] head(File file, int bytes) {
        try (InputStream in = Files.newInputStream(file.toPath())) {
            return in.readNBytes(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
