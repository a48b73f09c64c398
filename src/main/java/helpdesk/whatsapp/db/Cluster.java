package helpdesk.whatsapp.db;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files of the embedded database: {@code pgdata} is either whole or not there, and only the password opens it. */
final class Cluster {

    static final String USER = "helpdesk";

    private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);
    /** Character classes for search; order is by code point, the same on every machine and after every upgrade of it. */
    private static final List<String> CHARACTER_TYPES = List.of("C.UTF-8", "en_US.UTF-8", "C");

    private final Path home;
    private final PostgresBinaries binaries;

    Cluster(Path home, PostgresBinaries binaries) {
        this.home = home;
        this.binaries = binaries;
    }

    Path dataDirectory() {
        return home.resolve("pgdata");
    }

    /** Creates what is missing and returns the password. */
    String prepare() throws IOException {
        removeHalfFinished();
        Path passwordFile = home.resolve("pg-password");
        if (Files.exists(dataDirectory().resolve("PG_VERSION"))) {
            requireVersion();
            if (!Files.exists(passwordFile)) {
                throw new DatabaseStartException("The password of the database in " + dataDirectory() + " is missing: put the file "
                        + passwordFile + " back.");
            }
        } else {
            if (!Files.exists(passwordFile)) {
                createPassword(passwordFile);
            }
            create(passwordFile);
        }
        return Files.readString(passwordFile).strip();
    }

    private void removeHalfFinished() throws IOException {
        try (Stream<Path> files = Files.list(home)) {
            for (Path file : files.filter(f -> f.getFileName().toString().matches("pgdata\\.new.*|pg-password\\.new|pg-command.*\\.out"))
                    .toList()) {
                try {
                    Directories.delete(file);
                } catch (IOException | UncheckedIOException e) {
                    // The initdb of a killed process writes on for a moment. Ours gets a folder of its own; the next start
                    // removes what is left.
                    LOG.info("{} is still being written by the process before; it is removed at the next start.", file);
                }
            }
        }
    }

    private void requireVersion() throws IOException {
        String data = Files.readString(dataDirectory().resolve("PG_VERSION")).strip();
        String programs = binaries.majorVersion();
        if (!data.equals(programs)) {
            throw new DatabaseStartException("The data in " + dataDirectory() + " is of PostgreSQL " + data + ", this program brings "
                    + "PostgreSQL " + programs + ": dump with the old version, restore with the new one.");
        }
    }

    private static void createPassword(Path file) throws IOException {
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        String password = Base64.getUrlEncoder().withoutPadding().encodeToString(random) + "\n";
        Path written = file.resolveSibling("pg-password.new");
        FileStore store = Files.getFileStore(file.getParent());
        FileAttribute<?>[] ownerOnly = store.supportsFileAttributeView("posix")
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))}
                : new FileAttribute<?>[0];
        Files.createFile(written, ownerOnly);
        try (FileChannel channel = FileChannel.open(written, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(password.getBytes(StandardCharsets.US_ASCII)));
            channel.force(true);
        }
        Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** A kill at any moment leaves a directory that the next start removes, never half a database. */
    private void create(Path passwordFile) throws IOException {
        LOG.info("Creating the embedded database in {}", dataDirectory());
        if (Files.exists(dataDirectory())) {
            requireEmpty();
        }
        PostgresBinaries.Result result = null;
        for (String characterType : CHARACTER_TYPES) {
            Path created = home.resolve("pgdata.new-" + ProcessHandle.current().pid() + "-" + System.nanoTime());
            result = binaries.run("initdb", "-D", created.toString(), "-U", USER, "-E", "UTF8", "-A", "scram-sha-256",
                    "--pwfile=" + passwordFile, "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C",
                    "--lc-ctype=" + characterType);
            if (result.exitCode() == 0) {
                Files.move(created, dataDirectory(), StandardCopyOption.ATOMIC_MOVE);
                return;
            }
            Directories.delete(created);
        }
        throw new DatabaseStartException("The embedded database can't be created in " + home + ":\n" + result.output());
    }

    private void requireEmpty() throws IOException {
        try (Stream<Path> files = Files.list(dataDirectory())) {
            if (files.findAny().isPresent()) {
                throw new DatabaseStartException(dataDirectory() + " is neither empty nor a PostgreSQL data directory (no PG_VERSION)."
                        + " Move it away, or set WHATSAPP_DATA_DIR.");
            }
        }
        Files.delete(dataDirectory());
    }
}
