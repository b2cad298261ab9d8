"""A rehearsal in the chat: the channel's look, the clock, what would be done, why this way and not that."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from builder_ui.passing import morning, next_change
from builder_ui.rehearsed import Exchange, exchanges
from builder_ui.telling import WhyLine
from engine.flow import Flow
from engine.queries import AnyAnswer, AnyQuery, Detected, DetectLanguage, Found, OpenHours
from flows.opening import opening
from server.rehearsal import Rehearsed, rehearse
from server.rehearsal_input import Input, Sent
from server.rehearsal_start import Start
from tests.server.house import document

AT = datetime(2027, 3, 2, 22, 40, tzinfo=UTC)
NODES: dict[str, dict[str, Any]] = {
    "find": {"type": "language_by_ip", "order": ["text", "ip", "locale"]},
    "who": {
        "type": "branch",
        "cases": [
            {"id": "de", "title": "Germans", "when": {"kind": "compare", "fact": "country", "op": "is", "value": "DE"}},
            {"id": "br", "title": "Brazil", "when": {"kind": "compare", "fact": "country", "op": "is", "value": "BR"}},
            {
                "id": "us",
                "title": "Americans",
                "when": {"kind": "compare", "fact": "country", "op": "is", "value": "US"},
            },
        ],
    },
    "tag": {"type": "tag", "add": ["vip"]},
    "ask": {
        "type": "question",
        "text": "Which one?",
        "choices": [{"id": f"c{n}", "label": f"{n} rings of that very long type"} for n in range(1, 5)],
        "retries": 1,
        "no_reply": 7200,
    },
    "order": {
        "type": "http_request",
        "service": "shop",
        "method": "POST",
        "path": "/orders",
        "fields": [{"name": "ring", "value": "{text}"}],
        "example": "{}",
    },
    "hand": {"type": "human_handoff", "text": "A colleague comes.", "reason": "Wants it", "team": "Sales"},
}
EDGES = ["find > who", "who.br > tag", "tag > ask", "ask.c2 > order", "order.ok > hand", "ask.no_reply > hand"]
FLOW = document("f", NODES, EDGES, translations={"de": {}, "pt": {}}, timezone="Europe/Berlin")


def ask(query: AnyQuery) -> AnyAnswer:
    match query:
        case DetectLanguage():
            return Detected(language="de")
        case OpenHours():
            return opening(query)
        case _:
            return Found()


def run(flow: Flow[Any], *inputs: Input, channel: str = "whatsapp") -> Rehearsed:
    return rehearse(flow, inputs, ask, Start(channel=channel, country="BR", at=AT))


def chat(flow: Flow[Any], *inputs: Input, channel: str = "webwidget") -> list[Exchange]:
    return exchanges(flow, run(flow, *inputs, channel=channel), "en", "en", {})


def said(line: WhyLine) -> list[str]:
    return [detail.text for detail in line.details]


def test_the_chat_shows_what_the_channel_shows_and_says_what_it_changed() -> None:
    line = chat(document("g", {"ask": NODES["ask"]}, []), Input(open=True), channel="whatsapp")[0].answers[0]
    assert [row.label for row in line.rows][:1] == ["1 rings of that very lo…"]
    assert line.notes[0] == "Shows 3 buttons at most, so this becomes a list."
    email = chat(document("g", {"ask": NODES["ask"]}, []), Input(say="Hi"), channel="email")[0].answers[0]
    assert email.text.endswith("4. 4 rings of that very long type")
    assert email.quoted == "Hi"


def test_why_this_way_and_not_that() -> None:
    told = chat(FLOW, Input(say="Hallo"))[0]
    why = {line.node: line for line in told.why}
    assert said(why["find"])[:4] == [
        "German · by what was written",
        "1. ✓ Words written: German",
        "2. IP address: Portuguese, but it comes later in the order",
        "3. Browser or profile: no longer asked",
    ]
    assert [(one.text, one.by, one.open) for one in why["find"].asks] == [
        ("Country → Brazil", "as chosen above", False),
        ("Language of the text → German", "real", True),
    ]
    assert said(why["who"]) == [
        "“Germans” does not hold",
        "✗ country is Germany (it is Brazil)",
        "“Brazil” holds",
        "✓ country is Brazil (it is Brazil)",
        "Not looked at, an earlier one held: “Americans”",
    ]


def test_a_question_says_why_an_answer_was_not_taken() -> None:
    _, first, second = chat(FLOW, Input(say="Hallo"), Input(say="gold"), Input(say="silver"))
    labels = ", ".join(f"“{n} rings of that very long type”" for n in range(1, 5))
    assert said(first.why[0]) == [f"“gold” is none of {labels}", "Asks again (1 of 1)"]
    assert said(second.why[0])[1] == "Not understood 2 times: it gives up"


def test_what_would_be_done_is_listed_and_time_is_told_where_it_jumps() -> None:
    told = chat(FLOW, Input(say="Hallo"), Input(choose="c2"))
    assert told[0].done == ["note the country: Brazil", "go on in German", "put the tag vip"]
    assert told[1].done == [
        'request POST shop /orders with {"ring":"2 rings of that very long type"}',
        "hand over to Sales: Wants it",
    ]
    waited = chat(FLOW, Input(say="Hallo"), Input(skip=True))
    assert [one.stamp for one in waited] == ["Tue 2 Mar 23:40", "Wed 3 Mar 01:40"]
    assert waited[1].said[0].text == "2 h pass"
    sent = chat(FLOW, Input(say="", attachments=(Sent("image", "ring.jpg"),)))
    assert sent[0].said[0].files == ["Picture ring.jpg"]


def test_played_again_on_another_flow_it_says_what_is_different() -> None:
    before = chat(FLOW, Input(say="Hallo"), Input(choose="c2"))
    other = document(
        "f", {**NODES, "hand": {**NODES["hand"], "text": "Somebody comes."}}, EDGES, translations={"de": {}}
    )
    done = rehearse(other, [Input(say="Hallo"), Input(choose="c2")], ask, Start(country="BR", at=AT))
    again = exchanges(other, done, "en", "en", {}, before)
    assert [(one.differs, one.before) for one in again] == [
        (False, []),
        (True, ["A colleague comes."]),
    ]


@pytest.mark.parametrize(
    ("now", "opens", "at"),
    [
        (AT, True, datetime(2027, 3, 3, 8, tzinfo=UTC)),
        (datetime(2027, 3, 3, 12, tzinfo=UTC), False, datetime(2027, 3, 3, 17, tzinfo=UTC)),
    ],
)
def test_the_clock_can_go_to_where_it_opens_or_closes(now: datetime, opens: bool, at: datetime) -> None:
    flow = document("h", {"hours": {"type": "business_hours"}}, [], timezone="Europe/Berlin")
    assert next_change(flow, now, ask) == (opens, at)
    assert next_change(FLOW, now, ask) is None


def test_the_next_morning_is_the_one_to_come() -> None:
    assert morning(AT, "Europe/Berlin") == datetime(2027, 3, 3, 8, tzinfo=UTC)
    assert morning(AT + timedelta(hours=8), "Europe/Berlin") == datetime(2027, 3, 3, 8, tzinfo=UTC)
