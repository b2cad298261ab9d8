"""Who has a flow open, while tabs come and go."""

import pytest
import redis

from builder_ui import presence
from server.bus import Bus
from server.settings import Settings
from server.together import Somebody, Together
from tests.server.house import ADA


class Leaving(Together):
    """A tab closes while the signs of life go out."""

    def still_here(self, flow: str, tabs: list[Somebody]) -> None:
        super().still_here(flow, tabs)
        presence.leave("closing")


def test_a_tab_may_close_while_it_gives_a_sign_of_life(
    settings: Settings, valkey: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    bus = Bus(settings.redis_url)
    together = Leaving(bus)
    monkeypatch.setattr(presence, "_together", lambda: together)
    presence.come("closing", "left", ADA)
    assert [one.tab for one in together.people("left")] == ["closing"]
    assert "left" not in presence.renew()
    assert not presence.is_here("closing")
    assert together.people("left") == []
    bus.close()
