package helpdesk.whatsapp.db;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What {@code postmaster.pid} says: the process that serves a data directory, or once did. */
final class PostmasterFile {

    /** Above every limit of process ids, so nobody can have it. */
    private static final String NOBODY = String.valueOf(Integer.MAX_VALUE);

    private final Path dataDirectory;
    private final PostgresBinaries binaries;

    PostmasterFile(Path dataDirectory, PostgresBinaries binaries) {
        this.dataDirectory = dataDirectory;
        this.binaries = binaries;
    }

    boolean exists() {
        return Files.exists(file());
    }

    long pid() throws IOException {
        try {
            return Long.parseLong(Files.readAllLines(file()).get(0).strip());
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            return -1;                                      // a kill in the middle of writing it
        }
    }

    /** The living process named in the file, whatever it is. */
    Optional<ProcessHandle> process() throws IOException {
        return exists() ? ProcessHandle.of(pid()).filter(ProcessHandle::isAlive) : Optional.empty();
    }

    /** Is it a PostgreSQL on our data, or has the number been given to someone else since? */
    boolean isOurs(ProcessHandle process) {
        Optional<String[]> arguments = process.info().arguments();
        if (arguments.isEmpty()) {                          // Windows
            return process.info().command().map(program -> binaries.owns(Path.of(program))).orElse(false);
        }
        List<String> words = List.of(arguments.get());
        int at = words.indexOf("-D");
        return at >= 0 && at + 1 < words.size() && isDataDirectory(Path.of(words.get(at + 1)))
                && process.info().command().map(program -> Path.of(program).getFileName().toString().startsWith("postgres")).orElse(true);
    }

    private boolean isDataDirectory(Path path) {
        try {
            return Files.isSameFile(path, dataDirectory);
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * PostgreSQL takes any living process of this user with the noted number for another server and refuses to start. The rest of
     * the file is kept: by it PostgreSQL finds sessions that outlived their server.
     */
    void forgetProcess() throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(file()));
        if (pid() < 0) {
            Files.delete(file());                           // PostgreSQL takes a torn file for a fatal error
        } else {
            lines.set(0, NOBODY);
            Files.write(file(), lines);
        }
    }

    private Path file() {
        return dataDirectory.resolve("postmaster.pid");
    }
}
