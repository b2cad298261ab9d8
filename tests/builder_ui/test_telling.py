"""Why a rehearsed conversation went as it did: the knowledge base and its model, hours, flows within flows."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from builder_ui.telling import Detail, WhyLine, way, why
from builder_ui.words import Language
from engine.hours import Standing
from engine.queries import Citation, Found, Opening
from flows.subflows import planned
from schemas.patterns import READY
from server.rehearsal import rehearse
from server.rehearsal_input import Input
from server.rehearsal_start import Start
from tests.server.house import document

CITED = Citation(document="d", name="care.md", place="Washing")
FLOW = document(
    "ask",
    {"look": {"type": "knowledge_answer"}, "sorry": {"type": "message", "text": "I do not know"}},
    ["look.unsure > sorry"],
)


def said(line: WhyLine) -> list[str]:
    return [detail.text for detail in line.details]


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (
            Found(text="No.", score=0.9, citation=CITED),
            ["care.md › Washing", "90 % sure, 60 % needed"],
        ),
        (
            Found(text="No.", score=0.9, citation=CITED, phrased=True),
            ["care.md › Washing", "90 % sure, 60 % needed", "Put into words by the model, from this source"],
        ),
        (
            Found(text="No.", score=0.9, citation=CITED, reason="model:timeout"),
            ["care.md › Washing", "90 % sure, 60 % needed", "The passage itself: the model service took too long"],
        ),
        (
            Found(reason="topic:identity"),
            ["For a person: this is about identity or passwords, which no model is told"],
        ),
        (Found(), ["only 0 % sure, 60 % needed"]),
    ],
)
def test_a_knowledge_answer_says_who_put_it(found: Found, told: list[str]) -> None:
    step = rehearse(FLOW, [Input(say="Will it shrink?")], lambda query: found).steps[0]
    details = next(said(line) for line in why(FLOW, step, 0, "en", "en") if line.node == "look")
    assert len(details) == len(told)
    assert all(detail.endswith(end) for detail, end in zip(details, told, strict=True))


CLOSED = Opening(
    standing=Standing(False, datetime(2028, 10, 4, 7, tzinfo=UTC), "Tag der Deutschen Einheit"),
    zone="Europe/Berlin",
    name="Shop hours",
)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "Shop hours: Closed until Wed 09:00 (Europe/Berlin), holiday: Tag der Deutschen Einheit"),
        ("zh", "Shop hours：休息至周三 09:00（Europe/Berlin），节假日：Tag der Deutschen Einheit"),
    ],
)
def test_hours_say_until_when_and_what_day_it_is(language: Language, told: str) -> None:
    flow = document("f", {"hours": {"type": "business_hours", "team": "shop"}}, [])
    start = Start(at=datetime(2028, 10, 3, 10, tzinfo=UTC))
    step = rehearse(flow, [Input(say="Hello?")], lambda query: CLOSED, start).steps[0]
    assert said(why(flow, step, 0, language, "en")[0]) == [told]


INNER = document("inner", {"ask": {"type": "question", "text": "Which?", "name": "Which one"}}, [], inputs=["a"])
OUTER = document("outer", {"run": {"type": "subflow", "flow": "inner", "name": "Returns", "inputs": {"a": "b"}}}, [])


def test_what_happens_within_a_sub_flow_stands_beneath_the_node_that_runs_it() -> None:
    runs = {"inner": msgspec.structs.replace(INNER, name="Return a parcel")}
    steps = rehearse(planned(OUTER, runs), [Input(say="Hi"), Input(say="This")], lambda query: None).steps  # type: ignore[arg-type, return-value]
    told = [(line.node, line.title, line.text) for step in steps for line in why(OUTER, step, 0, "en", "en", runs)]
    assert told == [
        ("run", "Returns", "runs “Return a parcel”"),
        ("run", "Returns › Which one", "waits for a reply"),
        ("run", "Returns › Which one", "ends here: back to where it was called"),
        ("run", "Returns", "is done and goes on"),
    ]
    assert said(why(OUTER, steps[0], 0, "en", "en", runs)[0]) == ["given a: b"]
    assert way(OUTER, steps[0]) == {"visited": ["run"], "edges": [], "current": "run"}
    # Without what it runs the names are lacking, and nothing else.
    assert [line.title for line in why(OUTER, steps[0], 0, "en", "en")] == ["Returns", "Returns"]


def matches(*patterns: str) -> dict[str, Any]:
    rules = [{"kind": "compare", "fact": "text", "op": "matches", "value": pattern} for pattern in patterns]
    return {"kind": "any", "rules": rules}


def test_a_pattern_is_told_in_words_and_shown_where_somebody_wrote_it() -> None:
    cases = [
        {"id": "order", "title": "Order", "when": matches(READY["order"])},
        {"id": "person", "title": "Person", "when": matches("human|agent", r"\bMensch\b")},
        {"id": "thanks", "title": "Thanks", "when": matches("thanks?")},
    ]
    flow = document("f", {"sort": {"type": "branch", "cases": cases}}, [])
    step = rehearse(flow, [Input(say="Thank you")], lambda query: None).steps[0]  # type: ignore[arg-type, return-value]
    own = "what the contact wrote matches a pattern written for it"
    assert why(flow, step, 0, "en", "en")[0].details == [
        Detail("“Order” does not hold", []),
        Detail("✗ what the contact wrote contains an order number, such as LU-204815", []),
        Detail("“Person” does not hold", []),
        Detail(f"✗ {own}", ["human|agent", r"\bMensch\b"]),
        Detail("“Thanks” holds", []),
        Detail(f"✓ {own}", ["thanks?"]),
    ]
    assert [detail for detail in why(flow, step, 0, "zh", "en")[0].details if "访客" in detail.text] == [
        Detail("✗ 访客所写包含订单号，如 LU-204815", []),
        Detail("✗ 访客所写符合自定义格式", ["human|agent", r"\bMensch\b"]),
        Detail("✓ 访客所写符合自定义格式", ["thanks?"]),
    ]


def test_lines_of_the_same_words_stay_with_their_case() -> None:
    cases = [{"id": name, "title": name, "when": matches(name)} for name in ("aa", "bb")]
    flow = document("f", {"sort": {"type": "branch", "cases": cases}}, [])
    step = rehearse(flow, [Input(say="Hi")], lambda query: None).steps[0]  # type: ignore[arg-type, return-value]
    assert [detail.patterns for detail in why(flow, step, 0, "en", "en")[0].details] == [[], ["aa"], [], ["bb"]]


@pytest.mark.parametrize(
    ("pattern", "english", "chinese"),
    [
        ("LU-[0-9]{6}", "Nothing in “Hm” matches a pattern written for it", "“Hm”里没有符合自定义格式的内容"),
        (READY["digits"], "Nothing in “Hm” is a number of 4 to 12 digits", "“Hm”里没有4 到 12 位数字"),
    ],
)
def test_a_question_says_what_it_looked_for(pattern: str, english: str, chinese: str) -> None:
    asks = {"type": "question", "text": "Number?", "expects": "pattern", "pattern": pattern}
    flow = document("f", {"ask": asks}, [])
    step = rehearse(flow, [Input(say="Hello"), Input(say="Hm")], lambda query: None).steps[1]  # type: ignore[arg-type, return-value]
    shown = [] if pattern == READY["digits"] else [pattern]
    assert why(flow, step, 0, "en", "en")[0].details[0] == Detail(english, shown)
    assert why(flow, step, 0, "zh", "en")[0].details[0] == Detail(chinese, shown)


@pytest.mark.parametrize(
    ("kind", "pattern", "english", "chinese"),
    [
        ("order", "", "Order number", "订单号"),
        ("order", READY["order"], "Order number", "订单号"),
        ("order", READY["digits"], "Order number (a number of 4 to 12 digits)", "订单号（须为4 到 12 位数字）"),
        ("order", "LU-[0-9]{6}", "Order number (a pattern written for it)", "订单号（须为自定义格式）"),
        ("email", "not used", "Email", "邮箱"),
        ("text", "", "Anything", "任意内容"),
        ("text", READY["link"], "Text (a link)", "文字（须为网址）"),
        ("text", "[A-Z]{3}", "Text (a pattern written for it)", "文字（须为自定义格式）"),
    ],
)
def test_collecting_says_what_an_answer_must_be(kind: str, pattern: str, english: str, chinese: str) -> None:
    item = {"id": "it", "kind": kind, "question": "Which?", "save_as": "it", "pattern": pattern}
    flow = document("f", {"data": {"type": "collect", "items": [item]}}, [])
    step = rehearse(flow, [Input(say="Hello")], lambda query: None).steps[0]  # type: ignore[arg-type, return-value]
    shown = [pattern] if pattern in ("LU-[0-9]{6}", "[A-Z]{3}") else []
    assert why(flow, step, 0, "en", "en")[0].details == [Detail(f"Asks for: {english}", shown)]
    assert why(flow, step, 0, "zh", "en")[0].details == [Detail(f"询问：{chinese}", shown)]
