"""The database's own settings, on both kinds."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, text
from sqlmodel import SQLModel

from server.database import engine, migrate, reading
from server.settings import Settings

FORSAKEN = "SHOW idle_in_transaction_session_timeout"


def test_a_migrated_database_is_left_as_it_is(database_settings: Settings, database: Engine) -> None:
    with reading(database).begin() as connection:
        before = connection.execute(text("SELECT version_num FROM alembic_version")).all()
    migrate(database_settings)
    with reading(database).begin() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).all() == before


def test_migrations_make_what_the_models_say(database: Engine) -> None:
    with database.begin() as connection:
        assert compare_metadata(MigrationContext.configure(connection), SQLModel.metadata) == []


def test_several_processes_may_migrate_at_once(settings: Settings) -> None:
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(migrate, settings) for _ in range(4)]:
            done.result()


def test_writers_that_read_first_wait_for_each_other(database: Engine) -> None:
    with database.begin() as connection:
        connection.execute(text("CREATE TABLE tally (n INTEGER)"))
        connection.execute(text("INSERT INTO tally VALUES (0)"))

    def count() -> None:
        with database.begin() as connection:
            n = connection.execute(text("SELECT n FROM tally" + locked(database))).scalar_one()
            connection.execute(text("UPDATE tally SET n = :n"), {"n": n + 1})

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(count) for _ in range(20)]:
            done.result()
    with reading(database).begin() as connection:
        assert connection.execute(text("SELECT n FROM tally")).scalar_one() == 20


def locked(database: Engine) -> str:
    return "" if database.dialect.name == "sqlite" else " FOR UPDATE"


def test_nobody_is_waited_for_without_end(database: Engine) -> None:
    """Neither for a lock, nor, on PostgreSQL, for a process that hangs in the middle of a transaction."""
    ask = {"sqlite": ["PRAGMA busy_timeout"], "postgresql": ["SHOW lock_timeout", FORSAKEN]}[database.dialect.name]
    with database.begin() as connection:
        told = [str(connection.execute(text(one)).scalar_one()) for one in ask]
    assert told == {"sqlite": ["10000"], "postgresql": ["10s", "30s"]}[database.dialect.name]


def test_a_reader_waits_for_no_writer(database: Engine) -> None:
    with database.begin() as writer:
        writer.execute(text("CREATE TABLE tally (n INTEGER)"))
        with reading(database).begin() as reader:
            assert reader.execute(text("SELECT 1")).scalar_one() == 1


def test_sqlite_is_set_up_to_outlive_a_kill(settings: Settings) -> None:
    migrate(settings)
    made = engine(settings)
    with reading(made).begin() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    made.dispose()
    assert pragmas == {"journal_mode": "wal", "synchronous": 1, "foreign_keys": 1}


@pytest.mark.parametrize("address", ["postgres://p@h/d", "postgresql://p@h/d", "postgresql+psycopg://p@h/d"])
def test_postgresql_goes_by_psycopg(address: str) -> None:
    assert Settings.from_env({"DATABASE_URL": address}).database_url == "postgresql+psycopg://p@h/d"
