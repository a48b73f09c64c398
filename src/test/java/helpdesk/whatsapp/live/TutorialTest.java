package helpdesk.whatsapp.live;

import static helpdesk.whatsapp.live.LiveApp.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import helpdesk.whatsapp.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** "A keyword reply in ten minutes" of docs/routes.md, done as it says and with what it prints. */
class TutorialTest {

    @Test
    void the_tutorial_holds_what_it_says(@TempDir Path project) throws IOException {
        String tutorial = Files.readString(Path.of("docs/routes.md"));
        tutorial = tutorial.substring(tutorial.indexOf("## A keyword reply"));
        String lines = first(tutorial, "```yaml\\n(.*?)```");
        String asked = first(tutorial, "/mock/control/inbound -d '(.*?)'");
        String answer = first(lines, "'parcel', '(.*?)'");
        String apostrophe = first(tutorial, "`(method: .*?)`");
        String live = first(tutorial, "INFO +LiveRoutes +(.*?) \\(");
        String broken = first(tutorial, "ERROR LiveRoutes +(.*?)\\n");

        try (LiveApp app = new LiveApp(project)) {
            String wamid = inbound(app, asked);
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> stored(app, wamid));
            assertThat(app.reply(wamid)).isNull();

            app.write(TEXT, app.text(TEXT) + lines);
            assertThat(app.awaitInfo(TEXT + " is live")).startsWith(live + " (");
            String again = inbound(app, asked);
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> answer.equals(app.reply(again)));

            String mistaken = lines.replace("steps:", "step:");
            app.write(TEXT, app.text(TEXT).replace(lines, mistaken));
            assertThat(app.awaitError(TEXT + ":")).isEqualTo(broken);
            String meanwhile = inbound(app, asked);
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> answer.equals(app.reply(meanwhile)));

            String withApostrophe = lines.replaceFirst("method: .*", Matcher.quoteReplacement(apostrophe));
            app.live(TEXT, text -> text.replace(mistaken, withApostrophe));
            String last = inbound(app, asked);
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> apostrophe.contains('"' + app.reply(last) + '"'));

            String loose = apostrophe.replace('"', '\'');
            app.write(TEXT, app.text(TEXT).replace(apostrophe, loose));
            assertThat(app.awaitError(TEXT + ":28")).contains("a text with an apostrophe stands in double quotes");
            app.live(TEXT, text -> text.replace(loose, apostrophe));
        }
    }

    private static String inbound(LiveApp app, String json) {
        return Json.text(app.app.post("/mock/control/inbound", json).json(), "wamid");
    }

    private static boolean stored(LiveApp app, String wamid) {
        return app.app.database().sql("select count(*) from message where wamid = ?").param(wamid).query(Long.class).single() == 1;
    }

    private static String first(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern, Pattern.DOTALL).matcher(text);
        assertThat(matcher.find()).as("docs/routes.md has %s", pattern).isTrue();
        return matcher.group(1);
    }
}
