package helpdesk.whatsapp.web;

import static helpdesk.whatsapp.api.ContractAssert.assertAnswer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.Hashes;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.security.Sessions;
import helpdesk.whatsapp.testing.TestApp;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Logging in, what a session may, and how it ends. */
class SessionsTest {

    private static final String SESSION = "/api/whatsapp/session";

    private final TestApp app = TestApp.shared();

    private TestApp.Answer open(String login) {
        return app.call("POST", SESSION, login, Map.of("Content-Type", "application/json"));
    }

    private String cookie() {
        return open("{\"token\":\"" + TestApp.TOKEN + "\"}").header("Set-Cookie").replaceFirst(";.*", "");
    }

    @Test
    void a_token_becomes_a_session_that_scripts_cannot_read() {
        TestApp.Answer opened = open("{\"token\":\" " + TestApp.TOKEN + " \"}");

        JsonNode who = assertAnswer(opened, "session-open", 201);
        assertThat(who.path("role").asText()).isEqualTo("admin");
        assertThat(opened.header("Set-Cookie")).matches("helpdesk-session=[0-9a-f]{48}; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict");
        String cookie = opened.header("Set-Cookie").replaceFirst(";.*", "");
        JsonNode known = assertAnswer(app.call("GET", SESSION, (String) null, Map.of("Cookie", cookie)), "session-get", 200);
        assertThat(known.path("name").asText()).isEqualTo(who.path("name").asText()).isNotEmpty();
        assertThat(app.call("GET", "/api/whatsapp/tickets", (String) null, Map.of("Cookie", cookie)).status()).isEqualTo(200);
        assertThat(app.database().sql("select count(*) from web_session where hash = ?").param(Hashes.sha256(cookie.split("=")[1]))
                .query(Long.class).single()).isEqualTo(1);
    }

    @Test
    void nobody_is_told_so_without_a_refusal() {
        JsonNode nobody = assertAnswer(app.call("GET", SESSION + "?actor=admin&role=admin&Helpdesk-Actor=admin&helpdesk-role=admin", (String) null,
                Map.of("Helpdesk-Actor", "admin")), "session-get", 200);

        assertThat(nobody.path("name").isNull()).isTrue();
        assertThat(nobody.path("role").isNull()).isTrue();
    }

    @Test
    void what_is_no_token_and_no_link_is_refused() {
        assertThat(assertAnswer(open("{\"token\":\"nobody's\"}"), "session-open", 401).path("code").asText()).isEqualTo("login-refused");
        assertThat(assertAnswer(open("{\"link\":\"nobody's\"}"), "session-open", 401).path("code").asText()).isEqualTo("login-refused");
        assertAnswer(open("{}"), "session-open", 422);
        assertThat(app.call("POST", SESSION, "token=" + TestApp.TOKEN, Map.of("Content-Type", "application/x-www-form-urlencoded")).status())
                .isEqualTo(415);
    }

    @Test
    void a_link_logs_in_once() {
        app.database().sql("insert into login_link (hash, name, role, expires_at) values (?, 'login-link', 'admin', now() + interval '1 hour'), "
                + "(?, 'login-link', 'admin', now() - interval '1 second')").param(Hashes.sha256("a-link")).param(Hashes.sha256("an-old-link")).update();

        assertAnswer(open("{\"link\":\"a-link\"}"), "session-open", 201);
        assertAnswer(open("{\"link\":\"a-link\"}"), "session-open", 401);
        assertAnswer(open("{\"link\":\"an-old-link\"}"), "session-open", 401);
    }

    @Test
    void a_session_changes_something_only_from_our_own_pages() {
        String cookie = cookie();
        String body = "{\"to\":\"" + TestApp.newCustomer() + "\",\"text\":{\"body\":\"x\"}}";

        TestApp.Answer foreign = app.call("POST", "/api/whatsapp/messages", body, Map.of("Cookie", cookie, "Content-Type", "application/json"));
        TestApp.Answer sibling = app.call("POST", "/api/whatsapp/messages", body, Map.of("Cookie", cookie, "Content-Type", "application/json",
                "Helpdesk-Page", "1", "Sec-Fetch-Site", "same-site"));
        TestApp.Answer ours = app.call("POST", "/api/whatsapp/messages", body, Map.of("Cookie", cookie, "Content-Type", "application/json",
                "Helpdesk-Page", "1", "Sec-Fetch-Site", "same-origin"));

        assertThat(foreign.status()).isEqualTo(403);
        assertThat(foreign.json().path("code").asText()).isEqualTo("not-from-page");
        assertThat(sibling.status()).isEqualTo(403);
        assertThat(ours.status()).isEqualTo(202);
    }

