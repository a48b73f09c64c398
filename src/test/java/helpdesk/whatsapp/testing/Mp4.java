package helpdesk.whatsapp.testing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** MP4 files of nothing but what says which kind they are: a brand, and a track. */
public final class Mp4 {

    private Mp4() {
    }

    /** @param track soun or vide */
    public static byte[] of(String brand, String track) {
        byte[] type = box("ftyp", text(brand), new byte[4], text(brand));
        byte[] handler = box("hdlr", new byte[8], text(track), new byte[13]);
        return join(type, box("mdat", new byte[100]), box("moov", box("mvhd", new byte[100]), box("trak", box("mdia", box("mdhd", new byte[24]), handler))));
    }

    private static byte[] box(String name, byte[]... content) {
        byte[] inside = join(content);
        return join(ByteBuffer.allocate(4).putInt(8 + inside.length).array(), text(name), inside);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] join(byte[]... parts) {
        int size = 0;
        for (byte[] part : parts) {
            size += part.length;
        }
        ByteBuffer whole = ByteBuffer.allocate(size);
        for (byte[] part : parts) {
            whole.put(part);
        }
        return whole.array();
    }
}
