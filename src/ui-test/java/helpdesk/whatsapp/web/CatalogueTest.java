package helpdesk.whatsapp.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.Route;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.testing.Payloads;
import helpdesk.whatsapp.testing.TestApp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Every word of a page can be said in another language: with a catalogue whose texts stand in brackets nothing but what people wrote, names
 * and Meta's own terms stands outside of them.
 */
@InBrowser({"profile=dev", "whatsapp.simulator.samples=true", "whatsapp.simulator.samples-pause=800"})
class CatalogueTest {

    private static final Map<String, String> JSON = Map.of("Authorization", "Bearer " + TestApp.TOKEN, "Content-Type", "application/json");

    /** What is nobody's to translate: what people wrote, names, code, Meta's terms, dates, sizes, kinds of files, keys. The API's page shows a document. */
    private static final String OUTSIDE = """
            () => {
              const theirs = 'bdi, code, pre, time, .kbd, [dir=auto], .avatar, .ft, option:not([value]), .sec-v b, .media .tag, svg, script, style';
              const bare = text => {
                for (let before = ''; before !== text;) { before = text; text = text.replace(/⟦[^⟦⟧]*⟧/g, ' '); }
                const day = /^\\p{L}+ \\d{1,2} \\p{L}+( \\d{4})?$/u;       // the browser writes it
                return text.replace(/[\\d.,]+\\s?(bytes?|[kMG]B)\\b|\\bPDF\\b|\\(Ctrl U\\)|\\(Q\\)/g, ' ').trim().replace(day, '');
              };
              const found = [];
              const look = (where, text) => { const left = bare(text); if (/\\p{L}{2,}/u.test(left)) found.push(`${where}: ${left}`); };
              const place = e => `${e.localName}${e.id ? '#' + e.id : ''}${e.classList.length ? '.' + [...e.classList].join('.') : ''}`;
              const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
              while (texts.nextNode()) {
                const at = texts.currentNode.parentElement;
                if (!at.closest(theirs) && at.checkVisibility()) look(place(at), texts.currentNode.data);
              }
              for (const e of document.querySelectorAll('[aria-label], [title], [placeholder], [alt]')) {
                if (e.closest('bdi, time, svg, .file') || !e.checkVisibility()) continue;
                for (const name of ['aria-label', 'title', 'placeholder', 'alt']) if (e.getAttribute(name) && !(name === 'placeholder' && e.dir === 'auto')) look(`${place(e)}[${name}]`, e.getAttribute(name));
              }
              return [...new Set(found)];
            }""";

    private static TestApp app;
    private Tab tab;
    private final List<String> found = new ArrayList<>();

    @BeforeAll
    static void something_of_everything() {
        app.awaitSamples();
        app.database().sql("""
                with event as (insert into dead_event values (-1, '{}'))
                insert into dead_letter (log_pos, item_path, part, route, reason, simulated)
                values (-1, 'entry[0]', 'message', 'inbound-text', 'A fault of this test.', true)""").update();
        app.call("PUT", "/mock/control/phones/15551230002", "{\"behaviour\":\"refuses\"}", JSON);
        String id = app.post("/api/whatsapp/messages", "{\"to\":\"15551230002\",\"type\":\"text\",\"text\":{\"body\":\"Yes.\"}}").json().path("id").asText();
        app.awaitStatus(id, "failed");
        app.post("/api/whatsapp/agents", "{\"name\":\"Maria Ortega\"}");
        app.call("PUT", "/api/whatsapp/settings", "{\"changes\":{\"whatsapp.media.max-attempts\":3}}", JSON);
        app.call("PUT", "/mock/control/account", "{\"subscribed\":false,\"scopes\":[],\"tokenExpiresAt\":" + (System.currentTimeMillis() / 1000 + 86_400) + "}", JSON);
        app.post("/api/whatsapp/setup/check", "{}");
        app.call("POST", "/api/integrations/whatsapp/webhook", Payloads.messages(Payloads.text(TestApp.newCustomer(), TestApp.newWamid(), "Hello")),
                Map.of("Content-Type", "application/json", "X-Hub-Signature-256", "sha256=" + "0".repeat(64)));
    }

