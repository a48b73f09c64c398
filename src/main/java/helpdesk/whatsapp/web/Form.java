package helpdesk.whatsapp.web;

import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;

/** What a form holds, apart from the headers of its request: the last value of each field, and its files as the client declared them. */
public record Form(Map<String, String> fields, List<Part> files) {

    private static final String PROPERTY = "HelpdeskForm";
    private static final Form NONE = new Form(Map.of(), List.of());

    /** A file; its type is null when its part has none. */
    public record Part(String field, String fileName, String contentType, Path content, long size) {
    }

    /** Of the request that made this exchange; without fields and files when its body was no form. */
    public static Form of(Exchange exchange) {
        return exchange.getProperty(PROPERTY, NONE, Form.class);
    }

    static void keep(RoutingContext ctx, Exchange exchange) {
        MultiMap attributes = ctx.request().formAttributes();
        Map<String, String> fields = new LinkedHashMap<>();
        attributes.forEach(attribute -> fields.put(attribute.getKey(), attribute.getValue()));
        List<Part> files = ctx.fileUploads().stream().map(upload -> new Part(upload.name(), upload.fileName(),
                upload.contentType() == null || upload.contentType().isBlank() ? null : upload.contentType(),
                Path.of(upload.uploadedFileName()), upload.size())).toList();
        if (!fields.isEmpty() || !files.isEmpty()) {
            exchange.setProperty(PROPERTY, new Form(fields, files));
        }
    }
}
