package helpdesk.whatsapp.web;

import io.vertx.ext.web.Router;

/** What stands before some paths: who may pass, or where to. */
public interface Door {

    /** So many orders of handlers, from the one that it is given on, are a door's own. */
    int ORDERS = 10;

    void attach(Router router, int order);
}
