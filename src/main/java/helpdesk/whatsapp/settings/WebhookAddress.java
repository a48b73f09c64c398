package helpdesk.whatsapp.settings;

import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.security.SignatureVerifier;
import helpdesk.whatsapp.security.WebhookSigns;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/** Bean {@code webhookAddress}: by which address Meta calls us, and what a call of our own to it needs and means. */
public final class WebhookAddress {

    private final Settings settings;
    private final SettingsPanel panel;
    private final Graph graph;
    private final Mode mode;
    private final WebhookSigns signs;
    private final Supplier<String> ownUrl;

    public WebhookAddress(Settings settings, SettingsPanel panel, Graph graph, Mode mode, WebhookSigns signs,
            Supplier<String> ownUrl) {
        this.settings = settings;
        this.panel = panel;
        this.graph = graph;
        this.mode = mode;
        this.signs = signs;
        this.ownUrl = ownUrl;
    }

    public String callbackUrl() {
        String given = settings.get("whatsapp.public-url");
        String base = given.isEmpty() ? ownUrl.get() : given.replaceFirst("/+$", "");
        return base + "/api/integrations/whatsapp/webhook";
    }

    private boolean isPublic() {
        return callbackUrl().startsWith("https://") && !Mode.isLoopback(callbackUrl());
    }

    /** What is known of address and token without asking anybody, as JSON. */
    public String facts() {
        String token = settings.get("whatsapp.verify-token");
        ObjectNode facts = Json.object().put("callbackUrl", callbackUrl()).put("isPublic", isPublic());
        facts.putObject("verifyToken").put("set", !token.isEmpty()).put("last4", SettingsPanel.last4(token))
                .put("source", panel.source("whatsapp.verify-token")).put("locked", panel.isLocked("whatsapp.verify-token"));
        return Json.write(facts);
    }

    public long now() {
        return System.currentTimeMillis();
    }

    public String test() {
        return WebhookSigns.TEST;
    }

    public String testSignature() {
        return SignatureVerifier.header(WebhookSigns.TEST.getBytes(StandardCharsets.UTF_8), settings.get("whatsapp.app-secret"));
    }

    /** The answer of a test delivery. */
    public String tested(long began, Integer status, String fault) {
        return Json.write(Json.object().put("ok", fault == null && status != null && status == 200).put("status", status).put("url", callbackUrl())
                .put("millis", Math.max(0, System.currentTimeMillis() - began))
                .put("fault", fault != null ? fault : status != null && status == 200 ? null : "It answered " + status + "."));
    }

    /** The query by which Meta would verify the address. */
    public String handshake() {
        return "hub.mode=subscribe&hub.challenge=" + signs.ownChallenge() + "&hub.verify_token="
                + URLEncoder.encode(settings.get("whatsapp.verify-token"), StandardCharsets.UTF_8);
    }

    /** What a step of the set-up judges by, with how the handshake went. */
    public String judged(Integer status, String answer, String fault) {
        boolean ok = fault == null && status != null && status == 200 && signs.ownChallenge().equals(answer);
        ObjectNode facts = Json.object().put("callbackUrl", callbackUrl()).put("isPublic", isPublic())
                .put("graphIsLocal", Mode.isLoopback(graph.baseUrl(mode.current()))).put("handshake", ok);
        facts.put("handshakeEvidence", ok ? "The verify token fits, the challenge came back."
                : fault != null ? "No answer: " + fault : "It answered " + status + (status != null && status == 200 ? ", but not the challenge." : "."));
        return Json.write(facts);
    }
}
