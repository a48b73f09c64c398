package helpdesk.whatsapp.web;

import helpdesk.whatsapp.testing.TestApp;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Tests of the pages in a real browser. The product is started for the class and put into its static field of the type {@link TestApp},
 * the browser into one of the type {@link Chromium}, if there is one. Each test finds a {@link Tab}, of its own unless it is to be one
 * for all, in a field of the instance; after it the console must have said nothing.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@EnabledIf(value = "helpdesk.whatsapp.web.Chromium#wanted", disabledReason = Chromium.MISSING)
@ExtendWith(InBrowserExtension.class)
@interface InBrowser {

    /** What the product is started with beside its own properties, each as {@code key=value}. */
    String[] value() default {};

    /** Who is logged in when a test begins; empty: nobody. */
    String token() default TestApp.TOKEN;

    /** Whether all tests of the class go on in the tab of the first, for those that only look. */
    boolean oneTab() default false;
}
