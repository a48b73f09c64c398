package helpdesk.whatsapp.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import helpdesk.whatsapp.Json;

/** The errors of the Cloud API that the strict rules answer with, at once or in a status that says failed. */
enum CloudError {

    THROUGHPUT(130429, 400, "Rate limit hit"),
    BLOCKED(130403, 400, "Message failed to send because this user is blocked"),
    REQUIRED(131008, 400, "Required parameter is missing"),
    INVALID(131009, 400, "Parameter value is not valid"),
    SENDER_IS_RECIPIENT(131021, 400, "Recipient cannot be sender"),
    UNDELIVERABLE(131026, 400, "Message undeliverable"),
    NOT_ALLOWED(131030, 400, "Recipient phone number not in allowed list"),
    PAYMENT(131042, 400, "Business eligibility payment issue"),
    RE_ENGAGEMENT(131047, 400, "Re-engagement message"),
    SPAM_RATE(131048, 400, "Spam rate limit hit"),
    OPTED_OUT(131050, 400, "User has stopped marketing messages"),
    UNSUPPORTED_TYPE(131051, 400, "Unsupported message type"),
    MEDIA_UPLOAD(131053, 400, "Media upload error"),
    PAIR_RATE(131056, 400, "(Business Account, Consumer Account) pair rate limit hit"),
    NEEDS_PHONE(131062, 400, "Business-scoped user ids are not supported for this message"),
    TEMPLATE_PARAMETERS(132000, 400, "Number of parameters does not match the expected number of params"),
    TEMPLATE_MISSING(132001, 404, "Template name does not exist in the translation"),
    TEMPLATE_TOO_LONG(132005, 400, "Translated text too long"),
    TEMPLATE_FORMAT(132012, 400, "Parameter format does not match format in the created template"),
    TEMPLATE_TEXT(132018, 400, "There's an issue with the parameters in your template"),
    TEMPLATE_PAUSED(132015, 400, "Template is paused"),
    TEMPLATE_DISABLED(132016, 400, "Template is disabled"),
    PIN_MISMATCH(133005, 400, "Two-step verification PIN mismatch"),
    NOT_VERIFIED(133006, 400, "Phone number re-verification needed"),
    NOT_REGISTERED(133010, 400, "Phone number not registered"),
    REGISTRATION_ATTEMPTS(133016, 400, "Account register deregister rate limit exceeded"),
    CODE_REQUEST(136024, 400, "Request code error"),
    CODE_WRONG(136025, 400, "Verify code error");

    private static final String HREF = "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/";

    private final int code;
    private final int status;
    private final String title;

    CloudError(int code, int status, String title) {
        this.code = code;
        this.status = status;
        this.title = title;
    }

    int code() {
        return code;
    }

    int status() {
        return status;
    }

    String title() {
        return title;
    }

    /** As a status has it that says failed. */
    ObjectNode inStatus(String details) {
        ObjectNode error = Json.object().put("code", code).put("title", title).put("message", title);
        error.putObject("error_data").put("details", details);
        return error.put("href", HREF);
    }
}
