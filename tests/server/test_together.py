"""Who is in a flow, and what somebody lost there, by a real Valkey."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import redis

from flows.overwriting import Overwritten
from server.bus import LIVE, Bus
from server.settings import Settings
from server.together import KEPT, LEASE, Somebody, Together
from tests.server.house import ADA


@pytest.fixture
def together(settings: Settings, valkey: redis.Redis) -> Iterator[Together]:
    bus = Bus(settings.redis_url)
    yield Together(bus)
    bus.close()


def news(heard: Any, valkey: redis.Redis) -> list[dict[str, str]]:
    """What was told until now: Valkey keeps the order, so it ends with what is told here."""
    valkey.publish(LIVE, "[]")
    found: list[dict[str, str]] = []
    for message in heard.listen():
        if message["type"] == "message":
            told = json.loads(message["data"])
            if not told:
                break
            found += told
    return found


def test_who_is_alone_tells_nobody_and_two_hear_of_each_other(together: Together, valkey: redis.Redis) -> None:
    heard: Any = valkey.pubsub()  # type: ignore[no-untyped-call]
    heard.subscribe(LIVE)
    assert heard.get_message(timeout=60)["type"] == "subscribe"
    ada, ben = Somebody("t1", "ada", "Ada", 1.0), Somebody("t2", "ben", "Ben", 2.0, ("say_1",))
    assert not together.here("f", ada)
    together.still_here("f", [ada])
    assert news(heard, valkey) == []
    assert together.here("f", ben)
    assert news(heard, valkey) == [{"kind": "here", "id": "f"}]
    assert together.people("f") == [ada, ben]
    together.gone("f", "t2")
    assert news(heard, valkey) == [{"kind": "here", "id": "f"}]
    together.gone("f", "t1")
    assert (news(heard, valkey), together.people("f")) == ([], [])
    heard.close()


def test_who_gives_no_sign_of_life_is_gone(together: Together, valkey: redis.Redis) -> None:
    together.here("f", Somebody("t1", "ada", "Ada", 1.0))
    # As its time passes.
    assert valkey.ttl("parley:here:f:t1") in range(1, LEASE + 1)
    valkey.delete("parley:here:f:t1")
    assert together.people("f") == []
    assert valkey.scard("parley:here:f") == 0


def test_losses_are_kept_for_whoever_was_away(together: Together) -> None:
    for number in range(KEPT + 2):
        together.overwritten("f", "t1", ADA, (Overwritten("hi", "text", f"words {number}", {"op": "set"}),))
    found = together.losses("f")
    assert [loss.what.value for loss in found] == [f"words {number}" for number in range(2, KEPT + 2)]
    assert {(loss.tab, loss.name) for loss in found} == {("t1", "Ada")}
    assert together.losses("other") == []


def test_without_redis_everybody_is_alone(settings: Settings) -> None:
    bus = Bus(settings.redis_url)
    away = Together(bus)
    assert not away.here("f", Somebody("t1", "ada", "Ada", 1.0))
    away.still_here("f", [Somebody("t1", "ada", "Ada", 1.0)])
    away.gone("f", "t1")
    away.overwritten("f", "t1", ADA, (Overwritten("hi", "text", "x", {}),))
    assert (away.people("f"), away.losses("f")) == ([], [])
    bus.close()
