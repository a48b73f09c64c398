package helpdesk.whatsapp.routes;

import helpdesk.whatsapp.settings.Settings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.camel.support.PluginHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets an edited route file take the place of its routes while everything runs. It is checked first: a broken file is named with
 * its lines, and the old routes go on serving. Looks at the files themselves, so it does not matter how an editor saves.
 */
public final class LiveRoutes extends LifecycleStrategySupport {

    private static final Logger LOG = LoggerFactory.getLogger(LiveRoutes.class);
    private static final long LOOK_EVERY_MS = 150;

    private final CamelContext context;
    private final RouteFolder folder;
    private final LiveCheck check;
    private final Map<String, Watched> files = new TreeMap<>();
    private ScheduledExecutorService looking;

    /** A file: how it looked last, what it says, and what of it runs. */
    private static final class Watched {
        private RouteFolder.Stamp seen;
        private RouteFolder.Stamp read;
        private RouteFile now;
        private RouteFile live;
        private boolean waiting;
        private List<Finding> told = List.of();
    }

    private LiveRoutes(CamelContext context, RouteFolder folder) {
        this.context = context;
        this.folder = folder;
        check = new LiveCheck(context);
    }

    /** Before the routes are loaded, so that no edit is missed; does nothing unless {@code whatsapp.routes.live} is true. */
    public static void install(CamelContext context, Settings settings) {
        if (settings.getBoolean("whatsapp.routes.live")) {
            LiveRoutes live = new LiveRoutes(context, RouteFolder.of(settings));
            live.folder.stamps().forEach((name, stamp) -> {
                Watched file = new Watched();
                file.seen = stamp;
                file.read = stamp;
                file.now = live.folder.read(name);
                file.live = file.now;
                live.files.put(name, file);
            });
            context.addLifecycleStrategy(live);
        }
    }

    @Override
    public void onContextStarted(CamelContext started) {
        Thread schema = new Thread(SchemaRule::load, "LiveRoutesSchema");
        schema.setDaemon(true);
        schema.setPriority(Thread.MIN_PRIORITY);
        schema.start();
        looking = started.getExecutorServiceManager().newSingleThreadScheduledExecutor(this, "LiveRoutes");
        looking.scheduleWithFixedDelay(this::look, LOOK_EVERY_MS, LOOK_EVERY_MS, TimeUnit.MILLISECONDS);
        LOG.info("Edited files of {} are live within a second.", folder.path());
    }

    @Override
    public void onContextStopping(CamelContext stopping) {
        if (looking != null) {
            stopping.getExecutorServiceManager().shutdownNow(looking);
        }
    }

    private void look() {
        try {
            if (read()) {
                takeIn();
            }
        } catch (Exception e) {
            LOG.error("The route files could not be looked at.", e);     // and again at the next look
        }
    }

    /** A file counts as changed once it has looked the same twice: an editor may be in the middle of it. */
    private boolean read() {
        Map<String, RouteFolder.Stamp> stamps = folder.stamps();
        stamps.keySet().forEach(name -> files.computeIfAbsent(name, key -> new Watched()));
        boolean changed = false;
        for (Map.Entry<String, Watched> entry : files.entrySet()) {
            Watched file = entry.getValue();
            RouteFolder.Stamp stamp = stamps.get(entry.getKey());
            if (same(stamp, file.seen) && !same(stamp, file.read)) {
                file.now = stamp == null ? null : folder.read(entry.getKey());
                file.read = stamp;
                file.waiting = true;
                file.told = List.of();
                changed = true;
            }
            file.seen = stamp;
        }
        return changed;
    }

    private static boolean same(RouteFolder.Stamp one, RouteFolder.Stamp other) {
        return one == null ? other == null : one.equals(other);
    }

    /** Each file that goes live may be what another one was waiting for. */
    private void takeIn() {
        boolean again = true;
        Map<Watched, List<Finding>> held = new LinkedHashMap<>();
        while (again) {
            again = false;
            held.clear();
            for (Map.Entry<String, Watched> entry : List.copyOf(files.entrySet())) {
                if (entry.getValue().waiting) {
                    List<Finding> found = entry.getValue().now == null ? gone(entry.getKey()) : edited(entry.getKey());
                    entry.getValue().waiting = !found.isEmpty();
                    held.put(entry.getValue(), found);
                    again |= found.isEmpty();
                }
            }
            held.values().removeIf(List::isEmpty);
            again &= !held.isEmpty();
        }
        held.forEach((file, found) -> {
            if (!found.equals(file.told)) {
                found.forEach(finding -> LOG.error("{}; {}", finding, serving(file)));
            }
            file.told = found;
        });
        files.values().removeIf(file -> file.now == null && file.live == null);
    }

