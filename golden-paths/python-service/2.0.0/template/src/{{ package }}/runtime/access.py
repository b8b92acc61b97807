"""Who may call: nobody, unless the route says otherwise (docs/adr/0002-closed-by-default.md)."""

from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import HTTPException, Request

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])

_open: set[Callable[..., Any]] = set()


def public(endpoint: Endpoint) -> Endpoint:
    """Opens a route to everybody. It stands below the decorator that makes the route."""
    _open.add(endpoint)
    return endpoint


async def decide(request: Request) -> None:
    """Lets a request through or refuses it. Authentication belongs here."""
    if request.scope["endpoint"] not in _open:
        raise HTTPException(403)
