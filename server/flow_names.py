"""What flows are called, and the ids made from that."""

import re

from sqlalchemy import Connection, select

from server.tables import flows


def named(name: str) -> str:
    """A flow's name as it is kept: one line, not too long."""
    return " ".join(name.split())[:120]


def slug(name: str) -> str:
    """An id made from a name."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:48].strip("-") or "flow"


def free_id(connection: Connection, wanted: str) -> str:
    """`wanted`, or with the first number behind it that makes it new."""
    near = select(flows.c.id).where((flows.c.id == wanted) | flows.c.id.startswith(f"{wanted[:58]}-"))
    taken = {row.id for row in connection.execute(near)}
    if wanted not in taken:
        return wanted
    return next(made for n in range(2, len(taken) + 3) if (made := f"{wanted[:58]}-{n}") not in taken)
