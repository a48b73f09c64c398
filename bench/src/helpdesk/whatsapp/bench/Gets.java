package helpdesk.whatsapp.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** These paths, in turn. */
final class Gets implements Requests {

    private final List<byte[]> requests = new ArrayList<>();

    Gets(JsonNode paths, String token) {
        paths.forEach(path -> requests.add(Requests.get(path.asText(), "Authorization: Bearer " + token)));
    }

    @Override
    public byte[] get(long number) {
        return requests.get((int) (number % requests.size()));
    }
}
