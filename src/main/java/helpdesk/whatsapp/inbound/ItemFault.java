package helpdesk.whatsapp.inbound;

/** An item that cannot be understood. It becomes a dead letter with this message as its reason; its neighbours go on. */
public final class ItemFault extends RuntimeException {

    public ItemFault(String reason) {
        super(reason);
    }
}
