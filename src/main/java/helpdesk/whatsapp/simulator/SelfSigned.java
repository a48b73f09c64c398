package helpdesk.whatsapp.simulator;

import helpdesk.whatsapp.StartRefused;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A certificate that only those trust who are told to, for some names: made by the JDK's keytool, kept in a folder with its key, and
 * made anew when it ends or the names are others.
 */
final class SelfSigned {

    private static final Logger LOG = LoggerFactory.getLogger(SelfSigned.class);
    /** Of a file that only our user may read, beside which the key would lie in the open. */
    private static final String PASSWORD = "simulator";
    private static final String KEYTOOL = File.separatorChar == '\\' ? "keytool.exe" : "keytool";
    private static final String ALIAS = "simulator";
    /** The longest that all clients accept of a certificate that was not issued by an authority. */
    private static final int DAYS = 800;

    private final Path folder;
    private final Set<String> names = new TreeSet<>();

    SelfSigned(Path folder, String names) {
        this.folder = folder;
        Arrays.stream(names.split(",")).map(String::strip).filter(name -> !name.isEmpty()).map(SelfSigned::plain).forEach(this.names::add);
        if (this.names.isEmpty()) {
            throw new StartRefused("WHATSAPP_SIMULATOR_TLS_NAMES names nothing that the certificate could be for.");
        }
    }

    // Of an IPv6 address the one way in which Java writes it, too.
    private static String plain(String name) {
        try {
            return isAddress(name) ? InetAddress.getByName(name).getHostAddress() : name;
        } catch (IOException e) {
            throw new StartRefused("WHATSAPP_SIMULATOR_TLS_NAMES has " + name + ", which is no address.", e);
        }
    }

    private static boolean isAddress(String name) {
        return name.contains(":") || name.matches("[0-9.]+");
    }

    GraphPort.Keys keys() {
        Path keyStore = folder.resolve("key-store.p12");
        Path certificate = folder.resolve("certificate.pem");
        try {
            if (!Files.exists(keyStore) || !fits(certificate(keyStore))) {
                make(keyStore);
                Files.writeString(certificate, pem(certificate(keyStore)));
            }
        } catch (IOException | GeneralSecurityException e) {
            throw new StartRefused("A certificate for the simulator could not be made in " + folder + " (" + e.getMessage()
                    + "). Set WHATSAPP_SIMULATOR_TLS_KEY_STORE to a key store of your own.", e);
        }
        LOG.info("The simulator's certificate, for {}, is self-signed. Clients are to trust {}", String.join(", ", names), certificate.toAbsolutePath());
        return new GraphPort.Keys(keyStore, PASSWORD);
    }

    private boolean fits(X509Certificate certificate) throws GeneralSecurityException {
        Set<String> has = certificate.getSubjectAlternativeNames().stream().map(name -> name.get(1).toString()).collect(Collectors.toSet());
        return has.equals(names) && certificate.getNotAfter().toInstant().isAfter(Instant.now().plus(1, ChronoUnit.DAYS));
    }

    // Where nobody else looks in, for keytool lets everybody read what it writes.
    private void make(Path keyStore) throws IOException {
        Files.createDirectories(folder);
        Path own = Files.createTempDirectory(folder, "new-");
        Path made = own.resolve(keyStore.getFileName());
        try {
            keytool(made);
            if (Files.getFileStore(made).supportsFileAttributeView("posix")) {
                Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-------"));
            }
            Files.move(made, keyStore, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(made);
            Files.delete(own);
        }
    }

    private void keytool(Path keyStore) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", KEYTOOL).toString(), "-genkeypair",
                "-alias", ALIAS, "-keyalg", "RSA", "-keysize", "2048", "-validity", String.valueOf(DAYS), "-dname", "CN=WhatsApp simulator",
                "-storetype", "PKCS12", "-storepass", PASSWORD, "-keystore", keyStore.toString(), "-ext", "eku=serverAuth", "-ext",
                "san=" + names.stream().map(name -> (isAddress(name) ? "ip:" : "dns:") + name).collect(Collectors.joining(","))));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes());
        try {
            if (keytool.waitFor() != 0) {
                throw new IOException(said.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static X509Certificate certificate(Path keyStore) throws IOException, GeneralSecurityException {
        return (X509Certificate) KeyStore.getInstance(keyStore.toFile(), PASSWORD.toCharArray()).getCertificate(ALIAS);
    }

    private static String pem(X509Certificate certificate) throws GeneralSecurityException {
        return "-----BEGIN CERTIFICATE-----\n" + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded())
                + "\n-----END CERTIFICATE-----\n";
    }
}
