package helpdesk.whatsapp.crash;

import helpdesk.whatsapp.db.TestServer;
import helpdesk.whatsapp.testing.TcpProxy;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL is restarted, and connections to it break, while the application lives and works: nothing is lost, doubled or sent twice. */
@Timeout(600)
class DatabaseTroubleTest {

    private static final int CUTS = 5;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;
    private TestServer server;

    @BeforeEach
    void startServer() throws Exception {
        server = TestServer.start(folder);
    }

    @AfterEach
    void stopServer() throws Exception {
        server.close();
    }

    @Test
    void postgresql_is_restarted_in_peace_and_in_a_hurry() throws Exception {
        try (AppRun run = new AppRun(server.properties(server.port(), "")).underLoad()) {
            run.awaitProgress(30);
            server.restart("fast");
            run.awaitProgress(30);
            server.restart("immediate");
            run.awaitProgress(30);
            run.assertThatAllIsRight();
        }
    }

    @Test
    void connections_are_cut_at_any_moment() throws Exception {
        try (TcpProxy proxy = new TcpProxy(server.port()); AppRun run = new AppRun(server.properties(proxy.port(), "")).underLoad()) {
            for (int cut = 0; cut < CUTS; cut++) {
                run.awaitProgress(15);
                proxy.target(server.port());
            }
            run.awaitProgress(15);
            run.assertThatAllIsRight();
        }
    }

    /** The sessions stay at the server, some in a transaction with locks, and answer nobody; the timeouts are shorter than usual. */
    @Test
    void connections_become_half_open_and_neither_side_hears_of_it() throws Exception {
        server.prepare();
        try (TcpProxy proxy = new TcpProxy(server.port());
                AppRun run = new AppRun(server.properties(proxy.port(), "?socketTimeout=2")).underLoad()) {
            run.awaitProgress(30);
            proxy.halfOpen();
            run.awaitProgress(60);
            proxy.halfOpen();
            run.awaitProgress(60);
            run.assertThatAllIsRight();
        }
    }
}
