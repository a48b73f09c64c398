package helpdesk.whatsapp.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.camel.CamelContext;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.spi.TransactedPolicy;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A step that ran counts, in whichever context; one that didn't is named by file and line. */
class RouteCoverageTest {

    private static final Path SAMPLES = Path.of("src/test/resources/route-coverage");
    private static final String FILE = "routes/sample/kinds.camel.yaml";

    @TempDir
    Path project;

    @BeforeEach
    void copy_the_sample() throws IOException {
        Files.createDirectories(project.resolve(FILE).getParent());
        Files.copy(SAMPLES.resolve(FILE), project.resolve(FILE));
    }

    @Test
    void branch_that_never_ran_is_named_by_line() throws Exception {
        run(project, "sample-kinds", "x");
        CoverageReport report = report();
        assertThat(report.rows()).singleElement().satisfies(row -> {
            assertThat(row.steps()).isEqualTo(14);
            assertThat(row.missed()).containsExactly(FILE + ":22 (sample-kinds-other)", FILE + ":34 (log)",
                    FILE + ":47 (transacted)", FILE + ":50 (log)", FILE + ":51 (throwException)", FILE + ":63 (log)");
        });
        assertThat(report.failures(0.9, 0.6)).first().isEqualTo("57.1 % of all steps ran, 90.0 % must; never run:");
        assertThat(report.failures(0.5, 0.6)).contains(FILE + ": 57.1 % of its steps ran, 60.0 % must; never run:",
                FILE + ":22 (sample-kinds-other)");
        assertThat(report.failures(0.5, 0.5)).isEmpty();
        assertThat(report.table()).contains("| " + FILE + " | 14 | 57.1 % | 22 (sample-kinds-other), 34 (log)");
    }

    @Test
    void steps_of_several_contexts_add_up() throws Exception {
        run(project, "sample-kinds", "x");
        run(project, "sample-kinds", "y");
        run(project, "sample-fails", "x");
        assertThat(report().rows()).singleElement()
                .satisfies(row -> assertThat(row.missed()).containsExactly(FILE + ":34 (log)"));
    }

    @Test
    void file_that_no_context_loaded_is_missed_whole() {
        assertThat(report().rows()).singleElement().satisfies(row -> {
            assertThat(row.ran()).isZero();
            assertThat(row.missed()).contains(FILE + ":22 (sample-kinds-other, in no context)");
        });
    }

    @Test
    void edited_copy_counts_up_to_its_edit(@TempDir Path other) throws Exception {
        Path copy = other.resolve(FILE);
        Files.createDirectories(copy.getParent());
        String text = Files.readString(project.resolve(FILE));
        Files.writeString(copy, text.replace("- multicast:", "- log: { message: \"an edit\" }\n        - multicast:"));
        run(other, "sample-kinds", "x");
        assertThat(report().rows()).singleElement().satisfies(row -> assertThat(row.missed())
                .contains(FILE + ":36 (multicast, in no context)").doesNotContain(FILE + ":9 (setVariable)"));
    }

    @Test
    void java_route_counts_and_one_that_nobody_loads_is_missed() throws Exception {
        Path sources = Files.createDirectories(project.resolve("src/main/java/x"));
        Files.writeString(sources.resolve("RouteCoverageTest.java"), "class X extends RouteBuilder {}");
        Files.writeString(sources.resolve("Lonely.java"), "class Lonely extends RouteBuilder {}");
        Files.delete(project.resolve(FILE));
        Main main = alone();
        main.configure().addRoutesBuilder(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:java").choice().when(body().isEqualTo("x")).to("log:ran")
                        .otherwise().transform(constant("never")).end();
            }
        });
        send(main, "java", "x");
        assertThat(report().rows()).hasSize(2).anySatisfy(row -> {
            assertThat(row.file()).isEqualTo("src/main/java/x/RouteCoverageTest.java");
            assertThat(row.steps()).isEqualTo(3);
            assertThat(row.missed()).singleElement().asString().endsWith(" (transform)");
        }).anySatisfy(row -> assertThat(row.missed()).containsExactly("src/main/java/x/Lonely.java:1 (all, in no context)"));
    }

    @Test
    void every_context_of_the_test_jvm_has_it_without_asking() throws Exception {
        Main main = alone();
        main.start();
        try {
            CamelContext context = main.getCamelContext();
            assertThat(context.isSourceLocationEnabled()).isTrue();
            assertThat(context.getCamelContextExtension().getInterceptStrategies()).hasSize(1);
            RouteCoverage.install(context);
            assertThat(context.getCamelContextExtension().getInterceptStrategies()).hasSize(1);
        } finally {
            main.stop();
        }
    }

    /** Without the shipped config, which is on the class path of the tests. */
    private static Main alone() {
        Main main = new Main();
        main.setDefaultPropertyPlaceholderLocation("false");
        return main;
    }

    private void run(Path root, String route, String body) throws Exception {
        Main main = alone();
        main.configure().withRoutesIncludePattern("file:" + root + "/routes/**/*.camel.yaml");
        send(main, route, body);
    }

    private void send(Main main, String route, String body) throws Exception {
        main.addMainListener(new MainListenerSupport() {
            @Override
            public void beforeConfigure(BaseMainSupport created) {
                RouteCoverage.install(created.getCamelContext(), project, project.resolve("coverage"));
            }
        });
        main.bind("noTransaction", new NoTransaction());
        main.start();
        try {
            main.getCamelTemplate().requestBody("direct:" + route, body);
        } finally {
            main.stop();
        }
    }

    private static final class NoTransaction implements TransactedPolicy {
        @Override
        public void beforeWrap(Route route, NamedNode step) {
        }

        @Override
        public Processor wrap(Route route, Processor processor) {
            return processor;
        }
    }

    private CoverageReport report() {
        return new CoverageReport(project, project.resolve("coverage"));
    }
}
