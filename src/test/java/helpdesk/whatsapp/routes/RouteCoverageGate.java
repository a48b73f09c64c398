package helpdesk.whatsapp.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Runs last, in an execution of its own (see pom.xml): enough of the routes' steps ran in some test. */
class RouteCoverageGate {

    /** Of all steps of all routes: what no test runs is found by a customer. */
    private static final double OVERALL = 0.90;
    /** Of the steps of each single file, so that a new file can't hide behind the others. */
    private static final double EACH_FILE = 0.60;

    @Test
    void tests_ran_the_steps_of_the_routes() throws IOException {
        CoverageReport report = new CoverageReport(Path.of(""), RouteCoverage.DATA);
        if (report.rows().isEmpty()) {
            System.out.println("Route coverage: there are no routes yet.");
            return;
        }
        assertThat(report.hasData()).as("no test of this run started a route (nothing in %s)", RouteCoverage.DATA).isTrue();
        Files.writeString(RouteCoverage.DATA.resolve("report.md"), "# Steps that tests ran\n\n" + report.table());
        System.out.println("Route coverage (" + RouteCoverage.DATA.resolve("report.md") + "):\n" + report.table());
        List<String> failures = report.failures(OVERALL, EACH_FILE);
        assertThat(failures).withFailMessage("%s", String.join("\n", failures)).isEmpty();
    }
}
