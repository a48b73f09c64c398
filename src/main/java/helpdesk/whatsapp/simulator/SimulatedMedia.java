package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.settings.Settings;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** Bean {@code simulatedMedia}: the files that the simulator was given, by an upload or by a customer. */
public final class SimulatedMedia {

    private static final long FIRST_ID = 1_000_000_000_000_000L;

    private final Settings settings;

    public SimulatedMedia(Settings settings) {
        this.settings = settings;
    }

    /** A file to keep: its content, a {@link File} or bytes, and what is known of it as JSON. */
    public record Kept(String id, Object content, String mimeType, byte[] sha256, String row) {
    }

    public Kept uploaded(GraphCall call) {
        if (call.upload() == null) {
            throw GraphError.required("file");
        }
        File file = call.upload().file();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file.toPath()), sha256())) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
            return kept(file, file.length(), call.upload().mimeType(), ((DigestInputStream) in).getMessageDigest().digest());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The bytes of a resumable upload. */
    public Kept taken(GraphCall call, String mimeType) {
        return of(call.content(), mimeType);
    }

    Kept of(byte[] content, String mimeType) {
        return kept(content, content.length, mimeType, sha256().digest(content));
    }

    private Kept kept(Object content, long size, String mimeType, byte[] sha256) {
        String id = String.valueOf(ThreadLocalRandom.current().nextLong(FIRST_ID, 10 * FIRST_ID));
        ObjectNode row = Json.object().put("id", id).put("phone_number_id", settings.get("whatsapp.phone-number-id"))
                .put("mime_type", mimeType).put("sha256", HexFormat.of().formatHex(sha256)).put("file_size", size);
        return new Kept(id, content, mimeType, sha256, Json.write(row));
    }

    public String answer(Kept kept) {
        return Json.write(Json.object().put("id", kept.id()));
    }

    /** Completes what is known with the address of the download, at the host that the caller knows us by. */
    public String info(GraphCall call, String known) {
        ObjectNode info = (ObjectNode) Json.read(known);
        return Json.write(info.put("url", call.getBaseUrl() + "/whatsapp_business/attachments/?mid=" + info.path("id").asText()));
    }

    public String mimeType(String known) {
        return Json.read(known).path("mime_type").asText();
    }

    public InputStream open(String known) {
        String id = Json.read(known).path("id").asText();
        try {
            return Files.newInputStream(path(id));
        } catch (IOException e) {
            throw GraphError.noSuchObject("get", id);
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
