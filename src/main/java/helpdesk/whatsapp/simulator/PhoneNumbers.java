package helpdesk.whatsapp.simulator;

import java.util.Set;

/** How Meta reads the number that a message goes to. */
final class PhoneNumbers {

    private static final Set<String> OF_TWO = Set.of("20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46",
            "47", "48", "49", "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63", "64", "65", "66", "81", "82", "84", "86",
            "90", "91", "92", "93", "94", "95", "98");
    private static final int LONGEST_NATIONAL = 10;
    private static final int SHORTEST = 7;

    private PhoneNumbers() {
    }

    /** The digits of a number; null when it is none. */
    static String digits(String to) {
        if (!to.strip().matches("\\+?[-() \\d]+")) {
            return null;
        }
        String digits = to.replaceAll("\\D", "");
        return digits.matches("[1-9]\\d{" + (SHORTEST - 1) + ",14}") ? digits : null;
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

    static String countryCode(String digits) {
        if (digits.startsWith("1") || digits.startsWith("7")) {
            return digits.substring(0, 1);
        }
        return digits.substring(0, Math.min(digits.length(), digits.length() > 1 && OF_TWO.contains(digits.substring(0, 2)) ? 2 : 3));
    }
}
