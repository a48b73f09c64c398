package helpdesk.whatsapp.web;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.impl.MimeMapping;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/** The pages' files, read once from the class path into a fixed table: no request path ever reaches the file system. */
final class Assets implements Handler<RoutingContext> {

    private static final String FOLDER = "/ui/";
    private static final String PAGE = FOLDER + "index.html";
    private static final Pattern IMPORT_MAP = Pattern.compile("<script type=\"importmap\">(.*?)</script>", Pattern.DOTALL);

    private record Asset(Buffer raw, Buffer gzip, String type, String etag) {
    }

    private final Map<String, Asset> files = new HashMap<>();
    private final String policy;

    Assets() {
        try {
            URI page = Assets.class.getResource(PAGE).toURI();
            if ("jar".equals(page.getScheme())) {
                try (FileSystem jar = FileSystems.newFileSystem(page, Map.of())) {
                    load(jar.getPath(FOLDER));
                }
            } else {
                load(Path.of(page).getParent());
            }
            policy = policy(files.get(PAGE).raw().toString(StandardCharsets.UTF_8));
        } catch (IOException | URISyntaxException | GeneralSecurityException e) {
            throw new IllegalStateException("The pages cannot be read.", e);
        }
    }

    // Nothing but our own files; markup from strings only through the template library; the inline import map by its hash.
    private static String policy(String page) throws GeneralSecurityException {
        Matcher map = IMPORT_MAP.matcher(page);
        if (!map.find()) {
            throw new IllegalStateException("The page has no import map.");
        }
        String hash = Base64.getEncoder().encodeToString(sha256(map.group(1).getBytes(StandardCharsets.UTF_8)));
        return "default-src 'none'; script-src 'self' 'sha256-" + hash + "'; style-src 'self'; img-src 'self' blob: data:; "
                + "media-src 'self' blob:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
                + "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types lit-html";
    }

    private void load(Path folder) throws IOException, GeneralSecurityException {
        List<Path> found;
        try (Stream<Path> walk = Files.walk(folder)) {
            found = walk.filter(Files::isRegularFile).toList();
        }
        for (Path file : found) {
            byte[] raw = Files.readAllBytes(file);
            ByteArrayOutputStream gzip = new ByteArrayOutputStream();
            try (GZIPOutputStream out = new GZIPOutputStream(gzip)) {
                out.write(raw);
            }
            String name = FOLDER + folder.relativize(file).toString().replace('\\', '/');
            String type = Optional.ofNullable(MimeMapping.getMimeTypeForFilename(name)).orElse("application/octet-stream");
            boolean text = type.startsWith("text/") || type.endsWith("javascript") || type.endsWith("json");
            files.put(name, new Asset(Buffer.buffer(raw), gzip.size() < raw.length ? Buffer.buffer(gzip.toByteArray()) : null,
                    text ? type + ";charset=utf-8" : type, '"' + HexFormat.of().formatHex(sha256(raw), 0, 12) + '"'));
        }
    }

    private static byte[] sha256(byte[] bytes) throws GeneralSecurityException {
        return MessageDigest.getInstance("SHA-256").digest(bytes);
    }

    @Override
    public void handle(RoutingContext ctx) {
        String path = ctx.normalizedPath();
        Asset asset = files.get(path.equals("/") ? PAGE : path);
        if (asset == null) {
            HttpEdge.answer(ctx, new NotFound("There is nothing at " + path + "."));
            return;
        }
        HttpServerResponse response = ctx.response().putHeader("content-type", asset.type()).putHeader("etag", asset.etag())
                .putHeader("cache-control", "no-cache").putHeader("vary", "accept-encoding")
                .putHeader("x-content-type-options", "nosniff").putHeader("referrer-policy", "no-referrer")
                .putHeader("cross-origin-opener-policy", "same-origin").putHeader("cross-origin-resource-policy", "same-origin")
                .putHeader("permissions-policy", "camera=(), microphone=(), geolocation=()")
                .putHeader("content-security-policy", policy);
        if (asset.etag().equals(ctx.request().getHeader("if-none-match"))) {
            response.setStatusCode(304).end();
            return;
        }
        String accepted = ctx.request().getHeader("accept-encoding");
        if (asset.gzip() != null && accepted != null && accepted.contains("gzip")) {
            response.putHeader("content-encoding", "gzip").end(asset.gzip());
        } else {
            response.end(asset.raw());
        }
    }
}
