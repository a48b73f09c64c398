package helpdesk.whatsapp.crash;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/** The product, started with a {@link FaultPoint} (-Dcrash.point) around one step of its routes, at which it, or its PostgreSQL, is killed. */
public final class FaultyMain implements InterceptStrategy {

    /** The exit code of a process that was started with a step that no route has. */
    static final int NO_SUCH_STEP = 3;
    /** What is printed, before the step's name, when its victim is dead: a process that lost its PostgreSQL alone goes on. */
    static final String PASSED = "Fault point ";

    private final FaultPoint point;
    private final AtomicInteger passes = new AtomicInteger();
    private volatile boolean found;

    private FaultyMain(FaultPoint point) {
        this.point = point;
    }

    public static void main(String[] args) throws Exception {
        FaultyMain fault = new FaultyMain(FaultPoint.ofProperty(System.getProperty("crash.point")));
        Main main = new Main(helpdesk.whatsapp.Main.class);
        main.addMainListener(new MainListenerSupport() {
            @Override
            public void beforeConfigure(BaseMainSupport starting) {
                starting.getCamelContext().getCamelContextExtension().addInterceptStrategy(fault);
            }

            @Override
            public void afterStart(BaseMainSupport started) {
                if (!fault.found) {
                    System.out.println("No route has the step " + fault.point.step());
                    Runtime.getRuntime().halt(NO_SUCH_STEP);
                }
            }
        });
        System.exit(main.run(args));
    }

    @Override
    public Processor wrapProcessorInInterceptors(CamelContext context, NamedNode step, Processor target, Processor next) {
        if (!point.step().equals(step.getId())) {
            return target;
        }
        found = true;
        return new DelegateAsyncProcessor(target) {
            @Override
            public boolean process(Exchange exchange, AsyncCallback callback) {
                if (!point.after()) {
                    pass();
                }
                return super.process(exchange, doneSync -> {
                    if (point.after() && exchange.getException() == null) {
                        pass();
                    }
                    callback.done(doneSync);
                });
            }
        };
    }

    private void pass() {
        if (passes.incrementAndGet() != point.nth()) {
            return;
        }
        if (point.victim() != FaultPoint.Victim.JVM) {
            new Postmaster(Path.of(System.getenv("WHATSAPP_DATA_DIR"))).kill();
        }
        System.out.println(PASSED + point.step());
        if (point.victim() != FaultPoint.Victim.POSTGRESQL) {
            Runtime.getRuntime().halt(137);
        }
    }
}
