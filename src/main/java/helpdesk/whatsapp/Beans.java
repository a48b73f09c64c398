package helpdesk.whatsapp;

import helpdesk.whatsapp.contact.Directory;
import helpdesk.whatsapp.db.Database;
import helpdesk.whatsapp.db.LocalParameterCount;
import helpdesk.whatsapp.db.Migrations;
import helpdesk.whatsapp.db.SqlComponent;
import helpdesk.whatsapp.db.SqlFaults;
import helpdesk.whatsapp.db.TxPolicy;
import helpdesk.whatsapp.health.ServiceCheck;
import helpdesk.whatsapp.health.ServiceMetrics;
import helpdesk.whatsapp.inbound.AccountOutcomes;
import helpdesk.whatsapp.inbound.Batch;
import helpdesk.whatsapp.inbound.MessageOutcomes;
import helpdesk.whatsapp.inbound.Outcomes;
import helpdesk.whatsapp.inbound.Replies;
import helpdesk.whatsapp.inbound.StatusOutcomes;
import helpdesk.whatsapp.inbound.WebhookBody;
import helpdesk.whatsapp.inbound.WebhookSplitter;
import helpdesk.whatsapp.log.LogFigures;
import helpdesk.whatsapp.log.LogMetrics;
import helpdesk.whatsapp.log.PgLogComponent;
import helpdesk.whatsapp.routes.LiveRoutes;
import helpdesk.whatsapp.security.ApiTokens;
import helpdesk.whatsapp.security.Handshake;
import helpdesk.whatsapp.security.Sessions;
import helpdesk.whatsapp.security.SignatureVerifier;
import helpdesk.whatsapp.security.WebhookSigns;
import helpdesk.whatsapp.media.AnswerRange;
import helpdesk.whatsapp.media.MediaDownload;
import helpdesk.whatsapp.media.MediaFiles;
import helpdesk.whatsapp.outbound.GraphAnswers;
import helpdesk.whatsapp.outbound.GraphReplies;
import helpdesk.whatsapp.outbound.Outbox;
import helpdesk.whatsapp.outbound.Sends;
import helpdesk.whatsapp.outbound.Templates;
import helpdesk.whatsapp.outbound.Workers;
import helpdesk.whatsapp.profile.ProfilePicture;
import helpdesk.whatsapp.settings.Channels;
import helpdesk.whatsapp.settings.Graph;
import helpdesk.whatsapp.settings.Mode;
import helpdesk.whatsapp.settings.ModeSwitch;
import helpdesk.whatsapp.settings.Settings;
import helpdesk.whatsapp.settings.SettingsPanel;
import helpdesk.whatsapp.settings.WebhookAddress;
import helpdesk.whatsapp.simulator.GraphError;
import helpdesk.whatsapp.simulator.SimulatorAlone;
import helpdesk.whatsapp.simulator.SimulatorBeans;
import helpdesk.whatsapp.trace.Traces;
import helpdesk.whatsapp.web.ApiDoor;
import helpdesk.whatsapp.web.Contract;
import helpdesk.whatsapp.web.Door;
import helpdesk.whatsapp.web.EventStream;
import helpdesk.whatsapp.web.HttpEdge;
import helpdesk.whatsapp.web.HttpEngine;
import helpdesk.whatsapp.web.HttpPort;
import helpdesk.whatsapp.web.OwnUrl;
import helpdesk.whatsapp.web.Paging;
import helpdesk.whatsapp.web.Problems;
import helpdesk.whatsapp.web.TakeRequest;
import io.vertx.core.VertxOptions;
import io.vertx.ext.web.client.WebClientOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.PlatformHttpConstants;
import org.apache.camel.processor.aggregate.GroupedBodyAggregationStrategy;
import org.apache.camel.spi.Registry;
import org.apache.camel.support.LifecycleStrategySupport;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.transaction.TransactionDefinition;

/** Opens the database and binds the beans that the routes name. Everything a route says {@code ref:} or {@code bean:} to is here. */
public final class Beans implements CamelConfiguration {

