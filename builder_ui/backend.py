"""What the screens reach the server's floor by: the settings, the database and the bus of this process."""

import asyncio
from dataclasses import dataclass

from sqlalchemy import Engine

from server import people
from server.bus import Bus
from server.database import engine
from server.people import Person
from server.settings import Settings


@dataclass(frozen=True)
class Backend:
    """One copy of Parley as its screens see it."""

    settings: Settings
    database: Engine
    bus: Bus


_open: list[Backend] = []


def use(settings: Settings) -> None:
    """Say which copy the screens of this process belong to; called once, at the start."""
    _open[:] = [Backend(settings, engine(settings), Bus(settings.redis_url))]


def here() -> Backend:
    """The copy that this process serves."""
    return _open[0]


def database() -> Engine:
    """The database of the copy that this process serves."""
    return here().database


async def person_of(cookie: str) -> Person | None:
    """Who is signed in, by a connection's Cookie header."""
    return await asyncio.to_thread(people.person_of, database(), cookie)
