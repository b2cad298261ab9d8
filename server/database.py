"""The database: an engine with the settings that Parley relies on, and its migrations."""

from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any

import psycopg
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text

from server.settings import Settings

MIGRATIONS = Path(__file__).parent / "migrations"
# How long a writer waits for another, in milliseconds. SQLite has one writer at a time.
BUSY = 10_000
# Milliseconds after which PostgreSQL ends a transaction in which nothing happens: its process hangs or is cut off, and
# holds what others wait for.
FORSAKEN = 30_000
# How much of a SQLite file a connection keeps in memory, in KiB. SQLite's own 2 MB hold a few thousand conversations.
CACHE = 16_384
# Any number, the same in all copies: whoever holds this lock in PostgreSQL is migrating.
MIGRATION_LOCK = 7_205_759


def engine(settings: Settings) -> Engine:
    """A new synchronous engine on the configured database.

    On SQLite every transaction begins as a writer, so that it can never fail for having read first; one that
    only reads says so with `reading(engine)`.
    """
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite":
        made = create_engine(url, pool_pre_ping=True, pool_size=8, max_overflow=16, hide_parameters=True)
        event.listen(made, "connect", _set_up_postgres)
        return made
    made = create_engine(url, connect_args={"timeout": BUSY / 1000}, hide_parameters=True)
    event.listen(made, "connect", _set_up_sqlite)
    event.listen(made, "begin", _begin_sqlite)
    return made


def reading(engine: Engine) -> Engine:
    """The same engine for transactions that only read: on SQLite they wait for nobody."""
    return engine.execution_options(parley_reads=True)


def migrate(settings: Settings) -> None:
    """Bring the database to the newest form; safe from several processes at once."""
    if settings.database_url.startswith("sqlite:"):
        Path(str(make_url(settings.database_url).database)).parent.mkdir(parents=True, exist_ok=True)
    made = engine(settings)
    try:
        with made.begin() as connection:
            if connection.dialect.name == "postgresql":
                # Another one that migrates may take its time, and so may this one.
                connection.execute(
                    text("SET LOCAL lock_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0")
                )
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
            command.upgrade(alembic_config(connection), "head")
    finally:
        made.dispose()


def alembic_config(connection: Connection, **attributes: Any) -> Config:
    """Alembic's configuration, made here instead of read from an ini file."""
    config = Config(attributes={"connection": connection, **attributes})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _set_up_sqlite(connection: SqliteConnection, _record: object) -> None:
    # The driver shall begin nothing by itself; _begin_sqlite does.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", f"cache_size=-{CACHE}"):
        connection.execute(f"PRAGMA {pragma}")


def _set_up_postgres(connection: psycopg.Connection, _record: object) -> None:
    for name, value in (("lock_timeout", BUSY), ("idle_in_transaction_session_timeout", FORSAKEN)):
        connection.execute("SELECT set_config(%s, %s, false)", (name, str(value)))
    connection.commit()


def _begin_sqlite(connection: Connection) -> None:
    reads = connection.get_execution_options().get("parley_reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
