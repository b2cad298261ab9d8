"""The inbox: lists, pages, search; what agents may do."""

import pytest

from engine.events import Contact
from server import history
from server.errors import RefusedError
from server.inbox import LONGEST, Filter
from server.parts import Parts
from tests.server.house import api_account, arrive, echo, publish, said, talk, telegram_account, turn
from tests.server.test_turns import person


@pytest.fixture
def shop(parts: Parts) -> Parts:
    """25 conversations that wait for a person, the fifth and the seventh of somebody special."""
    telegram_account(parts)
    api_account(parts)
    for number in range(25):
        contact = Contact(name=f"Visitor {number}" if number != 5 else "100% Anna_")
        arrive(parts, said(f"question {number}", number, str(number), contact=contact))
        turn(parts)
    return parts


def names(parts: Parts, **wanted: object) -> list[str]:
    return [card.name for card in parts.inbox.conversations(Filter(**wanted)).cards]  # type: ignore[arg-type]


def test_pages_hold_everything_once(shop: Parts) -> None:
    found, after = [], ""
    while True:
        page = shop.inbox.conversations(Filter(status=("queued",), limit=10, after=after))
        found += [card.last_text for card in page.cards]
        if not (after := page.next):
            break
    assert found == [f"question {number}" for number in reversed(range(25))]
    assert shop.inbox.counts() == {"bot": 0, "queued": 25, "open": 0, "snoozed": 0, "resolved": 0}


def test_filters(shop: Parts) -> None:
    assert names(shop, search="anna") == ["100% Anna_"]
    assert names(shop, search="100%") == ["100% Anna_"]
    assert names(shop, search="question 17") == ["Visitor 17"]
    assert names(shop, search="' OR 1=1 --") == []
    assert len(names(shop, account="bot", channel="telegram")) == 25
    assert names(shop, account="shop") == []
    agent = person(shop)
    newest = shop.inbox.conversations(Filter(limit=1)).cards[0]
    shop.inbox.assign(newest.id, agent, agent)
    turn(shop)
    assert names(shop, assigned=agent) == ["Visitor 24"]
    assert len(names(shop, assigned="nobody")) == 24
    assert shop.inbox.conversation(newest.id).card.status == "queued"


@pytest.mark.parametrize("after", ["x", "2026-01-01~y", "~", "2026-01-01T00:00:00+00:00"])
def test_a_place_that_is_none_is_refused(parts: Parts, after: str) -> None:
    if after.endswith("+00:00"):
        assert parts.inbox.conversations(Filter(after=after)).cards == []
    else:
        with pytest.raises(RefusedError, match="after"):
            parts.inbox.conversations(Filter(after=after))


def test_history_in_pages(parts: Parts) -> None:
    telegram_account(parts)
    publish(parts.engine, echo())
    conversation = arrive(parts, *(said(f"m{n}", n) for n in range(40)))[0].conversation
    turn(parts)
    opened = parts.inbox.conversation(conversation)
    assert (len(opened.messages), opened.older, opened.flow) == (history.PAGE, True, "echo")
    older = parts.inbox.messages(conversation, before=opened.messages[0].position)
    assert [one.text for one in older + opened.messages] == [
        text for n in range(40) for text in (f"m{n}", f"You said m{n}")
    ]
    assert parts.inbox.messages(conversation, after=opened.messages[-2].position) == opened.messages[-1:]
    trace = parts.inbox.trace(conversation, limit=2)
    assert [turn["seq"] for turn in trace] == [39, 40]
    assert [visit["node"] for visit in trace[1]["trace"]] == ["listen", "hear", "listen"]


def test_read_is_read(parts: Parts) -> None:
    telegram_account(parts)
    conversation = arrive(parts, said("a", 1), said("b", 2))[0].conversation
    turn(parts)
    assert parts.inbox.conversation(conversation).card.unread == 2
    parts.inbox.mark_read(conversation)
    parts.inbox.mark_read(conversation)
    assert parts.inbox.conversation(conversation).card.unread == 0


def test_what_cannot_be_done_is_refused(parts: Parts) -> None:
    telegram_account(parts)
    conversation = arrive(parts, said("a", 1))[0].conversation
    turn(parts)
    for text, code in [("", "empty_text"), (" \0 ", "empty_text"), ("x" * (LONGEST + 1), "too_long_text")]:
        with pytest.raises(RefusedError) as refused:
            parts.inbox.reply(conversation, "", text)
        assert refused.value.code == code
    with pytest.raises(RefusedError, match="client_id"):
        parts.inbox.note(conversation, "", "x", "y" * 65)
    for act in (parts.inbox.take, parts.inbox.resolve, parts.inbox.give_back):
        with pytest.raises(RefusedError, match="no conversation nowhere"):
            act("nowhere", "")
    parts.inbox.give_back(conversation, "")
    turn(parts)
    with pytest.raises(RefusedError, match="The flow has this conversation"):
        parts.inbox.give_back(conversation, "")
    parts.inbox.resolve(conversation, "")
    turn(parts)
    for act in (parts.inbox.take, parts.inbox.resolve, parts.inbox.give_back):
        with pytest.raises(RefusedError, match="resolved"):
            act(conversation, "")
    # A last word is possible, and changes nothing else.
    parts.inbox.reply(conversation, "", "Your parcel is on its way")
    turn(parts)
    assert talk(parts, conversation)[-1] == ("agent", "Your parcel is on its way")
    assert parts.inbox.conversation(conversation).card.status == "resolved"
