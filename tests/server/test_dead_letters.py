"""Messages that could not be sent are listed, and can be sent again."""

from datetime import timedelta
from typing import Any

import pytest
from litestar.testing import TestClient
from sqlalchemy import select, update

from server import audit, dead_letters, staff, tables
from server.app import create_api
from server.channels.base import Refused, Taken
from server.errors import RefusedError
from server.parts import Parts
from server.people import PARLEY
from server.sends import Sent, step
from server.store import utcnow
from tests.server.house import api_account, echo, publish, row, send, telegram_account
from tests.server.leaving import ROOM, delivered, in_, talked, waiting
from tests.server.platform import Platform, Told

OTHER_TOKEN = "87654321:AAH-abcdefghijklmnopqrstuvwxyz0123"


@pytest.fixture
def bot(parts: Parts) -> str:
    """A Telegram account with a flow."""
    publish(parts.engine, echo())
    return telegram_account(parts)


def refused(told: Told) -> tuple[int, Any]:
    return 400, {"ok": False, "description": "Bad Request: chat not found"}


def acts(parts: Parts) -> list[tuple[str, str]]:
    return [(one.action, one.subject) for one in audit.entries(parts.engine) if one.action.startswith("message.")]


def test_what_failed_is_listed_and_sent_again_in_its_order(parts: Parts, platform: Platform, bot: str) -> None:
    conversation = talked(parts, "a", "b")
    platform.answer = refused
    send(parts)
    newest, oldest = parts.dead_letters.page().letters
    assert (oldest.text, oldest.kind, oldest.fault) == ("You said a", "refused", "Bad Request: chat not found")
    assert (newest.text, newest.account_name, newest.author) == ("You said b", "Our bot", "flow")
    shown = [one for one in parts.inbox.messages(conversation) if one.direction == "out"]
    assert [(one.delivery, one.trouble, one.again) for one in shown] == [("failed", "refused", True)] * 2
    platform.answer = platform.take
    platform.told.clear()
    parts.dead_letters.send_again(newest.message, person="ada")
    parts.dead_letters.send_again(oldest.message, person="ada")
    shown = [one for one in parts.inbox.messages(conversation) if one.direction == "out"]
    assert [(one.delivery, one.fault, one.again) for one in shown] == [("waiting", "", False)] * 2
    send(parts, in_(5))
    assert platform.texts() == ["You said a", "You said b"]
    assert delivered(parts, conversation) == [("sent", ""), ("sent", "")]
    assert parts.dead_letters.page().letters == []
    assert acts(parts) == [("message.send_again", oldest.message), ("message.send_again", newest.message)]


def test_it_leaves_before_what_still_waits(parts: Parts, platform: Platform, bot: str) -> None:
    talked(parts, "a", "b", "c")
    now = utcnow()
    [first] = step(parts.engine, [], ROOM, now).begun
    [second] = step(parts.engine, [Sent(first, Refused("no"))], ROOM, now).begun
    parts.dead_letters.send_again(first.row.message)
    [again] = step(parts.engine, [Sent(second, Taken())], ROOM, now).begun
    assert (again.row.message, again.row.tries, again.row.key) == (first.row.message, 0, first.row.key)
    # Three at once are the chat's pace.
    [third] = step(parts.engine, [Sent(again, Taken())], ROOM, now + timedelta(seconds=2)).begun
    assert third.row.text == "You said c"


def test_sending_again_wakes_no_second_sender_for_a_conversation_in_hand(parts: Parts, bot: str) -> None:
    conversation = talked(parts, "a", "b")
    now = utcnow()
    [first] = step(parts.engine, [], ROOM, now).begun
    step(parts.engine, [Sent(first, Refused("no"))], ROOM, now)
    parts.dead_letters.send_again(first.row.message)
    assert step(parts.engine, [], ROOM, now).begun == []
    assert row(parts, conversation).send_at > now


def test_old_messages_get_their_whole_time_again(parts: Parts, platform: Platform, bot: str) -> None:
    conversation = talked(parts, "a")
    platform.answer = refused
    send(parts)
    with parts.engine.begin() as connection:
        long_ago = utcnow() - timedelta(days=3)
        connection.execute(update(tables.outbox).values(created=long_ago))
        connection.execute(update(tables.messages).values(at=long_ago))
    parts.dead_letters.send_all_again()
    platform.answer = lambda told: (502, {})
    send(parts)
    assert delivered(parts, conversation) == [("waiting", "HTTP 502")]


def test_all_of_an_account_or_of_a_kind(parts: Parts, platform: Platform, bot: str) -> None:
    telegram_account(parts, "other", OTHER_TOKEN)
    platform.answer = refused
    for number in range(3):
        talked(parts, f"m{number}", address=str(number + 1))
    talked(parts, "other", address="7", account="other")
    send(parts)
    assert {(one.account, one.kind): one.count for one in parts.dead_letters.counts()} == {
        ("bot", "refused"): 3,
        ("other", "refused"): 1,
    }
    page = parts.dead_letters.page("bot", limit=2)
    rest = parts.dead_letters.page("bot", after=page.next, limit=2)
    assert [one.text for one in page.letters + rest.letters] == ["You said m2", "You said m1", "You said m0"]
    assert rest.next == ""
    assert parts.dead_letters.page(kind="blocked").letters == []
    assert parts.dead_letters.send_all_again(kind="blocked") == 0
    assert acts(parts) == []
    parts.accounts.change("other", active=False)
    assert parts.dead_letters.send_all_again() == 3
    assert acts(parts) == [("message.send_all_again", "")]
    platform.answer = platform.take
    platform.told.clear()
    send(parts)
    assert sorted(platform.texts()) == ["You said m0", "You said m1", "You said m2"]
    assert [one.account for one in parts.dead_letters.page().letters] == ["other"]


