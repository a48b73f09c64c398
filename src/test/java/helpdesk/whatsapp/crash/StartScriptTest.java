package helpdesk.whatsapp.crash;

import static org.assertj.core.api.Assertions.assertThat;

import helpdesk.whatsapp.testing.PgPrograms;
import helpdesk.whatsapp.testing.Ports;
import helpdesk.whatsapp.testing.TestApp;
import java.io.File;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/start} in a folder as it is installed, with a jar of the classes under test. */
@Timeout(300)
@DisabledOnOs(OS.WINDOWS)
class StartScriptTest {

    private static final Duration PATIENCE = Duration.ofSeconds(180);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;
    private final int port = Ports.free();

    @Test
    void the_first_start_answers_and_makes_an_archive_of_its_classes_that_the_next_one_uses() throws Exception {
        install();
        Path archive;
        Process first = start("");
        try {
            awaitAnswer(first);
            assertThat(arguments(first)).anyMatch(argument -> argument.startsWith("-XX:DumpLoadedClassList="));
            archive = awaitArchive();
        } finally {
            stop(first);
        }

        Process second = start("-Xshare:on");        // without the archive it would not start
        try {
            awaitAnswer(second);
            assertThat(arguments(second)).contains("-XX:SharedArchiveFile=./archive/" + archive.getFileName(), "-Xshare:on");
        } finally {
            stop(second);
        }
    }

    @Test
    void a_misspelt_profile_starts_nothing() throws Exception {
        Process process = new ProcessBuilder("bin/start", "raal").redirectErrorStream(true).start();
        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("bin/start: there is no profile 'raal'; there are dev real simulator.\n");
        assertThat(process.waitFor()).isEqualTo(1);
    }

    private void install() throws IOException {
        for (String part : List.of("bin", "config", "routes", "sql")) {
            try (Stream<Path> files = Files.walk(Path.of(part))) {
                for (Path file : files.toList()) {
                    Files.copy(file, folder.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
        Files.createDirectory(folder.resolve("lib"));
        Path here = folder.toRealPath();
        List<String> libraries = new ArrayList<>();         // where they are: an archive knows them by paths from the jar on
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path jar = Path.of(entry);
            if (Files.isRegularFile(jar)) {
                libraries.add(here.relativize(jar.toRealPath()).toString());
            }
        }
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, String.join(" ", libraries));
        Path classes = Path.of("target/classes");
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(folder.resolve("helpdesk-whatsapp.jar")), manifest);
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(file -> !file.equals(classes)).toList()) {
                String name = classes.relativize(file).toString();
                if (name.equals("META-INF/MANIFEST.MF")) {
                    continue;
                }
                jar.putNextEntry(new JarEntry(Files.isDirectory(file) ? name + "/" : name));
                if (Files.isRegularFile(file)) {
                    Files.copy(file, jar);
                }
            }
        }
        PgPrograms.lendTo(Files.createDirectory(data(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))));
        // What makes the archive waits in steps of two seconds until no class has come for ten, and lets everybody else go first.
        Files.createDirectory(folder.resolve("impatient"));
        program("sleep", "exec " + sleep() + " 0.3");
        program("nice", "shift 2; exec \"$@\"");
    }

    private void program(String name, String line) throws IOException {
        Path program = Files.writeString(folder.resolve("impatient").resolve(name), "#!/bin/sh\n" + line + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Path sleep() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator)).map(bin -> Path.of(bin, "sleep")).filter(Files::isExecutable)
                .findFirst().orElseThrow();
    }

    private Path data() {
        return folder.resolve("var");
    }

    private Process start(String option) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(folder.resolve("bin/start").toString());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("JAVA_OPTS", ("-Xmx240m -XX:+UseParallelGC " + option).strip());
        builder.environment().put("PATH", folder.resolve("impatient") + File.pathSeparator + System.getenv("PATH"));
        builder.environment().put("CAMEL_SERVER_PORT", String.valueOf(port));
        builder.environment().put("WHATSAPP_DATA_DIR", data().toString());
        builder.environment().put("WHATSAPP_API_TOKEN", TestApp.TOKEN);
        return builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log.txt").toFile())).start();
    }

    private void awaitAnswer(Process process) {
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).ignoreExceptionsInstanceOf(IOException.class).until(() -> {
            if (!process.isAlive()) {
                throw new IllegalStateException("It has ended: " + Files.readString(folder.resolve("log.txt")));
            }
            HttpURLConnection health = (HttpURLConnection) URI.create("http://127.0.0.1:" + port + "/api/whatsapp/health").toURL().openConnection();
            health.setRequestProperty("Authorization", "Bearer " + TestApp.TOKEN);
            return health.getResponseCode() == 200;
        });
    }

    private Path awaitArchive() {
        List<Path> found = new ArrayList<>();
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(() -> {
            try (Stream<Path> files = Files.list(folder.resolve("archive"))) {
                files.filter(file -> file.toString().endsWith(".jsa")).forEach(found::add);
            }
            return !found.isEmpty();
        });
        return found.get(0);
    }

    private static List<String> arguments(Process process) {
        return List.of(process.info().arguments().orElseThrow());
    }

    private void stop(Process process) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        new Postmaster(data()).kill();
    }
}
