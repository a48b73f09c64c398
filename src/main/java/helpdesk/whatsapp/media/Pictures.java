package helpdesk.whatsapp.media;

import java.io.File;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/** What of a picture can be told from the head of its file. */
public final class Pictures {

    private Pictures() {
    }

    /** Its width or height in pixels, whichever is smaller; -1 when it cannot be read. */
    public static int smallerSide(File file) {
        try (ImageInputStream in = ImageIO.createImageInputStream(file)) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (readers.hasNext()) {
                ImageReader reader = readers.next();
                reader.setInput(in);
                return Math.min(reader.getWidth(0), reader.getHeight(0));
            }
        } catch (IOException e) {
            // as when nobody reads it
        }
        return -1;
    }
}
