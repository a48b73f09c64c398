package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Hashes;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.media.MediaTypes;
import helpdesk.whatsapp.media.Pictures;
import helpdesk.whatsapp.settings.Settings;
import helpdesk.whatsapp.web.Form;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Bean {@code simulatedMedia}: the files that the simulator was given, by an upload or by a customer. */
public final class SimulatedMedia {

    /** Ids of files have 16 digits and begin with 2 to 9; those of templates begin with 1. */
    private static final long FIRST_ID = 2_000_000_000_000_000L;
    private static final long AFTER_LAST_ID = 10_000_000_000_000_000L;
    private static final Pattern ID = Pattern.compile("[2-9]\\d{15}");
    /** Days that Meta keeps a file that a business uploaded, and one that a customer sent. */
    private static final int UPLOADED_DAYS = 30;
    private static final int INBOUND_DAYS = 7;
    private static final long URL_SECONDS = 300;
    private static final List<String> FIELDS = List.of("messaging_product", "url", "mime_type", "sha256", "file_size", "id");
    private static final Set<String> PICTURES = Set.of("image/jpeg", "image/png");
    private static final int SMALLEST_PICTURE = 192;
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");
    private static final String UNKNOWN = "application/octet-stream";

    private final Settings settings;
    private final Strictness strict;
    private final Clock clock;
    private final MediaTypes types;

    public SimulatedMedia(Settings settings, Strictness strict, Clock clock, MediaTypes types) {
        this.types = types;
        this.settings = settings;
        this.strict = strict;
        this.clock = clock;
    }

    /** A file to keep: its content, a {@link File} or bytes, and what is known of it as JSON. */
    public record Kept(String id, Object content, String mimeType, byte[] sha256, String row) {
    }

    /** What of a file is answered to a download: all of it, or the range that was asked for. */
    public record Download(Object content, String mimeType, int status, String range) {
    }

    /** Whether an id looks like that of a file. */
    static boolean isId(String node) {
        return ID.matcher(node).matches();
    }

    public Kept uploaded(GraphCall call) {
        Form.Part part = call.upload().orElseThrow(() -> GraphError.required("file"));
        File file = part.content().toFile();
        String mimeType = declared(part, call.param("type"), file);
        if (strict.media()) {
            check(mimeType, file, part.fileName());
        }
        return kept(file, mimeType, UPLOADED_DAYS, call.number(configured()));
    }

    private String configured() {
        return settings.get("whatsapp.phone-number-id");
    }

