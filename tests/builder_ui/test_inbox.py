"""What the inbox shows of a contact, and of what was said."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from builder_ui.states.inbox import Fact, _lines, _talk
from builder_ui.words import Language
from engine.events import Contact
from server.history import Said
from server.inbox import Card, Opened

AT = datetime(2027, 3, 2, 10, tzinfo=UTC)
CARD = Card(
    id="c",
    status="open",
    channel="telegram",
    account="bot",
    contact="k",
    name="Ana",
    language="pt",
    country="BR",
    tags=[],
    reason="",
    fault="",
    team="",
    assigned="",
    agent="",
    unread=0,
    last_text="",
    last_author="",
    last_at=AT,
    created=AT,
    waiting_since=None,
    snoozed_until=None,
)


def opened(facts: Contact) -> Opened:
    return Opened(
        card=CARD, facts=facts, values={}, flow="f", revision=1, node="", address="100", messages=[], older=False
    )


def test_what_is_known_of_a_contact_stands_in_the_column() -> None:
    talk = _talk(opened(Contact(email="ana@luna.example", phone="+4915123456789", given=("email",))), "", "en")
    assert talk.facts == [
        Fact("address", "100"),
        Fact("language", "Portuguese"),
        Fact("country", "Brazil"),
        Fact("email", "ana@luna.example"),
        Fact("phone", "+4915123456789"),
    ]


def test_what_is_not_known_does_not() -> None:
    assert [fact.name for fact in _talk(opened(Contact()), "", "en").facts] == ["address", "language", "country"]


def test_a_time_zone_is_told_by_its_city() -> None:
    (zone,) = (fact for fact in _talk(opened(Contact(timezone="Asia/Shanghai")), "", "en").facts if fact.words)
    assert zone == Fact("timezone", "Asia/Shanghai", "Shanghai (China)")


def test_the_address_of_a_visitor_of_the_widget_is_not_told() -> None:
    visitor = replace(opened(Contact()), card=replace(CARD, channel="webwidget"))
    assert [fact.name for fact in _talk(visitor, "", "en").facts] == ["language", "country"]


@pytest.mark.parametrize(
    ("kind", "fault", "language", "words", "shown"),
    [
        ("timeout", "ReadTimeout: no answer", "en", "The platform did not answer in time.", ""),
        ("timeout", "ReadTimeout: no answer", "zh", "渠道平台未在规定时间内响应。", ""),
        ("refused", "chat not found", "en", "The platform refused the message.", "chat not found"),
        ("", "Message undeliverable", "en", "It was given up.", "Message undeliverable"),
    ],
)
def test_what_went_wrong_is_told_raw_only_where_no_words_say_it(
    kind: str, fault: str, language: Language, words: str, shown: str
) -> None:
    said = Said(
        id="m",
        conversation="c",
        position=1,
        key="k",
        direction="out",
        author="flow",
        kind="text",
        text="Hello",
        at=AT,
        delivery="failed",
        fault=fault,
        trouble=kind,
    )
    (line,) = _lines([said], language)
    assert (line.trouble, line.fault) == (words, shown)
