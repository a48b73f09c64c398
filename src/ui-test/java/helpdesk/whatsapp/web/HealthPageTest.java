package helpdesk.whatsapp.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import helpdesk.whatsapp.testing.Payloads;
import helpdesk.whatsapp.testing.TestApp;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The page of health, and the dead letters on it. After each test the console must have said nothing. */
@InBrowser("whatsapp.simulator.delay-ms=150")
class HealthPageTest {

    private static TestApp app;
    private Tab tab;

    @Test
    void a_dead_letter_is_inspected_and_resolved_by_a_replay() {
        String wamid = TestApp.newWamid();
        app.database().sql("alter table message add constraint test_refusal check (wamid not like '" + wamid + "%') not valid").update();
        app.webhook(Payloads.messages(Payloads.text(TestApp.newCustomer(), wamid, "Where is my parcel?")));
        app.awaitProcessed();
        String id = app.get("/api/whatsapp/dead-letters?limit=1").json().path("data").path(0).path("id").asText();

        tab.go("health/dead", "Health");
        tab.button("Inspect dead letter " + id).click();
        assertThat(tab.page.getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName("Webhook, as received"))).containsText(wamid);
        tab.button("Replay dead letter " + id).click();
        assertThat(tab.text("failed again")).isVisible();

        app.database().sql("alter table message drop constraint test_refusal").update();
        tab.button("Replay dead letter " + id).click();
        assertThat(tab.text("Dead letter " + id + " is resolved.")).isVisible();
        assertThat(app.get("/api/whatsapp/messages/" + wamid).status()).isEqualTo(200);
    }

    @Test
    void many_dead_letters_are_shown_page_by_page_and_counted_in_full() {
        app.database().sql("""
                with event as (insert into dead_event select -n, '{}' from generate_series(1, 60) n)
                insert into dead_letter (log_pos, item_path, part, route, reason, simulated)
                select -n, 'test', 'message', 'inbound-text', 'made by a test', true from generate_series(1, 60) n""").update();
        try {
            tab.go("health/dead", "Health");
            Locator letters = tab.page.locator(".deads > tbody > tr");
            assertThat(letters).hasCount(50);
            assertThat(tab.text("Replay all 60")).isVisible();
            tab.button("Show more").click();
            assertThat(letters).hasCount(60);
            assertThat(tab.button("Show more")).hasCount(0);
            tab.look("health-dead", List.of(Look.DESK_DARK, Look.DESK));
        } finally {
            app.database().sql("delete from dead_event where log_pos between -60 and -1").update();
        }
    }

    @Test
    void health_tells_its_parts_apart_and_has_its_charts_as_tables() {
        tab.go("health", "Health");
        assertThat(tab.page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("Parts"))).isVisible();
        assertThat(tab.page.locator(".comp")).hasCount(9);
        Locator figure = tab.page.locator("figure").first();
        assertThat(figure.getByRole(AriaRole.IMG)).hasAttribute("aria-label", Pattern.compile("Webhooks in: now .*"));
        figure.getByText("As a table").click();
        assertThat(figure.getByRole(AriaRole.TABLE)).isVisible();
        assertThat(tab.text("balances")).isVisible();
    }

    @Test
    void a_webhook_from_which_nothing_comes_any_more_says_since_when() {
        String before = lastEvent();
        app.webhook(Payloads.messages(Payloads.text(TestApp.newCustomer(), TestApp.newWamid(), "Where is my parcel?")));
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !lastEvent().equals(before));
        app.database().sql("update webhook_sign set at = at - interval '2 days'").update();

        tab.go("health", "Health");
        Locator webhook = tab.page.locator(".comp", new Page.LocatorOptions().setHas(tab.page.locator("b:text-is('Webhook')")));
        assertThat(webhook.locator(".cond")).hasText("Attention");
        assertThat(webhook).containsText("None since");
        assertThat(webhook).not().containsText("Never received");
        assertThat(tab.text("Silent. None since")).isVisible();
    }

    private static String lastEvent() {
        return app.get("/api/whatsapp/health").json().at("/webhook/lastEventAt").asText();
    }

    @Test
    void a_chart_of_few_minutes_shows_them_and_each_time_once() {
        for (int rows = 1; rows <= 7; rows++) {
            Object drawn = tab.page.evaluate("""
                    async rows => {
                      const [{ chart }, { render }] = await Promise.all([import('/ui/app/chart.js'), import('lit')]);
                      const data = Array.from({ length: rows }, (_, i) => ({ at: new Date(2026, 0, 1, 12, i).toISOString(), n: i + 1 }));
                      const place = document.createElement('div');
                      render(chart({ id: 'x', title: 'x', rows: data, series: [{ name: 'n', of: row => row.n, line: 'a' }] }), place);
                      const times = [...place.querySelectorAll('.xax span')].map(span => span.textContent).filter(Boolean);
                      const line = place.querySelector('.cv .ln-a').getAttribute('d');
                      return times.length > 0 && new Set(times).size === times.length && /[Lh]/.test(line);
                    }""", rows);
            assertThat(drawn).as("%d rows", rows).isEqualTo(true);
        }
    }

    @Test
    void a_chart_of_days_names_the_day_and_shows_when_nothing_was_measured() {
        Object drawn = tab.page.evaluate("""
                async () => {
                  const [{ chart }, { render }] = await Promise.all([import('/ui/app/chart.js'), import('lit')]);
                  const hours = [...Array(12).keys(), ...Array(12).keys().map(hour => hour + 36)];
                  const data = hours.map(hour => ({ at: new Date(2026, 0, 1, hour).toISOString(), n: hour }));
                  const place = document.createElement('div');
                  render(chart({ id: 'x', title: 'x', rows: data, series: [{ name: 'n', of: row => row.n, line: 'a' }] }), place);
                  const line = place.querySelector('.cv .ln-a').getAttribute('d');
                  const last = line.slice(0, line.lastIndexOf('M')).match(/L([\\d.]+),/g).at(-1).slice(1, -1), next = /.*M([\\d.]+),/.exec(line)[1];
                  return `${line.match(/M/g).length} ${place.querySelectorAll('.ar').length} ${Math.round(last)} ${Math.round(next)} ${place.querySelector('.xax span').textContent} `
                      + place.querySelector('tbody tr:last-child th').textContent;
                }""");
        assertThat(drawn).isEqualTo("2 2 140 460 Thu 00:00 2 Jan, 23:00");
    }
}
