package helpdesk.whatsapp.web;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.support.MessageHelper;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/** What a route answers as text, compressed for whoever takes it so, as browsers do: lists are a tenth of their size then. */
final class CompressedAnswer extends DelegateAsyncProcessor {

    /** Shorter answers fit one packet anyway. */
    private static final int WORTH_IT = 1_000;

    CompressedAnswer(Processor route) {
        super(route);
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        String accepted = exchange.getMessage().getHeader("Accept-Encoding", String.class);      // the route removes it
        boolean wanted = accepted != null && accepted.contains("gzip");
        return super.process(exchange, doneSync -> {
            if (wanted && exchange.getException() == null) {
                compress(exchange.getMessage());
            }
            callback.done(doneSync);
        });
    }

    private static void compress(Message answer) {
        String type = MessageHelper.getContentType(answer);
        byte[] text = bytes(answer.getBody());
        if (type != null && type.matches(".*[/+](json|yaml)(;.*)?") && text.length >= WORTH_IT) {
            answer.setBody(gzip(text));
            answer.setHeader("Content-Encoding", "gzip");
            answer.setHeader("Vary", "Accept-Encoding");
        }
    }

    // A stream may be long, and is passed on as it comes.
    private static byte[] bytes(Object body) {
        if (body instanceof byte[] bytes) {
            return bytes;
        }
        return body instanceof String text ? text.getBytes(StandardCharsets.UTF_8) : new byte[0];
    }

    private static Buffer gzip(byte[] bytes) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream(bytes.length / 4);
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Buffer.buffer(packed.toByteArray());
    }
}
