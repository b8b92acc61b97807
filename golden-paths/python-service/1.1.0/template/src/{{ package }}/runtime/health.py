"""What the platform asks of a running process.

`/livez` says that the process can still answer; it looks at no dependency, because a restart
repairs none. `/readyz` says whether traffic should come here. No cache between may answer for them.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from fastapi import APIRouter, HTTPException, Response
from fastapi.responses import PlainTextResponse

logger = logging.getLogger(__name__)

CHECK_TIMEOUT_SECONDS = 2.0

NO_CACHE = {"cache-control": "no-store"}

Check = Callable[[], Awaitable[None]]


class Readiness:
    """Whether traffic should come here."""

    def __init__(self) -> None:
        self._is_stopping = False
        self._checks: dict[str, Check] = {}

    def add(self, name: str, check: Check) -> None:
        """Makes readiness depend on `check`, which raises where something is wrong."""
        self._checks[name] = check

    def stop(self) -> None:
        """Turns `/readyz` to 503 for good."""
        self._is_stopping = True

    async def fault(self) -> str | None:
        """What keeps the service from being ready."""
        if self._is_stopping:
            return "the service is stopping"
        for name, check in self._checks.items():
            try:
                async with asyncio.timeout(CHECK_TIMEOUT_SECONDS):
                    await check()
            except Exception as error:
                logger.warning("not ready: %s: %r", name, error)
                return f"{name} does not answer"
        return None


def routes(readiness: Readiness) -> APIRouter:
    """`/livez` and `/readyz`."""
    router = APIRouter(include_in_schema=False, default_response_class=PlainTextResponse)

    @router.get("/livez")
    async def livez(response: Response) -> str:
        response.headers.update(NO_CACHE)
        return "ok"

    @router.get("/readyz")
    async def readyz(response: Response) -> str:
        if fault := await readiness.fault():
            raise HTTPException(503, fault, NO_CACHE)
        response.headers.update(NO_CACHE)
        return "ok"

    return router
