"""Requests that come twice: who got no answer asks again, with the same `Idempotency-Key`.

The key is kept in the transaction that does the work, so there is never one without the other.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any, TypeVar

from fastapi import Header, HTTPException
from pydantic import BaseModel
from sqlalchemy import DateTime, String, delete, func, select, text
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from ..database import Base

Answer = TypeVar("Answer", bound=BaseModel)

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="Chosen by the caller; a request that was answered is not carried out again",
        pattern="^[A-Za-z0-9._-]{1,100}$",
    ),
]

# As long as callers may repeat a request.
KEPT = text("interval '1 day'")


class IdempotencyKey(Base):
    """A key with the digest of its request and, once there is one, the answer."""

    __tablename__ = "idempotency_keys"

    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    request: Mapped[bytes]
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), index=True
    )


async def once(
    session: AsyncSession,
    key: str | None,
    request: BaseModel,
    model: type[Answer],
    work: Callable[[], Awaitable[Answer]],
) -> Answer:
    """Does the work, or gives the answer that the same request with this key had."""
    if key is None:
        return await work()
    digest = sha256(request.model_dump_json().encode()).digest()
    await session.execute(
        delete(IdempotencyKey).where(IdempotencyKey.created_at < func.now() - KEPT)
    )
    # A second request with this key waits here until the first one is through.
    added = insert(IdempotencyKey).values(key=key, request=digest).on_conflict_do_nothing()
    if await session.scalar(added.returning(IdempotencyKey.key)):
        answer = await work()
        kept = await session.get_one(IdempotencyKey, key)
        kept.answer = answer.model_dump(mode="json")
        return answer
    before = await session.scalar(select(IdempotencyKey).where(IdempotencyKey.key == key))
    if before is None or before.request != digest:
        raise HTTPException(409, "this Idempotency-Key was used for another request")
    return model.model_validate(before.answer)
