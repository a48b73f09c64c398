package helpdesk.whatsapp.bench;

import java.nio.charset.StandardCharsets;

/** Texts to known customers, straight to the simulated Graph API. */
final class GraphSends implements Requests {

    static final String NUMBER = "/mock/graph/v25.0/100000000000001";

    private final String prefix;
    private final int contacts;
    private final String token;

    GraphSends(String prefix, int contacts, String token) {
        this.prefix = prefix;
        this.contacts = contacts;
        this.token = token;
    }

    @Override
    public byte[] get(long number) {
        String body = "{\"messaging_product\":\"whatsapp\",\"recipient_type\":\"individual\",\"to\":\"+" + Webhooks.customer(number % contacts)
                + "\",\"type\":\"text\",\"text\":{\"body\":\"Your parcel " + prefix + number + " has left the warehouse and will be with you tomorrow.\"},"
                + "\"biz_opaque_callback_data\":\"" + prefix + number + "\"}";
        return Requests.post(NUMBER + "/messages", "Authorization: Bearer " + token, body.getBytes(StandardCharsets.UTF_8));
    }
}
