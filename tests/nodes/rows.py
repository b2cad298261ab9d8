"""The form of a node's fixture table: a configuration, what the node meets, what it answers."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from engine.events import AgentReturned, Answered, AnyEvent, Contact, MessageReceived, Opened, TimerFired
from engine.flow import Node
from engine.queries import AnyAnswer
from engine.rules import Facts
from engine.session import Session
from engine.turn import Outcome, Turn

NOW = datetime(2027, 3, 2, 10, tzinfo=UTC)


class Row(msgspec.Struct, frozen=True):
    """One line of a table: ``says`` is what it shows."""

    says: str
    node: Node
    turn: Turn
    outcome: Outcome


def turn(
    reply: AnyEvent | None = None,
    *,
    event: AnyEvent | None = None,
    text: str = "",
    messages: int | None = None,
    memory: Any = None,
    contact: Contact | None = None,
    language: str = "",
    values: dict[str, Any] | None = None,
    tags: tuple[str, ...] = (),
    languages: tuple[str, ...] = ("en",),
    versions: dict[str, tuple[str, ...]] | None = None,
) -> Turn:
    """What a node meets at NOW. The last thing written is the reply's text, else ``text``."""
    if isinstance(reply, MessageReceived):
        text = reply.text
    session = Session(
        flow="f",
        revision=1,
        conversation="c",
        last_text=text,
        messages=messages if messages is not None else int(bool(text)),
        contact=contact or Contact(),
        language=language,
        values=values or {},
        tags=tags,
    )
    what = reply or event or (wrote(text) if text else opened())
    return Turn("n", what, reply, session, memory, Facts(session, NOW), languages, versions or {})


def opened() -> Opened:
    return Opened(id="e", at=NOW)


def wrote(text: str, choice: str = "") -> MessageReceived:
    return MessageReceived(id="e", at=NOW, text=text, choice=choice)


def timer() -> TimerFired:
    return TimerFired(id="e", at=NOW, wait=1)


def returned() -> AgentReturned:
    return AgentReturned(id="e", at=NOW)


def answered(answer: AnyAnswer) -> Answered:
    return Answered(id="e", at=NOW, query="q", answer=answer)


def check(rows: Sequence[Row]) -> None:
    """Every row of a table, all that differ at once."""
    wrong = {row.says: (got, row.outcome) for row in rows if (got := row.node.run(row.turn)) != row.outcome}
    assert not wrong
