package helpdesk.whatsapp.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import helpdesk.whatsapp.inbound.PayloadCases.Case;
import helpdesk.whatsapp.testing.TestApp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Real payloads, read where they lie: in the folder that {@code WHATSAPP_FIXTURES} names, else in {@code ../shared/fixtures}.
 * Without it these tests are skipped, unless {@code WHATSAPP_FIXTURES_REQUIRED} is true.
 */
class FixturesTest {

    private static final Path FOLDER = Path.of(System.getenv().getOrDefault("WHATSAPP_FIXTURES", "../shared/fixtures"));
    private static final boolean REQUIRED = Boolean.parseBoolean(System.getenv("WHATSAPP_FIXTURES_REQUIRED"));
    private static final String PYWA = "david-lev__pywa/webhook/";
    private static final String META = "facebook__openapi/webhook/";
    private static final String TEST_NAME = " phone=972987654321 user=US.13491208655302741918 parent=US.ENT.11815799212886844830 name=Test Name";
    private static final String SHEENA = " phone=16505551234 user=- parent=- name=Sheena Nelson";

    private static TestApp app;

    private static final String PYWA_OTHERS = """
            account-update-account-deleted | change:ACCOUNT_DELETED:stored | | topic=account waba=102290129340398
            account-update-account-disabled | change:DISABLED_UPDATE:stored | | topic=account
            account-update-account-offboarded | change:ACCOUNT_OFFBOARDED:stored | | topic=account
            account-update-account-reconnected | change:ACCOUNT_RECONNECTED:stored | | topic=account
            account-update-account-restriction | change:ACCOUNT_RESTRICTION:stored | | topic=account
            account-update-account-violation | change:ACCOUNT_VIOLATION:stored | | topic=account
            account-update-ad-account-linked | change:AD_ACCOUNT_LINKED:stored | | topic=account waba=2949482758682047
            account-update-authentication-international-eligibility | change:AUTH_INTL_PRICE_ELIGIBILITY_UPDATE:stored | | topic=account
            account-update-mm-api-for-wa-terms-of-service | change:MM_LITE_TERMS_SIGNED:stored | | topic=account
            account-update-partner-added | change:PARTNER_ADDED:stored | | topic=account
            account-update-partner-app-installed | change:PARTNER_APP_INSTALLED:stored | | topic=account
            account-update-partner-app-uninstalled | change:PARTNER_APP_UNINSTALLED:stored | | topic=account
            account-update-partner-led-business-verification-status | change:PARTNER_CLIENT_CERTIFICATION_STATUS_UPDATE:stored | | topic=account
            account-update-partner-removed-wa-app-disconnection | change:PARTNER_REMOVED:stored | | topic=account
            account-update-partner-removed | change:PARTNER_REMOVED:stored | | topic=account
            account-update-pricing-tiering-update | change:VOLUME_BASED_PRICING_TIER_UPDATE:stored | | topic=account
            account-update-primary-business-location-set | change:BUSINESS_PRIMARY_LOCATION_COUNTRY_UPDATE:stored | | topic=account
            call-connect-business-initiated | change:-:stored | | topic=call field=calls number=743897493242
            call-connect-user-initiated | change:-:stored | | topic=call number=743897493242
            call-status-call-status | change:-:stored | | topic=call number=5483758353
            call-terminate-call-terminate | change:-:stored | | topic=call number=37489742
            message-status-delivered | status:delivered:stored | | status=delivered wamid=wamid.xyzxyz at=1698266945 pricing=CBP
            message-status-failed | status:failed:stored | | code=130472 details=Failed to send message because this user's phone number is part of an experiment
            message-status-group | status:read:stored | | participant=US.123456 number=<BUSINESS_PHONE_NUMBER_ID> pricing=-
            message-status-played | status:played:stored | | status=played participant=''
            message-status-read | status:read:stored | | status=read at=1689380458
            message-status-sent | status:sent:stored | | status=sent number=1122334455667
            message-status-with-tracker | status:sent:stored | | callback=some data
            outgoing-message-delete | change:-:stored | | topic=echo field=smb_message_echoes number=1122334455667
            outgoing-message-edit | change:-:stored | | topic=echo
            outgoing-message-text | change:-:stored | | topic=echo
            template-category-update-marketing | change:-:stored | | topic=template waba=57438975935
            template-components-update-element | change:-:stored | | topic=template field=message_template_components_update
            template-quality-update-yellow | change:-:stored | | topic=template
            template-status-update-approved | change:APPROVED:stored | | topic=template event=APPROVED
            template-status-update-rejected | change:REJECTED:stored | | topic=template event=REJECTED
            user-marketing-preferences-resume | change:-:stored | | topic=contact number=106540352242922
            user-marketing-preferences-signup | change:-:stored | | topic=contact
            deleted-message-revoke | message:revoke:unsupported | - | context=<ORIGINAL_WHATSAPP_MESSAGE_ID> phone=<WHATSAPP_USER_PHONE_NUMBER> name=-
            edited-message-image | message:edit:unsupported | - | context=wamid.HBgLMTQxMjU1NTA4MjkVAgASGBQzQUNCNjk5RDUwNUZGMUZEM0VBRAA= phone=16505551234 name=-
            system-identity-change | message:system:stored | User identity changed | phone=972987654321 user=- name=User A ticket=-
            system-phone-number-change | message:system:stored | User A changed from 972987654321 to 972912345678 | phone=972912345678 ticket=-
            """;

