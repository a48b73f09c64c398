package helpdesk.whatsapp.simulator;

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

    private SampleCustomers() {
    }

    /** Everybody has a name; a stranger's is made of the end of the number. */
    static String name(String number) {
        return NAMES.getOrDefault(number, "Customer " + number.substring(Math.max(0, number.length() - 4)));
    }
}
