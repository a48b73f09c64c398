package helpdesk.whatsapp.media;

import helpdesk.whatsapp.web.Problem;
import java.io.File;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * Answers with the part of the file in the body that was asked for (RFC 9110, sections 13 and 14): 206 for a range, 416 for one beyond
 * its end, 304 when the caller has it, else all of it. By {@code ETag}, which the route has set; a request for several ranges gets all.
 */
public final class AnswerRange implements Processor {

    private static final Pattern ONE_RANGE = Pattern.compile("(?i)bytes\\s*=\\s*(\\d{1,18})?\\s*-\\s*(\\d{1,18})?\\s*");

    @Override
    public void process(Exchange exchange) {
        Message message = exchange.getMessage();
        File file = message.getBody(File.class);
        long size = file.length();
        String etag = message.getHeader("ETag", String.class);
        message.setHeader("Accept-Ranges", "bytes");
        if (names(message.getHeader("If-None-Match", String.class), etag)) {
            message.setHeader(Exchange.HTTP_RESPONSE_CODE, 304);
            message.setBody(new byte[0]);
            return;
        }
        Matcher range = ONE_RANGE.matcher(message.getHeader("Range", "", String.class));
        String same = message.getHeader("If-Range", String.class);
        if (!range.matches() || range.group(1) == null && range.group(2) == null || same != null && !same.strip().equals(etag)) {
            message.setBody(new FilePart(file, 0, size));
            return;
        }
        long start = range.group(1) == null ? Math.max(0, size - Long.parseLong(range.group(2))) : Long.parseLong(range.group(1));
        long end = range.group(1) == null || range.group(2) == null ? size - 1 : Math.min(size - 1, Long.parseLong(range.group(2)));
        if (range.group(1) != null && range.group(2) != null && Long.parseLong(range.group(2)) < start) {
            message.setBody(new FilePart(file, 0, size));       // not a range at all: as if there were none
        } else if (start >= size) {
            message.setHeader(Exchange.HTTP_RESPONSE_CODE, 416);
            message.setHeader("Content-Range", "bytes */" + size);
            message.removeHeader("Content-Disposition");
            message.setHeader(Exchange.CONTENT_TYPE, "application/problem+json");
            message.setBody(new Problem(416, "range-not-satisfiable", "The file has " + size + " bytes.").toJson());
        } else {
            message.setHeader(Exchange.HTTP_RESPONSE_CODE, 206);
            message.setHeader("Content-Range", "bytes " + start + "-" + end + "/" + size);
            message.setBody(new FilePart(file, start, end - start + 1));
        }
    }

    private static boolean names(String header, String etag) {
        return header != null && Arrays.stream(header.split(",")).map(String::strip)
                .anyMatch(one -> one.equals("*") || one.replaceFirst("^W/", "").equals(etag));
    }
}
