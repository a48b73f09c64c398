class Beans {
    @BindToRegistry
    public Replies replies() {
        return new Replies();
    }

    @BindToRegistry("problems")
    public Problems anything() {
        from("direct:java-side");
        main.bind("takeRequest", new TakeRequest());
    }
}
