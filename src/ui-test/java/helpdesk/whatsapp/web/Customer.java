package helpdesk.whatsapp.web;

import static org.assertj.core.api.Assertions.assertThat;

import helpdesk.whatsapp.testing.TestApp;
import java.util.Map;

/** A customer of the simulator who has written, and the conversation that it opened. */
record Customer(String number, String ticket) {

    private static final Map<String, String> ADMIN = Map.of("Authorization", "Bearer " + TestApp.TOKEN, "Content-Type", "application/json");

    /** Somebody new; their message is received. */
    static Customer writes(TestApp app, String text) {
        return writes(app, TestApp.newCustomer(), text, 0);
    }

    static Customer writes(TestApp app, String number, String text, int hoursAgo) {
        String wamid = write(app, number, ",\"text\":\"" + text + "\",\"timestamp\":" + (System.currentTimeMillis() / 1000 - hoursAgo * 3600L));
        return new Customer(number, app.awaitStatus(wamid, "received").path("ticketId").asText());
    }

    /** What stands in these fields, and returns its wamid: it is received a little later. */
    static String write(TestApp app, String number, String fields) {
        TestApp.Answer answer = app.call("POST", "/mock/control/inbound", "{\"from\":\"" + number + "\"" + fields + "}", ADMIN);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json().path("wamid").asText();
    }

    String name() {
        return nameOf(number);
    }

    /** What the simulator calls those who have no name. */
    static String nameOf(String number) {
        return "Customer " + number.substring(number.length() - 4);
    }
}
