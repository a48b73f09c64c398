package helpdesk.whatsapp.bench;

import java.nio.charset.StandardCharsets;

/** Texts to known customers, through our API. */
final class Sends implements Requests {

    private final String prefix;
    private final int contacts;
    private final String token;

    Sends(String prefix, int contacts, String token) {
        this.prefix = prefix;
        this.contacts = contacts;
        this.token = token;
    }

    @Override
    public byte[] get(long number) {
        String body = "{\"to\":\"+" + Webhooks.customer(number % contacts) + "\",\"type\":\"text\",\"text\":{\"body\":\"Your parcel " + prefix
                + number + " has left the warehouse and will be with you tomorrow.\"}}";
        return Requests.post("/api/whatsapp/messages", "Authorization: Bearer " + token, body.getBytes(StandardCharsets.UTF_8));
    }
}