    private Kept kept(File file, String mimeType, int days, String number) {
        try (InputStream in = new DigestInputStream(Files.newInputStream(file.toPath()), sha256())) {
            in.transferTo(OutputStream.nullOutputStream());
            return kept(file, file.length(), mimeType, ((DigestInputStream) in).getMessageDigest().digest(), days, number);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String declared(Form.Part part, String typeField, File file) {
        if (part.contentType() != null && part.contentType().contains("/") && !part.contentType().startsWith(UNKNOWN)) {
            return part.contentType();
        }
        return typeField.contains("/") ? typeField : types.of(file, part.fileName());
    }

    private void check(String mimeType, File file, String name) {
        String type = base(mimeType);
        if (!MediaLimits.ALL.contains(type)) {
            throw GraphError.wrong("(#100) Param file must be a file with one of the following types: " + String.join(", ", MediaLimits.ALL)
                    + ". Received file of type '" + type + "'.");
        }
        String found = types.of(file, name != null && name.contains(".") ? name : "file" + types.extension(type));
        if (!MediaTypes.isLike(found, type)) {
            throw GraphError.of(CloudError.MEDIA_UPLOAD, "The file is declared as " + type + " but its content is " + found + ".");
        }
        if (file.length() > types.limit(found, file)) {
            throw GraphError.of(CloudError.MEDIA_UPLOAD, "The file of type " + type + " has " + file.length() + " bytes; the most is "
                    + types.limit(found, file) + ".");
        }
    }

    private static String base(String mimeType) {
        return mimeType.replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT);
    }

    /** The bytes of a resumable upload. */
    public Kept taken(byte[] content, String mimeType) {
        return kept(content, content.length, mimeType, sha256().digest(content), UPLOADED_DAYS, configured());
    }

    /** A picture for a profile, JPEG or PNG, at least 192 pixels each way. @param id of the file that a handle stands for; null for none */
    public void picture(String id) {
        if (id == null) {
            throw GraphError.of(422, 100, "The profile picture handle is invalid or expired").ofMethod();
        }
        File file = path(id).toFile();
        if (strict.media() && (!PICTURES.contains(types.of(file, null)) || Pictures.smallerSide(file) < SMALLEST_PICTURE)) {
            throw GraphError.of(422, 100, "The profile picture must be a JPEG or PNG of at least " + SMALLEST_PICTURE + " pixels each way").ofMethod();
        }
    }

    /** What a customer sends; a type of null is that of the part, else of the content. */
    Kept of(Form.Part part, String mimeType) {
        File file = part.content().toFile();
        return kept(file, declared(part, mimeType == null ? "" : mimeType, file), INBOUND_DAYS, configured());
    }

    /** The same in bytes. */
    Kept of(byte[] content, String mimeType) {
        return kept(content, content.length, mimeType, sha256().digest(content), INBOUND_DAYS, configured());
    }

    private Kept kept(Object content, long size, String mimeType, byte[] sha256, int days, String number) {
        String id = String.valueOf(ThreadLocalRandom.current().nextLong(FIRST_ID, AFTER_LAST_ID));
        ObjectNode row = Json.object().put("id", id).put("phone_number_id", number)
                .put("mime_type", mimeType).put("sha256", HexFormat.of().formatHex(sha256)).put("file_size", size).put("days", days);
        return new Kept(id, content, mimeType, sha256, Json.write(row));
    }

    public String answer(Kept kept) {
        return Json.write(Json.object().put("id", kept.id()));
    }

    /** Completes what is known with the address of the download, at the host that the caller knows us by; it holds for five minutes. */
    public String info(GraphCall call, String known) {
        ObjectNode info = (ObjectNode) Json.read(known);
        info.remove("picture");
        String id = info.path("id").asText();
        String ends = String.valueOf(clock.millis() / 1000 + URL_SECONDS);
        info.put("url", call.getBaseUrl() + "/whatsapp_business/attachments/?mid=" + id + "&ext=" + ends + "&hash=" + hash(id, ends));
        return Json.write(GraphFields.of(info, call.param("fields"), FIELDS, "WhatsAppBusinessMedia"));
    }

    /** What was asked for, by an address that still holds; the picture of a profile, and nothing else, by one that never ends. */
    public Download open(GraphCall call, String known) {
        JsonNode media = Json.read(known);
        String id = media.path("id").asText();
        boolean picture = call.getKind().equals("picture");
        if (picture && !media.path("picture").asBoolean()) {
            throw GraphError.noSuchObject("get", id);
        }
        if (strict.media() && !picture && !holds(id, call.param("ext"), call.param("hash"))) {
            throw GraphError.of(404, 100, "The URL of this media has expired or was changed. Get a new one by its id.").subcode(33);
        }
        try {
            Path file = path(id);
            return range(call.range(), file, media.path("mime_type").asText());
        } catch (IOException e) {
            throw GraphError.noSuchObject("get", id);
        }
    }

    private boolean holds(String id, String ends, String hash) {
        return ends.matches("\\d{1,12}") && Long.parseLong(ends) >= clock.millis() / 1000 && hash.equals(hash(id, ends));
    }

    private String hash(String id, String ends) {
        return Hashes.sha256(settings.get("whatsapp.app-secret") + " " + id + " " + ends).substring(0, 32);
    }

    private static Download range(String wanted, Path file, String mimeType) throws IOException {
        long size = Files.size(file);
        Matcher range = RANGE.matcher(wanted);
        if (!range.matches() || range.group(1).isEmpty() && range.group(2).isEmpty()) {
            return new Download(Files.newInputStream(file), mimeType, 200, null);
        }
        long first = range.group(1).isEmpty() ? Math.max(0, size - Long.parseLong(range.group(2))) : Long.parseLong(range.group(1));
        long last = range.group(1).isEmpty() || range.group(2).isEmpty() ? size - 1 : Math.min(size - 1, Long.parseLong(range.group(2)));
        if (first > last) {
            throw GraphError.of(416, 100, "The range " + wanted + " is not in the " + size + " bytes of this media.");
        }
        try (InputStream in = Files.newInputStream(file)) {
            in.skipNBytes(first);
            return new Download(in.readNBytes((int) (last - first + 1)), mimeType, 206, "bytes " + first + "-" + last + "/" + size);
        }
    }

    public void delete(String id) {
        try {
            Files.deleteIfExists(path(id));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // Ids come from our own table, never from a caller.
    private Path path(String id) {
        return Path.of(settings.get("whatsapp.data-dir"), "simulator", "media", id);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
