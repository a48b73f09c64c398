package helpdesk.whatsapp.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import helpdesk.whatsapp.inbound.WebhookBody;
import helpdesk.whatsapp.log.LogFull;
import helpdesk.whatsapp.security.SignatureVerifier;
import helpdesk.whatsapp.security.WebhookSigns;
import helpdesk.whatsapp.settings.Settings;
import helpdesk.whatsapp.web.Problems;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.BindToRegistry;
import org.apache.camel.CamelContext;
import org.apache.camel.EndpointInject;
import org.apache.camel.Exchange;
import org.apache.camel.Produce;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.test.main.junit5.CamelMainTest;
import org.junit.jupiter.api.Test;

/** Receiving alone: what reaches the log, and what is answered when it does not. The log is a mock endpoint, by its property. */
@CamelMainTest(replaceRouteFromWith = "webhook-receive=direct:post",
    propertyPlaceholderLocations = "file:config/application.properties",
    properties = {"camel.main.routesIncludePattern=file:routes/webhook/receive.camel.yaml,file:routes/errors/http.camel.yaml",
        "camel.server.enabled=false", "whatsapp.ingest.uri=mock:log"})
class ReceiveRouteTest {

    private static final byte[] BODY = "{\"object\":\"x\",\"from\":\"16505550100\"}".getBytes(StandardCharsets.UTF_8);

    @Produce("direct:post")
    private ProducerTemplate meta;

    @EndpointInject("mock:log")
    private MockEndpoint log;

    // What this route needs, and no database.
    @BindToRegistry("webhookBody")
    private final WebhookBody webhookBody = new WebhookBody();

    @BindToRegistry("problems")
    private final Problems problems = new Problems();

    @BindToRegistry("mode")
    private final MockMode mode = new MockMode();

    @BindToRegistry("verifySignature")
    public SignatureVerifier verifySignature(CamelContext context) {
        return new SignatureVerifier(new Settings(context), new WebhookSigns(() -> "mock"));
    }

    /** The bean that the route asks whether this process follows the mode, and whether the simulator is on the other side. */
    public static final class MockMode {
        public void requireFollowed() { }

        public boolean simulated() {
            return true;
        }
    }

    private Exchange post(byte[] body, String signature) {
        return meta.request("direct:post", exchange -> {
            exchange.getMessage().setBody(body);
            exchange.getMessage().setHeaders(new HashMap<>(Map.of("X-Hub-Signature-256", signature, "X-Probe", "probe",
                    "pglogKey", "forged", "replayOf", "7", "simulated", "false")));
        });
    }

    @Test
    void the_signed_bytes_reach_the_log_with_their_customer_and_without_the_callers_headers() throws InterruptedException {
        log.expectedBodiesReceived(BODY);

        Exchange answer = post(BODY, SignatureVerifier.header(BODY, "mock-app-secret"));

        log.assertIsSatisfied();
        assertThat(log.getExchanges().get(0).getMessage().getHeaders()).containsOnly(Map.entry("pglogKey", "16505550100"),
                Map.entry("pglogItems", 1), Map.entry("simulated", true));
        assertThat(answer.getMessage().getBody(String.class)).isEqualTo("EVENT_RECEIVED");
        assertThat(answer.getMessage().getHeaders()).containsOnlyKeys("Content-Type");
    }

    @Test
    void what_is_not_signed_by_meta_or_no_json_never_reaches_the_log() throws InterruptedException {
        log.expectedMessageCount(0);
        byte[] noJson = "hello".getBytes(StandardCharsets.UTF_8);

        assertThat(post(BODY, SignatureVerifier.header(BODY, "another")).getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class))
                .isEqualTo(401);
        assertThat(post(noJson, SignatureVerifier.header(noJson, "mock-app-secret")).getMessage()
                .getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class)).isEqualTo(400);
        log.assertIsSatisfied();
    }

    @Test
    void a_log_that_is_full_is_503_with_the_time_to_come_again() {
        log.whenAnyExchangeReceived(exchange -> {
            throw new LogFull("full", new SQLException("no"));
        });

        Exchange answer = post(BODY, SignatureVerifier.header(BODY, "mock-app-secret"));

        assertThat(answer.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class)).isEqualTo(503);
        assertThat(answer.getMessage().getHeader("Retry-After")).isNotNull();
        assertThat(answer.getException()).isNull();
    }
}
