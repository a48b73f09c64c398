package helpdesk.whatsapp.db;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tukaani.xz.XZInputStream;

/**
 * The programs of PostgreSQL from the class path, unpacked once beside the data (a temp directory may forbid execution and is
 * swept). Of the zonky library only the archive and its choice are used: its launcher runs with fsync off and without a password.
 */
final class PostgresBinaries {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresBinaries.class);
    private static final boolean WINDOWS = System.getProperty("os.name").startsWith("Windows");
    private static final long COMMAND_TIMEOUT_S = 600;

    private final Path home;
    private final Path root;
    private final List<String> prefix;

    record Result(int exitCode, String output) {
    }

    private PostgresBinaries(Path home, Path root, List<String> prefix) {
        this.home = home;
        this.root = root;
        this.prefix = prefix;
    }

    /** Unpacks below {@code home/pg-bin} what is not there yet. */
    static PostgresBinaries unpack(Path home) throws IOException {
        List<String> prefix = userNamespace();
        Path folder = home.resolve("pg-bin");
        Path root = folder.resolve(archiveId());
        if (!Files.isDirectory(root)) {
            Path unpacking = folder.resolve("unpacking");
            Directories.delete(unpacking);
            Files.createDirectories(unpacking);
            extract(unpacking);
            Files.move(unpacking, root, StandardCopyOption.ATOMIC_MOVE);
            LOG.info("Unpacked PostgreSQL into {}", root);
        }
        return new PostgresBinaries(home, root, prefix);
    }

    /** PostgreSQL refuses to run as root; in a user namespace of its own it is nobody, with root's files. */
    private static List<String> userNamespace() throws IOException {
        Path self = Path.of("/proc/self");
        if (!Files.exists(self) || !Integer.valueOf(0).equals(Files.getAttribute(self, "unix:uid"))) {
            return List.of();
        }
        if (!LinuxUtils.isUnshareAvailable()) {
            throw new DatabaseStartException("The embedded PostgreSQL refuses to run as root, and 'unshare -U' is not allowed here."
                    + " Start as an ordinary user, or set WHATSAPP_DB_URL to a PostgreSQL 14 or newer.");
        }
        return List.of("unshare", "-U");
    }

    private static InputStream archive() throws IOException {
        String os = System.getProperty("os.name");
        String system = WINDOWS ? "Windows" : os.startsWith("Mac") ? "Darwin" : os;
        String arch = System.getProperty("os.arch");
        try {
            return DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system, arch.equals("amd64") ? "x86_64" : arch);
        } catch (IllegalStateException e) {
            throw new DatabaseStartException("No embedded PostgreSQL for " + os + " on " + arch
                    + " is part of this installation: set WHATSAPP_DB_URL to a PostgreSQL 14 or newer.", e);
        }
    }

    /** Tells apart what this class path has had; not a guard against anybody who writes there. */
    private static String archiveId() throws IOException {
        try (CheckedInputStream in = new CheckedInputStream(archive(), new CRC32())) {
            long bytes = in.transferTo(OutputStream.nullOutputStream());
            return "pg-%08x-%d".formatted(in.getChecksum().getValue(), bytes);
        }
    }

    private static void extract(Path target) throws IOException {
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(archive(), 1 << 16)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path file = target.resolve(entry.getName()).normalize();
                if (!file.startsWith(target)) {
                    throw new IOException("Entry outside of the archive: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                    continue;
                }
                Files.createDirectories(file.getParent());
                if (entry.isSymbolicLink()) {
                    Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
                } else {
                    Files.copy(tar, file);
                    if ((entry.getMode() & 0100) != 0 && !file.toFile().setExecutable(true, false)) {
                        throw new IOException("Can't make " + file + " executable");
                    }
                }
            }
        }
    }

    String majorVersion() throws IOException {
        String text = run("postgres", "--version").output();          // postgres (PostgreSQL) 17.11
        return text.replaceFirst("(?s).*PostgreSQL\\)\\s+(\\d+).*", "$1");
    }

    /** True for a server started from an installation below our directory. */
    boolean owns(Path program) {
        return program.startsWith(home.resolve("pg-bin"));
    }

    /** Runs a program to its end. The output goes through a file: a server that stays would hold a pipe open. */
    Result run(String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.add(root.resolve("bin").resolve(WINDOWS ? program + ".exe" : program).toString());
        command.addAll(Arrays.asList(arguments));
        Path output = Files.createTempFile(home, "pg-command", ".out");
        try {
            ProcessBuilder builder = new ProcessBuilder(command).directory(home.toFile()).redirectErrorStream(true)
                    .redirectInput(ProcessBuilder.Redirect.from(WINDOWS ? Path.of("NUL").toFile() : Path.of("/dev/null").toFile()))
                    .redirectOutput(output.toFile());
            builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
            Process process = builder.start();
            if (!process.waitFor(COMMAND_TIMEOUT_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(program + " did not end within " + COMMAND_TIMEOUT_S + " s");
            }
            return new Result(process.exitValue(), Files.readString(output).strip());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while waiting for " + program, e);
        } finally {
            Files.deleteIfExists(output);
        }
    }
}
