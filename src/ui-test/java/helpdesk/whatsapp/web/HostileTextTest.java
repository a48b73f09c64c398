package helpdesk.whatsapp.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.testing.Payloads;
import helpdesk.whatsapp.testing.TestApp;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever a customer writes, in every field that a customer, an agent or Meta's error texts fill, is shown as text on every page: no
 * dialog, no element or attribute made of it, nothing on the console, and the words as they were sent.
 */
@InBrowser(value = {"profile=dev", "whatsapp.simulator.samples=false", "whatsapp.media.retry-delay=1"}, oneTab = true)
class HostileTextTest {

    private static final Map<String, String> ADMIN = Map.of("Authorization", "Bearer " + TestApp.TOKEN, "Content-Type", "application/json");
    private static final String REFUSED = "wamid.REFUSED";
    /** What a text could have made of itself: elements, handlers, addresses that run, a name on the window, more marks than a page has time for. */
    private static final String MADE_OF_IT = """
            () => {
              const found = [];
              for (const e of document.querySelectorAll('body *')) {
                if (['SCRIPT', 'IFRAME', 'OBJECT', 'EMBED', 'BASE', 'META', 'LINK', 'STYLE', 'X-PWNED'].includes(e.tagName) || e.id === 'pwned') found.push(e.outerHTML.slice(0, 200));
                for (const a of e.attributes) if (/^on|^srcdoc$|^formaction$/i.test(a.name)) found.push(e.tagName + ' ' + a.name);
                if (e.tagName === 'A' && e.hasAttribute('href') && !['http:', 'https:', 'blob:'].includes(e.protocol)) found.push('href ' + e.href.slice(0, 100));
                if (e.hasAttribute('src') && !/^(blob:|\\/api\\/whatsapp\\/)/.test(e.getAttribute('src'))) found.push('src ' + e.getAttribute('src').slice(0, 100));
              }
              for (const e of document.querySelectorAll('.bubble')) if (e.querySelectorAll('*').length > 3000) found.push('elements without end');
              if ('pwned' in window || /pwned/.test(document.cookie) || /pwned/.test(document.title)) found.push('it ran');
              return found;
            }""";

    /** The bubbles that can be seen, by the ids of their messages. */
    private static final String BUBBLES = """
            log => Object.fromEntries([...log.querySelectorAll('.msg[data-id]')]
                .filter(msg => msg.checkVisibility({ visibilityProperty: true }) && msg.getBoundingClientRect().height > 0).map(msg => [msg.dataset.id, msg.textContent]))""";

    private static final Map<String, Customer> CUSTOMERS = new LinkedHashMap<>();
    /** Who is called like the short ones, by id. A page asks once who there is. */
    private static final Map<String, String> AGENTS = new HashMap<>();
    private static TestApp app;
    private static String graphMedia;
    private Tab tab;

    /** All before the first page is opened, which would look at each message as it comes. */
    @BeforeAll
    static void everybody_writes() {
        app.database().sql("alter table message add constraint test_refusal check (wamid not like '" + REFUSED + "%')").update();
        graphMedia = upload("%PDF-1.4\n%%EOF\n");
        corpus().forEach(text -> CUSTOMERS.put((String) text.get()[0], new Customer((String) text.get()[1])));
        CUSTOMERS.values().forEach(Customer::comes);
        app.awaitProcessed();       // in one batch with what follows there would be one name
        CUSTOMERS.values().forEach(Customer::writes);
        CUSTOMERS.values().forEach(Customer::writesInVain);
        CUSTOMERS.values().forEach(Customer::isNotReached);
        app.awaitProcessed();
        short_ones().forEach(text -> AGENTS.put((String) text.get()[0],
                created(app.post("/api/whatsapp/agents", Json.write(Json.object().put("name", start((String) text.get()[1]))))).path("id").asText()));
    }

    // ---- the corpus ------------------------------------------------------------------------------------------------

