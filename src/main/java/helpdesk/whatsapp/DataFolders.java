package helpdesk.whatsapp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** Makes the folders of the data directory for our user alone: they hold what customers write and send. */
final class DataFolders {

    private DataFolders() {
    }

    /** Folders that are there already stay as they are. */
    static void make(Path dataDir, boolean simulates) {
        try {
            makeAll(dataDir, simulates);
        } catch (IOException e) {
            throw new StartRefused("In the data directory " + dataDir.toAbsolutePath() + " nothing can be written (" + e + "). Give it to the user "
                    + System.getProperty("user.name") + ", or set WHATSAPP_DATA_DIR to another.", e);
        }
    }

    private static void makeAll(Path dataDir, boolean simulates) throws IOException {
        Path home = dataDir.toAbsolutePath();
        FileAttribute<?>[] ours = home.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))}
                : new FileAttribute<?>[0];
        if (home.getParent() != null) {
            Files.createDirectories(home.getParent());
        }
        List<Path> folders = new ArrayList<>(List.of(home, home.resolve("media"), home.resolve("downloads"), home.resolve("uploads")));
        if (simulates) {
            folders.add(home.resolve("simulator"));
        }
        for (Path folder : folders) {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(folder, ours);
            }
        }
    }
}
