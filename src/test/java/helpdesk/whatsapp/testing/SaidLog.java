package helpdesk.whatsapp.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What goes to the log as long as this is open. */
public final class SaidLog implements AutoCloseable {

    private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            events.add(event);
        }
    };
    private final Logger logger;

    private SaidLog(String logger) {
        this.logger = (Logger) LoggerFactory.getLogger(logger);
        appender.start();
        this.logger.addAppender(appender);
    }

    /** From everybody. */
    public static SaidLog ofAll() {
        return new SaidLog(Logger.ROOT_LOGGER_NAME);
    }

    public static SaidLog of(Class<?> speaker) {
        return new SaidLog(speaker.getName());
    }

    public List<String> lines() {
        return events.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    /** Of this level and no other. */
    public List<String> lines(Level level) {
        return events.stream().filter(event -> event.getLevel() == level).map(ILoggingEvent::getFormattedMessage).toList();
    }

    public void forget() {
        events.clear();
    }

    @Override
    public void close() {
        logger.detachAppender(appender);
    }
}