    @Test
    void a_logout_ends_the_session_at_once() {
        String cookie = cookie();
        assertThat(app.call("GET", "/api/whatsapp/tickets", (String) null, Map.of("Cookie", cookie)).status()).isEqualTo(200);

        TestApp.Answer closed = app.call("DELETE", SESSION, (String) null, Map.of("Cookie", cookie, "Helpdesk-Page", "1"));

        assertThat(closed.status()).isEqualTo(204);
        assertThat(closed.header("Set-Cookie")).contains("Max-Age=0");
        assertThat(app.call("GET", "/api/whatsapp/tickets", (String) null, Map.of("Cookie", cookie)).status()).isEqualTo(401);
    }

    /** What a session is told until its stream ends; the stream has begun. */
    private static CompletableFuture<String> events(TestApp of, String cookie) throws Exception {
        HttpResponse<InputStream> stream = HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(of.url("/api/whatsapp/events")))
                .header("Cookie", cookie).build(), HttpResponse.BodyHandlers.ofInputStream());
        assertThat(stream.statusCode()).isEqualTo(200);
        return CompletableFuture.supplyAsync(() -> {
            try (InputStream told = stream.body()) {
                return new String(told.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Test
    void a_logout_ends_what_the_session_had_open() throws Exception {
        String cookie = cookie();
        CompletableFuture<String> events = events(app, cookie);

        app.call("DELETE", SESSION, (String) null, Map.of("Cookie", cookie, "Helpdesk-Page", "1"));

        assertThat(events).as("before its session is looked at again, after 8 seconds").succeedsWithin(Duration.ofSeconds(7));
    }

    @Test
    void a_logout_in_one_instance_ends_the_session_in_another() throws Exception {
        try (TestApp other = TestApp.start(Map.of("whatsapp.db.url", app.property("whatsapp.db.url"), "whatsapp.db.user", app.property("whatsapp.db.user"),
                "whatsapp.db.password", app.property("whatsapp.db.password")))) {
            Map<String, String> cookie = Map.of("Cookie", cookie());
            assertThat(other.call("GET", "/api/whatsapp/tickets", (String) null, cookie).status()).isEqualTo(200);     // and remembers it now
            CompletableFuture<String> events = events(other, cookie.get("Cookie"));

            assertThat(app.call("DELETE", SESSION, (String) null, Map.of("Cookie", cookie.get("Cookie"), "Helpdesk-Page", "1")).status()).isEqualTo(204);

            Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(200)).until(() ->
                    other.call("GET", "/api/whatsapp/tickets", (String) null, cookie).status() == 401);
            assertThat(events).as("what it was told until then").succeedsWithin(Duration.ofSeconds(30));
        }
    }

    @Test
    void a_session_ends_with_its_token() {
        try (TestApp other = TestApp.start(Map.of("whatsapp.agent-token", "agent-7"))) {
            TestApp.Answer opened = other.call("POST", SESSION, "{\"token\":\"agent-7\"}", Map.of("Content-Type", "application/json"));
            Map<String, String> cookie = Map.of("Cookie", opened.header("Set-Cookie").replaceFirst(";.*", ""));
            assertThat(opened.json().path("role").asText()).isEqualTo("agent");
            assertThat(other.call("PUT", "/api/whatsapp/mode", "{\"mode\":\"mock\"}", Map.of("Cookie", cookie.get("Cookie"),
                    "Helpdesk-Page", "1", "Content-Type", "application/json")).status()).isEqualTo(403);

            other.database().sql("delete from api_token where role = 'agent'").update();
            TestApp.Answer again = other.call("POST", SESSION, "{\"token\":\"" + TestApp.TOKEN + "\"}", Map.of("Content-Type", "application/json"));
            assertThat(again.status()).isEqualTo(201);
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() ->
                    other.call("GET", "/api/whatsapp/tickets", (String) null, cookie).status() == 401);

        }
    }

    @Test
    void who_guesses_is_stopped_and_shuts_nobody_else_out() {
        try (TestApp other = TestApp.start(Map.of())) {
            Map<String, String> json = Map.of("Content-Type", "application/json");
            int status = 0;
            for (int i = 0; i < 30 && status != 429; i++) {
                status = other.call("POST", SESSION, "{\"token\":\"guess-" + i + "\"}", json).status();
            }
            assertThat(status).as("guesses").isEqualTo(429);
            assertThat(other.call("POST", SESSION, "{\"token\":\"" + TestApp.TOKEN + "\"}", json).status()).as("a token that is somebody's").isEqualTo(201);

            Map<String, String> disguised = Map.of("Content-Type", "application/json", "Helpdesk-Address", "0a000001");
            assertThat(other.call("POST", SESSION + "?address=0a000001&Helpdesk-Address=0a000001", "{\"link\":\"a-link\"}", disguised).status())
                    .as("a link, from the address that guessed").isEqualTo(429);
            Sessions sessions = other.context().getRegistry().lookupByNameAndType("sessions", Sessions.class);
            assertThatCode(() -> sessions.prepare(Json.object().put("link", "a-link"), "{\"address\":\"0a000001\"}"))
                    .as("a link, from another address").doesNotThrowAnyException();
        }
    }
}
