"""What leaves: in order, once, again while there is hope, and visibly not at all."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from server import outbox
from server.channels.base import Taken
from server.channels.telegram import Telegram
from server.faults import LONGEST_PAUSE, SCHEDULES
from server.outbox import Outbox
from server.parts import Parts
from server.sends import step
from server.store import utcnow
from tests.server.house import (
    TOKEN,
    api_account,
    arrive,
    document,
    echo,
    publish,
    row,
    said,
    send,
    telegram_account,
    turn,
)
from tests.server.leaving import ROOM, delivered, in_, once, talked, waiting
from tests.server.platform import Platform, Told

PATIENCE = 60
OTHER_TOKEN = "87654321:AAH-abcdefghijklmnopqrstuvwxyz0123"


@pytest.fixture
def bot(parts: Parts) -> str:
    """A Telegram account with a flow."""
    publish(parts.engine, echo())
    return telegram_account(parts)


@pytest.fixture
def shop(parts: Parts, platform: Platform) -> str:
    """An account of the signed API with a flow."""
    publish(parts.engine, echo())
    return api_account(parts, f"{platform.url}/replies")


def test_a_message_that_has_to_wait_holds_up_those_after_it(parts: Parts, platform: Platform, bot: str) -> None:
    conversation = talked(parts, "a", "b")
    once(platform, 502, {})
    send(parts)
    assert platform.texts() == ["You said a"]
    first, second = waiting(parts)
    assert (first.state, first.tries, first.kind, first.fault) == ("waiting", 1, "server", "HTTP 502")
    assert (second.state, second.tries) == ("waiting", 0)
    send(parts, in_(2))
    assert platform.texts() == ["You said a", "You said a", "You said b"]
    assert waiting(parts) == []
    assert row(parts, conversation).send_at is None


def test_a_refusal_is_shown_and_the_rest_goes_on(parts: Parts, platform: Platform, bot: str) -> None:
    conversation = talked(parts, "a", "b")
    once(platform, 403, {"ok": False, "description": "Forbidden: bot was blocked by the user"})
    send(parts)
    assert platform.texts() == ["You said a", "You said b"]
    assert delivered(parts, conversation) == [("failed", "Forbidden: bot was blocked by the user"), ("sent", "")]
    assert [(one.state, one.kind) for one in waiting(parts)] == [("failed", "blocked")]
    assert row(parts, conversation).send_at is None


def test_hope_ends(parts: Parts, platform: Platform, bot: str) -> None:
    conversation = talked(parts, "a")
    platform.answer = lambda told: (502, {})
    most = SCHEDULES["server"].tries
    passed = 0.0
    sender = Outbox(parts, lambda: utcnow() + timedelta(seconds=passed))
    for _ in range(most + 1):
        sender.run()
        sender.join()
        passed += LONGEST_PAUSE * 2
    sender.close()
    assert len(platform.told) == most
    assert delivered(parts, conversation) == [("failed", "HTTP 502")]


def test_hope_ends_after_a_day_whatever_the_fault(parts: Parts, platform: Platform, bot: str) -> None:
    conversation = talked(parts, "a", "b")
    platform.answer = lambda told: (502, {})
    send(parts, in_(24 * 3600))
    assert delivered(parts, conversation) == [("failed", "HTTP 502"), ("failed", "HTTP 502")]


def test_a_message_in_parts_goes_on_where_it_stopped(parts: Parts, platform: Platform) -> None:
    telegram_account(parts)
    publish(parts.engine, document("long", {"say": {"type": "message", "text": "{text}"}}, []))
    long = " ".join(letter * 4000 for letter in "abc")
    arrive(parts, said(long))
    turn(parts)

    def second_is_lost(told: Told) -> tuple[int, Any]:
        return (502, {}) if len(platform.told) == 2 else platform.take(told)

    platform.answer = second_is_lost
    send(parts)
    assert [(one.calls_done, one.tries) for one in waiting(parts)] == [(1, 1)]
    send(parts, in_(5))
    assert [text[0] for text in platform.texts()] == ["a", "b", "b", "c"]
    assert waiting(parts) == []


def test_two_senders_at_once_send_every_row_once(parts: Parts, platform: Platform, shop: str) -> None:
    contacts = [f"c-{number}" for number in range(12)]
    arrive(parts, *(said(f"{n}", f"{c}-{n}", c, "shop", "api") for n in range(5) for c in contacts))
    turn(parts)
    senders = [Outbox(parts), Outbox(parts), Outbox(parts)]
    for _ in range(3):
        for one in senders:
            one.run()
    for one in senders:
        one.join()
    # Each has left what the others had in hand.
    for one in senders:
        one.run()
        one.join()
        one.close()
    heard: dict[str, list[str]] = {}
    for told_ in platform.told:
        heard.setdefault(told_.json["contact"], []).append(told_.json["text"])
    assert heard == {contact: [f"You said {n}" for n in range(5)] for contact in contacts}
    assert waiting(parts) == []


def test_a_second_sender_finds_nothing_while_the_first_is_at_it(parts: Parts, platform: Platform, bot: str) -> None:
    talked(parts, "a", "b")
    second = Outbox(parts)

    def meanwhile(told: Told) -> tuple[int, Any]:
        second.run()
        second.join()
        return platform.take(told)

    platform.answer = meanwhile
    send(parts)
    second.close()
    assert platform.texts() == ["You said a", "You said b"]


@pytest.mark.parametrize("channel", ["telegram", "api"])
def test_what_was_being_sent_when_its_sender_died_is_sent_again_and_marked(
    parts: Parts, platform: Platform, channel: str
) -> None:
    """The platform of the signed API knows the key, so there it is no doubt."""
    publish(parts.engine, echo())
    name = telegram_account(parts) if channel == "telegram" else api_account(parts, f"{platform.url}/replies")
    conversation = talked(parts, "a", "b", account=name, channel=channel)
    [sending] = step(parts.engine, [], ROOM, utcnow()).begun
    sender = Outbox(parts)
    assert isinstance(sender._say(sending)[0], Taken)  # and then it died
    sender.close()
    send(parts, in_(7))
    assert waiting(parts) == []
    shown = [one for one in parts.inbox.messages(conversation) if one.direction == "out"]
    assert [(one.delivery, one.uncertain) for one in shown] == [("sent", channel == "telegram"), ("sent", False)]
    first, again, second = platform.told
    if channel == "api":
        assert first.body == again.body
        key = first.headers["idempotency-key"]
        assert key == again.headers["idempotency-key"] == f"{conversation}:1:0"
        assert second.headers["idempotency-key"] == f"{conversation}:2:0"


def test_no_answer_leaves_a_doubt(parts: Parts, platform: Platform, bot: str, monkeypatch: pytest.MonkeyPatch) -> None:
    conversation = talked(parts, "a")
    once(platform, 504, {})
    send(parts)
    send(parts, in_(5))
    assert len(platform.told) == 2
    assert [one.uncertain for one in parts.inbox.messages(conversation)] == [False, True]


def test_an_account_that_is_switched_off_sends_nothing(parts: Parts, platform: Platform, bot: str) -> None:
    conversation = talked(parts, "a", "b")
    parts.accounts.change("bot", active=False)
    send(parts)
    assert platform.told == []
    assert delivered(parts, conversation) == [("failed", "The channel account is switched off.")] * 2
    assert {one.kind for one in waiting(parts)} == {"off"}


@pytest.mark.parametrize(
    ("callback", "fault"), [("http://10.0.0.1/replies", "10.0.0.1"), ("http://[::1/replies", "none that can be asked")]
)
def test_an_address_inside_is_not_asked(parts: Parts, callback: str, fault: str) -> None:
    publish(parts.engine, echo())
    api_account(parts, callback)
    talked(parts, "a", address="c-1", account="shop", channel="api")
    send(parts)
    [only] = waiting(parts)
    assert only.kind == "credentials"
    assert fault in only.fault


def test_the_signed_api_gets_its_idempotency_key(parts: Parts, platform: Platform, shop: str) -> None:
    conversation = talked(parts, "a", address="c-1", account="shop", channel="api")
    once(platform, 500, {})
    send(parts)
    send(parts, in_(2))
    assert [told.headers["idempotency-key"] for told in platform.told] == [f"{conversation}:1:0"] * 2
    assert platform.told[0].body == platform.told[1].body


def test_an_agents_reply_leaves_by_the_channel(parts: Parts, platform: Platform) -> None:
    telegram_account(parts)
    conversation = arrive(parts, said("help"))[0].conversation
    turn(parts)
    parts.inbox.reply(conversation, "", "Hello, how can I help?")
    turn(parts)
    send(parts)
    assert platform.texts() == ["Hello, how can I help?"]
    assert platform.told[0].path == f"/bot{TOKEN}/sendMessage"


def test_a_channel_that_fails_itself_is_tried_again(
    parts: Parts, platform: Platform, bot: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    talked(parts, "a")

    def broken(self: Telegram, message: Any, to: str) -> Any:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(Telegram, "render", broken)
        send(parts)
    [only] = waiting(parts)
    assert (only.state, only.kind) == ("waiting", "trouble")
    send(parts, in_(60))
    assert platform.texts() == ["You said a"]


@pytest.fixture
def held(platform: Platform) -> Iterator[Callable[[Callable[[Told], bool]], list[Told]]]:
    """``held(which)`` keeps those requests waiting until the test ends; the list is of those that wait."""
    free = threading.Event()
    waits: list[Told] = []

    def hold(which: Callable[[Told], bool]) -> list[Told]:
        def before(told: Told) -> None:
            if which(told):
                waits.append(told)
                assert free.wait(PATIENCE)

        platform.before = before
        platform.free = free.set  # type: ignore[attr-defined]
        return waits

    yield hold
    free.set()


def test_a_slow_account_holds_up_nobody_else(parts: Parts, platform: Platform, bot: str, held: Any) -> None:
    """40 conversations of a bot whose platform answers nothing, then one of another bot, and one of the first's."""
    telegram_account(parts, "other", OTHER_TOKEN)
    arrive(parts, *(said("slow", f"s-{number}", str(number)) for number in range(1, 41)))
    turn(parts)
    waits = held(lambda told: TOKEN in told.path)
    sender = Outbox(parts)
    sender.run()
    while len(waits) < Telegram.PACE.at_once:
        threading.Event().wait(0.01)
    talked(parts, "quick", "too", address="7", account="other")
    sender.run()
    platform.wait_for(lambda told: len(told) == 2)
    assert platform.texts() == ["You said quick", "You said too"]
    assert len(waits) == Telegram.PACE.at_once
    platform.free()  # type: ignore[attr-defined]
    sender.join()
    sender.close()
    slow = [told.json["chat_id"] for told in platform.told if TOKEN in told.path]
    assert len(slow) == len(set(slow)) > Telegram.PACE.at_once


