package helpdesk.whatsapp.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.security.SignatureVerifier;
import helpdesk.whatsapp.testing.Payloads;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A customer whom no load knows and whose row somebody locks: what they write is acknowledged, and waits, with its lane of the log. */
final class LockedContact {

    private static final String TO_LOCKED = "to the locked contact";
    private static final int NOBODY = -1;
    private static final long PATIENCE_S = 120;
    /** Of the lanes: where each is read up to. */
    private static final String LANES = """
            from generate_series(0, 255) as lane (number)
            left join lane_offset o on o.topic = 'webhook' and o.consumer = 'inbox' and o.lane = lane.number
            """;

    private final Server product;
    private final JdbcClient sql;
    private final String customer;
    private final String sendKey = "key of the send " + System.nanoTime();
    private String wamid;
    private volatile int lane = NOBODY;

    /** The customer has written once. */
    LockedContact(Server product, JdbcClient sql, String customer) throws Exception {
        this.product = product;
        this.sql = sql;
        this.customer = customer;
        write();
        awaitStored();
    }

    /** Until this session ends its transaction; the customer writes, and is written to. Returns the answer to the latter. */
    int lock(Connection somebody) throws Exception {
        try (PreparedStatement lock = somebody.prepareStatement("select id from contact where wa_id = ? for update")) {
            lock.setString(1, customer);
            if (!lock.executeQuery().next()) {
                throw new SQLException("There is no contact " + customer + ".");
            }
        }
        long before = sql.sql("select pos from log_head where topic = 'webhook'").query(Long.class).single();
        write();
        lane = sql.sql("select lane from webhook_log where pos > ? and convert_from(payload, 'UTF8') like ?").params(before, "%" + wamid + "%")
                .query(Integer.class).single();
        return send();
    }

    private void write() throws IOException, InterruptedException {
        wamid = "wamid.LOCKED" + System.nanoTime();
        String body = Payloads.webhook(Payloads.with(Payloads.change(Webhooks.NUMBER, "messages", Payloads.text(customer, wamid, "hello")),
                "contacts", Payloads.contact(customer, null, "Customer " + customer)));
        int status = product.post(Webhooks.PATH, body, Map.of("X-Hub-Signature-256",
                SignatureVerifier.header(body.getBytes(StandardCharsets.UTF_8), Server.SECRET)));
        if (status != 200) {
            throw new IOException("The locked contact's webhook was answered " + status + ".");
        }
    }

    private int send() throws IOException, InterruptedException {
        return product.post("/api/whatsapp/messages", "{\"to\":\"+" + customer + "\",\"type\":\"text\",\"text\":{\"body\":\"" + TO_LOCKED + "\"}}",
                Map.of("Idempotency-Key", sendKey));
    }

    boolean isStored() {
        return sql.sql("select count(*) from message where wamid = ?").param(wamid).query(Long.class).single() == 1;
    }

    private void awaitStored() throws InterruptedException {
        long begin = System.nanoTime();
        while (!isStored() && System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(PATIENCE_S)) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    /** What waits in the lane of what the locked customer wrote. */
    long waitingWithIt() {
        return lane == NOBODY ? 0 : sql.sql("""
                select count(*) from webhook_log w
                where w.lane = :lane and w.pos > (select o.last_pos from lane_offset o
                                                  where o.topic = 'webhook' and o.consumer = 'inbox' and o.lane = :lane)""")
                .param("lane", lane).query(Long.class).single();
    }

    /** Seconds that the oldest entry of any other lane has waited. */
    double oldestOfOthers() {
        return sql.sql("select coalesce(greatest(extract(epoch from clock_timestamp() - min(first.received_at)), 0), 0) " + LANES + """
                cross join lateral (
                    select w.received_at from webhook_log w
                    where w.lane = cast(lane.number as smallint) and w.pos > coalesce(o.last_pos, 0) order by w.pos limit 1) as first
                where lane.number <> :lane""").param("lane", lane).query(Double.class).single();
    }

    /** The transaction has ended: how long until the message is there, the answer to the same send, and how many messages the two made. */
    ObjectNode free() throws IOException, InterruptedException {
        lane = NOBODY;
        long begin = System.nanoTime();
        awaitStored();
        return Json.object().put("stored", isStored()).put("storedSeconds", (System.nanoTime() - begin) / 1e9).put("sendAfter", send())
                .put("sends", sql.sql("select count(*) from message where direction = 'outbound' and text = ?").param(TO_LOCKED).query(Long.class).single());
    }
}
