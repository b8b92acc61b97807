"""What the platform asks of a running process.

`/livez` says that the process can still answer; it looks at no dependency, because a restart
repairs none. `/readyz` says whether traffic should come here. No cache between may answer for them.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

from fastapi import APIRouter, HTTPException, Response
from fastapi.responses import PlainTextResponse

from .access import public

logger = logging.getLogger(__name__)

CHECK_TIMEOUT_SECONDS = 2.0

# A result holds that long, so that probes, however many, do not load a dependency.
CHECK_INTERVAL_SECONDS = 1.0

# So many results in a row turn a verdict: one lost packet shall not take every instance away.
TURNS_AFTER = 2

NO_CACHE = {"cache-control": "no-store"}

Check = Callable[[], Awaitable[None]]


class Dependency:
    """Something without which no request can be answered."""

    def __init__(self, name: str, check: Check) -> None:
        self.name = name
        self._check = check
        self._is_good: bool | None = None
        self._contrary = 0
        self._checked_at = float("-inf")
        self._lock = asyncio.Lock()

    async def is_good(self) -> bool:
        """Whether it answers, as far as the last checks tell."""
        async with self._lock:
            if time.monotonic() - self._checked_at >= CHECK_INTERVAL_SECONDS:
                self._judge(await self._fault())
                self._checked_at = time.monotonic()
        return self._is_good is True

    async def _fault(self) -> Exception | None:
        try:
            async with asyncio.timeout(CHECK_TIMEOUT_SECONDS):
                await self._check()
        except Exception as error:
            return error
        return None

    def _judge(self, fault: Exception | None) -> None:
        is_good = fault is None
        self._contrary = 0 if is_good is self._is_good else self._contrary + 1
        if self._is_good is not None and self._contrary < TURNS_AFTER:
            return
        self._is_good, self._contrary = is_good, 0
        if fault:
            logger.warning("%s does not answer: %r", self.name, fault)
        else:
            logger.info("%s answers", self.name)


class Readiness:
    """Whether traffic should come here."""

    def __init__(self) -> None:
        self._is_stopping = False
        self._dependencies: list[Dependency] = []

    def add(self, name: str, check: Check) -> None:
        """Makes readiness depend on `check`, which raises where something is wrong."""
        self._dependencies.append(Dependency(name, check))

    def stop(self) -> None:
        """Turns `/readyz` to 503 for good."""
        self._is_stopping = True

    async def fault(self) -> str | None:
        """What keeps the service from being ready."""
        if self._is_stopping:
            return "the service is stopping"
        for dependency in self._dependencies:
            if not await dependency.is_good():
                return f"{dependency.name} does not answer"
        return None


def routes(readiness: Readiness) -> APIRouter:
    """`/livez` and `/readyz`."""
    router = APIRouter(include_in_schema=False, default_response_class=PlainTextResponse)

    @router.get("/livez")
    @public
    async def livez(response: Response) -> str:
        response.headers.update(NO_CACHE)
        return "ok"

    @router.get("/readyz")
    @public
    async def readyz(response: Response) -> str:
        if fault := await readiness.fault():
            raise HTTPException(503, fault, NO_CACHE)
        response.headers.update(NO_CACHE)
        return "ok"

    return router