    static Stream<Arguments> corpus() {
        Map<String, String> corpus = new LinkedHashMap<>();
        corpus.put("script", "<script>pwned = 1</script><SCRIPT SRC=//example.com/x.js></SCRIPT>");
        corpus.put("handlers", "<img src=x onerror=\"pwned=1\"><x-pwned onpointerover=pwned=1>\"><svg onload=pwned=1 id=pwned>");
        corpus.put("out of an attribute", "' autofocus onfocus=pwned=1 x=\" onfocus=pwned=1 ` onfocus=pwned=1 &quot; onfocus=pwned=1 &#34;");
        corpus.put("frames and forms", "<iframe srcdoc=\"<script>parent.pwned=1</script>\"></iframe><form><button formaction=javascript:pwned=1>x</form><base href=//example.com>");
        corpus.put("broken markup", "</bdi></span></main><!--<!--lit-part--><?lit$1$?>--!> <![CDATA[ <style>*{display:none}</style> &lt;b&gt; &amp;");
        corpus.put("templates", "{{constructor.constructor('pwned=1')()}} ${pwned=1} <%= pwned %> #{pwned} {{1}} {name} [[${pwned}]] %(x)s %s%n");
        corpus.put("routes", "${bean:mode?method=current} ${sys.user.home} {{whatsapp.app-secret}} resource:file:config/application.properties ${jndi:ldap://127.0.0.1/x}");
        corpus.put("sql", "'; drop table message; -- \" :?request ? ?| $1 $$ \\'; /* */ 1=1 \\");
        corpus.put("links", "javascript:pwned=1 JaVaScRiPt:pwned=1 data:text/html,<script>pwned=1</script> vbscript:x java\tscript:pwned=1 //example.com file:///etc/passwd");
        corpus.put("an address with more in it", "https://example.com/\"onmouseover=\"pwned=1 http://a'><b>x https://example.com/\u202Emoc.elpmaxe https://user@example.com:x/)]}");
        corpus.put("right to left", "\u202Egnp.exe\u202C \u2066\u2067mirror\u2069 \u200F\u061Cשלום \u202Dabc");
        corpus.put("zero width", "a\u200Bb\u200Cc\u200Dd\u2060e\uFEFFf\u00ADg\u034Fh\u115Fi\u3164j");
        corpus.put("emoji", "👨‍👩‍👧‍👦 🏳️‍🌈 👍🏽 🇩🇪 #️⃣ Z̷̡͎̗̪̟̆͊̕a̸l̵g̶o \uDB40\uDC01 ﷽ 𒐫");
        corpus.put("control characters", "\u0001\u0007\b\u000B\u000C\u001B[31mred\u001B]0;pwned\u0007\u007F\u0085\u2028\u2029 \r\nSet-Cookie: pwned=1\r\n\r\n<html>");
        corpus.put("what no database keeps", "nul \u0000 and half \uD800 of a pair \uDC00 \uFFFE \uFFFF");
        corpus.put("formatting", "*_~*_~ **** ____ ~~~~ *a _b *c_ ~d* `x` ```<b id=pwned>``` ``` ` *<i>* _<x-pwned>_ ~</s>~");
        corpus.put("quotes of formatting", "> <b id=pwned>\n> > *x*\n>\n- a\n* b\n1. c");
        corpus.put("names of the language", "constructor");
        corpus.put("its prototype", "__proto__");
        corpus.put("64 KB", "Long " + "x".repeat(65_531));
        corpus.put("64 KB of words and lines", "line <b>\n".repeat(7_281));
        corpus.put("64 KB of marks", "*a _b ~c `d ".repeat(5_461));
        return corpus.entrySet().stream().map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
    }

    // ---- what customers control ------------------------------------------------------------------------------------

    /** A message, and what of it stands in its bubble. */
    private record Sent(ObjectNode message, List<String> shown) {

        String wamid() {
            return message.path("id").asText();
        }
    }

    /** Somebody with one text in every field that they, their phone or Meta's error texts fill. */
    private static final class Customer {

        private final String customer = TestApp.newCustomer();
        private final String dead = REFUSED + TestApp.newWamid();
        private final String x;
        private final List<Sent> sent = new ArrayList<>();
        private String failed;

        Customer(String x) {
            this.x = x;
        }

        private ObjectNode message(String type, String... shown) {
            ObjectNode message = Payloads.message(customer, TestApp.newWamid(), type);
            sent.add(new Sent(message, List.of(shown)));
            return message;
        }

