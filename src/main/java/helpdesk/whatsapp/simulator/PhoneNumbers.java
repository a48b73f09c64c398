package helpdesk.whatsapp.simulator;

import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How Meta reads the number that a message goes to. */
final class PhoneNumbers {

    private static final Set<String> OF_TWO = Set.of("20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46",
            "47", "48", "49", "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63", "64", "65", "66", "81", "82", "84", "86",
            "90", "91", "92", "93", "94", "95", "98");
    private static final Map<Pattern, String> KNOWN_AS = Map.of(
            Pattern.compile("55(?<area>[3-9]\\d)9(?<rest>[6-9]\\d{7})"), "55${area}${rest}",
            Pattern.compile("55(?<area>[12]\\d)(?<rest>[6-9]\\d{7})"), "55${area}9${rest}",
            Pattern.compile("52(?<rest>[2-9]\\d{9})"), "521${rest}",
            Pattern.compile("54(?<rest>[1-8]\\d{9})"), "549${rest}");
    private static final Pattern WRITTEN = Pattern.compile("\\+?[-() \\d]+");
    private static final Pattern NO_DIGIT = Pattern.compile("\\D");
    private static final Pattern NUMBER = Pattern.compile("[1-9]\\d{6,14}");
    private static final int LONGEST_NATIONAL = 10;

    private PhoneNumbers() {
    }

    /** The digits of a number; null when it is none. */
    static String digits(String to) {
        if (!WRITTEN.matcher(to.strip()).matches()) {
            return null;
        }
        String digits = dialled(to);
        return NUMBER.matcher(digits).matches() ? digits : null;
    }

    /** What is dialled of a text, whether that is a number or not. */
    static String dialled(String to) {
        return NO_DIGIT.matcher(to).replaceAll("");
    }

    /**
     * With country code. A number without plus that is short enough to be one of the own country gets the business number's; a longer one
     * is taken to have its own, as Meta's published answers do.
     */
    static String international(String to, String digits, String business) {
        String country = countryCode(business);
        boolean national = !to.strip().startsWith("+") && digits.length() <= LONGEST_NATIONAL
                && !(digits.startsWith(country) && digits.length() == business.length());
        return national ? country + digits : digits;
    }

    /**
     * By which WhatsApp knows a number, where that is not what is dialled: of Brazil's mobile numbers only those with the area codes 11 to 28
     * keep the ninth digit, Mexico's have a 1 behind the country code, Argentina's a 9.
     */
    static String waId(String digits) {
        for (Map.Entry<Pattern, String> country : KNOWN_AS.entrySet()) {
            Matcher dialled = country.getKey().matcher(digits);
            if (dialled.matches()) {
                return dialled.replaceFirst(country.getValue());
            }
        }
        return digits;
    }

    static String countryCode(String digits) {
        if (digits.startsWith("1") || digits.startsWith("7")) {
            return digits.substring(0, 1);
        }
        return digits.substring(0, Math.min(digits.length(), digits.length() > 1 && OF_TWO.contains(digits.substring(0, 2)) ? 2 : 3));
    }
}
