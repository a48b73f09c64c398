package helpdesk.whatsapp.media;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Hashes;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.settings.Settings;
import helpdesk.whatsapp.web.Problem;
import io.vertx.ext.web.multipart.MultipartForm;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/**
 * Bean {@code mediaFiles}: what a file is and where it lies. Files are kept below {@code data-dir/media} under a name made from
 * their content; what somebody called them is shown and never a path.
 */
public final class MediaFiles {

    private static final int LONGEST_NAME = 240;

    private final MediaTypes types = new MediaTypes();
    private final SmallPictures small = new SmallPictures();
    private final Path folder;

    public MediaFiles(Settings settings) {
        folder = Path.of(settings.get("whatsapp.data-dir"), "media").toAbsolutePath();
    }

    /** Facts about a file: {@code {id, mimeType, fileName, size, sha256, path}}, as JSON. */
    public String facts(File file, String name) {
        String sha256 = sha256(file);
        ObjectNode facts = Json.object();
        facts.put("id", UUID.randomUUID().toString());
        facts.put("mimeType", types.of(file, name));
        facts.put("fileName", name(name));
        facts.put("size", file.length());
        facts.put("sha256", sha256);
        facts.put("path", sha256.substring(0, 2) + "/" + sha256);
        return Json.write(facts);
    }

    /** The facts of a file that is to be sent; 422 {@code validation} with the allowed list when WhatsApp would not take it. */
    public String sendable(Object upload, String name) {
        if (!(upload instanceof File file)) {
            throw refused("Send exactly one file as multipart/form-data, in the part `file`.");
        }
        String facts = facts(file, name);
        JsonNode read = Json.read(facts);
        String type = read.path("mimeType").asText();
        long limit = types.limit(type, file);
        if (file.length() == 0) {
            throw refused("The file is empty.");
        }
        if (limit == 0) {
            throw refused("By its content the file is " + type + ", which WhatsApp does not take. It takes " + MediaTypes.ALLOWED
                    + ".");
        }
        if (file.length() > limit) {
            throw refused("The file has " + file.length() + " bytes; WhatsApp takes " + limit + " of " + type + ". It takes "
                    + MediaTypes.ALLOWED + ".");
        }
        return facts;
    }

    /** The facts of a file that Meta gave us; fails when it is not the file that the webhook or Meta announced. */
    public String verified(File file, String mediaJson, String infoJson) {
        JsonNode media = Json.read(mediaJson);
        JsonNode info = Json.read(infoJson);
        ObjectNode facts = (ObjectNode) Json.read(facts(file, Json.text(media, "fileName")));
        String announced = media.hasNonNull("sha256") ? media.path("sha256").asText()
                : Hashes.hex(Json.text(info, "sha256"));
        if (announced != null && !announced.equals(facts.path("sha256").asText())) {
            throw new IllegalStateException("The file's SHA-256 is not the announced one.");
        }
        long size = info.path("file_size").asLong(-1);
        if (size >= 0 && size != file.length()) {
            throw new IllegalStateException("The file has " + file.length() + " bytes; announced were " + size + ".");
        }
        if (facts.path("mimeType").asText().equals("application/octet-stream") && media.hasNonNull("mimeType")) {
            facts.set("mimeType", media.path("mimeType"));
        }
        facts.set("id", media.path("id"));
        return Json.write(facts);
    }

    /** The stored file at a path that we made. */
    public File stored(String path) {
        Path file = folder.resolve(path).normalize();
        if (!file.startsWith(folder) || !Files.isRegularFile(file)) {
            throw new IllegalStateException("The stored file " + path + " is gone.");
        }
        return file.toFile();
    }

    /** The stored file at a path that we made; with the size {@code small} a picture as a conversation shows it. */
    public File served(String path, String size) {
        return "small".equals(size) ? small.of(stored(path)) : stored(path);
    }

    /** The form by which a stored file is given to Meta: {@code POST /{phone-number-id}/media}. */
    public MultipartForm form(String mediaJson) {
        JsonNode media = Json.read(mediaJson);
        String type = media.path("mimeType").asText();
        return MultipartForm.create().attribute("messaging_product", "whatsapp").attribute("type", type)
                .binaryFileUpload("file", media.path("fileName").asText("file"), stored(media.path("path").asText()).getPath(), type);
    }

    /**
     * The header by which a browser, or curl, saves the file under the customer's name for it instead of showing it. What has no name
     * is called by its kind and the id of its message: two pictures that are saved one after the other don't get the same name.
     */
    public String disposition(String fileName, String mimeType, String id) {
        // Without what turns letters round: `gnp.exe` must not be saved under a name that reads `exe.png`.
        String given = fileName == null || fileName.isEmpty() ? kind(mimeType) + "-" + id : fileName.replaceAll("[\\u202A-\\u202E\\u2066-\\u2069]", "_");
        String name = given.indexOf('.', 1) > 0 ? given : given + types.extension(mimeType);
        String plain = name.replaceAll("[^ -~]|[\"\\\\/%]", "_");
        return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''"
                + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String kind(String mimeType) {
        String kind = mimeType.replaceFirst("/.*", "");
        return List.of("image", "video", "audio").contains(kind) ? kind : "document";
    }

    /** 409 {@code media-pending} or {@code media-failed}: the bytes are not here. */
    public void notReady(String state, String error) {
        throw new Problem(409, "media-" + state, state.equals("pending") ? "The file is still being fetched. Try again in a moment."
                : "The file could not be fetched: " + error);
    }

    /** Removes a download or upload that has been stored, or could not be. */
    public void discard(File file) {
        try {
            Files.deleteIfExists(file.toPath());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String name(String given) {
        if (given == null) {
            return null;
        }
        String last = given.substring(Math.max(given.lastIndexOf('/'), given.lastIndexOf('\\')) + 1).replaceAll("\\p{Cntrl}", "");
        return last.isEmpty() ? null : last.substring(0, Math.min(last.length(), LONGEST_NAME));
    }

    private static Problem refused(String message) {
        return Problem.validation(List.of(new Problem.FieldError("file", message)));
    }

    private static String sha256(File file) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            try (InputStream in = new DigestInputStream(Files.newInputStream(file.toPath()), digest)) {
                in.transferTo(OutputStream.nullOutputStream());
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
