"""What the tests of the outbox share: what stands in the tables, later clocks, a platform with moods."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from server import tables
from server.parts import Parts
from server.sends import Room
from server.store import utcnow
from tests.server.house import (
    arrive,
    said,
    turn,
)
from tests.server.platform import Platform, Told

ROOM = Room(16, lambda account, kind: 16)
"""Room for everything."""


def waiting(parts: Parts) -> list[Any]:
    """The outbox, in order."""
    with parts.engine.begin() as connection:
        return list(connection.execute(select(tables.outbox).order_by(tables.outbox.c.position)))


def account(parts: Parts, name: str = "bot") -> Any:
    """An account's row."""
    with parts.engine.begin() as connection:
        return connection.execute(select(tables.accounts).where(tables.accounts.c.id == name)).one()


def in_(seconds: float) -> Callable[[], datetime]:
    """The clock as it will be then."""
    return lambda: utcnow() + timedelta(seconds=seconds)


def talked(parts: Parts, *texts: str, address: str = "100", account: str = "bot", channel: str = "telegram") -> str:
    """A conversation in which the flow has something to say to each of these."""
    landed = arrive(
        parts, *(said(text, f"{address}-{number}", address, account, channel) for number, text in enumerate(texts))
    )
    turn(parts)
    return landed[0].conversation


def once(platform: Platform, status: int, answer: Any) -> None:
    """Answer the next request so, and take those after it."""

    def first(told: Told) -> tuple[int, Any]:
        platform.answer = platform.take
        return status, answer

    platform.answer = first


def delivered(parts: Parts, conversation: str) -> list[tuple[str, str]]:
    shown = [one for one in parts.inbox.messages(conversation) if one.direction == "out"]
    return [(one.delivery, one.fault) for one in shown]
