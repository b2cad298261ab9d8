"""Redis as a bus: wake-ups are coalesced, news arrive, and its absence is borne."""

import asyncio
import logging

import pytest
import redis

from server.bus import LIVE, Bus, listen, queue, widget_channel
from server.settings import Settings


def test_wake_ups_are_coalesced_until_a_worker_looks(
    settings: Settings, valkey: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.bus.WOKEN", 3600)
    bus = Bus(settings.redis_url)
    turns = queue("turns", valkey)
    bus.wake("turns")
    bus.wake("turns")
    assert len(turns.jobs) == 1
    bus.awake("turns")
    bus.wake("turns")
    bus.wake("sends")
    assert [job.func_name for job in turns.jobs] == ["server.jobs.take_turns"] * 2
    assert [job.func_name for job in queue("sends", valkey).jobs] == ["server.jobs.send"]
    bus.close()


def test_news_reach_who_listens(settings: Settings, valkey: redis.Redis) -> None:
    async def heard() -> list[object]:
        found: list[object] = []
        news = listen(settings.redis_url, LIVE, widget_channel("c"))
        async for piece in news:
            found.append(piece)
            if piece is None:
                bus.publish(LIVE, [{"kind": "conversation", "id": "c"}])
                bus.publish(widget_channel("c"), [{"kind": "message"}, {"kind": "status"}])
            if len(found) == 4:
                break
        await news.aclose()  # type: ignore[attr-defined]
        return found

    bus = Bus(settings.redis_url)
    kinds = [piece and piece["kind"] for piece in asyncio.run(heard())]  # type: ignore[index]
    assert kinds == [None, "conversation", "message", "status"]
    bus.close()


def test_a_listener_that_lost_redis_says_that_it_may_have_missed_something(
    settings: Settings, valkey: redis.Redis
) -> None:
    async def heard() -> list[object]:
        found: list[object] = []
        news = listen(settings.redis_url, LIVE)
        async for piece in news:
            found.append(piece)
            if len(found) == 1:
                valkey.client_kill_filter(_type="pubsub")
            else:
                break
        await news.aclose()  # type: ignore[attr-defined]
        return found

    assert asyncio.run(heard()) == [None, None]


def test_nothing_fails_while_redis_is_away(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    bus = Bus(settings.redis_url)
    with caplog.at_level(logging.WARNING, "parley.bus"):
        for _ in range(3):
            bus.wake("turns")
            bus.awake("turns")
            bus.publish(LIVE, [{}])
            bus.beat("worker")
            bus.acknowledge("bot", "x")
    assert len(caplog.records) == 1
    with pytest.raises(redis.exceptions.RedisError):
        bus.alive("worker")
    bus.close()
