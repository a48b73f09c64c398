package helpdesk.whatsapp.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.security.SignatureVerifier;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * What one writes who needs a durable webhook and nothing else: Vert.x, the signature checked over the raw bytes, one row a
 * webhook in a transaction of its own, prepared, 200 after the commit. Each of its ports has so many workers, and so never uses
 * more connections; two servers with pools of their own would need more connections than the embedded PostgreSQL has.
 */
public final class RowServer {

    private final HikariDataSource database;
    private final String secret;

    private RowServer(JsonNode plan) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(plan.path("url").asText());
        config.setUsername(plan.path("user").asText());
        config.setPassword(plan.path("password").asText());
        config.setMaximumPoolSize(plan.path("pool").asInt());
        database = new HikariDataSource(config);
        secret = plan.path("secret").asText();
    }

    public static void main(String[] arguments) throws SQLException {
        JsonNode plan = Json.read(arguments[0]);
        RowServer server = new RowServer(plan);
        try (Connection connection = server.database.getConnection(); var statement = connection.createStatement()) {
            statement.execute("create table if not exists webhook_row (id bigint generated always as identity primary key, "
                    + "received_at timestamptz not null default now(), payload bytea not null)");
        }
        Vertx vertx = Vertx.vertx();
        plan.path("ports").properties().forEach(port -> {
            WorkerExecutor workers = vertx.createSharedWorkerExecutor("rows-" + port.getKey(), port.getValue().asInt());
            vertx.createHttpServer().requestHandler(request -> server.take(workers, request))
                    .listen(Integer.parseInt(port.getKey()), "127.0.0.1").onFailure(failure -> System.exit(1));
        });
    }

    private void take(WorkerExecutor workers, HttpServerRequest request) {
        String signature = request.getHeader("X-Hub-Signature-256");
        request.bodyHandler(body -> workers.<Integer>executeBlocking(() -> store(signature, body.getBytes()), false)
                .onComplete(done -> request.response().setStatusCode(done.succeeded() ? done.result() : 503)
                        .putHeader("Content-Type", "text/plain").end(done.succeeded() ? "EVENT_RECEIVED" : "")));
    }

    private int store(String signature, byte[] raw) throws SQLException {
        byte[] right = SignatureVerifier.header(raw, secret).getBytes(StandardCharsets.US_ASCII);
        if (signature == null || !MessageDigest.isEqual(right, signature.getBytes(StandardCharsets.US_ASCII))) {
            return 401;
        }
        try (Connection connection = database.getConnection();
                PreparedStatement insert = connection.prepareStatement("insert into webhook_row (payload) values (?)")) {
            insert.setBytes(1, raw);
            insert.executeUpdate();
            return 200;
        }
    }
}