    /** English in brackets, and so is every sentence of the service. */
    private static String bracketed() throws IOException {
        JsonNode english = Json.read(Files.readAllBytes(Path.of("src/main/web/locales/en.json")));
        ObjectNode bracketed = Json.object();
        english.properties().forEach(entry -> {
            if (entry.getValue().isObject()) {
                ObjectNode forms = bracketed.putObject(entry.getKey());
                entry.getValue().properties().forEach(form -> forms.put(form.getKey(), "⟦" + form.getValue().asText() + "⟧"));
            } else {
                bracketed.put(entry.getKey(), "⟦" + entry.getValue().asText() + "⟧");
            }
        });
        bracketed.putObject("said").put("{0}", "⟦{0}⟧");
        return Json.write(bracketed);
    }

    private void look(String where) {
        tab.settle();
        tab.page.evaluate("document.querySelectorAll('main details, .log details').forEach(d => d.open = true)");
        for (Object text : (List<?>) tab.page.evaluate(OUTSIDE)) {
            found.add(where + ": " + text);
        }
    }

    @Test
    void no_word_of_a_page_is_english_by_itself() throws IOException {
        String catalogue = bracketed();
        tab.page.route("**/ui/locales/en.json", route -> route.fulfill(new Route.FulfillOptions().setContentType("application/json").setBody(catalogue)));
        tab.page.navigate("about:blank");       // a page that is open may be asking, and its answer would be a refusal
        tab.page.context().clearCookies();
        tab.page.navigate(app.url("/"));
        assertThat(tab.page.locator("#token")).isVisible();
        look("login");
        tab.page.locator("#token").fill(TestApp.TOKEN);
        tab.page.keyboard().press("Enter");
        assertThat(tab.page.locator(".row").first()).isVisible();
        for (String page : List.of("inbox", "contacts", "phone", "scenarios", "health", "setup", "settings", "webhook", "profile", "agents", "trace")) {
            tab.page.navigate(app.url("/#/" + page));
            assertThat(tab.page.locator("main, [role=main], .row").first()).isVisible();
            look(page);
        }
        for (String customer : List.of("Ana Example", "Ben Sample", "Chiara Muster")) {
            tab.page.navigate(app.url("/#/inbox"));
            tab.row(customer).click();
            assertThat(tab.page.locator(".log .msg").first()).isVisible();
            look(customer);
        }
        tab.page.locator(".tools [aria-expanded]").last().click();
        look("the way of a message");
        tab.page.locator("body").press("?");
        look("keys");
        tab.page.keyboard().press("Escape");
        tab.page.navigate(app.url("/#/contacts"));
        tab.page.locator(".people a").first().click();
        assertThat(tab.page.locator(".person")).isVisible();
        look("person");
        assertThat(found).as("what no catalogue can say in another language").isEmpty();
    }

    @Test
    void a_sentence_of_the_service_is_found_by_its_words_and_what_changes_in_it_is_kept() {
        tab.page.route("**/ui/locales/en.json", route -> route.fulfill(new Route.FulfillOptions().setContentType("application/json").setBody("""
                {"fault.unknown": "?", "said": {"It answers.": "Sie antwortet.", "{0} waiting, the oldest for {1} s.": "Seit {1} s warten {0}.",
                 "Webhooks are refused: {0}": "Abgewiesen: {0}", "signed with another app secret": "fremd signiert", "(a) [b] {0}? $1": "{0} $1"}}""")));
        Object said = tab.page.evaluate("""
                async () => {
                  const i18n = await import('/ui/app/i18n.js?anew');
                  await i18n.loadCatalogue();
                  return ['It answers.', 'It answers not.', '12 waiting, the oldest for 3 s.', 'Webhooks are refused: signed with another app secret',
                    'Webhooks are refused: who knows', '(a) [b] c? $1', null].map(i18n.said);
                }""");
        assertThat((List<?>) said).isEqualTo(java.util.Arrays.asList("Sie antwortet.", "It answers not.", "Seit 3 s warten 12.", "Abgewiesen: fremd signiert",
                "Abgewiesen: who knows", "c $1", null));
    }
}