def test_who_is_told_to_end_finishes_what_is_under_way(parts: Parts, platform: Platform, bot: str, held: Any) -> None:
    conversation = talked(parts, "a", "b")
    waits = held(lambda told: True)
    sender = Outbox(parts)
    sender.run()
    while not waits:
        threading.Event().wait(0.01)
    closing = threading.Thread(target=sender.close)
    closing.start()
    while not sender._closing:
        threading.Event().wait(0.01)
    platform.free()  # type: ignore[attr-defined]
    closing.join(PATIENCE)
    assert delivered(parts, conversation) == [("sent", ""), ("waiting", "")]
    assert row(parts, conversation).send_at <= utcnow()


def test_what_came_of_a_request_outlives_a_database_that_is_away(
    parts: Parts, platform: Platform, bot: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    conversation = talked(parts, "a")
    calls: list[int] = []

    def sometimes(engine: Any, sent: Any, *rest: Any) -> Any:
        calls.append(len(sent))
        if calls.count(1) in (1, 2) and sent:
            raise OperationalError("UPDATE", {}, Exception("the server closed the connection"))
        return step(engine, sent, *rest)

    monkeypatch.setattr(outbox, "step", sometimes)
    monkeypatch.setattr(outbox, "AGAIN", 0.01)
    send(parts)
    assert "The outbox is written again" in caplog.text
    assert platform.texts() == ["You said a"]
    assert delivered(parts, conversation) == [("sent", "")]


def test_one_result_that_cannot_be_written_is_no_other_ones_trouble(
    parts: Parts, platform: Platform, bot: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = talked(parts, "a"), talked(parts, "b", address="200")

    def picky(engine: Any, sent: Any, *rest: Any) -> Any:
        if any(one.sending.conversation == bad for one in sent):
            raise ValueError
        return step(engine, sent, *rest)

    with monkeypatch.context() as patched:
        patched.setattr(outbox, "step", picky)
        patched.setattr(outbox, "AGAIN", 0.01)
        send(parts)
    assert delivered(parts, good) == [("sent", "")]
    assert [(one.conversation, one.state) for one in waiting(parts)] == [(bad, "sending")]
    send(parts, in_(7))
    assert delivered(parts, bad) == [("sent", "")]
