package helpdesk.whatsapp.db;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One living instance for each data directory. The operating system gives the lock back when the process ends, however it ends,
 * so whoever holds it may take what it finds running for an orphan.
 */
final class InstanceLock implements AutoCloseable {

    /** A second channel on the same file would, when closed, drop the lock of the whole process: never open it twice. */
    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();
    /** The locked byte lies far behind the text, as Windows refuses to read what is locked. */
    private static final long LOCKED_BYTE = 1L << 30;

    private final Path home;
    private final FileChannel channel;

    private InstanceLock(Path home, FileChannel channel) {
        this.home = home;
        this.channel = channel;
    }

    static InstanceLock acquire(Path home) throws IOException {
        if (!HELD_HERE.add(home)) {
            throw inUse(home, "this process");
        }
        FileChannel channel = null;
        try {
            Path file = home.resolve("lock");
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock(LOCKED_BYTE, 1, false);
            if (lock == null) {
                throw inUse(home, "process " + Files.readString(file).strip());
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
            return new InstanceLock(home, channel);
        } catch (IOException | RuntimeException e) {
            if (channel != null) {
                channel.close();
            }
            HELD_HERE.remove(home);
            throw e;
        }
    }

    private static DatabaseStartException inUse(Path home, String owner) {
        return new DatabaseStartException("The data directory " + home + " is in use by another running instance (" + owner
                + "). Stop that one, or give this one a directory of its own with WHATSAPP_DATA_DIR;"
                + " several instances share a database by WHATSAPP_DB_URL only.");
    }

    @Override
    public void close() throws IOException {
        channel.close();
        HELD_HERE.remove(home);
    }
}
