"""Redis as Parley uses it: wake-ups for workers, live news for screens, signs of life. All of it may be lost.

The database is the truth: a wake-up that Redis loses is made up for by the sweeper, news by the next look.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from typing import Any, Literal

import msgspec
import redis
import redis.asyncio
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer

from server.outage import Outage

log = logging.getLogger("parley.bus")

Work = Literal["turns", "sends", "answers"]
"""What a worker can be woken for; also the names of RQ's queues, after ``parley-``."""

Role = Literal["worker", "sweeper"]
"""The processes that give signs of life."""

JOBS: dict[Work, str] = {
    "turns": "server.jobs.take_turns",
    "sends": "server.jobs.send",
    "answers": "server.jobs.answer",
}

LIVE = "parley:live"
"""The channel of news for the screens: JSON with ``kind``."""

WOKEN = 3
"""Seconds for which a wake-up counts where no worker begins: it may have been lost."""

LIFE = 20
"""Seconds after which a process that gave no sign of life counts as dead."""


def widget_channel(conversation: str) -> str:
    """The channel on which a conversation's messages reach the contact's browser."""
    return f"parley:widget:{conversation}"


def connect(url: str) -> redis.Redis:
    """A client that fails soon: redis-py's own retries would turn a failed command into seconds."""
    return redis.Redis.from_url(
        url, socket_connect_timeout=2, socket_timeout=10, retry=Retry(NoBackoff(), 0), health_check_interval=0
    )


class Bus:
    """Thread-safe. No method raises when Redis is away; it is logged when it goes and when it is back."""

    def __init__(self, url: str) -> None:
        self.redis = connect(url)
        self._queues = {work: queue(work, self.redis) for work in JOBS}
        self._outage = Outage(log, "Redis is away or takes nothing, the sweeper makes up for it", "Redis is back")

    def wake(self, work: Work) -> None:
        """Have a worker look what there is to do; while one is woken that has not begun, that is enough.

        One job at a time waits in the queue. Whoever begins makes room for the next, and who finds more than it can
        take at once wakes another: so as many workers are awake as there is work for, and a job costs RQ milliseconds.
        """
        try:
            if self.redis.set(_woken(work), 1, nx=True, ex=WOKEN):
                self._queues[work].enqueue(JOBS[work], result_ttl=0, failure_ttl=3600, job_timeout=-1)
        except RedisError as fault:
            self._outage.met(fault)
        else:
            self._outage.works()

    def awake(self, work: Work) -> None:
        """A worker looks from now on: what comes later must wake one again."""
        try:
            self.redis.delete(_woken(work))
        except RedisError as fault:
            self._outage.met(fault)

    def publish(self, channel: str, news: Sequence[Any]) -> None:
        """Tell whoever listens these pieces of news, as one JSON array."""
        if not news:
            return
        try:
            self.redis.publish(channel, msgspec.json.encode(news))
        except RedisError as fault:
            self._outage.met(fault)

    def beat(self, role: Role) -> None:
        """A sign of life."""
        try:
            self.redis.set(_alive(role), 1, ex=LIFE)
        except RedisError as fault:
            self._outage.met(fault)
        else:
            self._outage.works()

    def alive(self, role: Role) -> bool:
        """Whether a process of this role gave a sign of life. Raises RedisError when Redis is away."""
        return bool(self.redis.exists(_alive(role)))

    def acknowledge(self, account: str, receipt: str) -> None:
        """Have a worker tell the platform that an event has arrived; nothing hangs on it."""
        try:
            self._queues["sends"].enqueue(
                "server.jobs.acknowledge", account, receipt, result_ttl=0, failure_ttl=60, ttl=60, job_timeout=-1
            )
        except RedisError as fault:
            self._outage.met(fault)

    def close(self) -> None:
        """Close the connections."""
        self.redis.close()


def queue(work: Work, connection: redis.Redis) -> Queue:
    """RQ's queue for this kind of work. JSON, not pickle: who writes to Redis must not run code here."""
    return Queue(f"parley-{work}", connection=connection, serializer=JSONSerializer)


async def listen(url: str, *channels: str) -> AsyncIterator[Any]:
    """News from these channels as it comes, each decoded from JSON; None after every (re)connection.

    None says: what came before may have been missed, look at the database. Goes on for ever; cancel it to end it.
    """
    async for heard in overhear(url, *channels):
        yield heard and heard[1]


async def overhear(url: str, *patterns: str) -> AsyncIterator[tuple[str, Any] | None]:
    """As ``listen``, on all channels whose name matches (``*`` stands for anything), each piece with its channel."""
    while True:
        client = redis.asyncio.Redis.from_url(url, socket_connect_timeout=2, retry=None)
        try:
            async with client.pubsub() as pubsub:
                await pubsub.psubscribe(*patterns)
                yield None
                async for message in pubsub.listen():
                    if message["type"] == "pmessage":
                        for piece in msgspec.json.decode(message["data"]):
                            yield message["channel"].decode(), piece
        except RedisError:
            await asyncio.sleep(1)
        finally:
            await client.aclose()


def _alive(role: Role) -> str:
    return f"parley:alive:{role}"


def _woken(work: Work) -> str:
    return f"parley:wake:{work}"
