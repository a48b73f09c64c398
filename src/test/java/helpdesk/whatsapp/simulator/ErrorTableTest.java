package helpdesk.whatsapp.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import helpdesk.whatsapp.testing.TestApp;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every error of Meta's table, by the number to which it always happens: how it comes, and what becomes of a send of ours. */
class ErrorTableTest {

    /** Code, HTTP status of the answer, in the answer or in a status after it, what becomes of the send. */
    private static final List<String> TABLE = """
            0      401 answer failed
            1      400 answer retried
            2      500 answer retried
            3      500 answer failed
            4      429 answer retried
            10     403 answer failed
            17     429 answer retried
            33     400 answer failed
            100    400 answer failed
            104    401 answer failed
            190    401 answer failed
            200    403 answer failed
            368    403 answer failed
            803    404 answer failed
            80007  429 answer retried
            130403 200 status failed
            130429 400 answer retried
            130472 200 status failed
            130497 200 status failed
            131000 500 answer retried
            131005 403 answer failed
            131008 400 answer failed
            131009 400 answer failed
            131016 500 answer retried
            131021 400 answer failed
            131026 200 status failed
            131030 400 answer failed
            131031 403 answer failed
            131037 400 answer failed
            131042 200 status failed
            131045 500 answer failed
            131047 200 status failed
            131048 200 status failed
            131049 200 status failed
            131050 200 status failed
            131051 400 answer failed
            131052 200 status failed
            131053 200 status failed
            131055 400 answer failed
            131056 400 answer retried
            131057 500 answer retried
            131062 400 answer failed
            131063 400 answer failed
            131064 200 status failed
            132000 400 answer failed
            132001 404 answer failed
            132005 400 answer failed
            132007 400 answer failed
            132012 400 answer failed
            132015 400 answer failed
            132016 400 answer failed
            132018 400 answer failed
            132068 400 answer failed
            132069 400 answer failed
            133000 500 answer failed
            133004 503 answer retried
            133005 400 answer failed
            133006 400 answer failed
            133008 400 answer failed
            133009 400 answer failed
            133010 400 answer failed
            133015 400 answer failed
            133016 400 answer failed
            134100 400 answer failed
            134101 400 answer failed
            134102 500 answer failed
            135000 400 answer failed
            137000 200 status failed
            """.lines().toList();

    private static final Map<Integer, String> SENT = new HashMap<>();
    @AutoClose
    private static TestApp app;

    @BeforeAll
    static void start() {
        app = TestApp.start(Map.of("whatsapp.outbound.retry-delay", "0.5", "whatsapp.outbound.poll", "100"));
        rows().map(row -> (int) row.get()[0]).forEach(code -> SENT.put(code, app.post("/api/whatsapp/messages",
                "{\"to\":\"+15559%06d\",\"text\":{\"body\":\"Hello\"}}".formatted(code)).json().path("id").asText()));
    }

    private static Stream<Arguments> rows() {
        return TABLE.stream().map(row -> row.split(" +"))
                .map(row -> Arguments.of(Integer.valueOf(row[0]), Integer.valueOf(row[1]), row[2], row[3]));
    }

    private static List<Map<String, Object>> attempts(int code) {
        return app.database().sql("select state, http_status, code from send_attempt where message_id = cast(? as bigint) order by number")
                .param(SENT.get(code)).query().listOfRows();
    }

    @Test
    void the_table_has_these_errors_and_no_others() {
        assertThat(SimulatedError.table().keySet()).containsExactlyElementsOf(rows().map(row -> (Integer) row.get()[0]).toList());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void an_error_comes_as_it_does_at_meta_and_the_send_ends_as_it_should(int code, int httpStatus, String how, String end) {
        if (end.equals("failed")) {
            JsonNode message = app.awaitStatus(SENT.get(code), "failed");
            assertThat(message.at("/error/code").asInt()).isEqualTo(code);
            assertThat(message.path("advice").asText()).as("what to do").isNotBlank();
            assertThat(attempts(code)).hasSize(1);
        } else {
            Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20)).until(() -> attempts(code).size() > 1);
        }
        Map<String, Object> first = attempts(code).get(0);
        assertThat(first).containsEntry("http_status", httpStatus);
        if (how.equals("answer")) {
            assertThat(first).containsEntry("state", end.equals("failed") ? "failed" : "retry").containsEntry("code", code);
        } else {
            assertThat(first).containsEntry("state", "accepted");
        }
    }
}
