package helpdesk.whatsapp.simulator;

import helpdesk.whatsapp.Hashes;
import java.math.BigInteger;
import java.util.Map;

/** Customers to try things with, by number; the first writes when nobody else is named. */
final class SampleCustomers {

    static final String FIRST = "15551230001";
    static final Map<String, String> NAMES = Map.of(
            FIRST, "Ana Example",
            "15551230002", "Ben Sample",
            "15551230003", "Chiara Muster",
            "15551230004", "Dmitri Primer",
            "15551230005", "Emi 例子");
    /** Longest first: the number's country, for the user id. Whoever is not here is taken to be of the first. */
    private static final Map<String, String> COUNTRIES = Map.of("1", "US", "44", "GB", "49", "DE", "52", "MX", "54", "AR", "55", "BR",
            "62", "ID", "91", "IN", "33", "FR", "34", "ES");

    private SampleCustomers() {
    }

    /** Everybody has a name; a stranger's is made of the end of the number. */
    static String name(String number) {
        return NAMES.getOrDefault(number, "Customer " + number.substring(Math.max(0, number.length() - 4)));
    }

    /** The business-scoped user id of a number: always the same, and another one for another number, as with Meta. */
    static String userId(String number) {
        String country = COUNTRIES.getOrDefault(number.substring(0, Math.min(2, number.length())), COUNTRIES.getOrDefault(number.substring(0, 1), "US"));
        String digits = new BigInteger(Hashes.sha256("user " + number).substring(0, 24), 16).toString();
        return country + "." + (digits + "00000000000000000000").substring(0, 20);
    }
}
