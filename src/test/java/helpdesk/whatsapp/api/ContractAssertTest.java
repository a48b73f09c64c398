package helpdesk.whatsapp.api;

import static org.assertj.core.api.Assertions.assertThatCode;

import helpdesk.whatsapp.testing.TestApp;
import helpdesk.whatsapp.web.Problem;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What all tests look at answers with sees what is not in the contract. */
class ContractAssertTest {

    private static void answered(int status, String type, String code) {
        byte[] body = new Problem(status, code, "x").toJson().getBytes(StandardCharsets.UTF_8);
        ContractAssert.assertDescribed("GET", "/mock/control/journal", new TestApp.Answer(status, Map.of("content-type", List.of(type)), body));
    }

    @Test
    void what_any_operation_may_answer_need_not_be_said_of_each() {
        assertThatCode(() -> answered(503, "application/problem+json", "busy")).doesNotThrowAnyException();
        assertThatCode(() -> answered(404, "application/problem+json", "not-found")).as("said of this one").doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({"409, application/problem+json, conflict", "503, application/problem+json, another-code", "503, application/json, busy",
        "404, text/html, not-found", "202, application/problem+json, accepted"})
    void any_other_answer_is_a_fault(int status, String type, String code) {
        assertThatCode(() -> answered(status, type, code)).isInstanceOf(AssertionError.class);
    }
}
