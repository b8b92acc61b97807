"""How long a request may take and how large its body may be."""

import asyncio

from fastapi import HTTPException
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .problems import problem


class Limits:
    """Surrounds an application with the two limits."""

    def __init__(self, app: ASGIApp, seconds: float, body_bytes: int) -> None:
        self._app = app
        self._seconds = seconds
        self._body_bytes = body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers 413 to a body that is too large, and 503 when the time is over."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        has_begun = False
        declared = Headers(scope=scope).get("content-length", "0")
        size = int(declared) if declared.isdecimal() else 0
        received = 0

        async def limited_receive() -> Message:
            nonlocal received
            if size > self._body_bytes:
                raise HTTPException(413)
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._body_bytes:
                raise HTTPException(413)
            return message

        async def noted_send(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            async with asyncio.timeout(self._seconds) as deadline:
                await self._app(scope, limited_receive, noted_send)
        except TimeoutError:
            # The application may have a timeout of its own, which is not this one.
            if has_begun or not deadline.expired():
                raise
            await problem(503, "the request took too long")(scope, receive, send)
