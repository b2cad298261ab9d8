"""What is wrong with this copy of Parley, or soon will be, in sentences that say what to do.

It looks, and changes nothing: no database is made or migrated, no key, no folder.
"""

import os
import platform
import shutil
import sqlite3
import stat
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec
from alembic.script import ScriptDirectory
from redis.exceptions import RedisError
from sqlalchemy import Connection, make_url, select, text
from sqlalchemy.exc import SQLAlchemyError

from server import tables
from server.bus import connect
from server.channels import channel_types
from server.database import MIGRATIONS, reading
from server.errors import RefusedError
from server.logs import described
from server.model_service import ModelService
from server.parts import Parts
from server.refusal import Refusal
from server.settings import ModelAccess, Settings
from server.standing import Standing, look
from server.vault import FILE, VaultError

State = Literal["ok", "warning", "fault"]

# Seconds.
SKEW, WORST_SKEW = 2.0, 20.0
LATE = 60.0
LONG_UNSENT = 900.0
# Bytes.
LITTLE, TOO_LITTLE = 2 << 30, 256 << 20

_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


class Finding(msgspec.Struct, frozen=True):
    """What was looked at, how it is, and what to do about it."""

    about: str
    state: State
    said: str
    do: str = ""


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at everything, the foundations first; what cannot be looked at because of another fault is left out."""
    yield _python()
    yield from _folder(settings)
    yield from _addresses(settings)
    yield _screens()
    yield _server(settings)
    yield from _queue(settings)
    if settings.model is not None:
        yield _model(settings.model)
    parts = Parts(settings)
    try:
        yield from _database(settings, parts)
    finally:
        parts.close()


def _python() -> Finding:
    return Finding("Python", "ok", f"{platform.python_version()} on {platform.system()}")


def _folder(settings: Settings) -> Iterator[Finding]:
    data = settings.data
    if not data.is_dir():
        yield Finding("Data folder", "warning", f"{data} is not there", "The first start makes it.")
        return
    if not os.access(data, os.R_OK | os.W_OK | os.X_OK):
        yield Finding("Data folder", "fault", f"{data} cannot be written", "Give the user that runs Parley the right.")
        return
    free = shutil.disk_usage(data).free
    said = f"{data}, {free / (1 << 30):.1f} GB free"
    state: State = "fault" if free < TOO_LITTLE else "warning" if free < LITTLE else "ok"
    do = "Make room: without it no message can be stored." if state != "ok" else ""
    if state == "ok" and data.stat().st_mode & (stat.S_IROTH | stat.S_IXOTH):
        state, do = "warning", f"Others on this machine can read it: chmod 700 {data}"
    yield Finding("Data folder", state, said, do)
    key = data / FILE
    if key.exists() and key.stat().st_mode & 0o077:
        yield Finding("Key", "fault", f"Others can read {key}", f"chmod 600 {key}")


def _addresses(settings: Settings) -> Iterator[Finding]:
    parts = urlsplit(settings.public_url)
    public = parts.hostname not in _LOCAL
    if public and parts.scheme == "http":
        yield Finding(
            "Address",
            "warning",
            f"{settings.public_url} is not encrypted",
            "Put a proxy with TLS before Parley and set PARLEY_PUBLIC_URL to https://…",
        )
    elif public and settings.is_local and not settings.trusted_proxies:
        yield Finding(
            "Address",
            "warning",
            f"{settings.public_url} comes through a proxy that is not trusted: all visitors seem to have its address",
            "Set PARLEY_TRUSTED_PROXIES to the proxy's address, such as 127.0.0.1.",
        )
    else:
        yield Finding("Address", "ok", settings.public_url)


def _screens() -> Finding:
    # By name: the screens stand above the server, which may not import them.
    frontend = import_module("builder_ui.frontend")
    if (Path(frontend.BUILDS) / frontend.sources_hash()).exists():
        return Finding("Screens", "ok", "built")
    return Finding("Screens", "warning", "not built yet", "The next start of the server builds them, within a minute.")


def _server(settings: Settings) -> Finding:
    url = settings.local_url
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=10) as answer:  # noqa: S310 our own address
            return _health(url, answer.read())
    except urllib.error.HTTPError as answer:
        with answer:
            return _health(url, answer.read())
    except OSError:
        return Finding(
            "Server", "warning", f"nothing answers at {url}", "Start it here by `parley run` or `parley serve`."
        )


def _health(url: str, body: bytes) -> Finding:
    try:
        missing = msgspec.json.decode(body)["missing"]
    except (msgspec.DecodeError, KeyError, TypeError):
        do = "Stop it, or set PARLEY_PORT to another port."
        return Finding("Server", "fault", f"something else answers at {url}", do)
    if missing:
        return Finding("Server", "fault", f"runs at {url} and misses: {', '.join(missing)}", "See the faults below.")
    return Finding("Server", "ok", f"runs at {url}, nothing is missing")


def _model(access: ModelAccess) -> Finding:
    wrong = ModelService(access).check()
    if wrong is None:
        return Finding("Model service", "ok", f"{access.name} answers at {access.url}")
    do = (
        "Check PARLEY_MODEL_URL, _NAME and _KEY, and that the service runs; until then passages are said as they stand."
    )
    return Finding("Model service", "warning", wrong, do)


def _queue(settings: Settings) -> Iterator[Finding]:
    client = connect(settings.redis_url)
    try:
        yield from _of_queue(client)
    except RedisError as fault:
        where = "the embedded Valkey" if settings.redis_embedded else "REDIS_URL"
        do = (
            "Start Parley, or look at valkey/valkey.log in the data folder."
            if settings.redis_embedded
            else ("Check the address, and that the server runs.")
        )
        yield Finding("Queue", "fault", f"{where} does not answer: {described(fault)}", do)
    finally:
        client.close()


def _of_queue(client: Any) -> Iterator[Finding]:
    info = client.info()
    name = info.get("server_name", "redis").capitalize()
    version = info.get("valkey_version") or info.get("redis_version")
    kept = "kept on disk" if info.get("aof_enabled") else "in memory only, which costs a second when it is lost"
    if info.get("maxmemory") and info.get("maxmemory_policy") != "noeviction":
        do = "Set maxmemory-policy to noeviction: it throws wake-ups and screens away when memory is short."
        yield Finding("Queue", "warning", f"{name} {version} has maxmemory-policy {info['maxmemory_policy']}", do)
    else:
        yield Finding("Queue", "ok", f"{name} {version}, {kept}")
    seconds, micros = client.time()
    yield _clock("the queue's", seconds + micros / 1e6)
    for role, command in (("worker", "worker"), ("sweeper", "sweep")):
        if client.exists(f"parley:alive:{role}"):
            yield Finding(role.capitalize(), "ok", "gives signs of life")
        else:
            yield Finding(role.capitalize(), "fault", "gives no sign of life", f"Start one by `parley {command}`.")


def _clock(whose: str, there: float) -> Finding:
    off = abs(there - time.time())
    if off < SKEW:
        return Finding("Clock", "ok", f"this machine's and {whose} agree")
    do = "Have all machines set their clocks by NTP: leases and time limits go by them."
    state: State = "fault" if off > WORST_SKEW else "warning"
    return Finding("Clock", state, f"this machine's and {whose} are {off:.0f} seconds apart", do)


def _database(settings: Settings, parts: Parts) -> Iterator[Finding]:
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).exists():
        yield Finding("Database", "warning", f"{url.database} is not there", "The first start makes it.")
        return
    try:
        with reading(parts.engine).connect() as connection:
            yield from _of_server(connection)
            form = _form(connection)
        if form is not None:
            yield form
            return
        yield from _waiting(look(parts.engine, settings.most_waiting), settings.most_waiting)
        yield from _accounts(settings, parts)
    except SQLAlchemyError as fault:
        do = "Check DATABASE_URL, and that the server runs and lets this machine in."
        yield Finding("Database", "fault", f"does not answer as it should: {described(fault)}", do)


def _of_server(connection: Connection) -> Iterator[Finding]:
    if connection.dialect.name == "sqlite":
        mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
        said = f"SQLite {sqlite3.sqlite_version}, journal {mode}"
        do = "" if mode == "wal" else "The folder must be on a local disk: SQLite needs its write-ahead log."
        yield Finding("Database", "ok" if mode == "wal" else "fault", said, do)
        return
    shown = {
        name: connection.exec_driver_sql(f"SHOW {name}").scalar_one()
        for name in ("server_version", "fsync", "synchronous_commit", "max_connections")
    }
    said = f"PostgreSQL {shown['server_version'].split()[0]}"
    if "off" in (shown["fsync"], shown["synchronous_commit"]):
        do = "Switch fsync and synchronous_commit on, else a power cut loses messages that were acknowledged."
        yield Finding("Database", "warning", said, do)
    else:
        yield Finding("Database", "ok", said)
    used = connection.execute(text("SELECT count(*) FROM pg_stat_activity")).scalar_one()
    if used > 0.9 * int(shown["max_connections"]):
        said = f"{used} of {shown['max_connections']} connections are used"
        yield Finding("Connections", "warning", said, "Raise max_connections, or run fewer processes.")
    yield _clock(
        "the database's", float(connection.execute(text("SELECT extract(epoch FROM clock_timestamp())")).scalar_one())
    )


def _form(connection: Connection) -> Finding | None:
    """What is wrong with the tables' form, if anything is."""
    scripts = ScriptDirectory(str(MIGRATIONS))
    try:
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    except SQLAlchemyError:
        found = None
    if found == scripts.get_current_head():
        return None
    if found is None:
        return Finding("Tables", "fault", "there are none", "Make them by `parley migrate`.")
    if found in {script.revision for script in scripts.walk_revisions()}:
        return Finding("Tables", "fault", f"are of an older version ({found})", "Bring them up by `parley migrate`.")
    return Finding("Tables", "fault", f"are of a newer version ({found})", "Install that version of Parley.")


