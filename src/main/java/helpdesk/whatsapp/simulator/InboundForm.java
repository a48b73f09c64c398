package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.web.Form;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Bean {@code inboundForm}: of a form the message in JSON as the body, and its file as the variable {@code file}. The fields of the
 * form are those of the message; those of its field {@code message}, which is JSON, come first.
 */
final class InboundForm implements Processor {

    private static final String MESSAGE = "message";

    @Override
    public void process(Exchange exchange) {
        Form form = Form.of(exchange);
        if (form.files().size() > 1) {
            throw SimulatedCustomers.invalid(CustomerFiles.UPLOADED, "must be one file");
        }
        ObjectNode message = form.fields().containsKey(MESSAGE) ? message(form.fields().get(MESSAGE)) : Json.object();
        form.fields().forEach((name, value) -> {
            if (!List.of(MESSAGE, CustomerFiles.UPLOADED).contains(name)) {
                message.put(name, value);
            }
        });
        exchange.setVariable("file", form.files().isEmpty() ? null : form.files().get(0));
        exchange.getMessage().setBody(Json.write(message));
    }

    private static ObjectNode message(String json) {
        try {
            if (Json.MAPPER.readTree(json) instanceof ObjectNode message) {
                return message;
            }
        } catch (JsonProcessingException e) {
            // said below
        }
        throw SimulatedCustomers.invalid(MESSAGE, "must be a JSON object like {\"type\":\"image\"}");
    }
}
