package helpdesk.whatsapp.inbound;

import static helpdesk.whatsapp.testing.Payloads.message;
import static helpdesk.whatsapp.testing.Payloads.messages;
import static helpdesk.whatsapp.testing.Payloads.quoting;
import static helpdesk.whatsapp.testing.Payloads.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.testing.TestApp;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which ticket a message belongs to, and why. */
class TicketsTest {

    private final TestApp app = TestApp.shared();
    private final String customer = TestApp.newCustomer();

    private String write(ObjectNode message) {
        assertThat(app.webhook(messages(message)).status()).isEqualTo(200);
        app.awaitProcessed();
        return message.path("id").asText();
    }

    private String writes(String body) {
        return write(text(customer, TestApp.newWamid(), body));
    }

    private Map<String, Object> ticketOf(String wamid) {
        return app.database().sql("""
                select t.id, t.status, t.reason, t.unread_count, t.last_preview, t.closed_at, m.ticket_reason
                from message m left join ticket t on t.id = m.ticket_id where m.wamid = ?""").param(wamid).query().singleRow();
    }

    private Object idOf(String wamid) {
        return ticketOf(wamid).get("id");
    }

    private List<Long> tickets() {
        return app.database().sql("select t.id from ticket t join contact_identity i on i.contact_id = t.contact_id where i.value = ? order by 1")
                .param(customer).query(Long.class).list();
    }

    private void set(String wamid, String status, String closedAt) {
        app.database().sql("update ticket set status = ?, closed_at = " + closedAt + " where id = (select ticket_id from message where wamid = ?)")
                .param(status).param(wamid).update();
    }

    private ObjectNode reaction(String target) {
        ObjectNode reaction = message(customer, TestApp.newWamid(), "reaction");
        reaction.putObject("reaction").put("message_id", target).put("emoji", "👍");
        return reaction;
    }

    private ObjectNode system() {
        ObjectNode system = message(customer, TestApp.newWamid(), "system");
        system.putObject("system").put("type", "customer_identity_changed").put("body", "User identity changed");
        return system;
    }

    @Test
    void the_first_message_opens_a_ticket_and_the_next_ones_belong_to_it() {
        String first = writes("first");
        String second = writes("second");

        assertThat(ticketOf(first)).containsEntry("status", "open").containsEntry("ticket_reason", "new-ticket");
        assertThat(ticketOf(second)).containsEntry("ticket_reason", "open-ticket").containsEntry("unread_count", 2)
                .containsEntry("last_preview", "second");
        assertThat(tickets()).hasSize(1);
    }

    @Test
    void a_quoted_message_leads_to_its_ticket() {
        String first = writes("first");
        String reply = write(quoting(text(customer, TestApp.newWamid(), "reply"), first));

        assertThat(ticketOf(reply)).containsEntry("ticket_reason", "quoted-message").containsEntry("id", idOf(first));
    }

    @Test
    void a_quoted_message_of_somebody_else_leads_nowhere() {
        String others = write(text(TestApp.newCustomer(), TestApp.newWamid(), "not yours"));
        String reply = write(quoting(text(customer, TestApp.newWamid(), "reply"), others));

        assertThat(idOf(reply)).isNotEqualTo(idOf(others));
        assertThat(ticketOf(reply)).containsEntry("ticket_reason", "new-ticket");
    }

    @ParameterizedTest
    @CsvSource({"solved", "pending"})
    void a_message_opens_a_solved_or_pending_ticket_again(String status) {
        String first = writes("first");
        set(first, status, "null");
        String second = writes("second");

        assertThat(ticketOf(second)).containsEntry("id", idOf(first)).containsEntry("status", "open")
                .containsEntry("ticket_reason", "reopened-ticket").containsEntry("reason", "reopened-ticket");
    }

    @Test
    void a_ticket_that_was_closed_lately_is_opened_again_and_one_that_was_closed_long_ago_is_not() {
        String first = writes("first");
        set(first, "closed", "now() - interval '71 hours'");
        String lately = writes("lately");
        assertThat(ticketOf(lately)).containsEntry("id", idOf(first)).containsEntry("ticket_reason", "reopened-ticket")
                .containsEntry("closed_at", null);

        set(first, "closed", "now() - interval '73 hours'");
        String later = writes("later");
        assertThat(ticketOf(later)).containsEntry("ticket_reason", "new-ticket");
        assertThat(tickets()).hasSize(2);
    }

    @Test
    void of_two_closed_tickets_the_quoted_one_is_opened_again() {
        String first = writes("first");
        set(first, "closed", "now() - interval '100 hours'");
        String second = writes("second");
        set(second, "closed", "now() - interval '1 hours'");
        set(first, "closed", "now() - interval '5 hours'");
        String reply = write(quoting(text(customer, TestApp.newWamid(), "reply"), first));

        assertThat(ticketOf(reply)).containsEntry("id", idOf(first)).containsEntry("status", "open");
        assertThat(ticketOf(second)).containsEntry("status", "closed");
    }

    @Test
    void a_reaction_or_a_system_message_opens_no_ticket_and_opens_none_again() {
        String alone = write(system());
        assertThat(idOf(alone)).isNull();
        assertThat(tickets()).isEmpty();

        String first = writes("first");
        set(first, "closed", "now()");
        String reaction = write(reaction(first));
        String system = write(system());

        assertThat(tickets()).hasSize(1);
        assertThat(ticketOf(reaction)).containsEntry("id", idOf(first)).containsEntry("status", "closed")
                .containsEntry("ticket_reason", "quoted-message").containsEntry("unread_count", 1);
        assertThat(ticketOf(system)).containsEntry("id", idOf(first)).containsEntry("ticket_reason", "last-ticket");
    }

    @Test
    void a_reaction_may_come_before_its_message_and_the_newest_one_counts() {
        String target = TestApp.newWamid();
        write(reaction(target).put("timestamp", "1760000200"));
        ObjectNode older = reaction(target).put("timestamp", "1760000100");
        older.withObject("/reaction").put("emoji", "😮");
        write(older);

        assertThat(app.database().sql("select emoji from reaction where target_wamid = ?").param(target).query(String.class).single())
                .isEqualTo("👍");
        ObjectNode takenBack = reaction(target).put("timestamp", "1760000300");
        takenBack.withObject("/reaction").remove("emoji");
        write(takenBack);
        assertThat(app.database().sql("select emoji from reaction where target_wamid = ?").param(target).query(String.class).single())
                .isEmpty();
    }

    @Test
    void a_message_that_comes_again_after_its_ticket_was_closed_opens_none() {
        String first = writes("first");
        set(first, "closed", "now() - interval '100 hours'");
        write(text(customer, first, "first"));
        assertThat(ticketOf(first)).containsEntry("status", "closed");

        set(first, "closed", "now()");
        write(text(customer, first, "first"));
        assertThat(ticketOf(first)).containsEntry("status", "closed").containsEntry("unread_count", 1);
        assertThat(tickets()).hasSize(1);
    }

    @Test
    void the_window_counts_from_the_newest_message_of_the_customer_and_not_from_a_system_message() {
        write(text(customer, TestApp.newWamid(), "new").put("timestamp", "1760000200"));
        write(text(customer, TestApp.newWamid(), "late").put("timestamp", "1760000100"));
        write(system().put("timestamp", "1760000900"));

        assertThat(app.database().sql("""
                select extract(epoch from w.last_customer_at)::bigint from service_window w
                join contact_identity i on i.contact_id = w.contact_id where i.value = ?""").param(customer).query(Long.class).single())
                .isEqualTo(1760000200);
    }
}
