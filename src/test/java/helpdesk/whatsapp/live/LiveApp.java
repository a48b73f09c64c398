package helpdesk.whatsapp.live;

import ch.qos.logback.classic.Level;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.routes.LiveRoutes;
import helpdesk.whatsapp.testing.SaidLog;
import helpdesk.whatsapp.testing.TestApp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** The product in profile dev on a copy of the routes that a test may edit, with what it says about the edits. */
final class LiveApp implements AutoCloseable {

    static final String TEXT = "routes/inbound/text.camel.yaml";

    final TestApp app;
    private final Path project;
    private final SaidLog log = SaidLog.of(LiveRoutes.class);

    LiveApp(Path project) {
        this.project = project;
        try (Stream<Path> walk = Files.walk(Path.of("routes"))) {
            for (Path path : walk.toList()) {
                Files.copy(path, project.resolve(path.toString()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        app = TestApp.start(Map.of("profile", "dev", "whatsapp.routes.folder", project.resolve("routes").toString(),
                "whatsapp.simulator.callbacks", "none"));
    }

    Path path(String file) {
        return project.resolve(file);
    }

    String text(String file) {
        try {
            return Files.readString(path(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void write(String file, String text) {
        try {
            Files.createDirectories(path(file).getParent());
            Files.writeString(path(file), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Saves an edit that must be live: the next line of the log about this file says so. */
    void live(String file, UnaryOperator<String> edit) {
        log.forget();
        write(file, edit.apply(text(file)));
        awaitInfo(file + " is live");
    }

    String awaitInfo(String words) {
        return await(Level.INFO, words);
    }

    /** Says what was said instead when it does not come. */
    String awaitError(String words) {
        return await(Level.ERROR, words);
    }

    private String await(Level level, String words) {
        try {
            Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(10)).until(() -> said(level, words) != null);
        } catch (org.awaitility.core.ConditionTimeoutException e) {
            throw new AssertionError(level + " " + words + " was not said, but " + log.lines(), e);
        }
        return said(level, words);
    }

    private String said(Level level, String words) {
        return log.lines(level).stream().filter(line -> line.contains(words)).findFirst().orElse(null);
    }

    List<String> errors() {
        return log.lines(Level.ERROR);
    }

    void forget() {
        log.forget();
    }

    /** A customer writes; the wamid of the message. */
    String customerWrites(String text) {
        String wamid = TestApp.newWamid();
        webhook(wamid, text);
        return wamid;
    }

    int webhook(String wamid, String text) {
        String customer = TestApp.newCustomer();
        String json = """
                {"object":"whatsapp_business_account","entry":[{"id":"200000000000001","changes":[{"field":"messages","value":{
                "messaging_product":"whatsapp","metadata":{"display_phone_number":"15550000001","phone_number_id":"%s"},
                "contacts":[{"wa_id":"%s","profile":{"name":"Ana"}}],"messages":[{"id":"%s","from":"%s","timestamp":"%d",
                "type":"text","text":{"body":%s}}]}}]}]}""".formatted(TestApp.NUMBER, customer, wamid, customer,
                System.currentTimeMillis() / 1000, Json.object().textNode(text));
        return app.webhook(json).status();
    }

    /** What the message is answered, as soon as it has been worked on; null for no reply. */
    String reply(String wamid) {
        app.awaitProcessed();
        return app.database().sql("select text from message where context_wamid = ? and reply_rule is not null").param(wamid)
                .query(String.class).optional().orElse(null);
    }

    String replyTo(String text) {
        return reply(customerWrites(text));
    }

    @Override
    public void close() {
        log.close();
        app.close();
    }
}
