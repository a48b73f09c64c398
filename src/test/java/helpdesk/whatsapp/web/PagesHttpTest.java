package helpdesk.whatsapp.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.testing.RawHttp;
import helpdesk.whatsapp.testing.TestApp;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is served to a browser: the pages' files and nothing else, under a strict policy. */
class PagesHttpTest {

    private final TestApp app = TestApp.shared();

    private TestApp.Answer get(String path) {
        return app.call("GET", path, (String) null, Map.of());
    }

    @Test
    void the_page_is_at_the_root_under_a_strict_policy() {
        TestApp.Answer page = get("/");

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.header("Content-Type")).isEqualTo("text/html;charset=utf-8");
        assertThat(page.header("Content-Security-Policy")).contains("default-src 'none'", "require-trusted-types-for 'script'",
                "frame-ancestors 'none'", "base-uri 'none'").doesNotContain("unsafe");
        assertThat(page.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(page.text()).contains("<hd-app></hd-app>");
        assertThat(get("/ui/vendor/lit/index.js").header("Content-Type")).contains("javascript");
        assertThat(get("/ui/locales/en.json").json().path("app.name").asText()).isNotEmpty();
    }

    @Test
    void a_file_that_the_browser_has_is_not_sent_again() {
        String etag = get("/ui/app.css").header("ETag");

        assertThat(app.call("GET", "/ui/app.css", (String) null, Map.of("If-None-Match", etag)).status()).isEqualTo(304);
        TestApp.Answer packed = app.call("GET", "/ui/app.css", (String) null, Map.of("Accept-Encoding", "gzip"));
        assertThat(packed.header("Content-Encoding")).isEqualTo("gzip");
        assertThat(packed.bytes().length).isLessThan(get("/ui/app.css").bytes().length / 3);
    }

    @Test
    void who_offers_http_2_gets_all_of_a_long_answer() throws Exception {
        byte[] whole = get("/ui/app.css").bytes();
        for (int client = 0; client < 20; client++) {
            HttpResponse<byte[]> answer = HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(app.url("/ui/app.css"))).build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
            assertThat(answer.body()).isEqualTo(whole);
        }
    }

    @Test
    void long_answers_are_compressed_for_whoever_takes_them_so() throws Exception {
        String plain = app.get("/api/whatsapp/openapi.json").text();
        HttpResponse<byte[]> packed = HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(app.url("/api/whatsapp/openapi.json")))
                .header("Authorization", "Bearer " + TestApp.TOKEN).header("Accept-Encoding", "gzip, br").build(), HttpResponse.BodyHandlers.ofByteArray());

        assertThat(packed.headers().firstValue("Content-Encoding")).hasValue("gzip");
        assertThat(packed.headers().firstValue("Vary")).hasValue("Accept-Encoding");
        assertThat(packed.body().length).isLessThan(plain.length() / 4);
        assertThat(new GZIPInputStream(new ByteArrayInputStream(packed.body())).readAllBytes()).isEqualTo(plain.getBytes(StandardCharsets.UTF_8));
        assertThat(app.call("GET", "/api/whatsapp/session", (String) null, Map.of("Accept-Encoding", "gzip")).header("Content-Encoding")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ui/../config/application.properties", "/config/application.properties", "/pom.xml", "/ui/..%2f..%2fpom.xml",
        "/ui/%2e%2e/%2e%2e/pom.xml", "/ui//etc/passwd", "/ui/", "/ui/nothing.js", "/index.html", "/openapi/helpdesk-whatsapp.yaml",
        "/ui/vendor/../../openapi/helpdesk-whatsapp.yaml", "/sql/schema/V001__log.sql", "/ui/..\\\\pom.xml"})
    void no_other_file_is_served(String path) throws IOException {
        String answer = RawHttp.exchange(app.url("/"), "GET " + path + " HTTP/1.1\nHost: x\nConnection: close\n\n", new byte[0]);

        assertThat(answer).containsPattern("^HTTP/1\\.1 (404|400)").doesNotContain("whatsapp.mode=", "<project", "root:", "openapi: 3");
    }

    // ---- texts -----------------------------------------------------------------------------------------------------

    private static String modules() throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.list(Path.of("src/main/web/app"))) {
            for (Path file : files.sorted().toList()) {
                all.append(Files.readString(file)).append('\n');
            }
        }
        return all.toString();
    }

    @Test
    void every_text_that_the_pages_name_is_in_the_catalogue() throws IOException {
        JsonNode catalogue = Json.read(Files.readString(Path.of("src/main/web/locales/en.json")));
        Set<String> missing = new TreeSet<>();
        for (MatchResult match : Pattern.compile("\\bt\\('([\\w.-]+[\\w-])'[,)]").matcher(modules()).results().toList()) {
            if (!catalogue.has(match.group(1))) {
                missing.add(match.group(1));
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void no_module_makes_markup_of_texts() throws IOException {
        assertThat(modules()).doesNotContain("innerHTML", "unsafeHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(",
                "unsafeSVG", " style=");
    }

    // The layer of the administration pages wins over the others, also on pages that are none of them.
    @Test
    void a_class_of_the_administration_pages_alone_is_none_of_the_other_pages() throws IOException {
        Set<String> others = classes(Pattern.compile("\\.([a-zA-Z][\\w-]*)"), "app.css");
        Set<String> alone = classes(Pattern.compile("(?<=[{},;/\\n]|^)\\s*\\.([a-zA-Z][\\w-]*)(?=\\s*[,{])"), "admin.css");

        assertThat(alone).hasSizeGreaterThan(30).doesNotContainAnyElementsOf(others);
        String sheet = Files.readString(Path.of("src/main/web/admin.css")).replaceAll("(?s)/\\*.*?\\*/", "").strip();
        assertThat(sheet).startsWith("@layer admin { hd-");
        assertThat(behind(".adm {", sheet)).as("the rest of the sheet: all else is below .adm").isEqualTo(" }");
    }

    /** What stands behind the block that begins so. */
    private static String behind(String head, String css) {
        int at = css.indexOf(head) + head.length();
        for (int depth = 1; depth > 0; at++) {
            depth += css.charAt(at) == '{' ? 1 : css.charAt(at) == '}' ? -1 : 0;
        }
        return css.substring(at);
    }

    private static Set<String> classes(Pattern pattern, String file) throws IOException {
        String css = Files.readString(Path.of("src/main/web", file)).replaceAll("(?s)/\\*.*?\\*/", "");
        Set<String> classes = new TreeSet<>();
        pattern.matcher(css).results().forEach(found -> classes.add(found.group(1)));
        return classes;
    }
}
