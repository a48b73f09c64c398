package helpdesk.whatsapp.media;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Iterator;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * JPEG and PNG pictures no larger than a conversation shows them. One is made when it is first asked for, and kept beside its file; what
 * is small already, or is no such picture, stays what it is.
 */
final class SmallPictures {

    private static final Logger LOG = LoggerFactory.getLogger(SmallPictures.class);

    /** The longer side: what a bubble has, on a screen with two dots a pixel. */
    private static final int SIDE = 640;
    private static final long WORTH_IT = 96 * 1024;
    /** A file of a few bytes may say that it is as large as a house. */
    private static final long MOST_PIXELS = 150_000_000;
    private static final int EXIF_WITHIN = 256 * 1024;
    private static final int ORIENTATION = 0x0112;

    /** Each reads all of its picture: some at a time are enough. */
    private final Semaphore turns = new Semaphore(2);

    File of(File original) {
        File small = new File(original.getPath() + ".small");
        if (original.length() <= WORTH_IT || small.isFile()) {
            return original.length() <= WORTH_IT ? original : small;
        }
        turns.acquireUninterruptibly();
        try {
            return small.isFile() || make(original, small) ? small : original;
        } catch (IOException | RuntimeException e) {      // a picture may be broken in any way
            LOG.debug("No smaller picture could be made of {}: {}", original.getName(), e.toString());
            return original;
        } finally {
            turns.release();
        }
    }

    private static boolean make(File original, File small) throws IOException {
        byte[] picture;
        try (ImageInputStream in = ImageIO.createImageInputStream(original)) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                return false;
            }
            ImageReader reader = readers.next();
            try {
                String format = reader.getFormatName().toLowerCase(Locale.ROOT);
                if (!format.equals("jpeg") && !format.equals("png")) {
                    return false;
                }
                BufferedImage reduced = reduced(reader, in);
                if (reduced == null) {
                    return false;
                }
                picture = written(reduced, format);
                if (format.equals("jpeg")) {
                    picture = turned(picture, orientation(original));
                }
            } finally {
                reader.dispose();
            }
        }
        Path part = Files.createTempFile(small.getParentFile().toPath(), ".part-", "");
        Files.write(part, picture);
        Files.move(part, small.toPath(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return true;
    }

    // Of a large picture only some of the dots are kept while it is read, so that it never is in memory as a whole.
    private static BufferedImage reduced(ImageReader reader, ImageInputStream in) throws IOException {
        reader.setInput(in, true, true);
        int width = reader.getWidth(0);
        int height = reader.getHeight(0);
        int longer = Math.max(width, height);
        if (longer <= SIDE || (long) width * height > MOST_PIXELS) {
            return null;
        }
        ImageReadParam some = reader.getDefaultReadParam();
        int step = Math.max(1, longer / SIDE / 2);
        some.setSourceSubsampling(step, step, 0, 0);
        BufferedImage read = reader.read(0, some);
        BufferedImage small = new BufferedImage(Math.max(1, width * SIDE / longer), Math.max(1, height * SIDE / longer),
                read.getColorModel().hasAlpha() ? BufferedImage.TYPE_INT_ARGB : BufferedImage.TYPE_INT_RGB);
        Graphics2D canvas = small.createGraphics();
        canvas.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        canvas.drawImage(read, 0, 0, small.getWidth(), small.getHeight(), null);
        canvas.dispose();
        return small;
    }

    private static byte[] written(BufferedImage picture, String format) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            ImageIO.write(picture, format, out);
        }
        return bytes.toByteArray();
    }

    /** How a camera was held, as its picture's Exif data say it; 1 is upright. */
    private static int orientation(File jpeg) throws IOException {
        byte[] head;
        try (InputStream in = Files.newInputStream(jpeg.toPath())) {
            head = in.readNBytes(EXIF_WITHIN);
        }
        ByteBuffer bytes = ByteBuffer.wrap(head);
        try {
            for (int at = 2; bytes.get(at) == (byte) 0xff && bytes.get(at + 1) != (byte) 0xda; at += 2 + (bytes.getShort(at + 2) & 0xffff)) {
                if (bytes.get(at + 1) == (byte) 0xe1 && new String(head, at + 4, 4, StandardCharsets.US_ASCII).equals("Exif")) {
                    return orientation(bytes, at + 10);
                }
            }
        } catch (IndexOutOfBoundsException e) {
            return 1;
        }
        return 1;
    }

    private static int orientation(ByteBuffer bytes, int tiff) {
        bytes.order(bytes.get(tiff) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        int directory = tiff + bytes.getInt(tiff + 4);
        int entries = bytes.getShort(directory) & 0xffff;
        for (int i = 0; i < entries; i++) {
            int entry = directory + 2 + 12 * i;
            if ((bytes.getShort(entry) & 0xffff) == ORIENTATION) {
                int value = bytes.getShort(entry + 8);
                return value >= 1 && value <= 8 ? value : 1;
            }
        }
        return 1;
    }

    // Exif data that say nothing else, behind the head that the writer has made.
    private static byte[] turned(byte[] jpeg, int orientation) {
        if (orientation == 1) {
            return jpeg;
        }
        int head = 4 + (ByteBuffer.wrap(jpeg).getShort(4) & 0xffff);
        ByteBuffer whole = ByteBuffer.allocate(jpeg.length + 36).put(jpeg, 0, head);
        whole.putShort((short) 0xffe1).putShort((short) 34).put("Exif\0\0MM\0*".getBytes(StandardCharsets.US_ASCII)).putInt(8);
        whole.putShort((short) 1).putShort((short) ORIENTATION).putShort((short) 3).putInt(1).putShort((short) orientation).putShort((short) 0).putInt(0);
        return whole.put(jpeg, head, jpeg.length - head).array();
    }
}