        /** One message of each kind with the text in every field that its author, or their phone, decides. */
        private void write() {
            message("text", x).putObject("text").put("body", x);
            ObjectNode quoting = message("text", start(x)).put("id", TestApp.newWamid());
            quoting.putObject("text").put("body", "I quote");
            Payloads.quoting(quoting, sent.get(0).wamid());
            ObjectNode fromAd = message("text", x);
            fromAd.putObject("text").put("body", "I saw your ad");
            fromAd.putObject("referral").put("source_url", x).put("source_id", x).put("source_type", x).put("headline", x).put("body", x)
                    .put("media_type", x).put("image_url", x).put("ctwa_clid", x);
            message("document", fileName(x), x).putObject("document").put("id", graphMedia).put("filename", x).put("caption", x).put("mime_type", x);
            message("image", x).putObject("image").put("id", "gone").put("caption", x).put("mime_type", x);
            message("video", x).putObject("video").put("id", "gone").put("caption", x);
            ObjectNode place = message("location", x).putObject("location").put("latitude", 51.5).put("longitude", -0.1);
            place.put("name", x).put("address", x).put("url", x);
            message("location", x).putObject("location").put("latitude", x).put("longitude", x);
            ObjectNode card = message("contacts", x).putArray("contacts").addObject().put("birthday", x);
            card.putObject("name").put("formatted_name", x).put("first_name", x).put("last_name", x);
            card.putArray("phones").addObject().put("phone", x).put("wa_id", x).put("type", x);
            card.putArray("emails").addObject().put("email", x).put("type", x);
            card.putArray("urls").addObject().put("url", x);
            card.putArray("addresses").addObject().put("street", x).put("country_code", x);
            card.putObject("org").put("company", x).put("title", x);
            ObjectNode order = message("order", x).putObject("order").put("catalog_id", x).put("text", x);
            order.putArray("product_items").addObject().put("product_retailer_id", x).put("quantity", x).put("item_price", x).put("currency", x);
            message("interactive", x).putObject("interactive").put("type", "button_reply").putObject("button_reply").put("id", x).put("title", x);
            message("interactive", x).putObject("interactive").put("type", "list_reply").putObject("list_reply").put("id", x).put("title", x).put("description", x);
            message("interactive", x).putObject("interactive").put("type", "nfm_reply").putObject("nfm_reply").put("name", x).put("body", x).put("response_json", x);
            message("button", x).putObject("button").put("text", x).put("payload", x);
            message("unsupported", x).putObject("unsupported").put("type", x);
            ObjectNode tooLarge = message("image").put("type", "image");
            tooLarge.putObject("image").put("caption", "too large");
            tooLarge.putArray("errors").addObject().put("code", 131052).put("title", x).put("message", x).putObject("error_data").put("details", x);
            message(x, x).putObject("anything").put(x.substring(0, Math.min(x.length(), 40_000)), x);       // the JSON parser takes names up to 50,000
            ObjectNode shapes = message("contacts");        // not as Meta describes it: shown as it came
            shapes.putObject("contacts").put("name", x);
            message("system").putObject("system").put("type", x).put("body", x).put("identity", x);
            Payloads.put(message("reaction"), "note", x).putObject("reaction").put("message_id", sent.get(0).wamid()).put("emoji", x);
        }

        /** Under the name that they had before. */
        void comes() {
            ObjectNode before = Payloads.text(customer, TestApp.newWamid(), "before my name was changed").put("timestamp", String.valueOf(Instant.now().getEpochSecond() - 60));
            webhook(Payloads.with(Payloads.change(TestApp.NUMBER, "messages", before), "contacts", named(customer, "Before " + x)));
        }

        /** Posts them as Meta does, in webhooks of less than 4 MB, from a contact whose names are the text too. */
        void writes() {
            write();
            int together = x.length() > 1000 ? 2 : sent.size();
            for (int at = 0; at < sent.size(); at += together) {
                JsonNode[] messages = sent.subList(at, Math.min(sent.size(), at + together)).stream().map(Sent::message).toArray(JsonNode[]::new);
                webhook(Payloads.with(Payloads.change(TestApp.NUMBER, "messages", messages), "contacts", named(customer, x)));
            }
            app.awaitProcessed();
        }

