"""The sample route. Replace it with the service's own."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, StringConstraints

routes = APIRouter(prefix="/v1", tags=["greetings"])

Name = Annotated[
    str,
    StringConstraints(
        strict=True,
        strip_whitespace=True,
        min_length=1,
        max_length=100,
        pattern=r"^[^\x00-\x1f\x7f]*$",
    ),
]


class GreetingRequest(BaseModel):
    """Who is to be greeted."""

    name: Name


class Greeting(BaseModel):
    """The greeting."""

    message: str


@routes.post("/greetings")
async def greet(request: GreetingRequest) -> Greeting:
    """Greets by name."""
    return Greeting(message=f"Hello, {request.name}!")
