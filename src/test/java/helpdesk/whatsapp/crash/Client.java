package helpdesk.whatsapp.crash;

import java.io.IOException;
import java.util.Map;

/** How the load reaches the product, wherever that runs. */
interface Client {

    record Answer(int status, String body) {
    }

    /** @throws IOException when there was no answer: what became of the request is unknown */
    Answer call(String method, String path, String body, Map<String, String> headers) throws IOException;
}
