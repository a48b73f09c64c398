package helpdesk.whatsapp.routes;

/** What is wrong in a line of a file, and what to write instead. */
record Finding(String file, int line, String text) {
    @Override
    public String toString() {
        return file + ":" + line + ": " + text;
    }
}
