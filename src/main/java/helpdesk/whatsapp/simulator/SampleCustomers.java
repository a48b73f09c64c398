package helpdesk.whatsapp.simulator;

import helpdesk.whatsapp.Hashes;
import java.math.BigInteger;
import java.util.Map;

/** Customers to try things with, by number; the first writes when nobody else is named. */
final class SampleCustomers {

    static final String FIRST = "15551230001";
    static final String SECOND = "15551230002";
    static final Map<String, String> NAMES = Map.of(
            FIRST, "Ana Example",
            SECOND, "Ben Sample",
            "15551230003", "Chiara Muster",
            "15551230004", "Dmitri Primer",
            "15551230005", "Emi 例子");
    /** Longest first: the number's country, for the user id. Whoever is not here is taken to be of the first. */
    private static final Map<String, String> COUNTRIES = Map.of("1", "US", "44", "GB", "49", "DE", "52", "MX", "54", "AR", "55", "BR",
            "62", "ID", "91", "IN", "33", "FR", "34", "ES");

    private static final BigInteger ALL = BigInteger.TEN.pow(20);
    private static final BigInteger FACTOR = new BigInteger("73939133594129876543");
    private static final BigInteger INVERSE = FACTOR.modInverse(ALL);
    private static final BigInteger SUMMAND = new BigInteger("31415926535897932384");

    private SampleCustomers() {
    }

    /** Everybody has a name; a stranger's is made of the end of the number. */
    static String name(String number) {
        return NAMES.getOrDefault(number, "Customer " + number.substring(Math.max(0, number.length() - 4)));
    }

    /** The business-scoped user id of a number, which has no 0 in front: always the same, and another one for another number, as with Meta. */
    static String userId(String number) {
        String country = COUNTRIES.getOrDefault(number.substring(0, Math.min(2, number.length())), COUNTRIES.getOrDefault(number.substring(0, 1), "US"));
        return country + "." + digits(new BigInteger(number).multiply(FACTOR).add(SUMMAND).mod(ALL));
    }

    /** The number of which this user id was made; null when it was made of none. */
    static String number(String userId) {
        if (!userId.matches("[A-Z]{2}\\.\\d{20}")) {
            return null;
        }
        String number = new BigInteger(userId.substring(3)).subtract(SUMMAND).multiply(INVERSE).mod(ALL).toString();
        return number.matches("\\d{5,15}") && userId(number).equals(userId) ? number : null;
    }

    /** The user id after this one: Meta makes a new one, for instance with another number. */
    static String nextUserId(String userId) {
        return userId.substring(0, 3) + digits(new BigInteger(Hashes.sha256("after " + userId), 16).mod(ALL));
    }

    private static String digits(BigInteger id) {
        String digits = id.toString();
        return "0".repeat(20 - digits.length()) + digits;
    }
}
