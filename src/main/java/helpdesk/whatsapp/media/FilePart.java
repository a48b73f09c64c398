package helpdesk.whatsapp.media;

import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import org.apache.camel.Exchange;
import org.apache.camel.StreamCache;

/**
 * A part of a file as a body. The file is open only while a block of it is read: a browser that seeks in a film breaks off one answer
 * after the other, and what is broken off is never closed. As it can be read again, Camel makes no copy of it.
 */
final class FilePart extends InputStream implements StreamCache {

    private static final int BLOCK = 128 * 1024;

    private final File file;
    private final long start;
    private final long length;
    private long position;
    private byte[] block = new byte[0];
    private long blockAt;

    FilePart(File file, long start, long length) {
        this.file = file;
        this.start = start;
        this.length = length;
    }

    @Override
    public int read() throws IOException {
        return fill() ? block[(int) (position++ - blockAt)] & 0xff : -1;
    }

    @Override
    public int read(byte[] into, int offset, int most) throws IOException {
        if (most == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int at = (int) (position - blockAt);
        int count = Math.min(most, block.length - at);
        System.arraycopy(block, at, into, offset, count);
        position += count;
        return count;
    }

    @Override
    public int available() {
        return (int) Math.min(Integer.MAX_VALUE, length - position);
    }

    // Whether the block holds what comes next; false at the end.
    private boolean fill() throws IOException {
        if (position >= length) {
            return false;
        }
        if (position < blockAt || position >= blockAt + block.length) {
            byte[] next = new byte[(int) Math.min(BLOCK, length - position)];
            try (RandomAccessFile open = new RandomAccessFile(file, "r")) {
                open.seek(start + position);
                open.readFully(next);
            } catch (EOFException e) {
                throw new IOException("The stored file " + file.getName() + " is shorter than it was.", e);
            }
            block = next;
            blockAt = position;
        }
        return true;
    }

    @Override
    public void reset() {
        position = 0;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        transferTo(out);
    }

    @Override
    public StreamCache copy(Exchange exchange) {
        return new FilePart(file, start, length);
    }

    @Override
    public boolean inMemory() {
        return false;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public long position() {
        return position;
    }
}
