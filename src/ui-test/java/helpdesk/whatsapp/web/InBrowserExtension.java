package helpdesk.whatsapp.web;

import helpdesk.whatsapp.testing.TestApp;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Starts and stops what {@link InBrowser} promises. */
final class InBrowserExtension implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

    private Chromium chromium;
    private TestApp app;
    private Tab tab;

    @Override
    public void beforeAll(ExtensionContext context) throws IllegalAccessException {
        chromium = new Chromium();
        Map<String, String> properties = Arrays.stream(asked(context).value()).map(property -> property.split("=", 2))
                .collect(Collectors.toMap(property -> property[0], property -> property[1]));
        app = TestApp.start(properties);
        put(context, null, chromium);
        put(context, null, app);
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IllegalAccessException {
        if (tab == null) {
            tab = new Tab(chromium, app);
            String token = asked(context).token();
            if (!token.isEmpty()) {
                tab.logIn(token);
            }
        }
        put(context, context.getRequiredTestInstance(), tab);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (tab == null) {
            return;
        }
        boolean goesOn = false;
        try {
            tab.assertNoProblems();
            goesOn = asked(context).oneTab() && context.getExecutionException().isEmpty();
        } finally {
            if (!goesOn) {
                closeTab();
            }
        }
    }

    private void closeTab() {
        if (tab != null) {
            tab.close();
            tab = null;
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        closeTab();
        if (app != null) {
            app.close();
        }
    }

    private static InBrowser asked(ExtensionContext context) {
        return context.getRequiredTestClass().getAnnotation(InBrowser.class);
    }

    private static void put(ExtensionContext context, Object instance, Object value) throws IllegalAccessException {
        Optional<Field> field = Arrays.stream(context.getRequiredTestClass().getDeclaredFields())
                .filter(one -> one.getType() == value.getClass() && Modifier.isStatic(one.getModifiers()) == (instance == null)).findFirst();
        if (field.isPresent()) {
            field.get().setAccessible(true);
            field.get().set(instance, value);
        }
    }
}
