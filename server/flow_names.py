"""What flows and hours are called, and the ids that are free for flows."""

from sqlalchemy import Connection, select

from server.ids import free
from server.tables import flows


def named(name: str) -> str:
    """A name as it is kept: one line, not too long."""
    return " ".join(name.split())[:120]


def free_id(connection: Connection, wanted: str) -> str:
    """`wanted`, or with the first number behind it that makes it new."""
    near = select(flows.c.id).where((flows.c.id == wanted) | flows.c.id.startswith(f"{wanted[:58]}-"))
    return free(wanted, set(connection.scalars(near)))
