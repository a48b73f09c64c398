package helpdesk.whatsapp.api;

import static helpdesk.whatsapp.api.ContractAssert.assertAnswer;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.testing.TestApp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operation of the contract with no token, a wrong one, an agent's and an admin's: what the contract says of 401 and 403 is so. */
class AuthorisationTest {

    private static final String AGENT = "token-of-an-agent";
    private static TestApp app;

    @BeforeAll
    static void start() {
        app = TestApp.start(Map.of("whatsapp.agent-token", AGENT));
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    static Stream<Arguments> operations() {
        List<Arguments> operations = new ArrayList<>();
        ContractAssert.document().path("paths").fields().forEachRemaining(path -> path.getValue().fields().forEachRemaining(operation -> {
            // Who logs in is nobody yet; a stream does not end (EventStreamTest).
            boolean open = operation.getValue().path("security").isArray() || operation.getValue().toString().contains("text/event-stream");
            if (path.getKey().matches("/(api/whatsapp|mock/control)/.*") && !open) {
                operations.add(Arguments.of(operation.getKey().toUpperCase(), path.getKey(), operation.getValue()));
            }
        }));
        return operations.stream();
    }

    private static TestApp.Answer call(String method, String path, JsonNode operation, String token) {
        Map<String, String> headers = new HashMap<>();
        if (token != null) {
            headers.put("Authorization", "Bearer " + token);
        }
        JsonNode content = operation.at("/requestBody/content");
        boolean file = content.has("multipart/form-data");
        if (file || content.has("application/json")) {
            headers.put("Content-Type", file ? "multipart/form-data; boundary=b" : "application/json");
        }
        return app.call(method, path.replace("{id}", "0"), method.equals("GET") ? null : file ? "--b--\r\n" : "[]", headers);
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("operations")
    void each_operation_lets_in_whom_the_contract_says(String method, String path, JsonNode operation) {
        String id = operation.path("operationId").asText();
        boolean forAdmins = operation.path("responses").has("403");

        assertAnswer(call(method, path, operation, null), id, 401);
        assertAnswer(call(method, path, operation, "wrong"), id, 401);
        TestApp.Answer agents = call(method, path, operation, AGENT);
        if (forAdmins) {
            assertThat(assertAnswer(agents, id, 403).path("code").asText()).isEqualTo("forbidden");
            assertThat(operation.path("summary").asText() + operation.path("description").asText()).contains("role admin");
        } else {
            assertThat(agents.status()).as(agents.text()).isNotIn(401, 403, 500);
        }
        TestApp.Answer admins = call(method, path, operation, TestApp.TOKEN);
        assertThat(admins.status()).as(admins.text()).isNotIn(401, 403, 500);
    }

    @ParameterizedTest
    @CsvSource({"DELETE, /mock/control/data", "PUT, /mock/control/account"})
    void whoever_removes_what_is_simulated_or_changes_the_account_is_an_admin(String method, String path) {
        for (String token : List.of(AGENT, app.property("whatsapp.access-token"))) {
            TestApp.Answer answer = app.call(method, path, "{}", Map.of("Authorization", "Bearer " + token, "Content-Type", "application/json"));
            assertThat(answer.status()).as(token).isEqualTo(403);
            assertThat(answer.json().path("code").asText()).isEqualTo("forbidden");
        }
        assertThat(app.call(method, path, "{}", Map.of("Authorization", "Bearer " + TestApp.TOKEN, "Content-Type", "application/json")).status()).isEqualTo(200);
    }
}
