package helpdesk.whatsapp.simulator;

import helpdesk.whatsapp.db.OwnDatabase;
import helpdesk.whatsapp.media.MediaTypes;
import helpdesk.whatsapp.settings.Settings;
import helpdesk.whatsapp.web.Door;
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
import org.apache.camel.support.LifecycleStrategySupport;

/** Binds what {@code routes/simulator} names, and adds its routes in Java. Not called in the profile real. */
public final class SimulatorBeans {

    private SimulatorBeans() {
    }

    /**
     * Also opens the port of its own, if there is to be one.
     *
     * @param helpdesk where it is; empty when the simulator is alone
     * @return the way from that port
     */
    public static Door bind(CamelContext context, Settings settings, Supplier<String> helpdesk, DataSource dataSource) {
        Registry registry = context.getRegistry();
        OwnCallback own = new OwnCallback(settings, helpdesk);
        SimulatedUsers users = new SimulatedUsers(new UserMemory(dataSource));
        SimulatedPhones phones = new SimulatedPhones(new PhoneMemory(dataSource), users);
        registry.bind("simulatedPhones", phones);
        SimulatedMedia media = bindGraph(registry, settings, own, phones, users, dataSource);
        registry.bind("sampleConversations", new SampleConversations());
        Correspondence correspondence = new Correspondence();
        SimulatedCustomers customers = new SimulatedCustomers(settings, media, correspondence, users);
        registry.bind("simulatedCustomers", customers);
        registry.bind("inboundForm", new InboundForm());
        SimulatedEvents events = new SimulatedEvents(settings, users);
        registry.bind("simulatedEvents", events);
        registry.bind("scenarios", new Scenarios(settings, new ScenarioMemory(dataSource), customers, events, users));
        registry.bind("simulatedAnswers", new SimulatedAnswers(phones, customers, correspondence, users));
        bindJournal(context, settings, users);
        registry.bind("callbackClient", new WebClientOptions().setFollowRedirects(false).setMaxPoolSize(64).setConnectTimeout(5_000));
        registry.bind("callbackRoutes", new CallbackRoutes(new Callbacks(settings, own)));       // camel-main adds it
        OwnDatabase.atStart(dataSource, settings, "sql/simulator/release-callbacks.sql");
        GraphPort port = new GraphPort(settings);
        context.addLifecycleStrategy(port);
        return port;
    }

    private static SimulatedMedia bindGraph(Registry registry, Settings settings, OwnCallback own, SimulatedPhones phones,
            SimulatedUsers users, DataSource dataSource) {
        Clock clock = Clock.systemUTC();
        Strictness strict = new Strictness(settings);
        GraphAccess access = new GraphAccess(settings, strict, clock, dataSource);
        MediaTypes types = new MediaTypes();
        SimulatedMedia media = new SimulatedMedia(settings, strict, clock, types);
        registry.bind("strictness", strict);
        registry.bind("graphCalls", new GraphCalls(settings, strict));
        registry.bind("graphAccess", access);
        registry.bind("graphErrors", new GraphErrors());
        ManagementCalls calls = new ManagementCalls(settings, strict, clock);
        registry.bind("managementCalls", calls);
        SendPolicy sends = new SendPolicy(settings, strict, clock, new SendMemory(dataSource), users, new FetchedLinks(types));
        registry.bind("graphHeaders", new GraphHeaders(settings, calls, sends));
        registry.bind("messageRules", new MessageRules());
        registry.bind("interactiveRules", new InteractiveRules());
        registry.bind("sendPolicy", sends);
        registry.bind("simulatedSends", new SimulatedSends(settings, strict, phones, users));
        registry.bind("unfetchedSends", new UnfetchedSends());
        registry.bind("simulatedMedia", media);
        registry.bind("simulatedTemplates", new SimulatedTemplates(settings, strict));
        registry.bind("simulatedProfile", new SimulatedProfile());
        registry.bind("simulatedNumber", new SimulatedNumber(settings, own));
        registry.bind("simulatedRegistration", new SimulatedRegistration(clock));
        registry.bind("simulatedBlocks", new SimulatedBlocks(users));
        registry.bind("simulatedHistory", new SimulatedHistory(settings, own));
        registry.bind("simulatedAccount", new SimulatedAccount(settings, own, access));
        return media;
    }

    private static void bindJournal(CamelContext context, Settings settings, SimulatedUsers users) {
        Registry registry = context.getRegistry();
        Path file = Path.of(settings.get("whatsapp.data-dir"), "simulator", "journal.jsonl");
        JournalEntries entries = new JournalEntries(file);
        AggregateController gathered = new DefaultAggregateController();
        ExecutorService writer = context.getExecutorServiceManager().newSingleThreadExecutor(context, "simulator-journal");
        registry.bind("simulatorJournal", new SimulatorJournal(settings, entries));
        registry.bind("journalSearch", new JournalSearch(entries, users, file, gathered, writer));
        registry.bind("journalLines", AggregationStrategies.string());
        registry.bind("journalGathered", gathered);
        registry.bind("journalWriter", writer);
        context.addLifecycleStrategy(new LifecycleStrategySupport() {
            @Override
            public void onContextStopping(CamelContext stopping) {
                entries.close();        // the shutdown would wait for those who wait
            }
        });
    }
}
