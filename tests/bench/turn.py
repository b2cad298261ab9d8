"""What a message costs from webhook to reply row: ``python -m tests.bench.turn``.

A closed loop of clients over loopback sends signed messages to Parley as `parley run` starts it (SQLite, embedded
Valkey, one worker), to a bare Litestar route that stores each message in SQLite and commits, and to one that stores
nothing: in turn, in the same run. Parley's time ends when the last reply stands in the database.
"""

import asyncio
import hmac
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path

import uvicorn
from sqlalchemy import Column, Engine, MetaData, Table, Text, func, insert, select

from server import tables
from server.channels.api import SIGNATURE
from server.database import engine
from server.parts import Parts
from server.settings import Settings
from tests.bench.engine import bench_flow
from tests.server.house import SECRET, api_account, publish
from tests.serving import Parley, free_port

CLIENTS = 50
MESSAGES = 20
ROUNDS = 5

_bare = Table("message", MetaData(), Column("body", Text))


def bare_app(port: int, data: str, durable: bool) -> None:
    """A Litestar application with one route; with ``durable`` it commits each body before it answers."""
    from litestar import Litestar, Request, post

    made = engine(Settings.from_env({"PARLEY_DATA": data}))
    _bare.metadata.create_all(made)

    def keep(body: str) -> None:
        with made.begin() as connection:
            connection.execute(insert(_bare), {"body": body})

    @post("/webhooks/shop", status_code=200)
    async def take(request: Request) -> str:
        body = (await request.body()).decode()
        if durable:
            await asyncio.to_thread(keep, body)
        return "ok"

    uvicorn.run(Litestar([take]), host="127.0.0.1", port=port, log_level="critical")


async def send_all(port: int, wave: int) -> None:
    """Every client sends its messages one after the other on one connection; each must be answered 200."""

    async def client(number: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for message in range(MESSAGES):
            contact = f"{wave}-{number}"
            happened = {"id": f"{contact}-{message}", "contact": contact, "text": "Hi", "country": "DE"}
            body = json.dumps({"events": [happened]}).encode()
            at = str(int(time.time()))
            signed = hmac.new(SECRET.encode(), at.encode() + b"." + body, sha256).hexdigest()
            head = (
                f"POST /webhooks/shop HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                f"{SIGNATURE}: t={at},v1={signed}\r\nContent-Length: {len(body)}\r\n\r\n"
            )
            writer.write(head.encode() + body)
            status = await reader.readline()
            if b" 200 " not in status:
                raise SystemExit(f"Not taken: {status!r}")
            length = 0
            while (line := await reader.readline()).strip():
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            await reader.readexactly(length)
        writer.close()

    await asyncio.gather(*(client(number) for number in range(CLIENTS)))


async def taken(port: int) -> None:
    """Wait until somebody listens."""
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return


@contextmanager
def bare(durable: bool) -> Iterator[int]:
    """A bare application in a process of its own; its port."""
    port = free_port()
    with tempfile.TemporaryDirectory() as data:
        process = get_context("spawn").Process(target=bare_app, args=(port, data, durable))
        process.start()
        try:
            asyncio.run(taken(port))
            yield port
        finally:
            process.terminate()
            process.join()


@contextmanager
def whole() -> Iterator[tuple[int, Engine]]:
    """Parley with the bench's flow and an account of the signed API whose replies go to a sink on loopback."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        sink = free_port()
        receiver = get_context("spawn").Process(target=_sink, args=(sink,))
        receiver.start()
        copy = Parley(data, PARLEY_DEMO="off").wait_until_healthy()
        parts = Parts(Settings.from_env({"PARLEY_DATA": str(data), "PARLEY_PORT": str(copy.port)}))
        try:
            publish(parts.engine, bench_flow())
            api_account(parts, f"http://127.0.0.1:{sink}/replies")
            yield copy.port, parts.engine
        finally:
            parts.close()
            copy.stop()
            receiver.terminate()
            receiver.join()


def _sink(port: int) -> None:
    from litestar import Litestar, post

    @post("/replies", status_code=200)
    async def take() -> str:
        return "ok"

    uvicorn.run(Litestar([take]), host="127.0.0.1", port=port, log_level="critical")


async def handled(database: Engine, wanted: int) -> None:
    """Wait until so many events have been handled to the end; their replies are written in the same commits."""

    def count() -> int:
        with database.connect() as connection:
            return connection.scalar(select(func.count()).select_from(tables.turns)) or 0

    while await asyncio.to_thread(count) < wanted:  # noqa: ASYNC110 another process writes them
        await asyncio.sleep(0.02)


def main() -> None:
    """Print a Markdown table: messages a second, and what one costs against the echo."""
    total = CLIENTS * MESSAGES
    rates: dict[str, list[float]] = {"echo": [], "insert": [], "acked": [], "parley": []}
    with bare(durable=False) as echo, bare(durable=True) as insert_, whole() as (port, database):

        async def timed(run: Callable[[], Awaitable[None]]) -> float:
            began = time.perf_counter()
            await run()
            return total / (time.perf_counter() - began)

        async def rounds() -> None:
            for wave in range(ROUNDS + 1):
                found = {
                    "echo": await timed(lambda wave=wave: send_all(echo, wave)),
                    "insert": await timed(lambda wave=wave: send_all(insert_, wave)),
                }
                began = time.perf_counter()
                await send_all(port, wave)
                found["acked"] = total / (time.perf_counter() - began)
                await handled(database, total * (wave + 1))
                found["parley"] = total / (time.perf_counter() - began)
                if wave:  # the first is for warming up
                    for name, rate in found.items():
                        rates[name].append(rate)

        asyncio.run(rounds())
    names = {
        "echo": "Bare Litestar route, nothing stored",
        "insert": "Bare Litestar route, one row committed",
        "acked": "Parley, until acknowledged (stored)",
        "parley": "Parley, until the reply stands in the database",
    }
    print("| | messages/s, median | lowest to highest | cost of one, times the first |\n| --- | ---: | ---: | ---: |")
    base = statistics.median(rates["echo"])
    for name, title in names.items():
        found = sorted(rates[name])
        median = statistics.median(found)
        print(f"| {title} | {median:,.0f} | {found[0]:,.0f} to {found[-1]:,.0f} | {base / median:.1f} |")


if __name__ == "__main__":
    sys.exit(main())
