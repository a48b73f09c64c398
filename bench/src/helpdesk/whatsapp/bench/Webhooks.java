package helpdesk.whatsapp.bench;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Webhooks of about 1 KB in Meta's shape, signed: a quarter customers' messages, the rest the statuses sent, delivered and read
 * of our own messages {@code wamid.BENCHOUT<n>}. No two are equal. With many items there are so many changes in each.
 */
final class Webhooks implements Requests {

    static final String PATH = "/api/integrations/whatsapp/webhook";
    static final String NUMBER = "100000000000001";
    static final String OUTBOUND = "wamid.BENCHOUT";

    private static final String[] STATUSES = {"sent", "delivered", "read"};
    private static final long BLOCK = 1000;
    private static final String TEXT = "I ordered the blue one two weeks ago and the parcel still has not come. ".repeat(8).strip();
    private static final String FILLER = "bench-" + "0123456789abcdef".repeat(20);

    private final String prefix;
    private final int contacts;
    private final int messagesInHundred;
    private final long firstStatus;
    private final int items;
    private final Mac mac;

    Webhooks(String prefix, int contacts, int messagesInHundred, long firstStatus, int items, String secret) {
        this.prefix = prefix;
        this.contacts = contacts;
        this.messagesInHundred = messagesInHundred;
        this.firstStatus = firstStatus;
        this.items = items;
        try {
            mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public byte[] get(long number) {
        byte[] body = body(number).getBytes(StandardCharsets.UTF_8);
        return Requests.post(PATH, "X-Hub-Signature-256: sha256=" + HexFormat.of().formatHex(mac.doFinal(body)), body);
    }

    private String body(long number) {
        StringBuilder changes = new StringBuilder();
        for (long item = number * items; item < (number + 1) * items; item++) {
            changes.append(changes.isEmpty() ? "" : ",").append(change(item));
        }
        return "{\"object\":\"whatsapp_business_account\",\"entry\":[{\"id\":\"200000000000001\",\"changes\":[" + changes + "]}]}";
    }

    private String change(long number) {
        long hundreds = number / 100;
        long rest = number % 100;
        boolean message = (rest * messagesInHundred) % 100 < messagesInHundred;
        long now = System.currentTimeMillis() / 1000;
        String value;
        if (message) {
            String customer = customer(Math.floorMod(number * 2_654_435_761L, contacts));
            value = "\"contacts\":[{\"profile\":{\"name\":\"Customer " + customer + "\"},\"wa_id\":\"" + customer + "\"}],"
                    + "\"messages\":[{\"from\":\"" + customer + "\",\"id\":\"wamid.BENCHIN" + prefix + "X" + number
                    + "\",\"timestamp\":\"" + now + "\",\"type\":\"text\",\"text\":{\"body\":\"" + TEXT + "\"}}]";
        } else {
            long before = rest - (rest * messagesInHundred + 99) / 100;         // statuses of this hundred before this one
            long status = firstStatus + hundreds * (100 - messagesInHundred) + before;
            long round = status / BLOCK / STATUSES.length;                      // a block is sent, then delivered, then read
            long outbound = round * BLOCK + status % BLOCK;
            value = "\"statuses\":[{\"id\":\"" + OUTBOUND + outbound + "\",\"status\":\"" + STATUSES[(int) (status / BLOCK % STATUSES.length)]
                    + "\",\"timestamp\":\"" + now + "\",\"recipient_id\":\"" + customer(outbound % contacts) + "\","
                    + "\"conversation\":{\"id\":\"9f2bd1c0a4e84c1d8f0e" + outbound + "\",\"expiration_timestamp\":\"" + (now + 86_400)
                    + "\",\"origin\":{\"type\":\"service\"}},\"pricing\":{\"billable\":false,\"pricing_model\":\"PMP\","
                    + "\"category\":\"service\",\"type\":\"free_customer_service\"},\"biz_opaque_callback_data\":\"" + FILLER + "\"}]";
        }
        return "{\"field\":\"messages\",\"value\":{\"messaging_product\":\"whatsapp\",\"metadata\":{\"display_phone_number\":\"15550783881\","
                + "\"phone_number_id\":\"" + NUMBER + "\"}," + value + "}}";
    }

    /** The statuses among so many of these, up to the next whole round: where those of the next ones begin. */
    static long statusesOf(long webhooks) {
        return (webhooks * 3 / 4 / 3000 + 1) * 3000;
    }

    /** A customer's number; Germany's, of which there is one way to write. */
    static String customer(long number) {
        return "49151" + (10_000_000 + number);
    }
}
