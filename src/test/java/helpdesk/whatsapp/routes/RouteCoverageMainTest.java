package helpdesk.whatsapp.routes;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.camel.BeanInject;
import org.apache.camel.CamelContext;
import org.apache.camel.test.main.junit5.CamelMainTest;
import org.junit.jupiter.api.Test;

/** The annotation's own way of making a context gets the coverage too. */
@CamelMainTest(properties = {"camel.main.routesIncludePattern=file:src/test/resources/route-coverage/routes/none-*.camel.yaml",
    "camel.main.basePackageScanEnabled=false"})
class RouteCoverageMainTest {

    @BeanInject
    private CamelContext context;

    @Test
    void camel_main_test_has_coverage_without_asking() {
        assertThat(context.isSourceLocationEnabled()).isTrue();
        assertThat(context.getCamelContextExtension().getInterceptStrategies()).hasSize(1);
    }
}