def test_more_than_go_into_one_transaction(
    parts: Parts, platform: Platform, bot: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dead_letters, "BATCH", 2)
    platform.answer = refused
    talked(parts, *"abcde")
    send(parts)
    send(parts, in_(5))
    assert parts.dead_letters.send_all_again(bot) == 5
    platform.answer = platform.take
    platform.told.clear()
    send(parts, in_(10))
    send(parts, in_(15))
    assert platform.texts() == [f"You said {letter}" for letter in "abcde"]


def test_what_is_discarded_shows_that_it_failed_and_leaves_no_more(parts: Parts, platform: Platform, bot: str) -> None:
    conversation = talked(parts, "a")
    platform.answer = refused
    send(parts)
    [only] = parts.dead_letters.page().letters
    parts.dead_letters.discard(only.message, person="ada")
    assert waiting(parts) == []
    [_, shown] = parts.inbox.messages(conversation)
    assert (shown.delivery, shown.again, shown.fault) == ("failed", False, "Bad Request: chat not found")
    assert parts.dead_letters.send_all_again() == 0
    assert acts(parts) == [("message.discard", only.message)]


def test_what_is_refused(parts: Parts, platform: Platform, bot: str) -> None:
    conversation = talked(parts, "a")
    with parts.engine.begin() as connection:
        message = connection.execute(select(tables.outbox.c.message)).scalar_one()
    for act in (parts.dead_letters.send_again, parts.dead_letters.discard):
        with pytest.raises(RefusedError, check=lambda fault: fault.code == "not_failed"):
            act(message)
        with pytest.raises(RefusedError, check=lambda fault: fault.code == "not_found"):
            act("nothing")
    parts.accounts.change(bot, active=False)
    send(parts)
    assert delivered(parts, conversation)[0][0] == "failed"
    for again in (lambda: parts.dead_letters.send_again(message), lambda: parts.dead_letters.send_all_again(bot)):
        with pytest.raises(RefusedError, match="Our bot is switched off"):
            again()
    with pytest.raises(RefusedError, check=lambda fault: fault.code == "not_found"):
        parts.dead_letters.send_all_again("nobody")


def test_the_platform_knows_the_key_of_what_is_sent_again(parts: Parts, platform: Platform) -> None:
    publish(parts.engine, echo())
    api_account(parts, f"{platform.url}/replies")
    talked(parts, "a", address="c-1", account="shop", channel="api")
    platform.answer = lambda told: (400, {})
    send(parts)
    platform.answer = platform.take
    parts.dead_letters.send_all_again("shop")
    send(parts)
    first, again = platform.told
    assert first.headers["idempotency-key"] == again.headers["idempotency-key"]
    assert first.body == again.body


def test_many_are_let_go_at_once(parts: Parts, platform: Platform, bot: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dead_letters, "BATCH", 2)
    conversation = talked(parts, "a", "b", "c")
    platform.answer = refused
    send(parts)
    assert parts.dead_letters.discard_all("another") == 0
    assert parts.dead_letters.discard_all(bot, "refused", person="ada") == 3
    assert parts.dead_letters.counts() == []
    assert [one.again for one in parts.inbox.messages(conversation) if one.delivery == "failed"] == [False] * 3
    assert acts(parts) == [("message.discard_all", bot)]


def test_over_the_wire(parts: Parts, platform: Platform, bot: str) -> None:
    talked(parts, "a", "b")
    platform.answer = refused
    send(parts)
    with TestClient(create_api(parts.settings)) as client:
        client.headers["authorization"] = f"Bearer {staff.create_token(parts.engine, PARLEY, 'agent', 'agent').token}"
        [count] = client.get("/api/dead-letters/counts").json()
        assert count == {"account": "bot", "account_name": "Our bot", "kind": "refused", "count": 2}
        first, second = client.get("/api/dead-letters", params={"account": "bot"}).json()["letters"]
        assert client.post(f"/api/dead-letters/{first['message']}/send-again").status_code == 202
        assert client.delete(f"/api/dead-letters/{second['message']}").status_code == 204
        for act in ("send-again", "discard"):
            assert client.post(f"/api/dead-letters/{act}", json={}).status_code == 403
        client.headers["authorization"] = f"Bearer {staff.create_token(parts.engine, PARLEY, 'admin', 'admin').token}"
        assert client.post("/api/dead-letters/send-again", json={"account": "bot"}).json() == {"count": 0}
        assert client.post("/api/dead-letters/discard", json={"kind": "refused"}).json() == {"count": 0}
        off = client.post("/api/dead-letters/send-again", json={"account": "x"}, headers={"accept-language": "zh"})
        assert (off.status_code, off.json()["error"]["message"]) == (404, "找不到渠道：x。")
    assert [one.state for one in waiting(parts)] == ["waiting"]
