"""Who is pretended to write: in words, as rehearsals take it, and what a flow's own rules offer first."""

from datetime import UTC, datetime

import msgspec
import pytest

from builder_ui import visitor
from builder_ui.words import Language
from tests.server.house import document

NOW = datetime(2027, 3, 3, 12, tzinfo=UTC)  # a Wednesday
FLOW = document(
    "f",
    {
        "b": {
            "type": "branch",
            "cases": [
                {"id": "a", "when": {"kind": "compare", "fact": "country", "op": "in", "value": ["TH", "BR"]}},
                {"id": "b", "when": {"kind": "compare", "fact": "tags", "op": "has", "value": "vip"}},
                {"id": "c", "when": {"kind": "compare", "fact": "source", "op": "is", "value": "fair"}},
                {"id": "d", "when": {"kind": "compare", "fact": "value.order", "op": "not_empty"}},
            ],
        },
        "q": {"type": "question", "text": "?", "save_as": "size"},
    },
    [],
    trigger={"channels": ["whatsapp"]},
    timezone="Europe/Berlin",
)


@pytest.mark.parametrize(
    ("who", "begins"),
    [
        ({}, NOW),
        ({"weekday": "3"}, NOW),
        ({"weekday": "2", "time": "23:40"}, datetime(2027, 3, 9, 22, 40, tzinfo=UTC)),
        ({"time": "09:05"}, datetime(2027, 3, 3, 8, 5, tzinfo=UTC)),
        ({"time": "09:05", "clock": "Asia/Bangkok"}, datetime(2027, 3, 3, 2, 5, tzinfo=UTC)),
        ({"moment": "2027-07-01T09:00", "weekday": "1"}, datetime(2027, 7, 1, 7, tzinfo=UTC)),
    ],
)
def test_the_clock_begins_where_it_is_set(who: visitor.Who, begins: datetime) -> None:
    assert visitor.begins(who, "Europe/Berlin", NOW) == begins


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "en",
            ["Brazil", "Portuguese (Brazil)", "WhatsApp", "Tuesday 23:40", "from a Facebook ad", "2 tags and values"],
        ),
        ("zh", ["巴西", "葡萄牙语 (巴西)", "WhatsApp", "星期二 23:40", "来自 Facebook 广告", "2 个标签和值"]),
    ],
)
def test_the_line_says_who_it_is(language: Language, told: list[str]) -> None:
    who = {
        "country": "BR",
        "locale": "pt-BR",
        "channel": "whatsapp",
        "weekday": "2",
        "time": "23:40",
        "source": "facebook_ad",
        "tags": "vip, vip",
        "value.order": "7",
    }
    assert [part.text for part in visitor.line(who, language)] == told


def test_what_is_chosen_is_what_is_rehearsed() -> None:
    who = {"channel": "line", "tags": "a，b", "value.order": "7", "country": "JP", "contact": "same"}
    start = visitor.start_of(who, "UTC", NOW, "visitor-3")
    assert (start.channel, start.tags, start.values, start.contact) == ("line", ("a", "b"), {"order": "7"}, "visitor-3")


@pytest.mark.parametrize(
    "who",
    [
        {"ip": "no"},
        {"time": "25:00"},
        {"moment": "soon"},
        {"moment": "9999-12-31T23:59"},
        {"clock": "Mars"},
        {"country": "?"},
    ],
)
def test_nonsense_is_refused(who: visitor.Who) -> None:
    with pytest.raises((ValueError, msgspec.ValidationError)):
        visitor.start_of(who, "UTC", NOW, "visitor")


def test_what_the_rules_ask_about_is_offered_first() -> None:
    assert [one.value for one in visitor.countries("en", FLOW)][:3] == ["TH", "BR", "US"]
    assert visitor.channels("en", FLOW)[0].value == "whatsapp"
    assert visitor.sources("en", FLOW)[0].value == "fair"
    assert visitor.tags(FLOW) == ["vip"]
    assert visitor.values(FLOW) == ["order", "size"]
    assert [title for title, _ in visitor.presets(FLOW, "en")][:2] == [
        "Thailand, by day, WhatsApp",
        "Brazil, by day, WhatsApp",
    ]


def test_what_a_browser_kept_is_taken_as_far_as_it_can_be_chosen() -> None:
    assert visitor.cleaned({"country": "DE", "mood": "good", "value.order": 7, "name": ""}) == {
        "country": "DE",
        "value.order": "7",
    }
