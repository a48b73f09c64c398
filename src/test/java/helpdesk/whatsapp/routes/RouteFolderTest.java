package helpdesk.whatsapp.routes;

import static org.assertj.core.api.Assertions.assertThat;

import helpdesk.whatsapp.settings.Settings;
import java.io.IOException;
import java.util.Set;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is watched for edits is what Camel loads, in each profile. */
class RouteFolderTest {

    @ParameterizedTest
    @CsvSource({"dev, true, true, true", "real, true, false, false", "simulator, false, true, false"})
    void a_profile_watches_what_it_loads(String profile, boolean helpdesk, boolean simulator, boolean samples) throws IOException {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.getPropertiesComponent().setLocation("file:config/application-" + profile + ".properties,file:config/application.properties");
            Set<String> files = RouteFolder.of(new Settings(context)).stamps().keySet();

            assertThat(files).contains("routes/errors/http.camel.yaml");
            assertThat(files.contains("routes/inbound/text.camel.yaml")).isEqualTo(helpdesk);
            assertThat(files.contains("routes/simulator/graph.camel.yaml")).isEqualTo(simulator);
            assertThat(files.contains("routes/simulator/helpdesk/samples.camel.yaml")).isEqualTo(samples);
        }
    }
}
