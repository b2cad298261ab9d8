"""Test cases as people read them."""

from typing import Any

import msgspec
import pytest

from builder_ui.casing import first_difference, in_words, turns
from engine.flow import Edge, Flow
from flows import cases
from flows.edit import apply
from flows.transcript_line import line_of
from nodes.close import Close
from nodes.human_handoff import HumanHandoff
from nodes.knowledge_answer import KnowledgeAnswer
from nodes.language_by_ip import LanguageByIp
from nodes.question import Option, Question
from nodes.tag import Tag

CASE = """\
# All of it
country: DE (de)

opens
- country DE
- language de (ip)
bot: Which?
  buttons: Gold (gold) | None (no)

later 2 h
visitor taps gold [image ring.jpg] (de): Gold
- value metal = Gold
- tags +gold
bot [0.82 Care › Gold]: It stays gold.
- close: done
"""
LOOSE = """\
visitor: none
bot: ~ which
  buttons: Gold (gold) | None (no)

visitor taps no: None
knowledge: unsure 0.20
- value metal = …
? - hand off to Sales: Why
…

skip 10 min
bot: Good bye
"""
FLOW: Flow[Any] = Flow(
    id="f",
    name="F",
    start="lang",
    nodes={
        "lang": LanguageByIp(order=("ip",)),
        "ask": Question(text="Which?", choices=(Option("gold", "Gold"), Option("no", "None")), save_as="metal"),
        "tag": Tag(add=("gold",)),
        "know": KnowledgeAnswer(),
        "person": HumanHandoff(reason="Asked", team="Sales", limit=900),
        "bye": Close(reason="done"),
    },
    edges=(
        Edge("ask", "gold", "tag"),
        Edge("ask", "no", "know"),
        Edge("know", "answered", "bye"),
        Edge("know", "unsure", "person"),
        Edge("lang", "next", "ask"),
        Edge("person", "nobody_came", "bye"),
        Edge("tag", "next", "know"),
    ),
    translations={"de": {}},
    cases={"all": CASE, "loose": LOOSE},
)


def shown(flow: Flow[Any], case: str, language: Any = "en") -> Any:
    (ran,) = cases.run(flow, only=(case,))
    assert ran.rehearsed is not None
    return turns(flow, ran.rehearsed, language)


def test_a_case_reads_as_a_conversation() -> None:
    opened, tapped = shown(FLOW, "all")
    assert (opened.who, opened.text, opened.later) == ("note", "The visitor opens the chat", "")
    assert (tapped.who, tapped.text, tapped.later) == ("contact", "Gold [ring.jpg]", "2 h later")
    assert [(row.expected, row.bubble, row.loose) for row in (*opened.rows, *tapped.rows)] == [
        ("Country: Germany", False, False),
        ("Language: German", False, False),
        ("Which?", True, True),
        ("Buttons: Gold (gold) | None (no)", False, False),
        ("metal = Gold", False, True),
        ("Tags: +gold", False, True),
        ("It stays gold.", True, True),
        ("Closes: done", False, True),
    ]
    assert {row.verdict for row in (*opened.rows, *tapped.rows)} == {"same"}
    answer = tapped.rows[2]
    assert (answer.given, answer.node, answer.line) == ("Knowledge base: Care › Gold, 82 %", "know", 2)
    assert first_difference([opened, tapped], "en") == ""


def test_what_is_loose_and_what_differs_is_said() -> None:
    told = shown(FLOW, "loose")
    rows = [row for turn in told for row in turn.rows]
    assert [(row.verdict, row.how, row.expected, row.actual) for row in rows if row.how != "exactly"] == [
        ("same", "contains", "(with “which” in it)", "Which?"),
        ("same", "any", "metal = (any text)", "metal = None"),
        ("unchecked", "unchecked", "Hands over to Sales: Why", "Hands over to Sales: Asked"),
    ]
    assert told[0].rows[0].verdict == "extra"
    assert told[0].rows[0].first
    assert "… whatever else happens" in [row.expected for row in rows]
    assert (told[2].text, told[2].fault) == ("10 min pass without an answer", "Now waits 15 min")
    assert [(row.verdict, row.expected, row.actual) for row in told[2].rows] == [
        ("missing", "Good bye", ""),
        ("extra", "", "Closes: done"),
    ]
    assert first_difference(told, "en") == "After “none”: not expected: “Language: English”"
    assert first_difference(told[1:], "en") == "After “10 min pass without an answer”: Now waits 15 min"


def test_in_chinese_too() -> None:
    opened, _ = shown(FLOW, "all", "zh")
    assert [row.expected for row in opened.rows][:2] == ["国家/地区：德国", "语言：德语"]
    assert shown(FLOW, "loose", "zh")[2].text == "10 分钟内没有回复"


@pytest.mark.parametrize(
    ("written", "english", "chinese"),
    [
        ("knowledge: unsure 0.31", "Knowledge base: nothing sure enough (31 %)", "知识库：没有足够把握（31%）"),
        ("knowledge: failed, took too long", "Knowledge base: no answer", "知识库：没有回答"),
        (
            'service: 200 {"carrier": "DHL", "days": 3}',
            "Service answers: 200 · carrier = DHL · days = 3",
            "服务返回：200 · carrier = DHL · days = 3",
        ),
        ("service: failed, no answer", "Service answers: no answer", "服务返回：没有回答"),
        ("hours: open", "Hours: open", "营业时间：营业中"),
        (
            "hours: closed, until 2027-10-05 09:00 (Europe/Berlin), Tag der Arbeit",
            "Hours: closed · until 2027-10-05 09:00 · Berlin (Germany) · Tag der Arbeit",
            "营业时间：已打烊 · 至 2027-10-05 09:00 · 柏林（德国） · Tag der Arbeit",
        ),
        ("hours: failed", "Hours: no answer", "营业时间：没有回答"),
    ],
)
def test_what_the_world_answers_is_in_words(written: str, english: str, chinese: str) -> None:
    line = line_of(written)
    assert (in_words(line, "en"), in_words(line, "zh")) == (english, chinese)


@pytest.mark.parametrize("text", ["Was?", ""])
def test_the_first_difference_is_told_in_a_sentence(text: str) -> None:
    told = shown(apply(FLOW, {"op": "set", "node": "ask", "field": "text", "value": text}).flow, "all")
    said = "expected “Which?”, but “Was?”" if text else "“Which?” does not come"
    assert first_difference(told, "en") == f"After “The visitor opens the chat”: {said}"


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    "happens", ["opens", "skip", "skip 2 h", "visitor: x", "agent joins", "agent gives back", "agent closes"]
)
def test_whatever_happens_is_said(happens: str, language: Any) -> None:
    (ran,) = cases.run(msgspec.structs.replace(FLOW, cases={"c": f"{happens}\nbot: never said\n"}))
    assert ran.rehearsed is not None
    told = turns(FLOW, ran.rehearsed, language)
    assert told[0].text
    assert first_difference(told, language)
