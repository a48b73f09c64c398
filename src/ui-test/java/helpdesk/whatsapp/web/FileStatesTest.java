package helpdesk.whatsapp.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.FilePayload;
import helpdesk.whatsapp.testing.TestApp;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Files on their way: uploads that are slow, cancelled or broken off, and files of customers that are not here yet or did not come. */
@InBrowser({"whatsapp.media.max-attempts=1", "whatsapp.media.poll=100"})
class FileStatesTest {

    private static final int LARGE = 4 * 1024 * 1024;
    private static TestApp app;
    private Tab tab;
    /** What slows this page down; another would add its own. */
    private CDPSession brake;

    private static void writes(String from, String fields) {
        app.awaitStatus(Customer.write(app, from, "," + fields), "received");
    }

    private void conversation(String number) {
        tab.row(number.substring(number.length() - 4)).click();
        assertThat(tab.log().locator(".msg").first()).isVisible();
    }

    /** Bytes a second that the browser may send; 0 for as many as go. */
    private void uploadRate(int rate) {
        if (brake == null) {
            brake = tab.page.context().newCDPSession(tab.page);
            brake.send("Network.enable");
        }
        JsonObject conditions = new JsonObject();
        conditions.addProperty("offline", false);
        conditions.addProperty("latency", 0);
        conditions.addProperty("downloadThroughput", -1);
        conditions.addProperty("uploadThroughput", rate == 0 ? -1 : rate);
        brake.send("Network.emulateNetworkConditions", conditions);
    }

    private void awaitProgress(Locator file) {
        tab.page.waitForCondition(() -> file.locator("progress").count() == 1 && (boolean) file.locator("progress").evaluate("bar => bar.value > 0"));
    }

    private static long kept() {
        return app.database().sql("select count(*) from media where direction = 'outbound'").query(Long.class).single();
    }

    @Test
    void an_upload_says_how_far_it_is_is_cancelled_and_is_tried_again_when_it_broke_off() {
        String customer = TestApp.newCustomer();
        writes(customer, "\"text\":\"Please send me the manual\"");
        try (Line cable = new Line(app.url(""))) {
            tab.page.navigate(cable.url("/"));
            conversation(customer);
            long before = kept();
            uploadRate(30_000);
            FilePayload manual = new FilePayload("manual, all languages.pdf", "application/pdf", pdf(LARGE));
            tab.page.locator("#attach").setInputFiles(manual);
            Locator file = tab.page.locator(".file");
            awaitProgress(file);
            assertThat(file.locator("progress").getAttribute("max")).isEqualTo(String.valueOf(LARGE));
            tab.page.getByPlaceholder("Write to").fill("Here it is.");
            tab.page.keyboard().press("Enter");
            for (Look look : List.of(Look.PHONE, Look.DESK)) {
                tab.page.setViewportSize(look.width(), look.height());
                assertThat(tab.page.getByText("A file is still uploading.")).isInViewport();
            }
            tab.look("upload-progress", Look.USUAL);

            tab.button("Cancel the upload of manual, all languages.pdf").click();
            assertThat(file).hasCount(0);
            assertThat(tab.page.locator("#reply")).isFocused();
            assertThat(kept()).as("what was cancelled is not kept").isEqualTo(before);
            awaitNoUploads();

            tab.forgive("net::ERR");
            tab.page.locator("#attach").setInputFiles(manual);
            awaitProgress(file);
            cable.cut();
            assertThat(tab.page.getByText("The upload broke off.")).isVisible();
            cable.mend();
            tab.look("upload-broke", Look.USUAL);
            awaitNoUploads();
            uploadRate(0);
            tab.button("Retry").click();
            assertThat(tab.page.getByText("· ready")).isVisible();
            assertThat(kept()).isEqualTo(before + 1);
        }
    }

    /** Nothing of what did not come to its end is left on the disk. */
    private static void awaitNoUploads() {
        Path uploads = Path.of(app.property("whatsapp.data-dir"), "uploads");
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
            try (Stream<Path> files = Files.list(uploads)) {
                return files.findAny().isEmpty();
            }
        });
    }

    private static byte[] pdf(int size) {
        byte[] file = new byte[size];
        byte[] head = "%PDF-1.4\n".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(head, 0, file, 0, head.length);
        return file;
    }

    @Test
    void a_customers_file_is_awaited_fails_is_gone_after_a_week_and_comes_when_it_is_asked_for_again() throws Exception {
        String customer = TestApp.newCustomer();
        app.context().getRouteController().stopRoute("media-poll");
        for (String type : new String[] {"document", "audio", "sticker", "image"}) {
            writes(customer, "\"type\":\"" + type + "\",\"scenario\":\"expired-url\"");
        }
        conversation(customer);
        Locator waiting = tab.log().getByText("Loading from WhatsApp"), failed = tab.log().getByText("Didn’t load.");
        assertThat(waiting).hasCount(4);
        tab.look("media-pending", Look.USUAL);

        app.context().getRouteController().startRoute("media-poll");
        assertThat(failed).hasCount(4);
        tab.look("media-failed", Look.USUAL);
        tab.page.navigate(app.url("/#/health"));
        Locator media = tab.page.locator(".comp", new Page.LocatorOptions().setHasText("press Retry"));
        assertThat(media).containsText("4 could not be");
        media.getByText("Open the newest").click();
        assertThat(failed).hasCount(4);

        app.database().sql("update media set created_at = now() - interval '8 days' where mime_type = 'application/pdf' and direction = 'inbound'").update();
        tab.forgive("409");
        tab.log().locator(".msg").first().getByText("Retry").click();
        tab.button("Solve").first().click();
        Locator toasts = tab.page.locator(".toast");
        assertThat(toasts).hasCount(2);
        assertThat(toasts.first()).containsText("Meta keeps a file for seven days. Ask the customer to send it again.");
        tab.look("toasts", Look.USUAL);
        assertThat(toasts).hasCount(1);       // what was done goes by itself, what was not stays
        toasts.getByRole(AriaRole.BUTTON).click();
        assertThat(toasts).hasCount(0);

        app.context().getRouteController().stopRoute("media-poll");
        Locator picture = tab.log().locator(".msg").last();
        picture.getByText("Retry").click();
        assertThat(picture).containsText("Loading from WhatsApp");
        app.context().getRouteController().startRoute("media-poll");
        assertThat(picture.locator("img")).isVisible();
    }
}
