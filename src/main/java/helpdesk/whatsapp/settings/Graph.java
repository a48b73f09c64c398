package helpdesk.whatsapp.settings;

import helpdesk.whatsapp.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Where the Graph API is and what opens it, for a mode: Meta's, or the simulator of this very process. The only place where
 * mock and real differ.
 */
public final class Graph {

    private final Settings settings;
    private final Supplier<String> ownUrl;

    public Graph(Settings settings, Supplier<String> ownUrl) {
        this.settings = settings;
        this.ownUrl = ownUrl;
    }

    /** Without version and trailing slash, as shown with each attempt. */
    public String baseUrl(String mode) {
        String base = mode.equals(Mode.REAL) ? settings.get("whatsapp.graph.base-url") : ownUrl.get() + "/mock/graph";
        return base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
    }

    /** Of both modes, as JSON: the statement that begins an attempt knows which of them the message has. */
    public String baseUrls() {
        return Json.write(Map.of(Mode.MOCK, baseUrl(Mode.MOCK), Mode.REAL, baseUrl(Mode.REAL)));
    }

    /** With version: the prefix of every call. */
    public String url(String mode) {
        return baseUrl(mode) + "/" + settings.get("whatsapp.graph.version");
    }

    /** Of a media id that Meta gave: whatever it holds, it stays one segment of the path. */
    public String mediaUrl(String mode, String mediaId) {
        return url(mode) + "/" + URLEncoder.encode(mediaId, StandardCharsets.UTF_8);
    }

    public String phoneNumberId() {
        return settings.get("whatsapp.phone-number-id");
    }

    public String wabaId() {
        return settings.get("whatsapp.waba-id");
    }

    public String appId() {
        return settings.get("whatsapp.app-id");
    }

    /** Of the bytes of a resumable upload. */
    public String uploadAuthorization() {
        return "OAuth " + settings.get("whatsapp.access-token");
    }

    /** The access token as a query has it: Meta's debug_token wants it there. */
    public String tokenAsked() {
        return URLEncoder.encode(settings.get("whatsapp.access-token"), StandardCharsets.UTF_8);
    }

    /** Of a call, in the app's own name or by the access token. */
    public String authorizationOf(String asApp) {
        return "true".equals(asApp) ? "Bearer " + appId() + "|" + settings.get("whatsapp.app-secret") : authorization();
    }

    public String authorization() {
        return "Bearer " + settings.get("whatsapp.access-token");
    }
}
