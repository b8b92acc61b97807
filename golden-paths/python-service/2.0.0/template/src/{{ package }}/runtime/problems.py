"""Errors as clients see them: `application/problem+json` (RFC 9457)."""

from collections.abc import Mapping
from http.client import responses
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

MEDIA_TYPE = "application/problem+json"

# For the OpenAPI document.
RESPONSE: dict[str, Any] = {
    "description": "What went wrong",
    "content": {
        MEDIA_TYPE: {
            "schema": {
                "type": "object",
                "required": ["status", "title"],
                "properties": {
                    "status": {"type": "integer"},
                    "title": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}


def problem(
    status: int, detail: str | None = None, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """`detail` goes to the client: it says what to change in the request, never what is inside."""
    title = responses.get(status, "Error")
    content: dict[str, Any] = {"status": status, "title": title}
    if detail and detail != title:
        content["detail"] = detail
    return JSONResponse(content, status, headers, MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Gives all errors this form and keeps their headers, such as `Allow`."""

    @app.exception_handler(HTTPException)
    async def on_http(_: Request, error: HTTPException) -> JSONResponse:
        return problem(error.status_code, error.detail, error.headers)

    @app.exception_handler(RequestValidationError)
    async def on_invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        faults = [f"{'.'.join(map(str, it['loc']))}: {it['msg']}" for it in error.errors()]
        return problem(422, "; ".join(faults))
