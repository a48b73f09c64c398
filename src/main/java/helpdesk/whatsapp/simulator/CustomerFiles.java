package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.POJONode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.simulator.CustomerContent.Content;
import helpdesk.whatsapp.web.Form;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A customer's message with a file: a real one of its type, or the one that the request brings along, as a part of a form or in base64. */
final class CustomerFiles {

    static final List<String> TYPES = List.of("image", "document", "audio", "voice", "video", "sticker");
    /** The field in which a file is that came as a part of a form: what JSON has there is none. */
    static final String UPLOADED = "file";
    private static final int TOO_LARGE = 131052;

    private record Sample(String resource, String mimeType, String fileName) {
    }

    private static final Map<String, Sample> SAMPLES = Map.of(
            "image", new Sample("picture.jpg", "image/jpeg", null),
            "document", new Sample("invoice.pdf", "application/pdf", "invoice.pdf"),
            "audio", new Sample("voice.ogg", "audio/ogg; codecs=opus", null),
            "video", new Sample("clip.mp4", "video/mp4", null),
            "sticker", new Sample("sticker.webp", "image/webp", null));

    private final SimulatedMedia media;

    CustomerFiles(SimulatedMedia media) {
        this.media = media;
    }

    Content of(String wantedType, JsonNode wanted) {
        String type = wantedType.equals("voice") ? "audio" : wantedType;
        if (wanted.path("tooLarge").asBoolean()) {
            return tooLarge(type);
        }
        Sample sample = SAMPLES.get(type);
        SimulatedMedia.Kept kept = kept(wanted, sample);
        ObjectNode file = Json.object().put("mime_type", kept.mimeType())
                .put("sha256", Base64.getEncoder().encodeToString(kept.sha256())).put("id", kept.id());
        if (wanted.hasNonNull("caption") && !type.equals("audio") && !type.equals("sticker")) {
            file.put("caption", wanted.path("caption").asText());
        }
        switch (type) {
            case "document" -> file.put("filename", CustomerContent.text(wanted, "filename",
                    uploaded(wanted).map(Form.Part::fileName).orElse(sample.fileName())));
            case "audio" -> file.put("voice", wantedType.equals("voice") || wanted.path("voice").asBoolean());
            case "sticker" -> file.put("animated", wanted.path("animated").asBoolean());
            default -> { }
        }
        return new Content(type, CustomerContent.one(type, file, wanted).fields(), kept);
    }

    private static Optional<Form.Part> uploaded(JsonNode wanted) {
        return wanted.path(UPLOADED) instanceof POJONode node ? Optional.of((Form.Part) node.getPojo()) : Optional.empty();
    }

    private SimulatedMedia.Kept kept(JsonNode wanted, Sample sample) {
        Optional<Form.Part> uploaded = uploaded(wanted);
        if (uploaded.isPresent()) {
            return media.of(uploaded.get(), Json.text(wanted, "mimeType"));
        }
        String data = Json.text(wanted, "data");
        if (data == null) {
            return media.of(bytes(sample.resource()), CustomerContent.text(wanted, "mimeType", sample.mimeType()));
        }
        try {
            return media.of(Base64.getMimeDecoder().decode(data), CustomerContent.text(wanted, "mimeType", sample.mimeType()));
        } catch (IllegalArgumentException e) {
            throw SimulatedCustomers.invalid("data", "must be a file's bytes in base64");
        }
    }

    /** As Meta tells of a file of more than 100 MB: there is nothing to fetch. */
    private static Content tooLarge(String type) {
        ObjectNode fields = Json.object();
        fields.putObject(type);
        fields.putArray("errors").addObject().put("code", TOO_LARGE).put("title", "Media download error").put("message", "Media download error")
                .putObject("error_data").put("details", "The media file is larger than 100 MB.");
        return new Content(type, fields, null);
    }

    private static byte[] bytes(String resource) {
        try (InputStream in = CustomerFiles.class.getResourceAsStream("/simulator/" + resource)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
