package helpdesk.whatsapp.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** PostgreSQL's own load tool: a row of 1 KB in a transaction, prepared, without HTTP or signature. What the database alone can do. */
final class Pgbench {

    static final int CLIENTS = 16;

    private static final Pattern RATE = Pattern.compile("tps = ([0-9.]+)");
    private static final Pattern DELAY = Pattern.compile("latency average = ([0-9.]+) ms");

    private final Postgres postgres;

    Pgbench(Postgres postgres) {
        this.postgres = postgres;
    }

    boolean isThere() throws InterruptedException {
        try {
            return new ProcessBuilder("pgbench", "--version").redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
        } catch (IOException notThere) {
            return false;
        }
    }

    ObjectNode run(int seconds) throws IOException, InterruptedException {
        postgres.database("pgbench");
        postgres.sql("pgbench").sql("create table webhook_row (id bigint generated always as identity primary key, "
                + "received_at timestamptz not null default now(), payload bytea not null)").update();
        Path script = Path.of("target/bench/insert.sql");
        Files.writeString(script, "insert into webhook_row (payload) values ('" + "x".repeat(1000) + "');\n");
        postgres.settle();
        ProcessBuilder builder = new ProcessBuilder("pgbench", "-n", "-M", "prepared", "-c", String.valueOf(CLIENTS),
                "-j", "1", "-T", String.valueOf(seconds), "-f", script.toString(), "-h", "127.0.0.1", "-p", String.valueOf(postgres.port()),
                "-U", postgres.user(), "pgbench").redirectErrorStream(true);
        builder.environment().put("PGPASSWORD", postgres.password());
        long cpu = -postgres.cpuMs();
        Process process = Children.add(builder.start());
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        TimeUnit.SECONDS.sleep(1);      // until the postmaster has counted the sessions that have ended
        cpu += postgres.cpuMs();
        Matcher rate = RATE.matcher(output);
        Matcher delay = DELAY.matcher(output);
        if (!rate.find() || !delay.find()) {
            throw new IOException("pgbench: " + output);
        }
        double perSecond = Double.parseDouble(rate.group(1));
        return Json.object().put("perSecond", perSecond).put("p50", Double.parseDouble(delay.group(1)))
                .put("serverCpu", 0).put("databaseCpu", cpu * 1000 / (perSecond * seconds));
    }
}
