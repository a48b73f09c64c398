package helpdesk.whatsapp.inbound;

import static helpdesk.whatsapp.testing.Payloads.change;
import static helpdesk.whatsapp.testing.Payloads.contact;
import static helpdesk.whatsapp.testing.Payloads.put;
import static helpdesk.whatsapp.testing.Payloads.text;
import static helpdesk.whatsapp.testing.Payloads.webhook;
import static helpdesk.whatsapp.testing.Payloads.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;
import helpdesk.whatsapp.testing.Payloads;
import helpdesk.whatsapp.testing.TestApp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** One person is one contact, by whichever names a payload calls them. */
class ContactsTest {

    private final TestApp app = TestApp.shared();

    /** What a message names its sender by: p the phone, q another phone, u the user id, e the id of the parent. */
    private record Person(String phone, String otherPhone, String userId, String parentId, List<String> wamids) {

        static Person random() {
            String customer = TestApp.newCustomer();
            return new Person(customer, TestApp.newCustomer(), "US.A" + customer, "US.ENT.B" + customer, new ArrayList<>());
        }

        ObjectNode writes(String names) {
            wamids.add(TestApp.newWamid());
            ObjectNode message = text(names.contains("p") ? phone : names.contains("q") ? otherPhone : null,
                    wamids.get(wamids.size() - 1), "by " + names);
            put(message, "from_user_id", names.contains("u") ? userId : null);
            return put(message, "from_parent_user_id", names.contains("e") ? parentId : null);
        }
    }

    private void post(ObjectNode... messages) {
        assertThat(app.webhook(Payloads.messages(messages)).status()).isEqualTo(200);
    }

    private List<Long> contactsOf(List<String> wamids) {
        return app.database().sql("select distinct contact_id from message where wamid in (:wamids) order by 1")
                .param("wamids", wamids).query(Long.class).list();
    }

    private Map<String, Object> only(List<String> wamids) {
        return app.database().sql("""
                select distinct c.id, c.wa_id, c.user_id, c.parent_user_id, c.username, c.profile_name
                from contact c join message m on m.contact_id = c.id where m.wamid in (:wamids)""")
                .param("wamids", wamids).query().singleRow();
    }

    private int stored(List<String> wamids) {
        return app.database().sql("select count(*) from message where wamid in (:wamids)").param("wamids", wamids)
                .query(Integer.class).single();
    }

    static Stream<List<String>> connected() {
        return Stream.of("p pu", "u pu", "p u pu", "pu qu", "pu qu p q u", "ue pe", "u e ue", "p e pu ue", "pe qe", "p pue ue q qe")
                .flatMap(names -> permutations(Arrays.asList(names.split(" "))).stream());
    }

