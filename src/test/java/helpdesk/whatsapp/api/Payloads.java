package helpdesk.whatsapp.api;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/** Webhooks as Meta posts them, from {@code src/test/resources/payloads/reading}. */
final class Payloads {

    private Payloads() {
    }

    static String of(String name, String from, String wamid) {
        return of(name, from, wamid, Instant.now());
    }

    static String of(String name, String from, String wamid, Instant at) {
        try {
            return Files.readString(Path.of("src/test/resources/payloads/reading", name + ".json")).replace("$FROM", from)
                    .replace("$WAMID", wamid).replace("$TIME", Long.toString(at.getEpochSecond()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
