package helpdesk.whatsapp.settings;

import helpdesk.whatsapp.StartRefused;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Encrypts what is kept in the database and must not be read there (AES-GCM, the setting's key as additional data). The key comes
 * from {@code WHATSAPP_SECRET_KEY}, which several instances have in common, else from a file of the data folder that only its owner
 * reads.
 */
final class Secrets {

    private static final Logger LOG = LoggerFactory.getLogger(Secrets.class);
    private static final String PREFIX = "enc:1:";
    private static final int IV = 12;
    private static final int TAG_BITS = 128;

    private final SecureRandom random = new SecureRandom();
    private final SecretKeySpec key;

    Secrets(Settings settings) {
        String given = settings.get("whatsapp.secret-key");
        try {
            byte[] material = given.isEmpty() ? ofFile(Path.of(settings.get("whatsapp.data-dir"), "secret.key")) : given.getBytes(StandardCharsets.UTF_8);
            key = new SecretKeySpec(MessageDigest.getInstance("SHA-256").digest(material), "AES");
        } catch (IOException | GeneralSecurityException e) {
            throw new StartRefused("The key that encrypts secrets can neither be read nor made: " + e.getMessage());
        }
    }

    private byte[] ofFile(Path file) throws IOException {
        if (!Files.exists(file)) {
            byte[] made = new byte[32];
            random.nextBytes(made);
            Files.write(file, new byte[0], StandardOpenOption.CREATE);
            if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            }
            Files.write(file, made);
        }
        return Files.readAllBytes(file);
    }

    String encrypt(String name, String secret) {
        byte[] iv = new byte[IV];
        random.nextBytes(iv);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, name, iv).doFinal(secret.getBytes(StandardCharsets.UTF_8));
            byte[] both = new byte[IV + sealed.length];
            System.arraycopy(iv, 0, both, 0, IV);
            System.arraycopy(sealed, 0, both, IV, sealed.length);
            return PREFIX + Base64.getEncoder().encodeToString(both);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Empty when it was encrypted with another key. */
    Optional<String> decrypt(String name, String stored) {
        try {
            byte[] both = Base64.getDecoder().decode(stored.substring(PREFIX.length()));
            byte[] iv = java.util.Arrays.copyOf(both, IV);
            return Optional.of(new String(cipher(Cipher.DECRYPT_MODE, name, iv).doFinal(both, IV, both.length - IV), StandardCharsets.UTF_8));
        } catch (GeneralSecurityException | IllegalArgumentException | IndexOutOfBoundsException e) {
            LOG.error("{} was saved by an instance with another WHATSAPP_SECRET_KEY or secret.key and cannot be read: save it again.", name);
            return Optional.empty();
        }
    }

    private Cipher cipher(int direction, String name, byte[] iv) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(direction, key, new GCMParameterSpec(TAG_BITS, iv));
        cipher.updateAAD(name.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
