package helpdesk.whatsapp.web;

import helpdesk.whatsapp.simulator.GraphError;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.impl.VertxWrapper;

/**
 * Vert.x as all our HTTP servers are made by it: what may be sent as JSON may also be sent as the field of a form, a long text also in
 * the address, and what is no HTTP is answered like any other wrong request. Camel lets none of this be configured.
 */
public final class HttpServers extends VertxWrapper {

    /** For the longest text of a message in an address, where a letter may take twelve bytes. */
    private static final int LINE_LIMIT = 64 * 1024;
    private static final int HEADERS_LIMIT = 32 * 1024;

    HttpServers() {
        super((VertxInternal) Vertx.vertx());
    }

    @Override
    public HttpServer createHttpServer(HttpServerOptions options) {
        // HTTP/2 with TLS only: who goes on in it without loses what comes right behind our consent, Java's client and curl beyond some 16 KB.
        options.setHttp2ClearTextEnabled(false)
                .setMaxFormAttributeSize(HttpEdge.JSON_LIMIT).setMaxInitialLineLength(LINE_LIMIT).setMaxHeaderSize(HEADERS_LIMIT)
                .setInitialSettings(options.getInitialSettings().setMaxHeaderListSize(LINE_LIMIT + HEADERS_LIMIT));
        return super.createHttpServer(options).invalidRequestHandler(HttpServers::refuse);
    }

    // Of a line that is too long nobody knows the path.
    private static void refuse(HttpServerRequest request) {
        Problem problem = problem(request);
        if (String.valueOf(request.path()).startsWith(GraphError.PATHS)) {
            refuse(request, problem.getStatus(), "application/json; charset=UTF-8", GraphError.of(problem).toJson());
        } else {
            refuse(request, problem.getStatus(), "application/problem+json", problem.toJson());
        }
    }

    /** Answers what has come of a request that could not be read, and closes its connection: where the next one begins is not known. */
    public static void refuse(HttpServerRequest request, int status, String contentType, String json) {
        request.response().setStatusCode(status).putHeader("Content-Type", contentType).putHeader("Connection", "close").end(json)
                .onComplete(done -> request.connection().close());
    }

    /** Why a request could not be read. */
    public static Problem problem(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        if (cause instanceof TooLongHttpLineException) {
            return new Problem(414, "address-too-long", "The address is longer than " + LINE_LIMIT + " bytes.");
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return new Problem(431, "headers-too-large", "The headers are larger than " + HEADERS_LIMIT + " bytes.");
        }
        return new Problem(400, "bad-request", "The request is not proper HTTP.");
    }
}
