package helpdesk.whatsapp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** Makes the folders of the data directory for our user alone: they hold what customers write and send. */
final class DataFolders {

    private DataFolders() {
    }

    /** Folders that are there already stay as they are. */
    static void make(Path dataDir) throws IOException {
        Path home = dataDir.toAbsolutePath();
        FileAttribute<?>[] ours = home.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))}
                : new FileAttribute<?>[0];
        if (home.getParent() != null) {
            Files.createDirectories(home.getParent());
        }
        for (Path folder : List.of(home, home.resolve("media"), home.resolve("simulator"), home.resolve("downloads"),
                home.resolve("uploads"))) {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(folder, ours);
            }
        }
    }
}
