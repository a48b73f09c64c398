package helpdesk.whatsapp.simulator;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;

/**
 * Message ids as Meta makes them: {@code wamid.} and the base64 of the bytes 1C 18, length and digits of the customer's
 * number, 15 02 00, the direction, 18, length and hexadecimal id, 00.
 */
final class Wamid {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String PREFIX = "wamid.";
    private static final int TO_CUSTOMER = 0x11;
    private static final int FROM_CUSTOMER = 0x12;

    private Wamid() {
    }

    static String toCustomer(String customer) {
        return of(customer, TO_CUSTOMER, 9);
    }

    static String fromCustomer(String customer) {
        return of(customer, FROM_CUSTOMER, 10);
    }

    private static String of(String customer, int direction, int idBytes) {
        byte[] who = customer.getBytes(StandardCharsets.US_ASCII);
        byte[] random = new byte[idBytes];
        RANDOM.nextBytes(random);
        byte[] id = java.util.HexFormat.of().withUpperCase().formatHex(random).getBytes(StandardCharsets.US_ASCII);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(new byte[] {0x1C, 0x18, (byte) who.length});
        bytes.writeBytes(who);
        bytes.writeBytes(new byte[] {0x15, 0x02, 0x00, (byte) direction, 0x18, (byte) id.length});
        bytes.writeBytes(id);
        bytes.write(0);
        return PREFIX + Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    /** Whose message it is: what the base64 holds after its first three bytes. */
    static Optional<String> customer(String wamid) {
        try {
            byte[] bytes = Base64.getDecoder().decode(wamid.substring(PREFIX.length()));
            return bytes.length > 3 + bytes[2] && bytes[2] > 0 ? Optional.of(new String(bytes, 3, bytes[2], StandardCharsets.US_ASCII))
                    : Optional.empty();
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    /** For the log: the end of it, because its beginning holds the customer's number. */
    static String shortened(String wamid) {
        return (wamid.startsWith(PREFIX) ? PREFIX : "") + "…" + wamid.substring(Math.max(0, wamid.length() - 12));
    }
}
