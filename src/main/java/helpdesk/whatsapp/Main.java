package helpdesk.whatsapp;

/** Starts the product: camel-main with the routes of {@code routes/} and the properties of {@code config/}. */
public final class Main {

    private Main() {
    }

    public static void main(String[] args) throws Exception {
        org.apache.camel.main.Main main = new org.apache.camel.main.Main(Main.class);
        System.exit(main.run(args));
    }
}
