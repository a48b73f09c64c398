package helpdesk.whatsapp.simulator.shell;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What stands after the command: words, {@code --option value} or {@code --option=value}, and {@code --flag}. */
final class Arguments {

    private static final String DASHES = "--";

    private final List<String> words = new ArrayList<>();
    private final Map<String, String> options = new LinkedHashMap<>();

    /** @param flags may have a value by {@code =}, otherwise it is {@code true} */
    Arguments(List<String> arguments, Collection<String> known, Collection<String> flags) {
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            int equals = argument.indexOf('=');
            String name = equals < 0 ? argument : argument.substring(0, equals);
            boolean both = List.of("--url", "--token", "--json").contains(name);
            if (!argument.startsWith(DASHES) && !known.contains(argument)) {
                words.add(argument);
            } else if (!both && !known.contains(name) && !flags.contains(name)) {
                throw Fault.usage("there is no option " + name + "; bin/simulate help names them.");
            } else if (equals > 0) {
                options.put(name, argument.substring(equals + 1));
            } else if (flags.contains(name) || name.equals("--json")) {
                options.put(name, "true");
            } else if (i + 1 < arguments.size()) {
                options.put(name, arguments.get(++i));
            } else {
                throw Fault.usage(name + " needs a value.");
            }
        }
    }

    List<String> words() {
        return words;
    }

    boolean has(String option) {
        return options.containsKey(option);
    }

    String get(String option, String otherwise) {
        return options.getOrDefault(option, otherwise);
    }
}
