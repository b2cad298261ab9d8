"""What Parley is measured against: one Litestar route alone, in a process of its own.

``echo`` answers and stores nothing. ``insert`` is the bare durable insert: one row a request, committed before the 200,
in a thread as SQLAlchemy's engine wants it. ``grouped`` stores as well before it answers, but commits many requests'
rows in one transaction: the floor under what any server could do that stores first. None checks a signature, reads the
JSON, or knows a message it had before.

``python -m tests.bench.bare KIND PORT`` with the settings of Parley in the environment.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable

import uvicorn
from litestar import Litestar, Request, post
from sqlalchemy import Column, Engine, MetaData, Table, Text, insert

from server.database import engine
from server.settings import Settings

KINDS = ("echo", "insert", "grouped")

Keep = Callable[[str], Awaitable[None]]

_bare = Table("bare_message", MetaData(), Column("body", Text))


def one_by_one(database: Engine) -> Keep:
    """A transaction for each body."""

    def write(body: str) -> None:
        with database.begin() as connection:
            connection.execute(insert(_bare), {"body": body})

    async def keep(body: str) -> None:
        await asyncio.to_thread(write, body)

    return keep


def in_groups(database: Engine) -> Keep:
    """A transaction for all bodies that came while the last was under way."""
    waiting: list[tuple[str, asyncio.Future[None]]] = []
    tasks: set[asyncio.Task[None]] = set()

    def write(bodies: list[str]) -> None:
        with database.begin() as connection:
            connection.execute(insert(_bare), [{"body": body} for body in bodies])

    async def work() -> None:
        while waiting:
            group = waiting[:]
            waiting.clear()
            await asyncio.to_thread(write, [body for body, _ in group])
            for _, future in group:
                future.set_result(None)

    async def keep(body: str) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiting.append((body, future))
        if not tasks:
            task = asyncio.create_task(work())
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        await future

    return keep


async def nothing(_body: str) -> None:
    """Stored nowhere."""


def application(kind: str) -> Litestar:
    """The one route."""
    if kind == "echo":
        keep: Keep = nothing
    else:
        database = engine(Settings.from_env())
        _bare.metadata.create_all(database)
        keep = (one_by_one if kind == "insert" else in_groups)(database)

    @post("/webhooks/shop", status_code=200)
    async def take(request: Request) -> str:
        await keep((await request.body()).decode())
        return "ok"

    return Litestar([take])


if __name__ == "__main__":
    uvicorn.run(
        application(sys.argv[1]), host="127.0.0.1", port=int(sys.argv[2]), log_level="critical", access_log=False
    )
