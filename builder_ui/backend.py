"""What the screens reach the server's floor by: the parts that this process works with."""

import asyncio

from sqlalchemy import Engine

from server import people
from server.operations import Operations
from server.parts import Parts
from server.people import Person

_open: list[Parts] = []
_operations: list[Operations] = []


def use(parts: Parts, operations: Operations | None = None) -> None:
    """Say which copy of Parley the screens of this process belong to; called once, at the start."""
    _open[:] = [parts]
    _operations[:] = [operations] if operations else []


def here() -> Parts:
    """The parts of the copy that this process serves."""
    return _open[0]


def operations() -> Operations:
    """How that copy runs."""
    return _operations[0]


def database() -> Engine:
    """The database of the copy that this process serves."""
    return here().engine


async def person_of(cookie: str) -> Person | None:
    """Who is signed in, by a connection's Cookie header."""
    return await asyncio.to_thread(people.person_of, database(), cookie)
