package helpdesk.whatsapp.simulator;

import helpdesk.whatsapp.testing.TestApp;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;

/** The simulator keeps the contract. */
class SimulatorContractTest extends CloudApiContract {

    private static final String CUSTOMER = TestApp.newCustomer();

    @AutoClose
    private static TestApp app;

    @BeforeAll
    static void start() {
        app = TestApp.start(Map.of("whatsapp.simulator.strict.read", "true"));
    }

    @Override
    Target target() {
        return new Target(app.url("/mock/graph/v23.0"), GraphApi.TOKEN, TestApp.NUMBER, "200000000000001", CUSTOMER);
    }

    @Override
    Optional<String> written() {
        return Optional.of(new GraphApi(app).inbound("{\"from\":\"" + CUSTOMER + "\"}"));
    }
}
