package helpdesk.whatsapp.simulator;

import helpdesk.whatsapp.settings.Settings;
import io.vertx.ext.web.client.WebClientOptions;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.AggregationStrategies;
import org.apache.camel.processor.aggregate.AggregateController;
import org.apache.camel.processor.aggregate.DefaultAggregateController;
import org.apache.camel.spi.Registry;

/** Binds what {@code routes/simulator} names, and adds its routes in Java. Not called in the profile real. */
public final class SimulatorBeans {

    private SimulatorBeans() {
    }

    public static void bind(CamelContext context, Settings settings, Supplier<String> ownUrl, DataSource dataSource) {
        Registry registry = context.getRegistry();
        SimulatedMedia media = new SimulatedMedia(settings);
        registry.bind("graphCalls", new GraphCalls());
        registry.bind("graphAccess", new GraphAccess(settings));
        registry.bind("graphErrors", new GraphErrors());
        registry.bind("simulatedNumber", new SimulatedNumber(settings));
        SimulatedPhones phones = new SimulatedPhones(new PhoneMemory(dataSource));
        registry.bind("simulatedPhones", phones);
        registry.bind("simulatedTemplates", new SimulatedTemplates(settings));
        registry.bind("simulatedSends", new SimulatedSends(settings, phones));
        registry.bind("sampleConversations", new SampleConversations());
        registry.bind("simulatedAccount", new SimulatedAccount(settings, ownUrl));
        registry.bind("simulatedMedia", media);
        Correspondence correspondence = new Correspondence();
        SimulatedCustomers customers = new SimulatedCustomers(settings, media, correspondence);
        registry.bind("simulatedCustomers", customers);
        SimulatedEvents events = new SimulatedEvents(settings);
        registry.bind("simulatedEvents", events);
        registry.bind("scenarios", new Scenarios(settings, customers, events));
        registry.bind("simulatedAnswers", new SimulatedAnswers(phones, customers, correspondence));
        bindJournal(context, settings);
        registry.bind("callbackClient", new WebClientOptions().setFollowRedirects(false).setMaxPoolSize(64).setConnectTimeout(5_000));
        registry.bind("callbackRoutes", new CallbackRoutes(new Callbacks(settings, ownUrl)));       // camel-main adds it
    }

    private static void bindJournal(CamelContext context, Settings settings) {
        Registry registry = context.getRegistry();
        Path file = Path.of(settings.get("whatsapp.data-dir"), "simulator", "journal.jsonl");
        JournalEntries entries = new JournalEntries(file);
        AggregateController gathered = new DefaultAggregateController();
        ExecutorService writer = context.getExecutorServiceManager().newSingleThreadExecutor(context, "simulator-journal");
        registry.bind("simulatorJournal", new SimulatorJournal(settings, entries));
        registry.bind("journalSearch", new JournalSearch(entries, file, gathered, writer));
        registry.bind("journalLines", AggregationStrategies.string());
        registry.bind("journalGathered", gathered);
        registry.bind("journalWriter", writer);
    }
}
