package helpdesk.whatsapp.media;

import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/** What the tracks of an MP4 file are: by the brand at its beginning, a voice memo may be a film (ISO/IEC 14496-12). */
final class Mp4Tracks {

    private static final String SOUND = "soun";
    private static final String PICTURES = "vide";
    private static final int HEAD = 8;
    private static final int LONG_HEAD = 16;
    /** Of its own head and where the kind of the track is in it. */
    private static final int HANDLER_AT = 16;
    /** No proper file has more boxes on the way to its tracks. */
    private static final int MOST_BOXES = 10_000;

    private final RandomAccessFile file;
    private final Set<String> kinds = new HashSet<>();
    private int boxes;

    private Mp4Tracks(RandomAccessFile file) {
        this.file = file;
    }

    /** Whether there is sound in it and no picture. */
    static boolean areOnlySound(File mp4) {
        try (RandomAccessFile file = new RandomAccessFile(mp4, "r")) {
            Mp4Tracks tracks = new Mp4Tracks(file);
            tracks.look(0, file.length());
            return tracks.kinds.contains(SOUND) && !tracks.kinds.contains(PICTURES);
        } catch (EOFException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void look(long from, long to) throws IOException {
        for (long at = from; at + HEAD <= to && ++boxes <= MOST_BOXES; ) {
            ByteBuffer head = read(at, HEAD);
            long told = Integer.toUnsignedLong(head.getInt());
            long size = told == 0 ? to - at : told == 1 ? read(at + HEAD, Long.BYTES).getLong() : told;
            int content = told == 1 ? LONG_HEAD : HEAD;
            if (size < content || size > to - at) {
                return;
            }
            switch (name(head)) {
                case "moov", "trak", "mdia" -> look(at + content, at + size);
                case "hdlr" -> kinds.add(name(read(at + HANDLER_AT, Integer.BYTES)));
                default -> { }
            }
            at += size;
        }
    }

    private ByteBuffer read(long at, int bytes) throws IOException {
        byte[] into = new byte[bytes];
        file.seek(at);
        file.readFully(into);
        return ByteBuffer.wrap(into);
    }

    private static String name(ByteBuffer buffer) {
        byte[] name = new byte[Integer.BYTES];
        buffer.get(name);
        return new String(name, StandardCharsets.ISO_8859_1);
    }
}
