package helpdesk.whatsapp.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import helpdesk.whatsapp.testing.TestApp;
import helpdesk.whatsapp.testing.TestApp.Answer;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each rule about sends: what breaks it, and nothing else, is refused or fails while it is on, and goes well where it is off. */
class StrictnessTest {

    private static final String NUMBER = "/v23.0/" + TestApp.NUMBER;
    private static final String ACCOUNT = "/v23.0/200000000000001";
    private static final String TEXT = "\"type\":\"text\",\"text\":{\"body\":\"Hello\"}";
    /** More than a burst, and more than a second may have. */
    private static final int MANY = 60;
    private static final int THROUGHPUT = 130429;
    private static final Receiver RECEIVER = new Receiver();
    private static TestApp strict;
    private static TestApp lenient;

    private final String customer = TestApp.newCustomer();

    @BeforeAll
    static void start() {
        Map<String, String> same = Map.of("profile", "simulator", "whatsapp.simulator.callback-url", RECEIVER.url(), "whatsapp.simulator.delay-ms", "0",
                "whatsapp.simulator.messaging-limit", "0", "whatsapp.simulator.management-calls", "1", "whatsapp.simulator.free-messages", "0",
                "whatsapp.simulator.payment-method", "false");
        Map<String, String> on = new HashMap<>(TestApp.asShipped());
        on.putAll(same);
        on.put("whatsapp.simulator.throughput", "10");
        Map<String, String> off = new HashMap<>(same);
        off.put("whatsapp.simulator.throughput", "0");
        for (String rule : List.of("template", "throughput", "sender", "customer", "billing", "registration", "window", "pair", "reaction", "read",
                "messaging-limit", "management")) {
            off.put("whatsapp.simulator.strict." + rule, "false");
        }
        strict = TestApp.start(on);
        lenient = TestApp.start(off);
    }

    @AfterAll
    static void stop() {
        strict.close();
        lenient.close();
        RECEIVER.close();
    }

    @ParameterizedTest
    // The last two use up the throughput of their second.
    @CsvSource({"template,132001", "sender,131021", "customer,130403", "billing,131042", "registration,133010", "window,131047",
        "reaction,131009", "read,131009", "messaging-limit,131048", "management,80007", "pair,131056", "throughput,130429"})
    void a_rule_is_kept_while_it_is_on(String rule, int code) {
        assertThat(code(broken(rule, new GraphApi(strict)))).isEqualTo(code);
        assertThat(code(broken(rule, new GraphApi(lenient)))).as("switched off").isZero();
    }

    /** What is answered to who breaks this rule. */
    private Answer broken(String rule, GraphApi api) {
        switch (rule) {
            case "template":
                return send(api, customer, template("nobody_made_it"));
            case "throughput":
                return atOnce(() -> send(api, TestApp.newCustomer(), TEXT));
            case "pair":
                return inTurn(() -> send(api, customer, TEXT));
            case "sender":
                return send(api, "15550783881", TEXT);
            case "customer":
                api.call("POST", NUMBER + "/block_users", "{\"messaging_product\":\"whatsapp\",\"block_users\":[{\"user\":\"+" + customer + "\"}]}");
                return send(api, customer, TEXT);
            case "billing":
                api.inbound("{\"from\":\"" + customer + "\",\"type\":\"text\"}");
                return send(api, customer, TEXT);
            case "registration":
                api.call("POST", NUMBER + "/deregister", null);
                Answer unregistered = send(api, customer, TEXT);
                api.call("POST", NUMBER + "/register", "{\"messaging_product\":\"whatsapp\",\"pin\":\"123456\"}");
                return unregistered;
            case "window":
                return send(api, customer, TEXT);
            case "reaction":
                api.inbound("{\"from\":\"" + customer + "\",\"type\":\"text\"}");
                return send(api, customer, "\"type\":\"reaction\",\"reaction\":{\"message_id\":\"wamid.NOBODYWROTEIT\",\"emoji\":\"👍\"}");
            case "read":
                return api.send("{\"messaging_product\":\"whatsapp\",\"status\":\"read\",\"message_id\":\"wamid.NOBODYWROTEIT\"}");
            case "messaging-limit":
                return send(api, customer, template("hello_world"));
            case "management":
                return inTurn(() -> api.get(ACCOUNT));
            default:
                throw new IllegalArgumentException(rule);
        }
    }

    /** One that is refused, else any. */
    private static Answer atOnce(Supplier<Answer> call) {
        List<CompletableFuture<Answer>> calls = Stream.generate(() -> CompletableFuture.supplyAsync(call)).limit(MANY).toList();
        return calls.stream().map(CompletableFuture::join).max(Comparator.comparingInt(Answer::status)).orElseThrow();
    }

    /** The first that is refused for another reason than the throughput, else the last. */
    private static Answer inTurn(Supplier<Answer> call) {
        Answer answer = call.get();
        for (int taken = 1; taken < MANY && (answer.status() == 200 || code(answer) == THROUGHPUT);) {
            answer = call.get();
            taken += answer.status() == 200 ? 1 : 0;
        }
        return answer;
    }

    private static Answer send(GraphApi api, String to, String content) {
        return api.send("{\"messaging_product\":\"whatsapp\",\"to\":\"+" + to + "\"," + content + "}");
    }

    private static String template(String name) {
        return "\"type\":\"template\",\"template\":{\"name\":\"" + name + "\",\"language\":{\"code\":\"en_US\"}}";
    }

    /** With which a call was refused, or a message failed after its 200; 0 when neither. */
    private static int code(Answer answer) {
        String wamid = answer.json().at("/messages/0/id").asText();
        if (answer.status() != 200 || wamid.isEmpty()) {
            return answer.json().at("/error/code").asInt();
        }
        Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20)).until(() -> !RECEIVER.about(wamid).isEmpty());
        return RECEIVER.about(wamid).get(0).status().at("/errors/0/code").asInt();
    }
}
