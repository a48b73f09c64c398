package helpdesk.whatsapp.web;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The one Chromium of all test classes: started by the first, ended with the JVM. Without one their tests are skipped, and counted; with
 * UI_TESTS=required they fail. Nothing is downloaded.
 */
final class Chromium implements AutoCloseable {

    static final String MISSING = "no Chromium, Chrome or Edge found: install one, or set CHROMIUM to its program";

    private static final List<String> PLACES = List.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/snap/bin/chromium",
            "/usr/bin/google-chrome", "/usr/bin/google-chrome-stable", "/usr/bin/microsoft-edge",
            "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium",
            "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe", "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe");

    /** A machine that is busy with other things is slower than a page. */
    private static final int PATIENCE_MS = 30_000;

    private static Playwright playwright;
    private static Browser browser;

    Chromium() {
        start();
    }

    private static synchronized void start() {
        if (browser != null) {
            return;
        }
        Path program = find().orElseThrow(() -> new IllegalStateException(MISSING));
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MS);
        playwright = Playwright.create(new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright.chromium().launch(new BrowserType.LaunchOptions().setExecutablePath(program).setArgs(List.of("--no-sandbox",
                "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
                "--disable-sync")));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            browser.close();
            playwright.close();
        }));
    }

    static Optional<Path> find() {
        String named = System.getenv("CHROMIUM");
        return (named == null || named.isEmpty() ? PLACES.stream() : Stream.of(named)).map(Path::of).filter(Files::isExecutable).findFirst();
    }

    /** Named by {@code @EnabledIf}. */
    static boolean wanted() {
        return find().isPresent() || "required".equals(System.getenv("UI_TESTS"));
    }

    /** A browser of one person: cookies and storage of its own. */
    BrowserContext newContext(Browser.NewContextOptions options) {
        BrowserContext context = browser.newContext(options);
        context.setDefaultTimeout(PATIENCE_MS);
        return context;
    }

    /** It stays for the next class. */
    @Override
    public void close() {
    }
}