def _waiting(found: Standing, most: int) -> Iterator[Finding]:
    """What waits longer than it should, and what has failed."""
    checks: tuple[tuple[str, bool, State, str, str], ...] = (
        (
            "Backlog",
            found.pending >= most,
            "fault",
            f"{found.pending} events wait to be handled, and webhooks are turned away",
            "Start more workers.",
        ),
        (
            "Waiting",
            found.lag > LATE,
            "fault",
            f"a conversation has been ready for {found.lag:.0f} seconds",
            "Start a worker, or more of them; the log of those that run says what holds them up.",
        ),
        (
            "Time limits",
            found.overdue_age > LATE,
            "fault",
            f"{found.overdue} are overdue, the first by {found.overdue_age:.0f} seconds",
            "Start a sweeper; the log of the one that runs says what holds it up.",
        ),
        (
            "Sending",
            found.outbox_age > LONG_UNSENT,
            "warning",
            f"{found.outbox} messages wait to be sent, the oldest for {found.outbox_age / 60:.0f} minutes",
            "Their platform refuses them or is away: each message in the inbox says why.",
        ),
        (
            "Failed messages",
            found.failed_messages > 0,
            "warning",
            f"{found.failed_messages} could not be sent",
            "The inbox says why; they can be sent again.",
        ),
        (
            "Failed flows",
            found.faults > 0,
            "warning",
            f"{found.faults} conversations are with a person because their flow had a fault",
            "Each of them says what it was; mend the flow and publish it.",
        ),
    )
    wrong = [Finding(about, state, said, do) for about, holds, state, said, do in checks if holds]
    yield from wrong
    if not wrong:
        yield Finding("Waiting", "ok", "nothing waits longer than it should, nothing has failed")


