package helpdesk.whatsapp.simulator;

import helpdesk.whatsapp.settings.Settings;
import io.vertx.ext.web.client.WebClientOptions;
import java.nio.file.Path;
import java.time.Clock;
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
        SimulatedPhones phones = new SimulatedPhones(new PhoneMemory(dataSource));
        registry.bind("simulatedPhones", phones);
        SimulatedMedia media = bindGraph(registry, settings, ownUrl, phones);
        registry.bind("sampleConversations", new SampleConversations());
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

    private static SimulatedMedia bindGraph(Registry registry, Settings settings, Supplier<String> ownUrl, SimulatedPhones phones) {
        Clock clock = Clock.systemUTC();
        Strictness strict = new Strictness(settings);
        GraphAccess access = new GraphAccess(settings, strict);
        SimulatedMedia media = new SimulatedMedia(settings, strict, clock);
        registry.bind("strictness", strict);
        registry.bind("graphCalls", new GraphCalls(settings, strict));
        registry.bind("graphAccess", access);
        registry.bind("graphErrors", new GraphErrors());
        registry.bind("graphHeaders", new GraphHeaders(settings, clock));
        registry.bind("messageRules", new MessageRules());
        registry.bind("interactiveRules", new InteractiveRules());
        registry.bind("sendPolicy", new SendPolicy(settings, strict, clock));
        registry.bind("simulatedSends", new SimulatedSends(settings, strict, phones));
        registry.bind("simulatedMedia", media);
        registry.bind("simulatedTemplates", new SimulatedTemplates(settings, strict));
        registry.bind("simulatedProfile", new SimulatedProfile());
        registry.bind("simulatedNumber", new SimulatedNumber(settings));
        registry.bind("simulatedRegistration", new SimulatedRegistration(clock));
        registry.bind("simulatedBlocks", new SimulatedBlocks());
        registry.bind("simulatedHistory", new SimulatedHistory(settings));
        registry.bind("simulatedAccount", new SimulatedAccount(settings, ownUrl, access));
        return media;
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