        /** A message that the database does not take. */
        void writesInVain() {
            webhook(Payloads.with(Payloads.change(TestApp.NUMBER, "messages", Payloads.text(customer, dead, x)), "contacts", named(customer, x)));
        }

        /** A send whose failure Meta explains with the text. */
        void isNotReached() {
            app.call("PUT", "/mock/control/phones/" + customer, "{\"behaviour\":\"off\"}", ADMIN);
            failed = app.post("/api/whatsapp/messages", "{\"to\":\"" + customer + "\",\"type\":\"text\",\"text\":{\"body\":\"will fail\"}}").json().path("id").asText();
            String wamid = app.awaitStatus(failed, "sent").path("wamid").asText();
            ObjectNode status = Payloads.status(wamid, "failed");
            ObjectNode error = Json.object().put("code", 999999).put("title", x).put("message", x);
            error.putObject("error_data").put("details", x);
            status.putArray("errors").add(error);
            webhook(Payloads.change(TestApp.NUMBER, "statuses", status));
        }

        /** The id of each message by its wamid. */
        Map<String, String> ids() {
            return app.database().sql("select m.wamid, m.id from message m join contact c on c.id = m.contact_id where c.wa_id = ?").param(customer)
                    .query(rows -> {
                        Map<String, String> ids = new HashMap<>();
                        while (rows.next()) {
                            ids.put(rows.getString(1), rows.getString(2));
                        }
                        return ids;
                    });
        }
    }

    // Half a pair of surrogates has no bytes in UTF-8, but an escape in JSON.
    private static void webhook(ObjectNode change) {
        String json = Payloads.webhook(change).replaceAll("\\uD800(?![\\uDC00-\\uDFFF])", "\\\\uD800").replaceAll("(?<![\\uD800-\\uDBFF])\\uDC00", "\\\\uDC00");
        assertThat(app.webhook(json).status()).isEqualTo(200);
    }

