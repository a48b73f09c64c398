package helpdesk.whatsapp.profile;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.media.MediaFiles;
import helpdesk.whatsapp.media.Pictures;
import helpdesk.whatsapp.outbound.GraphReplies;
import helpdesk.whatsapp.web.NotFound;
import helpdesk.whatsapp.web.Problem;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Bean {@code profilePicture}: what a picture of the profile must be, and the addresses of its resumable upload. */
public final class ProfilePicture {

    private static final long LARGEST = 5L * 1024 * 1024;
    private static final int SMALLEST = 192;
    private static final Set<String> TYPES = Set.of("image/jpeg", "image/png");
    private static final Pattern SESSION = Pattern.compile("(upload:[A-Za-z0-9+=_:-]{1,1000})(?:\\?([A-Za-z0-9=&_%.-]{1,1000}))?");

    private final MediaFiles files;

    public ProfilePicture(MediaFiles files) {
        this.files = files;
    }

    /** The query of the upload's first call. 422 {@code validation} when the file is no picture that Meta takes. */
    public String query(Object upload, String name) {
        if (!(upload instanceof File file)) {
            throw refused("Send exactly one file as multipart/form-data, in the part `file`.");
        }
        JsonNode facts = Json.read(files.facts(file, name));
        String type = facts.path("mimeType").asText();
        if (!TYPES.contains(type)) {
            throw refused("By its content the file is " + type + "; the picture must be JPEG or PNG.");
        }
        if (file.length() > LARGEST) {
            throw refused("The file has " + file.length() + " bytes; at most " + LARGEST + " are taken.");
        }
        int smaller = Pictures.smallerSide(file);
        if (smaller < 0) {
            throw refused("The picture cannot be read.");
        }
        if (smaller < SMALLEST) {
            throw refused("The picture is " + smaller + " pixels wide or high; it must have at least " + SMALLEST + " each way.");
        }
        return "file_length=" + file.length() + "&file_type=" + type + "&file_name="
                + URLEncoder.encode(facts.path("fileName").asText("picture"), StandardCharsets.UTF_8);
    }

    /** The path of the upload that Meta has opened. */
    public String session(GraphReplies.Reply reply) {
        return matched(reply).group(1);
    }

    /** Its query; empty without. */
    public String sessionQuery(GraphReplies.Reply reply) {
        String query = matched(reply).group(2);
        return query == null ? "" : query;
    }

    private static Matcher matched(GraphReplies.Reply reply) {
        Matcher session = SESSION.matcher(String.valueOf(Json.text(reply.body(), "id")));
        if (!session.matches()) {
            throw new Problem(502, "graph-refused", "The Graph API opened no upload.");
        }
        return session;
    }

    /** The body of the POST that makes an uploaded file the picture. */
    public String change(GraphReplies.Reply reply) {
        return Json.write(Json.object().put("messaging_product", "whatsapp").put("profile_picture_handle", Json.text(reply.body(), "h")));
    }

    /** The change as profile-publish takes it. */
    public Map<String, String> published(String change) {
        return Map.of("changes", "[{\"field\":\"picture\",\"from\":null,\"to\":null}]", "body", change);
    }

    /** What {@code mediaDownload} needs to fetch the picture; 404 when there is none. */
    public String address(GraphReplies.Reply reply) {
        JsonNode entry = reply.body().path("data").path(0);
        String url = Json.text(entry.has("business_profile") ? entry.path("business_profile") : entry, "profile_picture_url");
        if (url == null || url.isEmpty()) {
            throw new NotFound("The business profile has no picture.");
        }
        return Json.write(Json.object().put("url", url));
    }

    /** The type of a picture that was fetched; anything else is not passed on. */
    public String type(File file) {
        String type = Json.read(files.facts(file, null)).path("mimeType").asText();
        if (!TYPES.contains(type)) {
            files.discard(file);
            throw new Problem(502, "graph-refused", "What Meta gives as the picture is " + type + ".");
        }
        return type;
    }

    /** The bytes of a picture that was fetched, which is then discarded. */
    public byte[] take(File file) {
        try {
            return Files.readAllBytes(file.toPath());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            files.discard(file);
        }
    }

    private static Problem refused(String message) {
        return Problem.validation(List.of(new Problem.FieldError("file", message)));
    }
}
