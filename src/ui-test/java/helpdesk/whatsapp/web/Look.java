package helpdesk.whatsapp.web;

import com.microsoft.playwright.options.ColorScheme;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** A size of the window and its colours. */
record Look(int width, int height, ColorScheme scheme) {

    static final Look DESK = new Look(1440, 900, ColorScheme.LIGHT);
    static final Look DESK_DARK = new Look(1440, 900, ColorScheme.DARK);
    static final Look TABLET = new Look(1024, 768, ColorScheme.LIGHT);
    static final Look TABLET_DARK = new Look(1024, 768, ColorScheme.DARK);
    static final Look PHONE = new Look(390, 844, ColorScheme.LIGHT);
    static final Look PHONE_DARK = new Look(390, 844, ColorScheme.DARK);

    /** The desk last: there everything is in reach. */
    static final List<Look> USUAL = List.of(PHONE, PHONE_DARK, TABLET, TABLET_DARK, DESK_DARK, DESK);

    /** For whole pages, which must fill a wide window too. */
    static final List<Look> ALL = Stream.concat(Stream.of(new Look(1920, 1080, ColorScheme.LIGHT)), USUAL.stream()).toList();

    @Override
    public String toString() {
        return width + "-" + scheme.name().toLowerCase(Locale.ROOT);
    }
}