    private static final String PYWA_MESSAGES = """
            call-permission-update-accept | message:interactive:stored | - | context=wamid.y== wamid=wamid.x
            call-permission-update-reject | message:interactive:stored | - | context=wamid.y==
            callback-button-button | message:interactive:stored | title | context=wamid.xyzxyz
            callback-button-quick-reply-without-context | message:button:stored | title | context=-
            callback-button-quick-reply | message:button:stored | title | context=wamid.xyzxyz==
            callback-selection-callback | message:interactive:stored | title | context=wamid.xyzxyz
            callback-selection-description | message:interactive:stored | title | context=wamid.xyzxyz at=1698266905
            flow-completion-completion | message:interactive:stored | Sent | context=wamid.gvwegfretge==
            flow-completion-without-flow-token | message:interactive:stored | Sent | context=wamid.gvwegfretge==
            message-animated-sticker | message:sticker:stored | - | graph=1234567890987654321 mime=image/webp media=pending sha=-
            message-audio | message:audio:stored | - | graph=1234567890987654321 mime=audio/ogg; codecs=opus context=-
            message-chosen-location | message:location:stored | Facebook HQ, 1 Hacker Way, Menlo Park, CA 94025 | at=1697044557
            message-contacts | message:contacts:stored | Chandler Bing, Monica, Rachel Green | at=1697044621
            message-current-location | message:location:stored | 12.25089, 43.90539 | at=1697044557
            message-document | message:document:stored | caption | file=filename.pdf mime=application/pdf caption=caption media=pending
            message-forwarded-many-times | message:text:stored | text forwarded many times | context=-
            message-forwarded | message:text:stored | forwarded text | context=-
            message-image | message:image:stored | - | graph=65463453 mime=image/jpeg caption=- sha=-
            message-interactive-message-with-err | message:interactive:stored error:131000:stored | - | context=wamid.gvwegfretge== topic=error field=errors
            message-media-with-url | message:image:stored | - | graph=65463453 media=pending
            message-order | message:order:stored | 3 products | number=1122334455667
            message-reaction | message:reaction:stored | 😮 | target=wamid.yzxyzx= emoji=😮
            message-referral | message:text:stored | BODY | wamid=wamid.ID
            message-reply | message:text:stored | replied text | context=wamid.xyzxyz== ticket=new-ticket
            message-static-sticker | message:sticker:stored | - | sha=3a64f89e18d48423083cd9a3ede78e65e0988d35e42f1a0ebfce4e3021704ae7
            message-text | message:text:stored | Body Text | at=1697043223 ticket=new-ticket
            message-unreaction-empty | message:reaction:stored | '' | target=wamid.yzxyzx= emoji=''
            message-unreaction-no-emoji | message:reaction:stored | - | target=wamid.yzxyzx= emoji=''
            message-unsupported-with-type | message:unsupported:unsupported | - | type=unsupported ticket=new-ticket
            message-unsupported | message:unsupported:unsupported | - | type=unsupported
            message-video | message:video:stored | caption | graph=765756756 mime=video/mp4 caption=caption
            message-voice | message:audio:stored | - | sha=9b4e2915fd8445d6a8a53c859063c0d3e6d7de2f986367588151703a00cb4832
            """;

