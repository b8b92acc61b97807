"""Configuration, logs, and then the server."""

import asyncio

from .app import create_app
from .runtime import logs
from .runtime.health import Readiness
from .runtime.metrics import Metrics
from .runtime.server import serve, surround
from .settings import Settings


def main() -> None:
    """Runs the service until it is told to stop."""
    settings = Settings.from_environment()
    logs.configure(settings.log_level)
    readiness = Readiness()
    metrics = Metrics()
    application = surround(create_app(settings, readiness), settings, metrics)
    try:
        asyncio.run(serve(application, settings, readiness, metrics))
    except OSError as error:
        raise SystemExit(f"cannot listen: {error}") from error


if __name__ == "__main__":
    main()