    private static ObjectNode named(String customer, String x) {
        ObjectNode contact = Payloads.contact(customer, null, x);
        ((ObjectNode) contact.path("profile")).put("username", x);
        return contact;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("corpus")
    void what_a_customer_writes_is_text_on_every_page(String name, String x) {
        Customer who = CUSTOMERS.get(name);
        Map<String, String> ids = who.ids();
        String firstId = ids.get(who.sent.get(0).wamid());
        JsonNode first = app.get("/api/whatsapp/messages/" + firstId).json();
        String ticket = first.path("ticketId").asText();

        tab.page.navigate(app.url("/#/inbox"));
        Locator row = tab.page.locator("a.row[data-id='" + ticket + "']");
        assertThat(row).isVisible();
        assertShown("name in the list", row.locator(".row-name"), start(x));
        row.click();
        assertThat(tab.message("I quote")).isVisible();
        assertBubbles(who, ids);
        assertShown("reaction", tab.log().locator(".msg[data-id='" + firstId + "'] .react").first(), x);
        assertShown("error", tab.log().locator(".msg[data-id='" + who.failed + "']"), x);
        assertShown("system message", tab.log(), x);
        tab.page.evaluate("document.querySelectorAll('.msg .tools [aria-expanded=false]').forEach(b => b.click())");
        tab.page.evaluate("document.querySelectorAll('.msg details').forEach(d => d.open = true)");
        assertThat(tab.log().locator(".history").first()).isVisible();
        assertShown("panel", tab.page.locator("hd-panel h2").first(), start(x));
        nothingIsMadeOfIt("thread and panel");
        tab.picture("hostile-" + name.replace(' ', '-'));

        String traced = TestApp.newWamid();
        webhook(Payloads.with(Payloads.change(TestApp.NUMBER, "messages", Payloads.text(who.customer, traced, x)), "contacts", named(who.customer, x)));
        app.awaitProcessed();
        assertShown("what comes while one looks", tab.log().locator(".msg[data-id='" + who.ids().get(traced) + "']"), x);
        nothingIsMadeOfIt("what comes while one looks");
        tab.page.waitForResponse(answer -> answer.url().contains("/tickets?") && answer.url().contains("q="), () -> tab.page.locator("#q").fill(start(clean(x))));
        tab.settle();
        nothingIsMadeOfIt("search");
        tab.page.locator("#q").fill("");

        tab.page.navigate(app.url("/#/contacts/" + first.path("contactId").asText()));
        assertShown("contact", tab.page.locator("h1").first(), start(x));
        assertShown("timeline", tab.page.locator(".acts-b"), start(x));
        nothingIsMadeOfIt("contact and timeline");

        tab.page.navigate(app.url("/#/phone/" + who.customer));
        Locator phone = tab.page.getByRole(AriaRole.LOG, new Page.GetByRoleOptions().setName("Messages on the phone"));
        assertThat(phone.getByText("I quote")).isVisible();
        assertShown("phone", phone, x);
        nothingIsMadeOfIt("phone");

        tab.page.navigate(app.url("/#/trace/" + traced));
        assertShown("trace", tab.page.locator(".tr-in h1"), start(x));
        tab.page.locator(".tr-map a", new Page.LocatorOptions().setHasText("inbound-text")).click();
        nothingIsMadeOfIt("trace");
    }

    @Test
    void dead_letters_have_it_as_text() {
        Map<String, String> letters = new HashMap<>();
        for (JsonNode letter : app.get("/api/whatsapp/dead-letters?limit=100").json().path("data")) {
            String id = letter.path("id").asText();
            letters.put(id, app.get("/api/whatsapp/dead-letters/" + id).json().path("raw").asText());
        }
        tab.page.navigate(app.url("/#/health/dead"));
        CUSTOMERS.forEach((name, who) -> {
            String letter = letters.entrySet().stream().filter(one -> one.getValue().contains(who.dead)).map(Map.Entry::getKey).findFirst().orElseThrow();
            tab.button("Inspect dead letter " + letter).click();
            assertThat(tab.page.locator("#dl-" + letter).getByRole(AriaRole.REGION, new Locator.GetByRoleOptions().setName("Webhook, as received"))).containsText(who.dead);
            nothingIsMadeOfIt("dead letter of " + name);
            tab.button("Inspect dead letter " + letter).click();
        });
    }

    // ---- what agents control ---------------------------------------------------------------------------------------

    static Stream<Arguments> short_ones() {
        return corpus().filter(entry -> ((String) entry.get()[1]).length() < 140 && !((String) entry.get()[1]).contains("\0"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("short_ones")
    void what_an_agent_writes_is_text_too(String name, String x) {
        String customer = TestApp.newCustomer();
        app.webhook(Payloads.messages(Payloads.text(customer, TestApp.newWamid(), "hello")));
        app.awaitProcessed();
        JsonNode ticket = app.get("/api/whatsapp/tickets?q=" + customer).json().path("data").path(0);
        String id = ticket.path("id").asText();
        String contact = ticket.path("contactId").asText();
        String agent = AGENTS.get(name);
        created(app.post("/api/whatsapp/tickets/" + id + "/notes", Json.write(Json.object().put("text", x))));
        patch("/api/whatsapp/tickets/" + id, Json.object().put("subject", x).put("assigneeId", agent));
        ObjectNode change = Json.object().put("displayName", x).put("company", x).put("notes", x);
        change.putArray("labels").add(x.substring(0, Math.min(40, x.length())).replace(",", ";").strip());
        patch("/api/whatsapp/contacts/" + contact, change);
        assertThat(app.post("/api/whatsapp/contacts/" + contact + "/verify", Json.write(Json.object().put("state", "agent").put("evidence", x))).status()).isEqualTo(200);
        patch("/api/whatsapp/profile", Json.object().put("about", x).put("description", x).put("address", x));
        String sentId = app.post("/api/whatsapp/messages", Json.write(((ObjectNode) Json.object().put("to", customer).put("type", "text")
                .set("text", Json.object().put("body", x))))).json().path("id").asText();

        tab.page.navigate(app.url("/#/inbox/" + id));
        assertShown("send", tab.log().locator(".msg[data-id='" + sentId + "']"), x);
        assertShown("note", tab.log().locator(".note").last(), x);
        assertShown("subject", tab.page.locator(".thread-head"), x);
        assertShown("remarks of the contact", tab.page.locator("hd-panel .text"), x);
        assertThat(tab.page.getByLabel("Assignee")).hasValue(agent);
        nothingIsMadeOfIt("thread and panel");
        tab.page.navigate(app.url("/#/contacts/" + contact));
        assertShown("contact", tab.page.locator("h1").first(), x);
        assertShown("evidence", tab.page.locator(".facts").first(), x);
        assertShown("timeline", tab.page.locator(".acts-b"), x);
        nothingIsMadeOfIt("contact");
        tab.page.navigate(app.url("/#/profile"));
        assertShown("profile", tab.page.locator(".handset"), x);
        tab.button("Compare").first().click();
        assertShown("history of the profile", tab.page.locator(".tr-detail").first(), x);
        nothingIsMadeOfIt("profile");
    }

    private static JsonNode created(TestApp.Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer.json();
    }

    private static void patch(String path, ObjectNode change) {
        TestApp.Answer answer = app.call("PATCH", path, Json.write(change), ADMIN);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    }

    // ---- what is asserted ------------------------------------------------------------------------------------------

    private void nothingIsMadeOfIt(String where) {
        assertThat((List<?>) tab.page.evaluate(MADE_OF_IT)).as(where).isEmpty();
    }

    private void assertBubbles(Customer who, Map<String, String> ids) {
        Awaitility.await().pollInSameThread().pollDelay(Duration.ZERO).atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            Map<?, ?> bubbles = (Map<?, ?>) tab.log().evaluate(BUBBLES);
            for (Sent one : who.sent) {
                for (String shown : one.shown()) {
                    Object text = bubbles.get(ids.get(one.wamid()));
                    assertThat(text).as("the bubble of %s", one.message().path("type").asText()).isNotNull();
                    assertThat(plain((String) text).contains(plain(shown))).as("%s shows %s", one.message().path("type").asText(), start(shown)).isTrue();
                }
            }
        });
    }

    private static void assertShown(String where, Locator place, String x) {
        assertThat(place).isVisible();
        String wanted = plain(x);
        Awaitility.await().pollInSameThread().pollDelay(Duration.ZERO).atMost(Duration.ofSeconds(30)).untilAsserted(() ->
                assertThat(plain((String) place.evaluate("e => e.textContent")).contains(wanted)).as("%s shows %s", where, start(wanted)).isTrue());
    }

    // Marks of WhatsApp's formatting, those of lists too, become elements, and lines may be wrapped; nothing else may be missing.
    private static String plain(String text) {
        return clean(text).replaceAll("(?:-|\\d{1,3}\\.) ", "").replaceAll("[*_~`>]", "").replaceAll("[\\s\\u0085\\u2028\\u2029]+", "");
    }

    private static String start(String x) {
        return x.substring(0, Math.min(60, x.length()));
    }

    // As the database keeps it.
    private static String clean(String x) {
        StringBuilder clean = new StringBuilder();
        x.codePoints().forEach(c -> clean.appendCodePoint(c == 0 || c >= 0xD800 && c <= 0xDFFF ? 0xFFFD : c));
        return clean.toString();
    }

    // A file's name is the last part of what looks like a path, without control characters; what turns letters round is made visible.
    private static String fileName(String x) {
        StringBuilder name = new StringBuilder();
        start(x).chars().forEach(c -> name.append(c >= 0x202A && c <= 0x202E || c >= 0x2066 && c <= 0x2069 ? "⟨U+" + Integer.toHexString(c).toUpperCase() + "⟩" : String.valueOf((char) c)));
        return name.toString();
    }

    private static String upload(String content) {
        String part = "--b\r\nContent-Disposition: form-data; ";
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes((part + "name=\"messaging_product\"\r\n\r\nwhatsapp\r\n" + part + "name=\"file\"; filename=\"a.pdf\"\r\nContent-Type: application/pdf\r\n\r\n"
                + content + "\r\n--b--\r\n").getBytes(StandardCharsets.ISO_8859_1));
        TestApp.Answer answer = app.call("POST", "/mock/graph/v25.0/" + TestApp.NUMBER + "/media", body.toByteArray(),
                Map.of("Authorization", "Bearer " + app.property("whatsapp.access-token"), "Content-Type", "multipart/form-data; boundary=b"));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json().path("id").asText();
    }
}
