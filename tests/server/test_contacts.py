"""What contacts tell of themselves: kept for their next conversation, sealed at rest, their way in a split theirs."""

import logging
from collections.abc import Iterable
from typing import Any

import msgspec
import pytest
from sqlalchemy import select, update

from engine.events import Contact
from engine.session import Session
from server import tables
from server.contacts import Personal
from server.parts import Parts
from server.vault import Vault, new_key
from tests.server.house import arrive, document, opened, publish, row, said, talk, telegram_account, turn

ASKS = document(
    "asks",
    {
        "data": {
            "type": "collect",
            "items": [
                {"id": "name", "kind": "name", "question": "Your name?"},
                {"id": "mail", "kind": "email", "question": "Your email?", "save_as": "mail"},
                {"id": "phone", "kind": "phone", "question": "Your phone?"},
            ],
        },
        "thanks": {"type": "close", "text": "Thanks, {contact.name}: {contact.email}, {contact.phone}"},
    },
    ["data.done > thanks"],
)
TOLD = ("Ana García", "ana@luna.example", "+49 151 23456789")
ANSWER = "Thanks, Ana García: ana@luna.example, +4915123456789"


@pytest.fixture
def shop(parts: Parts) -> Parts:
    telegram_account(parts)
    publish(parts.engine, ASKS)
    return parts


def says(parts: Parts, texts: Iterable[str], first: int = 1, **more: Any) -> str:
    """One after the other, each answered; the conversation."""
    conversation = ""
    for number, text in enumerate(texts, first):
        conversation = arrive(parts, said(text, number, **more))[0].conversation
        turn(parts)
    return conversation


def contact(parts: Parts) -> Any:
    with parts.engine.begin() as connection:
        return connection.execute(select(tables.contacts)).one()


def test_what_is_told_is_kept_for_the_next_conversation(shop: Parts) -> None:
    first = says(shop, ("Hi", *TOLD))
    assert talk(shop, first)[-1] == ("flow", ANSWER)
    assert row(shop, first).status == "resolved"
    assert contact(shop).name == "Ana García"
    second = says(shop, ("Hello again",), first=9)
    assert second != first
    assert talk(shop, second)[1:] == [("flow", ANSWER)]


def test_a_contacts_row_tells_neither_email_nor_phone(shop: Parts) -> None:
    says(shop, ("Hi", *TOLD))
    stored = " ".join(map(str, contact(shop)))
    assert "ana@" not in stored
    assert "2345" not in stored
    assert "Ana García" in stored


def test_the_inbox_shows_it(shop: Parts) -> None:
    conversation = says(shop, ("Hi", *TOLD))
    facts = shop.inbox.conversation(conversation).facts
    assert (facts.name, facts.email, facts.phone) == ("Ana García", "ana@luna.example", "+4915123456789")
    before_the_flow = arrive(shop, opened(20))[0].conversation
    assert shop.inbox.conversation(before_the_flow).facts.email == "ana@luna.example"


def test_a_profile_does_not_undo_what_was_told(shop: Parts) -> None:
    profile = Contact(name="~*anita*~", locale="es")
    says(shop, ("Hi",), contact=profile)
    assert contact(shop).name == "~*anita*~"
    conversation = says(shop, TOLD, first=5, contact=profile)
    assert talk(shop, conversation)[-1] == ("flow", ANSWER)
    says(shop, ("Hello",), first=9, contact=profile)
    assert contact(shop).name == "Ana García"


def test_what_nobody_can_open_is_asked_again(shop: Parts, caplog: pytest.LogCaptureFixture) -> None:
    says(shop, ("Hi", *TOLD))
    shop.personal = Personal(lambda: Vault.of(msgspec.structs.replace(shop.settings, key=new_key())))
    with caplog.at_level(logging.WARNING):
        conversation = says(shop, ("Hello",), first=9)
    assert talk(shop, conversation)[-1] == ("flow", "Your email?")
    assert "cannot be read" in caplog.text


def test_the_sealed_text_of_one_contact_is_not_anothers(shop: Parts) -> None:
    sealed = shop.personal.sealed("one", Contact(email="a@b.c"))
    assert shop.personal.whole("one", Contact(name="A"), sealed) == Contact(name="A", email="a@b.c")
    assert shop.personal.whole("two", Contact(name="A"), sealed) == Contact(name="A")
    assert shop.personal.sealed("one", Contact(name="A")) == ""


SPLITS = document(
    "splits",
    {
        "ways": {"type": "split", "ways": [{"id": "a", "share": 50}, {"id": "b", "share": 50}]},
        "first": {"type": "close", "text": "Way A"},
        "second": {"type": "close", "text": "Way B"},
    },
    ["ways.a > first", "ways.b > second"],
)


def test_a_contact_goes_the_same_way_in_each_conversation(parts: Parts) -> None:
    telegram_account(parts)
    publish(parts.engine, SPLITS)
    ways: dict[str, list[str]] = {}
    # So many that they all going one way is nothing that ever happens: what they are split by is drawn.
    contacts = 24
    for number in range(2 * contacts):
        address = str(number % contacts)
        conversation = says(parts, ("Hi",), first=number + 1, address=address)
        ways.setdefault(address, []).append(talk(parts, conversation)[-1][1])
        session = msgspec.json.decode(row(parts, conversation).session, type=Session)
        assert session.key == row(parts, conversation).contact
    assert all(len(went) == 2 and len(set(went)) == 1 for went in ways.values())
    assert {went[0] for went in ways.values()} == {"Way A", "Way B"}


def test_a_session_from_before_contacts_had_a_key_gets_one(shop: Parts) -> None:
    conversation = says(shop, ("Hi",))
    session = msgspec.json.decode(row(shop, conversation).session, type=Session)
    old = msgspec.json.encode(msgspec.structs.replace(session, key="")).decode()
    with shop.engine.begin() as connection:
        connection.execute(update(tables.conversations).values(session=old))
    says(shop, TOLD[:1], first=5)
    session = msgspec.json.decode(row(shop, conversation).session, type=Session)
    assert session.key == row(shop, conversation).contact