    private static final String META_CASES = """
            button-message | message:button:stored | Unsubscribe | context=wamid.HBgLMTY1MDM4Nzk0MzkVAgARGBJFNjk2OTMwNEZCQjhGMzUyQUYA
            contact-sharing-message | message:contacts:stored | Lucía Gómez | at=1744344496
            image-message | message:image:stored | Taj Mahal | graph=1003383421387256 sha=49f227634806293b0995459bc310b593e1400f41591efcf07e9bced335f41942
            interactive-button-reply-message | message:interactive:stored | Cancel | context=wamid.HBgLMTY1MDM4Nzk0MzkVAgARGBI3MEM2RUJFNkI0RENGQTVDRjUA
            interactive-list-reply-message | message:interactive:stored | Priority Mail Express | at=1749854575
            location-message | message:location:stored | Philz Coffee, 101 Forest Ave, Palo Alto, CA 94301 | number=106540352242922
            order-message | message:order:stored | 2 products | at=1750096325
            reaction-message | message:reaction:stored | 👍 | target=wamid.HBgLMTY1MDM4Nzk0MzkVAgARGBI0RTJEOTc2ODVERUY5RDlGNkYA emoji=👍
            text-message-from-click-to-whatsapp-ad | message:text:stored | Hello! Can I get more info on this? | at=1750275992
            text-message-with-context-product-inquiry | message:text:stored | Is this still available? | context=wamid.HBgLMTY1MDM4Nzk0MzkVAgARGA9wcm9kdWN0X2lucXVpcnkA
            text-message | message:text:stored | Does it come in another color? | ticket=new-ticket
            unsupported-message | message:unsupported:unsupported | - | at=1750090702
            """;

    private static final String META_OTHERS = """
            group-create-message | change:-:stored | | topic=group field=group_lifecycle_update number=106540352242922
            group-remove-participants | change:-:stored | | topic=group
            group-settings-update | change:-:stored | | topic=group
            system-message | message:system:stored | User Sheena Nelson changed from 16505551234 to 12195555358 | phone=12195555358 name=- ticket=-
            """;

    static Stream<Case> cases() {
        return Stream.of(under(PYWA, PYWA_OTHERS, ""), under(PYWA, PYWA_MESSAGES, TEST_NAME), under(META, META_CASES, SHEENA),
                under(META, META_OTHERS, "")).flatMap(List::stream);
    }

    private static List<Case> under(String folder, String table, String more) {
        return PayloadCases.table(table.lines().map(line -> folder + line.strip().replaceFirst(" \\|", ".json |") + more)
                .reduce("", (all, line) -> all + "\n" + line));
    }

    private static void assumeFixtures() {
        if (!REQUIRED) {
            Assumptions.assumeTrue(Files.isDirectory(FOLDER),
                    () -> cases().count() + " fixtures are not read: there is no folder " + FOLDER);
        }
        assertThat(FOLDER).isDirectory();
    }

    @AfterAll
    static void stop() {
        if (app != null) {
            app.close();
        }
    }

    @Test
    void every_webhook_fixture_has_its_expectation() throws IOException {
        assumeFixtures();
        TreeSet<String> files = new TreeSet<>();
        for (String folder : List.of(PYWA, META)) {
            try (Stream<Path> list = Files.list(FOLDER.resolve(folder))) {
                list.forEach(file -> files.add(folder + file.getFileName()));
            }
        }

        assertThat(cases().map(Case::file)).containsExactlyInAnyOrderElementsOf(files);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void a_fixture_ends_with_the_outcome_and_content_that_it_should_have(Case wanted) throws IOException {
        assumeFixtures();
        if (app == null) {
            app = TestApp.start(Map.of());
        }
        new PayloadCases(app).check(wanted, Files.readAllBytes(FOLDER.resolve(wanted.file())));
    }
}
