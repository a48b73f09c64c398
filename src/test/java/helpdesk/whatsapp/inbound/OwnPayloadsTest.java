package helpdesk.whatsapp.inbound;

import static helpdesk.whatsapp.testing.Payloads.change;
import static helpdesk.whatsapp.testing.Payloads.messages;
import static helpdesk.whatsapp.testing.Payloads.text;
import static helpdesk.whatsapp.testing.Payloads.webhook;
import static org.assertj.core.api.Assertions.assertThat;

import helpdesk.whatsapp.inbound.PayloadCases.Case;
import helpdesk.whatsapp.testing.TestApp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What no fixture has: payloads of our own, in src/test/resources/payloads/inbound. */
class OwnPayloadsTest {

    private static final Path FOLDER = Path.of("src/test/resources/payloads/inbound");

    @AutoClose
    private static TestApp app;

    private static final String CASES = """
            bsuid-only | message:text:stored | hello | phone=- user=US.13491208655302741918 name=Ana username=ana.example ticket=new-ticket
            bsuid-and-phone | message:text:stored | hello | phone=16505550111 user=US.13491208655302741918 username=ana.example
            bsuid-with-parent | message:text:stored | hello | phone=- user=US.13491208655302741918 parent=US.ENT.11815799212886844830
            no-contacts | message:text:stored | hello | phone=16505550111 user=- name=-
            no-profile | message:text:stored | hello | phone=16505550111 name=- username=-
            user-id-update | change:-:stored | | topic=contact field=user_id_update
            business-username-updates | change:-:stored | | topic=account
            phone-number-quality-update | change:THROUGHPUT_UPGRADE:stored | | topic=number event=THROUGHPUT_UPGRADE
            phone-number-name-update | change:-:stored | | topic=number
            business-capability-update | change:-:stored | | topic=account
            account-review-update | change:-:stored | | topic=account
            account-alerts | change:-:stored | | topic=account
            security | change:PIN_CHANGED:stored | | topic=account event=PIN_CHANGED
            flows | change:FLOW_STATUS_CHANGE:stored | | topic=other
            history | change:-:stored | | topic=echo number=100000000000001
            history-declined | change:-:stored | | topic=echo
            smb-app-state-sync | change:-:stored | | topic=contact
            status-v24-sent | status:sent:stored | | status=sent pricing=PMP code=-
            status-v24-delivered | status:delivered:stored | | status=delivered pricing=PMP
            status-v24-to-user-id | status:read:stored | | status=read participant=''
            status-old-error-shape | status:failed:stored | | code=131047 details=Old shape of the details
            status-error-code-only | status:failed:stored | | code=131000 details=-
            status-group-aggregated | status:delivered:stored status:delivered:stored status:delivered:stored | | participant=US.P1
            status-deleted | status:deleted:unsupported | | status=deleted
            status-unknown | status:teleported:unsupported | | status=teleported at=1760000000
            media-too-large | message:video:stored | - | media=failed graph=- fault=Video is larger than 100 MB. (131052)
            media-hex-digest | message:document:stored | - | file=../../etc/passwd sha=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
            numeric-timestamps | message:text:stored | hello | at=1760000000
            no-timestamp | message:text:stored | hello | wamid=wamid.OWN9
            unknown-field | change:SOMETHING:unsupported | | topic=unknown field=brand_new_field event=SOMETHING
            unknown-type | message:hologram:unsupported | - | type=hologram ticket=new-ticket
            old-unknown-type | message:unknown:unsupported | - | type=unknown
            no-type | message:-:unsupported | - | type=unknown
            request-welcome | message:request_welcome:unsupported | - | type=request_welcome
            value-error-only | error:130429:stored | | topic=error event=130429 number=100000000000001
            value-without-parts | change:-:unsupported | | topic=unknown field=messages
            contact-request | message:contacts:stored | +1 650 555 0111, Ben, contact | ticket=new-ticket
            order-text-quantity | message:order:stored | 1 product: please wrap | ticket=new-ticket
            form-answer-no-object | message:interactive:stored | Sent | ticket=new-ticket
            location-many-digits | message:location:stored | -33.8567840000000012345, 151.2152969999999876 | ticket=new-ticket
            nul-and-half-pairs | message:text:stored | a\uFFFDb \uFFFD c \uFFFD d 😊 e | name=N\uFFFD\uFFFD
            hostile-text | message:text:stored | ${bean:camelContext?method=stop} {{whatsapp.app-secret}} '; drop table message; -- :?batch <script>alert(1)</script> \\u0041 %s #{1} | name=${camelId}
            hostile-names | message:${camelId}:unsupported change:{{whatsapp.app-secret}}:unsupported | - | wamid=${camelId} phone='; select 1; -- field=${camelId}
            other-object | | -
            no-entry | | -
            mixed-fields | message:text:stored message:text:stored status:sent:stored error:131000:stored change:VERIFIED_ACCOUNT:stored change:-:stored | hello | name=Ana
            """;

    static Stream<Case> cases() {
        return PayloadCases.table(CASES).stream();
    }

    @BeforeAll
    static void start() {
        app = TestApp.start(Map.of());
    }

    @Test
    void every_payload_has_its_expectation() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            assertThat(cases().map(wanted -> wanted.file() + ".json"))
                    .containsExactlyInAnyOrderElementsOf(files.map(file -> file.getFileName().toString()).toList());
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void a_payload_ends_with_the_outcome_and_content_that_it_should_have(Case wanted) throws IOException {
        new PayloadCases(app).check(wanted, Files.readAllBytes(FOLDER.resolve(wanted.file() + ".json")));
    }

    @Test
    void a_very_long_text_is_kept_whole_and_shown_in_part() {
        new PayloadCases(app).clear();
        String body = "0123456789é😀".repeat(6_000);

        app.webhook(messages(text("16505550111", "wamid.LONG", body)));
        app.awaitProcessed();

        assertThat(app.database().sql("select text from message").query(String.class).single()).isEqualTo(body);
        assertThat(app.database().sql("select length(last_preview) from ticket").query(Integer.class).single()).isEqualTo(200);
    }

    @Test
    void an_event_without_entries_is_a_dead_letter_with_its_bytes() throws IOException {
        byte[] raw = Files.readAllBytes(FOLDER.resolve("no-entry.json"));
        new PayloadCases(app).clear();

        app.webhook(raw);
        app.awaitProcessed();

        Map<String, Object> letter = app.database()
                .sql("select part, item_path, reason, raw from dead_letter join dead_event using (log_pos)").query().singleRow();
        assertThat(letter).containsEntry("part", "event").containsEntry("item_path", "").containsEntry("reason", "The event has no array `entry`.");
        assertThat((byte[]) letter.get("raw")).isEqualTo(raw);
        assertThat(app.database().sql("select events_dead from ledger").query(Integer.class).single()).isEqualTo(1);
    }

    @Test
    void a_number_that_nobody_configured_is_stored_as_unknown() {
        new PayloadCases(app).clear();

        app.webhook(webhook(change("987654321", "messages",
                text("16505550111", "wamid.ELSEWHERE", "opening hours?"))));
        app.awaitProcessed();

        assertThat(app.database().sql("select state from channel where phone_number_id = '987654321'").query(String.class).single())
                .isEqualTo("unknown");
        assertThat(app.database().sql("select direction from message").query(String.class).list()).isEqualTo(List.of("inbound"));
    }
}