    /** Where Meta posts: each request waits for a commit of the log that it shares with others. */
    private static final String WEBHOOK = "/api/integrations/whatsapp/webhook";
    /** Files that are fetched at the same time as sends are made. */
    private static final int MEDIA_CALLS = 4;

    @Override
    public void configure(CamelContext context) throws Exception {
        Registry registry = context.getRegistry();
        Settings settings = new Settings(context);
        registry.bind("settings", settings);
        OwnUrl ownUrl = new OwnUrl(context, settings);
        HttpPort port = new HttpPort(settings, ownUrl);
        port.tryIt();
        context.addLifecycleStrategy(port);
        boolean alone = settings.getBoolean("whatsapp.simulator.alone");
        // While the database starts.
        CompletableFuture<Contract> contract = CompletableFuture.supplyAsync(() -> alone ? new Contract() : new Contract().prepare());

        DataFolders.make(Path.of(settings.get("whatsapp.data-dir")), settings.getBoolean("whatsapp.simulator.enabled"));
        Database database = Database.open(new Database.Config(settings.get("whatsapp.db.url"), settings.get("whatsapp.db.user"),
                settings.get("whatsapp.db.password"), Path.of(settings.get("whatsapp.data-dir")),
                settings.getInt("whatsapp.db.pool-size"), new Database.Limits(settings.getInt("whatsapp.db.lock-timeout"),
                settings.getInt("whatsapp.db.idle-in-transaction-timeout"))));
        context.addLifecycleStrategy(new LifecycleStrategySupport() {
            @Override
            public void onContextStarted(CamelContext started) {
                database.keepUntilClosed();     // until here an exit of the JVM stops the server
            }

            @Override
            public void onContextStopped(CamelContext stopped) {
                database.close();       // after every route, component and the HTTP server
            }
        });
        try {
            bindDatabase(context, database.dataSource());
            List<Door> doors;
            if (alone) {
                Migrations.runSimulator(database.unpooled());
                doors = SimulatorAlone.bind(context, settings, ownUrl, database.dataSource());
            } else {
                Migrations.run(database.unpooled());
                doors = bind(context, settings, ownUrl, database);
            }
            bindWeb(context, settings, contract.get(), doors);
        } catch (Exception e) {
            database.close();
            throw e;
        }
    }

    private static void bindDatabase(CamelContext context, DataSource dataSource) {
        Registry registry = context.getRegistry();
        DataSourceTransactionManager transactions = new DataSourceTransactionManager(dataSource);
        registry.bind("txds", DataSource.class, new LocalParameterCount(new TransactionAwareDataSourceProxy(dataSource)));
        context.addComponent("jdbc", new SqlComponent());
        registry.bind("PROPAGATION_REQUIRED", new TxPolicy(transactions, TransactionDefinition.PROPAGATION_REQUIRED));
        registry.bind("PROPAGATION_NESTED", new TxPolicy(transactions, TransactionDefinition.PROPAGATION_NESTED));
        registry.bind("sqlFaults", new SqlFaults());
    }

