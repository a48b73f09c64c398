package helpdesk.whatsapp.media;

import static org.assertj.core.api.Assertions.assertThat;

import helpdesk.whatsapp.settings.Settings;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The name under which a file is saved. */
class DispositionTest {

    private final MediaFiles files = new MediaFiles(new Settings(new DefaultCamelContext()));

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "             | image/jpeg             | image-4711.jpg | image-4711.jpg",
        "             | audio/ogg; codecs=opus | audio-4711.ogg | audio-4711.ogg",
        "             | application/pdf        | document-4711.pdf | document-4711.pdf",
        "invoice 1.pdf| application/pdf        | invoice 1.pdf| invoice%201.pdf",
        "a\"b\\c      | image/png              | a_b_c.png    | a%22b%5Cc.png",
        "é.txt        | text/plain             | _.txt        | %C3%A9.txt",
        "\u202Egnp.exe  | image/png              | _gnp.exe     | _gnp.exe",
        "x            | application/octet-stream | x          | x",
        "x            | no type                | x            | x"})
    void a_plain_name_and_the_true_one(String name, String type, String plain, String encoded) {
        assertThat(files.disposition(name, type, "4711")).isEqualTo("attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + encoded);
    }
}