    private static String serving(Watched file) {
        return file.live == null ? "it is not live" : file.live.routes().size() == 1 ? "the old route goes on serving"
                : "the old routes go on serving";
    }

    private List<Finding> edited(String name) {
        long begin = System.nanoTime();
        Watched file = files.get(name);
        List<Finding> found = check.findings(file.now, file.live, others(name));
        if (!found.isEmpty()) {
            return found;
        }
        Set<String> ids = Names.routeIds(file.now);
        List<RouteFile> touched = new ArrayList<>(List.of(file.now));
        touched.addAll(configuredBy(name));
        try {
            Set<String> left = left(name, ids);
            remove(left);
            update(touched);
        } catch (Exception e) {
            putBack(name, touched.subList(1, touched.size()), ids);
            return List.of(Culprit.of(file.now, e));
        }
        file.live = file.now;
        file.told = List.of();
        LOG.info("{} is live: {} ({} ms)", name, String.join(", ", new TreeSet<>(ids)), (System.nanoTime() - begin) / 1_000_000);
        return List.of();
    }

    private List<Finding> gone(String name) {
        Watched file = files.get(name);
        if (file.live == null) {
            return List.of();
        }
        List<Finding> found = LiveCheck.callers(name, Names.offered(file.live), others(name));
        if (found.isEmpty()) {
            Set<String> left = left(name, Set.of());
            try {
                remove(left);
            } catch (Exception e) {
                return List.of(Culprit.of(file.live, e));
            }
            file.live = null;
            LOG.info("{} is gone, and with it {}", name, left.isEmpty() ? "no route" : String.join(", ", new TreeSet<>(left)));
        }
        return found;
    }

    private Collection<LiveCheck.Other> others(String name) {
        return files.entrySet().stream().filter(entry -> !entry.getKey().equals(name) && entry.getValue().live != null)
                .map(entry -> new LiveCheck.Other(entry.getValue().live, entry.getValue().now)).toList();
    }

    /** Routes that ran from this file, have no place in it any more, and have not moved to another file. */
    private Set<String> left(String name, Set<String> ids) {
        Set<String> left = new LinkedHashSet<>();
        if (files.get(name).live != null) {
            left.addAll(Names.routeIds(files.get(name).live));
        }
        left.removeAll(ids);
        others(name).forEach(other -> left.removeAll(Names.routeIds(other.live())));
        return left;
    }

    /** Routes of other files read a route configuration when they are made. */
    private List<RouteFile> configuredBy(String name) {
        Set<String> configurations = files.get(name).now.items("routeConfiguration").stream()
                .map(item -> "routeConfiguration " + item.id()).collect(Collectors.toCollection(HashSet::new));
        return others(name).stream().map(LiveCheck.Other::live)
                .filter(other -> Names.called(other).keySet().stream().anyMatch(configurations::contains)).toList();
    }

    private void update(List<RouteFile> updated) throws Exception {
        PluginHelper.getRoutesLoader(context).updateRoutes(updated.stream().map(LiveCheck::resource).toList());
    }

    private void remove(Set<String> ids) throws Exception {
        for (String id : ids) {
            context.getRouteController().stopRoute(id);
            context.removeRoute(id);
        }
    }

    private void putBack(String name, List<RouteFile> others, Set<String> ids) {
        RouteFile before = files.get(name).live;
        List<RouteFile> back = new ArrayList<>(others);
        Set<String> made = new HashSet<>(ids);
        if (before != null) {
            back.add(0, before);
            made.removeAll(Names.routeIds(before));
        }
        others(name).forEach(other -> made.removeAll(Names.routeIds(other.live())));
        try {
            remove(made);
            update(back);
        } catch (Exception e) {
            LOG.error("{}: the old routes could not be put back. Restart.", name, e);
        }
    }
}
