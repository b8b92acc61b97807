"""What every request gets: an id, a log line and its place in the metrics."""

import logging
import re
import time
from uuid import uuid4

from opentelemetry import trace
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from . import logs
from .metrics import Metrics
from .problems import problem

logger = logging.getLogger(__name__)

REQUEST_ID = "x-request-id"

# The caller's id, unless it is one that should not be repeated into logs.
PLAIN_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")

# Asked every few seconds: worth a line only to those who look closely, and no trace.
PROBES = {"/livez", "/readyz"}


class Observed:
    """Surrounds an application with what is seen of it from outside. The span is FastAPI's own."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets a request through; an error that nobody caught ends here: in the log, as a 500."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        status = 0
        given = Headers(scope=scope).get(REQUEST_ID, "")
        request_id = given if PLAIN_ID.fullmatch(given) else str(uuid4())
        token = logs.request_id.set(request_id)

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[REQUEST_ID] = request_id
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        except Exception as error:
            logger.exception("a request failed")
            trace.get_current_span().record_exception(error)
            if status == 0:
                await problem(500)(scope, receive, send_with_id)
        finally:
            seconds = time.perf_counter() - began
            self._note(scope, status, seconds)
            logs.request_id.reset(token)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        # The template, never the path itself: a label with a value for each order would not end.
        route = getattr(scope.get("route"), "path", "")
        self._metrics.record(scope["method"], route, status, seconds)
        fields = {
            "method": scope["method"],
            "route": route,
            "status": status,
            "duration_ms": round(seconds * 1000, 3),
        }
        level = logging.DEBUG if route in PROBES and status == 200 else logging.INFO
        logger.log(level, "request finished", extra={"fields": fields})