def _accounts(settings: Settings, parts: Parts) -> Iterator[Finding]:
    columns = tables.accounts.c
    with reading(parts.engine).begin() as connection:
        rows = connection.execute(
            select(columns.id, columns.channel, columns.settings, columns.fault)
            .where(columns.active)
            .order_by(columns.id)
        ).all()
    good = 0
    for row in rows:
        if fault := _unusable(settings, parts, row.id, row.settings):
            yield Finding(f"Channel {row.id}", "fault", *fault)
            continue
        good += 1
        if row.fault:
            do = "Look at the account in Channels; most often its token has been revoked."
            yield Finding(f"Channel {row.id}", "warning", f"its platform takes nothing from it ({row.fault})", do)
        kind = channel_types().get(row.channel)
        if kind is not None and not kind.LIVE and row.channel != "api" and not settings.public_url.startswith("https:"):
            do = "Set PARLEY_PUBLIC_URL to the https address under which the platform reaches Parley."
            said = f"its platform cannot bring messages to {settings.public_url}"
            yield Finding(f"Channel {row.id}", "warning", said, do)
    if good:
        yield Finding("Channels", "ok", f"{good} can be used" if good > 1 else "one can be used")


def _unusable(settings: Settings, parts: Parts, account: str, kept: str) -> tuple[str, str] | None:
    sealed = any(str(value).startswith("v1:") for value in msgspec.json.decode(kept).values())
    if sealed and not settings.key and not (settings.data / FILE).exists():
        return "its secrets are sealed, and there is no key", f"Set PARLEY_KEY, or restore {settings.data / FILE}."
    try:
        parts.accounts.placed(account)
    except (VaultError, RefusedError) as fault:
        return str(fault), "Put the key right, or enter the account's secrets again."
    except (Refusal, msgspec.ValidationError) as fault:
        return f"its settings cannot be used ({type(fault).__name__})", "Enter them again."
    return None
