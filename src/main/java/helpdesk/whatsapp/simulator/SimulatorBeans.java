package helpdesk.whatsapp.simulator;

import helpdesk.whatsapp.settings.Settings;
import io.vertx.ext.web.client.WebClientOptions;
import java.time.Clock;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.AggregationStrategies;
import org.apache.camel.spi.Registry;

/** Binds what {@code routes/simulator} names, and adds its routes in Java. Not called in the profile real. */
public final class SimulatorBeans {

    private SimulatorBeans() {
    }

    public static void bind(CamelContext context, Settings settings, Supplier<String> ownUrl) {
        Registry registry = context.getRegistry();
        SimulatedMedia media = bindGraph(registry, settings, ownUrl);
        registry.bind("sampleConversations", new SampleConversations());
        registry.bind("simulatedCustomers", new SimulatedCustomers(settings, media));
        registry.bind("simulatorJournal", new SimulatorJournal(settings));
        registry.bind("journalLines", AggregationStrategies.string());
        registry.bind("journalWriter", context.getExecutorServiceManager().newSingleThreadExecutor(context, "simulator-journal"));
        registry.bind("callbackClient", new WebClientOptions().setFollowRedirects(false).setMaxPoolSize(64).setConnectTimeout(5_000));
        registry.bind("callbackRoutes", new CallbackRoutes(new Callbacks(settings, ownUrl)));       // camel-main adds it
    }

    private static SimulatedMedia bindGraph(Registry registry, Settings settings, Supplier<String> ownUrl) {
        Clock clock = Clock.systemUTC();
        Strictness strict = new Strictness(settings);
        SimulatedPhones phones = new SimulatedPhones();
        GraphAccess access = new GraphAccess(settings, strict);
        SimulatedMedia media = new SimulatedMedia(settings, strict, clock);
        registry.bind("strictness", strict);
        registry.bind("graphCalls", new GraphCalls(settings, strict));
        registry.bind("graphAccess", access);
        registry.bind("graphErrors", new GraphErrors());
        registry.bind("graphHeaders", new GraphHeaders(settings, clock));
        registry.bind("simulatedPhones", phones);
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
}
