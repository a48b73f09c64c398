package helpdesk.whatsapp.simulator.shell;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** {@code bin/simulate} and {@code bin/tail}: the simulator's control API from a shell. */
public final class Simulate {

    private static final String USAGE = """
            bin/simulate TYPE [WHAT] [--OPTION VALUE …]      a simulated customer writes; prints the wamid

              bin/simulate text "hi"
              bin/simulate text "And?" --reply-to last --from 15551230002
              bin/simulate image photo.jpg --caption "Like this?"          (video, audio, voice, document, sticker; without a file a sample)
              bin/simulate location 52.5163 13.3777 "Brandenburg Gate"
              bin/simulate button_reply yes "Yes, please"                  (list_reply; without more the first that the customer got)
              bin/simulate reaction 👍
              types: %s

            options: %s
            without value: %s
              --fields JSON   any other field of POST /mock/control/inbound (docs/simulator.md)
              --json          the whole answer instead of the wamid

            bin/tail [--OPTION VALUE …]                      follows what goes in and out

              -n N            begin with the N newest (10)       --once   do not follow
              --json          JSON lines                         --kind call|callback|handshake, --to, --wamid, --path, --status, --q TEXT

            both:
              --url URL       default: SIMULATOR_URL, else http://127.0.0.1 and CAMEL_SERVER_PORT or 8080
              --token TOKEN   default: SIMULATOR_TOKEN, WHATSAPP_API_TOKEN, WHATSAPP_ACCESS_TOKEN, else that of the simulator as it is shipped
            """.formatted(String.join(", ", Inbound.types()), String.join(" ", Inbound.options()), String.join(" ", Inbound.flags()));

    private Simulate() {
    }

    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        System.exit(run(List.of(arguments), System.getenv(), out, err));
    }

    /** The exit code: 1 when it was refused, 2 when it was asked for wrongly. */
    static int run(List<String> arguments, Map<String, String> environment, PrintStream out, PrintStream err) {
        if (arguments.isEmpty() || List.of("help", "--help", "-h").contains(arguments.get(0).equals("tail") && arguments.size() > 1 ? arguments.get(1) : arguments.get(0))) {
            (arguments.isEmpty() ? err : out).print(USAGE);
            return arguments.isEmpty() ? 2 : 0;
        }
        boolean tail = arguments.get(0).equals("tail");
        try {
            if (tail) {
                new Tail(new Arguments(arguments.subList(1, arguments.size()), Tail.OPTIONS, Tail.FLAGS), environment, out, err).run();
            } else {
                Inbound.run(new Arguments(arguments, Inbound.options(), Inbound.flags()), environment, out);
            }
            return 0;
        } catch (Fault e) {
            err.println((tail ? "bin/tail: " : "bin/simulate: ") + e.getMessage());
            return e.code();
        }
    }
}
