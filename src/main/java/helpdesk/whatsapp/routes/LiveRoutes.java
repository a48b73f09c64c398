package helpdesk.whatsapp.routes;

import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.settings.Settings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
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
 * its lines, in the log and in the health answer, and the old routes go on serving. Looks at the files themselves, so it does not
 * matter how an editor saves. Bean {@code liveRoutes}.
 */
public final class LiveRoutes extends LifecycleStrategySupport {

    private static final Logger LOG = LoggerFactory.getLogger(LiveRoutes.class);
    private static final long LOOK_EVERY_MS = 150;

    private final CamelContext context;
    private final RouteFolder folder;
    private final LiveCheck check;
    private final Map<String, Watched> files = new TreeMap<>();
    private ScheduledExecutorService looking;
    private volatile List<String> held = List.of();

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

    /** Before the routes are loaded, so that no edit is missed; looks at nothing unless {@code whatsapp.routes.live} is true. */
    public static LiveRoutes install(CamelContext context, Settings settings) {
        LiveRoutes live = new LiveRoutes(context, RouteFolder.of(settings));
        if (settings.getBoolean("whatsapp.routes.live")) {
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
        return live;
    }

    /** What is held back, for the health answer: a JSON array of sentences, each with file and line. */
    public String heldBack() {
        return Json.write(held);
    }

    @Override
    public void onContextStarted(CamelContext started) {
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

    /**
     * A file counts as changed once it has looked the same twice: an editor may be in the middle of it. One counts as gone once that
     * is so of all: a file that is renamed during a look may be there by neither name.
     */
    private boolean read() {
        Map<String, RouteFolder.Stamp> stamps = folder.stamps();
        stamps.keySet().forEach(name -> files.computeIfAbsent(name, key -> new Watched()));
        boolean quiet = files.entrySet().stream().allMatch(file -> same(stamps.get(file.getKey()), file.getValue().seen));
        boolean changed = false;
        for (Map.Entry<String, Watched> entry : files.entrySet()) {
            Watched file = entry.getValue();
            RouteFolder.Stamp stamp = stamps.get(entry.getKey());
            if (same(stamp, file.seen) && !same(stamp, file.read) && (stamp != null || quiet)) {
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

    /** Files may need each other's edits - a new route and its caller, a new name: those that are sound together go live together. */
    private void takeIn() {
        Map<String, List<Finding>> held = new TreeMap<>();
        Set<String> sound = new TreeSet<>();
        files.forEach((name, file) -> {
            if (file.waiting) {
                sound.add(name);
            }
        });
        boolean settled = false;
        while (!settled) {
            hold(sound, held);
            settled = sound.isEmpty() || swap(sound, held);
        }
        held.forEach((name, found) -> {
            Watched file = files.get(name);
            if (!found.equals(file.told)) {
                found.forEach(finding -> LOG.error("{}; {}", finding, serving(file)));
            }
            file.told = found;
        });
        files.values().removeIf(file -> file.now == null && file.live == null);
        this.held = files.values().stream().flatMap(file -> file.told.stream().map(finding -> sentence(finding, file))).distinct().toList();
    }

    // The database keeps no U+0000.
    private static String sentence(Finding finding, Watched file) {
        return (finding + "; " + serving(file) + ".").replace('\0', '\uFFFD');
    }

    private static String serving(Watched file) {
        return file.live == null ? "it is not live" : file.live.routes().size() == 1 ? "the old route goes on serving"
                : "the old routes go on serving";
    }

    /** Takes out what has a finding, until no more has. */
    private void hold(Set<String> sound, Map<String, List<Finding>> held) {
        boolean again = true;
        while (again) {
            again = false;
            for (String name : List.copyOf(sound)) {
                List<Finding> found = findings(name, others(name, sound));
                if (!found.isEmpty()) {
                    held.put(name, found);
                    sound.remove(name);
                    again = true;
                }
            }
        }
    }

    private List<Finding> findings(String name, Collection<RouteFile> others) {
        Watched file = files.get(name);
        if (file.now != null) {
            return check.findings(file.now, file.live, others);
        }
        return file.live == null ? List.of() : LiveCheck.callers(name, Names.offered(file.live), others);
    }

    /** All other files as they would be if these went live. */
    private List<RouteFile> others(String name, Set<String> sound) {
        List<RouteFile> others = new ArrayList<>();
        files.forEach((other, file) -> {
            RouteFile is = sound.contains(other) ? file.now : file.live;
            if (!other.equals(name) && is != null) {
                others.add(is);
            }
        });
        return others;
    }

    /** True when they are live. Otherwise everything is as before, and the one that Camel refused is held. */
    private boolean swap(Set<String> sound, Map<String, List<Finding>> held) {
        long begin = System.nanoTime();
        List<RouteFile> after = others("", sound);
        List<RouteFile> edited = after.stream().filter(file -> sound.contains(file.name)).toList();
        List<RouteFile> updated = new ArrayList<>(edited);
        updated.addAll(configuredBy(edited, after));
        Set<String> left = routeIds(others("", Set.of()));
        left.removeAll(routeIds(after));
        try {
            remove(left);
            update(updated);
        } catch (Exception e) {
            putBack(updated, after);
            RouteFile failed = edited.stream().filter(file -> Culprit.names(file, e)).findFirst().orElse(null);
            for (String name : failed == null ? List.copyOf(sound) : List.of(failed.name)) {
                held.put(name, failed == null ? List.of(new Finding(name, 1, Culprit.reason(e))) : List.of(Culprit.of(failed, e)));
                sound.remove(name);
            }
            return false;
        }
        long ms = (System.nanoTime() - begin) / 1_000_000;
        for (String name : sound) {
            Watched file = files.get(name);
            if (file.now != null) {
                LOG.info("{} is live: {} ({} ms)", name, String.join(", ", new TreeSet<>(Names.routeIds(file.now))), ms);
            } else if (file.live != null) {
                Set<String> gone = routeIds(List.of(file.live));
                gone.retainAll(left);
                LOG.info("{} is gone, and with it {}", name, gone.isEmpty() ? "no route" : String.join(", ", gone));
            }
            file.live = file.now;
            file.waiting = false;
            file.told = List.of();
        }
        return true;
    }

    private static Set<String> routeIds(Collection<RouteFile> files) {
        Set<String> ids = new TreeSet<>();
        files.forEach(file -> ids.addAll(Names.routeIds(file)));
        return ids;
    }

    /** Routes of other files read a route configuration when they are made. */
    private static List<RouteFile> configuredBy(List<RouteFile> edited, List<RouteFile> all) {
        Set<String> configurations = new HashSet<>();
        edited.forEach(file -> file.items("routeConfiguration").forEach(item -> configurations.add("routeConfiguration " + item.id())));
        return all.stream().filter(file -> !edited.contains(file))
                .filter(file -> Names.called(file).keySet().stream().anyMatch(configurations::contains)).toList();
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

    /** Of the updated files and of those whose routes were to go, what ran before. */
    private void putBack(List<RouteFile> updated, List<RouteFile> after) {
        List<RouteFile> before = others("", Set.of());
        Set<String> made = routeIds(after);
        made.removeAll(routeIds(before));
        Set<String> names = updated.stream().map(file -> file.name).collect(Collectors.toCollection(HashSet::new));
        List<RouteFile> back = before.stream().filter(file -> names.contains(file.name)
                || Names.routeIds(file).stream().anyMatch(id -> context.getRoute(id) == null)).toList();
        try {
            remove(made);
            update(back);
        } catch (Exception e) {
            LOG.error("The old routes could not be put back. Restart.", e);
        }
    }
}
