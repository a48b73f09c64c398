package helpdesk.whatsapp.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** PostgreSQL's programs, unpacked once for all databases of this JVM and of the processes that it starts. */
public final class PgPrograms {

    private static final Path FOLDER = TestRun.folder("test-pg-bin").toAbsolutePath();

    private PgPrograms() {
    }

    /** To this data folder, which otherwise unpacks its own. Returns the link to them. */
    public static Path lendTo(Path home) throws IOException {
        Files.createDirectories(FOLDER);
        Files.createDirectories(home);
        Path link = home.resolve("pg-bin");
        return Files.exists(link) ? link : Files.createSymbolicLink(link, FOLDER);
    }
}