    /** The helpdesk's; what stands before its paths. */
    private static List<Door> bind(CamelContext context, Settings settings, OwnUrl ownUrl, Database database) throws Exception {
        DataSource dataSource = database.dataSource();
        Registry registry = context.getRegistry();
        PgLogComponent log = PgLogComponent.of(settings, database.logDataSource(), dataSource);
        log.getPartitions().prepare();
        context.addComponent("pglog", log);
        LogFigures logFigures = new LogFigures(log);
        registry.bind("logFigures", logFigures);
        registry.bind("serviceCheck", new ServiceCheck(dataSource, Map.of("log", logFigures::toJson)));
        context.addLifecycleStrategy(new LogMetrics(log, dataSource));
        ServiceMetrics metrics = new ServiceMetrics();
        registry.bind("serviceMetrics", metrics);
        context.addLifecycleStrategy(metrics);

        ApiTokens tokens = new ApiTokens(dataSource, settings);
        Mode mode = new Mode(dataSource, settings, tokens);
        SettingsPanel panel = new SettingsPanel(settings, mode);
        panel.prepare(dataSource);
        registry.bind("settingsPanel", panel);
        tokens.prepare();
        mode.prepare();
        tokens.makeFirst();
        Sessions sessions = new Sessions(dataSource, tokens, settings, ownUrl);
        registry.bind("sessions", sessions);
        context.addLifecycleStrategy(sessions);
        EventStream events = new EventStream(cookie -> sessions.find(cookie).isPresent());
        registry.bind("eventStream", events);
        registry.bind("mode", mode);
        Graph graph = new Graph(settings, ownUrl);
        registry.bind("graph", graph);
        registry.bind("modeSwitch", new ModeSwitch(dataSource, mode, graph, settings));
        Channels.prepare(dataSource, settings);

        WebhookSigns signs = new WebhookSigns(mode::current);
        registry.bind("webhookSigns", signs);
        registry.bind("verifySignature", new SignatureVerifier(settings, signs));
        registry.bind("handshake", new Handshake(settings, signs));
        registry.bind("webhookAddress", new WebhookAddress(settings, panel, graph, mode, signs, ownUrl));
        registry.bind("webhookBody", new WebhookBody());
        registry.bind("webhookSplitter", new WebhookSplitter(JdbcClient.create(dataSource)));
        registry.bind("outcomeList", new GroupedBodyAggregationStrategy());
        registry.bind("batches", new Batch.Factory());
        registry.bind("messages", new MessageOutcomes());
        registry.bind("statuses", new StatusOutcomes());
        registry.bind("accounts", new AccountOutcomes());
        registry.bind("outcomes", new Outcomes());
        registry.bind("replies", new Replies());

        registry.bind("sends", new Sends(graph));
        registry.bind("templates", new Templates());
        registry.bind("graphAnswers", new GraphAnswers());
        registry.bind("graphReplies", new GraphReplies());
        registry.bind("directory", new Directory(mode, ownUrl));
        registry.bind("graphClient", new WebClientOptions().setFollowRedirects(false)
                .setMaxPoolSize(settings.getInt("whatsapp.outbound.workers") + MEDIA_CALLS)
                .setConnectTimeout(settings.getInt("whatsapp.graph.connect-timeout")));
        registry.bind("outboundWorkers", new Workers(settings.getInt("whatsapp.outbound.workers")));
        // One, for the ends of calls wait for each other at the head of the events topic anyway.
        registry.bind("attemptWriter", context.getExecutorServiceManager().newSingleThreadExecutor(context, "attempt-writer"));
        Outbox.prepare(dataSource, settings);
        MediaFiles mediaFiles = new MediaFiles(settings);
        registry.bind("mediaFiles", mediaFiles);
        registry.bind("answerRange", new AnswerRange());
        registry.bind("profilePicture", new ProfilePicture(mediaFiles));
        registry.bind("mediaDownload", new MediaDownload(graph, settings));

        registry.bind("traces", new Traces(context));
        List<Door> doors = new ArrayList<>();
        if (settings.getBoolean("whatsapp.simulator.enabled")) {
            doors.add(SimulatorBeans.bind(context, settings, ownUrl, dataSource));
        }
        doors.add(new ApiDoor(settings, mode, tokens, sessions, events));
        return doors;
    }

    private static void bindWeb(CamelContext context, Settings settings, Contract contract, List<Door> doors) {
        Registry registry = context.getRegistry();
        registry.bind("takeRequest", new TakeRequest());
        registry.bind("problems", new Problems());
        registry.bind("contract", contract);
        registry.bind("paging", new Paging(contract));
        registry.bind(PlatformHttpConstants.PLATFORM_HTTP_ENGINE_NAME, new HttpEngine(Set.of(WEBHOOK), Set.of(GraphError.PATHS, GraphError.INBOUND)));
        // Any other request holds a worker until its route is done; commits are what they wait for.
        registry.bind("vertxOptions", new VertxOptions().setWorkerPoolSize(64));
        context.addLifecycleStrategy(new HttpEdge(context, settings, doors));
        registry.bind("liveRoutes", LiveRoutes.install(context, settings));
    }
}
