package helpdesk.whatsapp.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/** What a part may use: the database server and what was asked for on the command line. */
record Run(Postgres postgres, Options options) {

    /**
     * @param messages of the lists; 0 for a million and five
     * @param waiting rows of the second outbox; 0 for the empty one alone
     * @param open seconds that somebody's transaction stays open
     * @param snapshot whether the outbox is loaded once more while somebody keeps a transaction open
     * @param profile whether a part that can shall say what its load costs
     */
    record Options(int runs, int seconds, long events, long messages, long waiting, int kills, int soak, int open, boolean snapshot, boolean profile) {
    }

    int runs() {
        return options.runs();
    }

    int seconds() {
        return options.seconds();
    }

    long events() {
        return options.events();
    }

    boolean profile() {
        return options.profile();
    }

    /** The variables of a product on an empty database of that name, with what is given on top: name, value, name, value. */
    Map<String, String> on(String database, String... more) {
        postgres.database(database);
        return at(database, more);
    }

    /** The same on a database that is there. */
    Map<String, String> at(String database, String... more) {
        Map<String, String> variables = new LinkedHashMap<>(Map.of("WHATSAPP_DB_URL", postgres.url(database),
                "WHATSAPP_DB_USER", postgres.user(), "WHATSAPP_DB_PASSWORD", postgres.password()));
        for (int i = 0; i < more.length; i += 2) {
            variables.put(more[i], more[i + 1]);
        }
        return variables;
    }

    static void say(String line, Object... values) {
        System.out.println(java.time.LocalTime.now().withNano(0) + " " + line.formatted(values));
    }
}
