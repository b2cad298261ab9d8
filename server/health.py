"""Whether a message that came in now would be answered."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from server.database import engine, reading
from server.settings import Settings

# Seconds between two signs of life, and how long one counts.
BEAT = 2.0
COUNTS = 10
# A check that takes longer than this has failed, in seconds.
PATIENCE = 2.0


class Health:
    """Looks at all that a message passes through; its methods may be called from any thread."""

    def __init__(self, settings: Settings) -> None:
        self._engine = reading(engine(settings))
        self._redis = _client(settings)

    def missing(self) -> list[str]:
        """What a message would wait for: some of `database`, `queue`, `worker`; empty when all is well."""
        missing = [] if self._database_answers() else ["database"]
        try:
            worker = self._redis.exists(_key("worker"))
        except redis.RedisError:
            return [*missing, "queue", "worker"]
        return missing if worker else [*missing, "worker"]

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()
        self._redis.close()

    def _database_answers(self) -> bool:
        try:
            with self._engine.begin() as connection:
                connection.execute(text("SELECT version_num FROM alembic_version"))
        except SQLAlchemyError:
            return False
        return True


@contextmanager
def beating(settings: Settings, kind: str) -> Iterator[None]:
    """Give signs of life of a process of this kind for as long as the block runs."""
    ended = threading.Event()

    def beat() -> None:
        with _client(settings) as client:
            while not ended.is_set():
                try:
                    client.set(_key(kind), socket.gethostname(), ex=COUNTS)
                except redis.RedisError:
                    # A queue that is away is missed by the check itself.
                    pass
                ended.wait(BEAT)

    thread = threading.Thread(target=beat, name="beat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _key(kind: str) -> str:
    return f"parley:alive:{kind}"


def _client(settings: Settings) -> redis.Redis:
    """One try and no more: redis-py's own retries would turn a failed check into seconds."""
    return redis.Redis.from_url(
        settings.redis_url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE, retry=Retry(NoBackoff(), 0)
    )
