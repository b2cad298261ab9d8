"""Channel accounts: their secrets go in and never come out."""

from typing import Any

import pytest
from sqlalchemy import select, update

from server import accounts, tables
from server.channels.telegram import Telegram
from server.errors import RefusedError
from server.parts import Parts
from tests.server.house import TOKEN, telegram_account


def test_secrets_are_sealed_and_never_shown(parts: Parts) -> None:
    telegram_account(parts)
    [shown] = parts.accounts.list()
    assert shown.settings == {"token": True, "secret": True}
    with parts.engine.begin() as connection:
        stored = connection.execute(select(tables.accounts.c.settings)).scalar_one()
    assert TOKEN not in stored
    assert "hook-secret" not in stored
    placed = parts.accounts.placed("bot").channel
    assert isinstance(placed, Telegram)
    assert (placed.token, placed.secret, placed.server) == (TOKEN, "hook-secret", parts.settings.telegram_url)


def test_what_is_left_out_of_a_change_stays(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "FRESH", 0.0)
    telegram_account(parts)
    parts.accounts.change("bot", name="Bot 2", values={"secret": "other"})
    placed = parts.accounts.placed("bot").channel
    assert isinstance(placed, Telegram)
    assert (placed.token, placed.secret) == (TOKEN, "other")
    assert parts.accounts.get("bot").name == "Bot 2"
    assert parts.accounts.placed("bot") is parts.accounts.placed("bot")
    parts.accounts.change("bot", active=False)
    assert not parts.accounts.placed("bot").active


@pytest.mark.parametrize(
    ("account", "channel", "values", "said"),
    [
        ("Bot!", "telegram", {}, "lower-case"),
        ("new", "smoke", {}, "no channel type smoke"),
        ("new", "telegram", {"token": TOKEN}, "secret"),
        ("new", "telegram", {"token": "x", "secret": "y"}, "token"),
        ("new", "telegram", {"token": TOKEN, "secret": "s", "server": "http://evil"}, "no setting server"),
        ("new", "api", {"secret": "a secret of sixteen", "callback": "file:///etc/passwd"}, "callback"),
        ("new", "api", {"secret": "short", "callback": "https://shop.test"}, "secret"),
        ("bot", "telegram", {"token": TOKEN, "secret": "s"}, "already"),
    ],
)
def test_refused(parts: Parts, account: str, channel: str, values: dict[str, Any], said: str) -> None:
    telegram_account(parts)
    with pytest.raises(RefusedError, match=said):
        parts.accounts.create(account, channel, "x", values)
    assert len(parts.accounts.list()) == 1


def test_an_account_whose_channel_type_is_gone_shows_nothing(parts: Parts) -> None:
    telegram_account(parts)
    with parts.engine.begin() as connection:
        connection.execute(update(tables.accounts).values(channel="pigeon"))
    assert parts.accounts.get("bot").settings == {"token": True, "secret": True}
    with pytest.raises(RefusedError, match="no channel type pigeon"):
        parts.accounts.placed("bot")
