package helpdesk.whatsapp.inbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.db.SqlFaults;
import helpdesk.whatsapp.log.LogEntry;
import java.nio.charset.MalformedInputException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.apache.camel.BindToRegistry;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.EndpointInject;
import org.apache.camel.Produce;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.test.main.junit5.CamelMainTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The content-based router alone: each kind goes to its branch, a faulty item to no branch's neighbour. */
@CamelMainTest(mockEndpointsAndSkip = "direct:inbound-(?!classify).*",
    properties = {"camel.main.routesIncludePattern=file:routes/inbound/classify.camel.yaml", "camel.main.basePackageScanEnabled=false"})
class ClassifyRouteTest {

    @Produce("direct:inbound-classify")
    private ProducerTemplate router;

    @EndpointInject("mock:direct:inbound-text")
    private MockEndpoint text;

    // What this route needs, and no database.
    @BindToRegistry("outcomes")
    private final Outcomes outcomes = new Outcomes();

    @BindToRegistry("sqlFaults")
    private final SqlFaults sqlFaults = new SqlFaults();

    private static InboundItem item(String part, String type) {
        ObjectNode node = Json.object().put("id", "wamid.1");
        return new InboundItem(new LogEntry(0, 1, Instant.now(), false, null, new byte[] {'{', '}'}), 0, "entry[0]", part, "messages", type,
                "1", null, Json.object(), node);
    }

    @ParameterizedTest
    @CsvSource({
        "message, text, text", "message, image, media", "message, video, media", "message, audio, media", "message, voice, media",
        "message, document, media", "message, sticker, media", "message, interactive, interactive", "message, button, interactive",
        "message, location, location", "message, contacts, contact-card", "message, reaction, reaction", "message, order, order",
        "message, system, system", "message, edit, unsupported", "message, revoke, unsupported", "message, unsupported, unsupported",
        "message, hologram, unsupported", "message, , unsupported", "message, Text, unsupported", "message, 'image,video', unsupported",
        "message, ${body}, unsupported", "status, sent, status", "status, text, status", "status, , status", "error, 131000, account",
        "change, ACCOUNT_DELETED, account", "change, text, account", "event, , account"})
    void each_kind_goes_to_its_branch(String part, String type, String branch) throws InterruptedException {
        CamelContext context = router.getCamelContext();
        List<MockEndpoint> branches = context.getEndpoints().stream().filter(MockEndpoint.class::isInstance).map(MockEndpoint.class::cast).toList();
        assertThat(branches).hasSize(11);
        branches.forEach(endpoint -> endpoint.expectedMessageCount(endpoint.getEndpointUri().equals("mock://direct:inbound-" + branch) ? 1 : 0));

        router.sendBody(item(part, type));

        MockEndpoint.assertIsSatisfied(context);
    }

    @Test
    void an_item_that_its_branch_cannot_understand_is_a_dead_letter_with_the_reason() {
        text.whenAnyExchangeReceived(exchange -> {
            throw new ItemFault("The text message has no text.body.");
        });

        Outcome outcome = router.requestBody((Object) item("message", "text"), Outcome.class);

        assertThat(outcome.row().path("outcome").asText()).isEqualTo("dead");
        assertThat(outcome.row().path("reason").asText()).isEqualTo("The text message has no text.body.");
        assertThat(outcome.row().path("route").asText()).as("the branch").isEqualTo("inbound-text");
        assertThat(outcome.row().has("raw")).isFalse();       // one event may have hundreds of dead items
    }

    @Test
    void a_fault_that_nobody_foresaw_is_the_items_own_and_says_what_it_was() {
        text.whenAnyExchangeReceived(exchange -> {
            throw new IllegalArgumentException("not so");
        });

        assertThat(router.requestBody((Object) item("message", "text"), Outcome.class).row().path("reason").asText())
                .isEqualTo("IllegalArgumentException: not so");
    }

    @Test
    void a_part_that_cannot_be_parsed_is_the_items_own_fault_although_java_calls_it_io() {
        for (Exception fault : List.of(new JsonParseException(null, "not JSON"), new MalformedInputException(1))) {
            text.reset();
            text.whenAnyExchangeReceived(exchange -> {
                throw fault;
            });

            Outcome outcome = router.requestBody((Object) item("message", "text"), Outcome.class);

            assertThat(outcome.row().path("outcome").asText()).isEqualTo("dead");
            assertThat(outcome.row().path("reason").asText()).startsWith(fault.getClass().getSimpleName() + ": ");
        }
    }

    @Test
    void a_fault_of_the_infrastructure_goes_up() {
        for (Exception fault : List.of(new SQLException("gone", "08006"), new java.io.IOException("disk"))) {
            text.reset();
            text.whenAnyExchangeReceived(exchange -> {
                throw fault;
            });

            assertThatThrownBy(() -> router.sendBody(item("message", "text"))).isInstanceOf(CamelExecutionException.class).hasCause(fault);
        }
    }
}
