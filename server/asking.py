"""Queries that take long are answered outside the turn: the answer comes back as an event of the conversation."""

import msgspec
from sqlalchemy import select, update

from engine.events import Answered
from engine.session import Session
from server import tables
from server.leases import LEASE
from server.parts import Parts
from server.store import append, utcnow
from server.turns import Answer

_session = msgspec.json.Decoder(Session)


def answer_all(parts: Parts, answer: Answer) -> int:
    """Answer a wake-up: the queries that stand, one after the other; returns how many."""
    parts.bus.awake("answers")
    answered = 0
    while (asked := _claim(parts)) is not None:
        conversation, session = asked
        waiting = session.waiting
        if waiting is None or waiting.query is None:
            continue
        found = answer(waiting.query)
        if found is None:
            raise RuntimeError(f"nobody answers {type(waiting.query).__name__}")
        event = Answered(id="", at=utcnow(), query=waiting.query_id, answer=found)
        with parts.engine.begin() as connection:
            append(connection, conversation, [(f"{conversation}:answer:{waiting.query_id}", event)], utcnow())
        parts.bus.wake("turns")
        answered += 1
    return answered


def _claim(parts: Parts) -> tuple[str, Session] | None:
    columns = tables.conversations.c
    now = utcnow()
    oldest = (
        select(columns.id)
        .where(columns.ask_at <= now)
        .order_by(columns.ask_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    with parts.engine.begin() as connection:
        row = connection.execute(
            update(tables.conversations)
            .where(columns.id.in_(oldest))
            .values(ask_at=now + LEASE)
            .returning(columns.id, columns.session)
        ).one_or_none()
    return None if row is None else (row.id, _session.decode(row.session))