    private static List<List<String>> permutations(List<String> of) {
        if (of.size() > 4) {        // some of 120
            List<List<String>> some = new ArrayList<>();
            for (int i = 0; i < of.size(); i++) {
                List<String> rotated = new ArrayList<>(of);
                Collections.rotate(rotated, i);
                some.add(rotated);
            }
            return some;
        }
        if (of.size() <= 1) {
            return List.of(of);
        }
        List<List<String>> all = new ArrayList<>();
        for (int i = 0; i < of.size(); i++) {
            List<String> rest = new ArrayList<>(of);
            String first = rest.remove(i);
            permutations(rest).forEach(tail -> {
                List<String> one = new ArrayList<>(List.of(first));
                one.addAll(tail);
                all.add(one);
            });
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("connected")
    void names_that_the_messages_of_one_batch_connect_are_one_contact_in_any_order(List<String> order) {
        Person person = Person.random();

        post(order.stream().map(person::writes).toArray(ObjectNode[]::new));
        app.awaitProcessed();

        assertThat(stored(person.wamids)).isEqualTo(order.size());
        assertThat(contactsOf(person.wamids)).hasSize(1);
        Map<String, Object> contact = only(person.wamids);
        String all = String.join("", order);
        assertThat(contact.get("user_id")).isEqualTo(all.contains("u") ? person.userId : null);
        assertThat(contact.get("parent_user_id")).isEqualTo(all.contains("e") ? person.parentId : null);
    }

    @ParameterizedTest
    @CsvSource({"p, pu, u", "u, pu, p", "pu, p, u", "pu, u, p", "pu, qu, q", "ue, pe, p"})
    void names_that_come_one_after_the_other_are_one_contact_once_they_are_connected(String first, String second, String third) {
        Person person = Person.random();
        for (String names : List.of(first, second, third)) {
            post(person.writes(names));
            app.awaitProcessed();
        }

        assertThat(contactsOf(person.wamids)).hasSize(1);
    }

    @Test
    void two_contacts_that_a_later_message_connects_are_a_suggestion_and_no_merge() {
        Person person = Person.random();
        for (String names : List.of("p", "u", "pu")) {
            post(person.writes(names));
            app.awaitProcessed();
        }

        List<Long> contacts = contactsOf(person.wamids);
        assertThat(contacts).hasSize(2);
        assertThat(app.database().sql("select evidence from merge_suggestion where contact_id in (:c) and other_contact_id in (:c)")
                .param("c", contacts).query(String.class).list()).containsExactly(person.wamids.get(2));
    }

    @Test
    void ten_first_messages_at_the_same_time_make_one_contact_and_one_ticket() throws Exception {
        Person person = Person.random();
        List<String> bodies = Stream.of("p", "pu", "u", "pu", "ue", "pe", "pu", "u", "p", "pue")
                .map(names -> Payloads.messages(person.writes(names))).toList();
        post(person.writes("pue"));         // connects the names, whichever of the ten is worked on first

        assertThat(bodies.parallelStream().map(body -> app.webhook(body).status())).containsOnly(200);
        app.awaitProcessed();

        assertThat(stored(person.wamids)).isEqualTo(11);
        assertThat(contactsOf(person.wamids)).hasSize(1);
        assertThat(app.database().sql("select count(distinct ticket_id) from message where wamid in (:w)").param("w", person.wamids)
                .query(Integer.class).single()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "5511987654,  0, 551187654, 0, true",       // Brazil's ninth digit
        "551187654,   0, 5511987654, 0, true",
        "54911234567, 0, 5411234567, 0, true",      // Argentina's 9
        "52155123456, 0, 5255123456, 0, true",      // Mexico's 1
        "5255123456,  0, 52155123456, 0, true",
        "4917012345,  0, 49917012345, 0, false"})   // Germany writes numbers in one way
    void a_number_written_in_two_ways_is_one_contact_together_or_one_after_the_other(String one, int a, String other, int b,
            boolean same) {
        for (boolean together : new boolean[] {true, false}) {
            String end = String.valueOf(100_000 + (System.nanoTime() / 1000) % 800_000).substring(0, 6).replace('0', '7');
            String first = pad(one, other, end, true);
            String second = pad(one, other, end, false);
            List<String> wamids = List.of(TestApp.newWamid(), TestApp.newWamid());
            if (together) {
                post(text(first, wamids.get(0), "one"), text(second, wamids.get(1), "other"));
            } else {
                post(text(first, wamids.get(0), "one"));
                app.awaitProcessed();
                post(text(second, wamids.get(1), "other"));
            }
            app.awaitProcessed();

            assertThat(contactsOf(wamids)).hasSize(same ? 1 : 2);
            assertThat(app.database().sql("select text from message where wamid = ?").param(wamids.get(1)).query(String.class)
                    .single()).isEqualTo("other");
        }
    }

    @Test
    void a_send_to_a_number_written_in_the_other_way_goes_to_the_contact_that_is_known() {
        String end = String.valueOf(100_000 + (System.nanoTime() / 1000) % 800_000).substring(0, 6).replace('0', '7');
        String wamid = TestApp.newWamid();
        post(text(pad("5511987654", "551187654", end, true), wamid, "hello"));
        app.awaitProcessed();

        TestApp.Answer accepted = app.post("/api/whatsapp/messages", "{\"to\":\"+" + pad("5511987654", "551187654", end, false)
                + "\",\"type\":\"text\",\"text\":{\"body\":\"hello back\"}}");

        assertThat(accepted.status()).as(accepted.text()).isEqualTo(202);
        assertThat(app.database().sql("""
                select count(distinct m.contact_id) = 1 and count(distinct m.ticket_id) = 1 and count(*) = 2
                from message m where m.wamid = ? or m.id = cast(? as bigint)""").params(wamid, accepted.json().path("id").asText())
                .query(Boolean.class).single()).isTrue();
    }

    // The longer spelling has one digit more in front; the ends are random, so that runs don't meet.
    private static String pad(String one, String other, String end, boolean first) {
        String start = first ? one : other;
        int digits = switch (start.substring(0, 2)) {
            case "55" -> start.length() == 10 ? 13 : 12;
            case "54" -> start.startsWith("549") ? 13 : 12;
            case "52" -> start.startsWith("521") ? 13 : 12;
            default -> start.length() + 4;
        };
        return start + end.substring(0, digits - start.length());
    }

    @Test
    void a_reply_goes_to_the_number_as_it_was_last_received() {
        String end = String.valueOf(1000 + System.nanoTime() % 8999).substring(0, 4);
        String wamid = TestApp.newWamid();
        post(text("55219765" + end + "7", TestApp.newWamid(), "long").put("timestamp", "1700000000"));
        app.awaitProcessed();
        post(text("552197654321", wamid, "short").put("timestamp", "1700000100"));
        app.awaitProcessed();

        assertThat(only(List.of(wamid)).get("wa_id")).isEqualTo("552197654321");
    }

    @Test
    void a_changed_number_is_another_name_of_the_same_contact_in_either_order() {
        for (boolean changeFirst : new boolean[] {true, false}) {
            String old = TestApp.newCustomer();
            String now = TestApp.newCustomer();
            List<String> wamids = List.of(TestApp.newWamid(), TestApp.newWamid(), TestApp.newWamid());
            ObjectNode change = Payloads.message(old, wamids.get(1), "system");
            change.putObject("system").put("type", "user_changed_number").put("wa_id", now)
                    .put("body", "User A changed from " + old + " to " + now);
            post(text(old, wamids.get(0), "before").put("timestamp", "1700000000"));
            app.awaitProcessed();
            if (changeFirst) {
                post(change);
                app.awaitProcessed();
                assertThat(only(wamids).get("wa_id")).isEqualTo(now);
                post(text(now, wamids.get(2), "after"));
            } else {
                post(text(now, wamids.get(2), "after"), change);
            }
            app.awaitProcessed();

            assertThat(stored(wamids)).isEqualTo(3);
            assertThat(contactsOf(wamids)).hasSize(1);
            assertThat(only(wamids).get("wa_id")).isEqualTo(now);
        }
    }

    @Test
    void a_new_number_that_wrote_before_its_change_was_told_is_a_suggestion() {
        String old = TestApp.newCustomer();
        String now = TestApp.newCustomer();
        List<String> wamids = List.of(TestApp.newWamid(), TestApp.newWamid(), TestApp.newWamid());
        ObjectNode change = Payloads.message(old, wamids.get(2), "system");
        change.putObject("system").put("type", "user_changed_number").put("wa_id", now).put("body", "changed");
        for (ObjectNode message : List.of(text(old, wamids.get(0), "before"), text(now, wamids.get(1), "after"), change)) {
            post(message);
            app.awaitProcessed();
        }

        List<Long> contacts = contactsOf(wamids);
        assertThat(contacts).hasSize(2);
        assertThat(app.database().sql("select count(*) from merge_suggestion where contact_id in (:c) and other_contact_id in (:c)")
                .param("c", contacts).query(Integer.class).single()).isEqualTo(1);
    }

    @Test
    void a_changed_user_id_is_told_by_the_text_of_the_system_message_only() {
        Person person = Person.random();
        String now = "US.N" + person.phone;
        ObjectNode change = Payloads.message(null, TestApp.newWamid(), "system");
        change.putObject("system").put("type", "user_changed_user_id").put("user_id", now)
                .put("body", "User Ana changed from " + person.userId + " to " + now);
        post(person.writes("u"));
        app.awaitProcessed();
        post(change);
        app.awaitProcessed();
        ObjectNode after = text(null, TestApp.newWamid(), "after").put("from_user_id", now);
        post(after);
        app.awaitProcessed();

        List<String> wamids = List.of(person.wamids.get(0), change.path("id").asText(), after.path("id").asText());
        assertThat(stored(wamids)).isEqualTo(3);
        assertThat(contactsOf(wamids)).hasSize(1);
        assertThat(only(wamids).get("user_id")).isEqualTo(now);
    }

    @Test
    void an_announced_user_id_is_another_name_of_the_contact_known_by_the_previous_one_or_by_the_number() {
        for (String known : List.of("u", "p")) {
            Person person = Person.random();
            String now = "US.N" + person.phone;
            post(person.writes(known));
            app.awaitProcessed();
            app.webhook(webhook(userIdUpdate(known.equals("p") ? person.phone : null, person.userId, now)));
            app.awaitProcessed();
            assertThat(only(person.wamids)).containsEntry("user_id", now);
            ObjectNode after = text(null, TestApp.newWamid(), "after").put("from_user_id", now);
            post(after);
            app.awaitProcessed();

            assertThat(contactsOf(List.of(person.wamids.get(0), after.path("id").asText()))).hasSize(1);
        }
    }

    @Test
    void an_announced_user_id_of_nobody_or_of_somebody_else_changes_no_contact() {
        Person person = Person.random();
        Person other = Person.random();
        app.webhook(webhook(userIdUpdate(null, "US.X" + person.phone, "US.Y" + person.phone)));
        post(person.writes("u"), other.writes("u"));
        app.awaitProcessed();
        app.webhook(webhook(userIdUpdate(null, person.userId, other.userId)));
        app.awaitProcessed();

        assertThat(app.database().sql("select count(*) from contact_identity where value = ?").param("US.Y" + person.phone)
                .query(Integer.class).single()).isZero();
        assertThat(only(other.wamids)).containsEntry("user_id", other.userId);
        List<Long> both = List.of(contactsOf(person.wamids).get(0), contactsOf(other.wamids).get(0));
        assertThat(both).doesNotHaveDuplicates();
        assertThat(app.database().sql("select count(*) from merge_suggestion where contact_id = ? and other_contact_id = ?")
                .params(both).query(Integer.class).single()).isEqualTo(1);
    }

    private static ObjectNode userIdUpdate(String waId, String previous, String current) {
        ObjectNode value = Json.object().put("messaging_product", "whatsapp");
        ObjectNode update = put(value.putArray("user_id_update").addObject(), "wa_id", waId);
        update.putObject("user_id").put("previous", previous).put("current", current);
        update.put("timestamp", "1760000000");
        return change("user_id_update", value);
    }

    @Test
    void a_contact_and_a_ticket_are_simulated_until_real_traffic_comes() {
        Person person = Person.random();
        for (boolean simulated : new boolean[] {true, false, true}) {
            app.context().createFluentProducerTemplate().to("pglog:webhook").withBody(Payloads.messages(person.writes("p")).getBytes())
                    .withHeader("simulated", simulated).send();
            app.awaitProcessed();

            assertThat(app.database().sql("select count(*) from contact c join ticket t on t.contact_id = c.id "
                    + "where c.wa_id = ? and c.simulated = ? and t.simulated = ?").param(person.phone)
                    .param(person.wamids.size() == 1).param(person.wamids.size() == 1).query(Integer.class).single()).isEqualTo(1);
        }
    }

    @Test
    void the_newest_profile_is_shown_and_a_late_message_changes_nothing() {
        Person person = Person.random();
        ObjectNode newer = with(change(TestApp.NUMBER, "messages", person.writes("pu").put("timestamp", "1750000200")), "contacts",
                contact(person.phone, person.userId, "New Name"));
        ((ObjectNode) newer.at("/value/contacts/0/profile")).put("username", "@ana.example");
        ObjectNode older = with(change(TestApp.NUMBER, "messages", person.writes("p").put("timestamp", "1750000100")), "contacts",
                contact(person.phone, null, "Old Name"));
        app.webhook(webhook(newer));
        app.awaitProcessed();
        app.webhook(webhook(older));
        app.awaitProcessed();

        assertThat(only(person.wamids)).containsEntry("profile_name", "New Name").containsEntry("username", "ana.example")
                .containsEntry("user_id", person.userId);
    }

    @Test
    void nobody_gets_the_profile_of_somebody_else_in_the_same_change() {
        Person ana = Person.random();
        Person ben = Person.random();
        Person unknown = Person.random();
        app.webhook(webhook(with(change(TestApp.NUMBER, "messages", ana.writes("p"), ben.writes("u"), unknown.writes("p")), "contacts",
                contact(null, ben.userId, "Ben"), contact(ana.phone, null, "Ana"))));
        app.awaitProcessed();

        assertThat(only(ana.wamids)).containsEntry("profile_name", "Ana");
        assertThat(only(ben.wamids)).containsEntry("profile_name", "Ben").containsEntry("wa_id", null);
        assertThat(only(unknown.wamids)).containsEntry("profile_name", null);
    }
}
