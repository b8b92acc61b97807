"""What every request gets: an id, a log line, a span and its place in the metrics."""

import logging
import re
import time
from contextlib import AbstractContextManager, nullcontext
from uuid import uuid4

from opentelemetry import propagate, trace
from opentelemetry.trace import Span, SpanKind, StatusCode
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from . import logs
from .metrics import Metrics

logger = logging.getLogger(__name__)
tracer = trace.get_tracer(__name__)

REQUEST_ID = "x-request-id"

# The caller's id, unless it is one that should not be repeated into logs.
PLAIN_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")

METHODS = {"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"}

# Asked every few seconds: worth a line only to those who look closely, and no trace.
PROBES = {"/livez", "/readyz"}


class Observed:
    """Surrounds an application with what is seen of it from outside."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets a request through; an error that nobody caught ends here, in the log."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        status = 500
        given = Headers(scope=scope).get(REQUEST_ID, "")
        request_id = given if PLAIN_ID.fullmatch(given) else str(uuid4())
        token = logs.request_id.set(request_id)

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[REQUEST_ID] = request_id
            await send(message)

        with span_of(scope) as span:
            try:
                await self._app(scope, receive, send_with_id)
            except Exception as error:
                # The client has its 500 already: the framework answers before it raises again.
                span.record_exception(error)
                logger.exception("a request failed")
            finally:
                seconds = time.perf_counter() - began
                self._note(scope, span, status, seconds)
                logs.request_id.reset(token)

    def _note(self, scope: Scope, span: Span, status: int, seconds: float) -> None:
        # The template, never the path itself: a label with a value for each order would not end.
        route = getattr(scope.get("route"), "path", "")
        method = known(scope["method"])
        self._metrics.record(method, route, status, seconds)
        span.update_name(f"{method} {route}".rstrip())
        span.set_attribute("http.response.status_code", status)
        if route:
            span.set_attribute("http.route", route)
        if status >= 500:
            span.set_status(StatusCode.ERROR)
        fields = {
            "method": method,
            "route": route,
            "status": status,
            "duration_ms": round(seconds * 1000, 3),
        }
        level = logging.DEBUG if route in PROBES and status == 200 else logging.INFO
        logger.log(level, "request finished", extra={"fields": fields})


def known(method: str) -> str:
    """A client may invent methods; neither names nor labels must follow it."""
    return method if method in METHODS else "_OTHER"


def span_of(scope: Scope) -> AbstractContextManager[Span]:
    """The span of a request, in the caller's trace if it says which (`traceparent`)."""
    if scope["path"] in PROBES:
        return nullcontext(trace.INVALID_SPAN)
    method = known(scope["method"])
    attributes = {
        "http.request.method": method,
        "url.scheme": scope["scheme"],
        "url.path": scope["path"],
    }
    context = propagate.extract(Headers(scope=scope))
    return tracer.start_as_current_span(method, context, SpanKind.SERVER, attributes)
