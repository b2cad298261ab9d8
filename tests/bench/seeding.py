"""Many open conversations at once: one that took place is copied row by row, under names and times of their own."""

import random
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Table, insert, select, text

from server import tables
from server.ids import new_id
from server.store import utcnow
from tests.bench.copies import Client, Whole

TOGETHER = 1_000
"""Conversations written in one transaction, so that whoever else wants to write need not wait long."""

SHORTEST, LONGEST = 2 * 3600, 24 * 3600
"""Seconds by which the conversations' time limits lie ahead, and their last messages behind."""

Rows = list[tuple[Table, dict[str, Any]]]


def seed(copy: Whole, client: Client, count: int) -> list[str]:
    """Fill this copy with so many conversations that wait for their contact's answer; returns the contacts' addresses.

    Each has a contact, an identity, a session at a question with a time limit, and the event, the messages and the turn
    that led there.
    """
    copy.open(client, ["model"])
    copy.wait_until_sent()
    model = _rows_of(copy, copy.conversations["model"])
    chance = random.Random(count)
    addresses = [f"seed-{number}" for number in range(count)]
    for start in range(0, count, TOGETHER):
        made: dict[Table, list[dict[str, Any]]] = {}
        for address in addresses[start : start + TOGETHER]:
            for table, row in _copied(model, address, chance):
                made.setdefault(table, []).append(row)
                if table is tables.conversations:
                    copy.conversations[address] = row["id"]
        with copy.parts.engine.begin() as connection:
            for table, rows in made.items():
                connection.execute(insert(table), rows)
    with copy.parts.engine.begin() as connection:
        # PostgreSQL would do so by itself within a minute; when, would be a matter of luck.
        connection.execute(text("ANALYZE"))
    return addresses


def _rows_of(copy: Whole, conversation: str) -> Rows:
    """All that one conversation consists of, in the order in which it may be inserted."""
    with copy.parts.engine.begin() as connection:
        found = connection.execute(select(tables.conversations).where(tables.conversations.c.id == conversation))
        row = dict(found.mappings().one())
        rows: Rows = []
        for table, key, value in (
            (tables.contacts, "id", row["contact"]),
            (tables.identities, "id", row["identity"]),
            (tables.conversations, "id", conversation),
            (tables.events, "conversation", conversation),
            (tables.messages, "conversation", conversation),
            (tables.turns, "conversation", conversation),
            (tables.timers, "conversation", conversation),
        ):
            of_it = connection.execute(select(table).where(table.c[key] == value))
            rows += [(table, dict(one)) for one in of_it.mappings()]
    return rows


def _copied(model: Rows, address: str, chance: random.Random) -> Iterator[tuple[Table, dict[str, Any]]]:
    """The rows of another conversation: every id anew wherever it stands, also within JSON."""
    named = {row["id"]: new_id() for _, row in model if "id" in row} | {"model": address}
    ago, ahead = (timedelta(seconds=chance.uniform(SHORTEST, LONGEST)) for _ in range(2))
    for number, (table, row) in enumerate(model):
        made = {name: _renamed(value, named) for name, value in row.items()}
        if table is tables.events:
            made["provider_id"] = f"{address}-{number}"
        elif table is tables.conversations:
            made |= {"created": row["created"] - ago, "last_at": row["last_at"] - ago}
        elif table is tables.timers:
            made["due"] = utcnow() + ahead
        yield table, made


def _renamed(value: Any, named: dict[str, str]) -> Any:
    if not isinstance(value, str) or not value:
        return value
    for old, new in named.items():
        if old in value:
            value = value.replace(old, new)
    return value


def conversations_of(copy: Whole, addresses: Sequence[str]) -> list[str]:
    """The ids of these contacts' conversations."""
    return [copy.conversations[address] for address in addresses]
