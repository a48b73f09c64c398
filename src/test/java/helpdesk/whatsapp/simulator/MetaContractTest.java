package helpdesk.whatsapp.simulator;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;

/**
 * Meta keeps the contract: asked only where WHATSAPP_CONTRACT_TOKEN, _PHONE_NUMBER_ID, _ACCOUNT_ID and _RECIPIENT are in the environment
 * (CONTRIBUTING.md). The recipient gets some messages, and should have written within 24 hours.
 */
class MetaContractTest extends CloudApiContract {

    private static final String PREFIX = "WHATSAPP_CONTRACT_";
    private static final Map<String, String> GIVEN = System.getenv();

    @BeforeEach
    void asked_only_with_credentials() {
        Assumptions.assumeTrue(Stream.of("TOKEN", "PHONE_NUMBER_ID", "ACCOUNT_ID", "RECIPIENT").allMatch(name -> GIVEN.containsKey(PREFIX + name)),
                "the real Cloud API is asked only with WHATSAPP_CONTRACT_TOKEN, _PHONE_NUMBER_ID, _ACCOUNT_ID and _RECIPIENT");
    }

    private static String given(String name) {
        return GIVEN.get(PREFIX + name);
    }

    @Override
    Target target() {
        return new Target(GIVEN.getOrDefault(PREFIX + "BASE_URL", "https://graph.facebook.com/v23.0"), given("TOKEN"), given("PHONE_NUMBER_ID"),
                given("ACCOUNT_ID"), given("RECIPIENT").replaceAll("\\D", ""));
    }

    @Override
    Optional<String> written() {
        return Optional.ofNullable(given("MESSAGE_ID"));
    }
}
