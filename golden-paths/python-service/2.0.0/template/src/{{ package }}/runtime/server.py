"""Serves the application, and takes it down in order."""

import asyncio
import logging
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI
from prometheus_client import start_http_server
from starlette.types import ASGIApp

from . import openapi, telemetry
from .config import RuntimeSettings
from .health import Readiness
from .limits import Limits
from .metrics import Metrics
from .request import Observed

logger = logging.getLogger(__name__)


class Server(uvicorn.Server):
    """uvicorn, but signals are ours: its own way closes the port at once."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Captures none."""
        yield


def surround(app: FastAPI, settings: RuntimeSettings, metrics: Metrics) -> ASGIApp:
    """The application as the outside meets it: described, limited and observed."""
    openapi.complete(app)
    app.state.metrics = metrics
    app.add_middleware(
        Limits,
        seconds=settings.request_timeout_seconds,
        body_bytes=settings.request_body_limit_bytes,
    )
    app.add_middleware(Observed, metrics=metrics)
    return app


async def serve(
    application: ASGIApp, settings: RuntimeSettings, readiness: Readiness, metrics: Metrics
) -> None:
    """Serves until SIGTERM or SIGINT, then drains.

    1. `/readyz` turns to 503 while everything is still served, until load balancers have noticed;
    2. no new connection is accepted, and requests in flight finish;
    3. traces and metrics go last, so that the final requests can still be seen.
    """
    with telemetry.exporting():
        await _serve(application, settings, readiness, metrics)
    logger.info("stopped")


async def _serve(
    application: ASGIApp, settings: RuntimeSettings, readiness: Readiness, metrics: Metrics
) -> None:
    config = uvicorn.Config(
        application,
        host=settings.host,
        port=settings.port,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=settings.shutdown_timeout_seconds,
    )
    server = Server(config)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)

    metrics_server, _ = start_http_server(settings.metrics_port, settings.host, metrics.registry)
    serving = asyncio.create_task(server.serve())
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if stopping.done():
        readiness.stop()
        logger.info("stopping: no longer ready")
        await asyncio.sleep(settings.drain_delay_seconds)
        server.should_exit = True
    stopping.cancel()
    await serving
    metrics_server.shutdown()
