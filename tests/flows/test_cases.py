from typing import Any

import msgspec
import pytest

from engine.flow import Edge, Flow
from flows import cases
from flows.coverage import Coverage, covered, never, whole
from flows.edit import apply
from flows.rehearsal import play, rehearse
from flows.transcript import read, written
from flows.transcript_line import Line, line_of
from nodes.close import Close
from nodes.human_handoff import HumanHandoff
from nodes.knowledge_answer import KnowledgeAnswer
from nodes.message import Message
from nodes.tag import Tag

KNOWS = """\
# Shipping
visitor: What is shipping?
- tags +asked
bot [0.82 Shipping › Cost]: Seven dollars.
bot: Bye!
- close
"""
UNSURE = """\
visitor: Why?
knowledge: unsure 0.20
- tags +asked
- hand off:
"""
FLOW: Flow[Any] = Flow(
    id="f",
    name="F",
    start="tag",
    nodes={
        "tag": Tag(add=("asked",)),
        "know": KnowledgeAnswer(),
        "bye": Message(text="Bye!"),
        "end": Close(),
        "person": HumanHandoff(reason=""),
        "nowhere": Message(text="?"),
    },
    edges=(
        Edge("bye", "next", "end"),
        Edge("know", "answered", "bye"),
        Edge("know", "unsure", "person"),
        Edge("tag", "next", "know"),
    ),
    cases={"b": UNSURE, "a": KNOWS},
)


def without(**edit: Any) -> Flow[Any]:
    return apply(FLOW, edit).flow


def test_every_case_is_run_in_the_order_of_names() -> None:
    ran = list(cases.run(FLOW))
    assert [(one.id, one.name, one.passed, one.difference) for one in ran] == [
        ("b", "b", True, ""),
        ("a", "Shipping", True, ""),
    ]
    assert all(one.seconds > 0 for one in ran)
    assert [one.id for one in cases.run(FLOW, only=("a",))] == ["a"]


def test_a_case_that_went_otherwise_is_told_with_its_difference() -> None:
    changed = without(op="set", node="bye", field="text", value="Good bye!")
    _, failed = cases.run(changed)
    assert not failed.passed
    assert "-bot: Bye!\n+bot: Good bye!" in failed.difference
    assert failed.rehearsed is not None
    assert failed.rehearsed.nodes == (("tag", "know", "bye", "end"),)
    taken = apply(changed, {"op": "put_case", "id": "a", "text": cases.as_it_went(KNOWS, failed.rehearsed)}).flow
    assert all(one.passed for one in cases.run(taken))
    assert cases.name_of(taken.cases["a"]) == "Shipping"


def test_a_case_that_cannot_be_read_has_not_passed() -> None:
    (ran,) = cases.run(Flow(id="f", name="F", cases={"a": "opens\nhello"}))
    assert not ran.passed
    assert ran.difference.startswith("line 2: “hello” is nothing that happens")


def test_what_was_rehearsed_is_covered() -> None:
    ran = list(cases.run(FLOW))
    done = ran[0].covered | ran[1].covered
    assert never(FLOW, done) == Coverage(frozenset({"nowhere"}))
    assert never(FLOW, ran[1].covered) == Coverage(frozenset({"nowhere", "person"}), frozenset({("know", "unsure")}))
    steps = tuple(play(FLOW, read(KNOWS)))
    smaller = without(op="remove", nodes=["end"])
    assert covered(smaller, steps).nodes == {"tag", "know", "bye"}
    assert covered(smaller, steps).edges <= whole(smaller).edges


@pytest.mark.parametrize(
    ("text", "english", "chinese"),
    [
        (
            "visitor (de): Was kostet es?\nbot [0.82 Shipping › Cost]: 7",
            "Cost, German, handed over",
            "Cost，德语，转人工",
        ),
        ("visitor (de): Was kostet\n    es?\n", "Was kostet es?, German, handed over", "Was kostet es?，德语，转人工"),
        ("opens", "German", "德语"),
        (
            "visitor taps gold (de): " + "Gold " * 20,
            "Gold Gold Gold Gold Gold Gold Gold Gold…, German, handed over",
            "",
        ),
    ],
)
def test_a_name_is_proposed_from_what_happened(text: str, english: str, chinese: str) -> None:
    flow: Flow[Any] = Flow(
        id="f",
        name="F",
        language="de",
        start="know",
        nodes={"know": KnowledgeAnswer(), "person": HumanHandoff()},
        edges=(Edge("know", "answered", "person"), Edge("know", "unsure", "person")),
        translations={"en": {}},
    )
    if text == "opens":
        flow = apply(flow, {"op": "remove", "nodes": ["person"]}).flow
    steps = tuple(play(flow, read(f"locale: de\n\n{text}")))
    steps = tuple(_in_german(step) for step in steps)
    assert cases.proposed(flow, steps, "en") == english
    if chinese:
        assert cases.proposed(flow, steps, "zh") == chinese


def _in_german(step: Any) -> Any:
    return msgspec.structs.replace(step, session=msgspec.structs.replace(step.session, language="de"))


def test_nothing_that_happened_has_a_name_too() -> None:
    assert cases.proposed(FLOW, (), "en") == "Conversation"


def test_names_and_ids_are_new() -> None:
    assert cases.free_id(FLOW, "Shipping, in Köln!") == "shipping-in-koln"
    assert cases.free_id(FLOW, "运费") == "case"
    assert cases.free_id(FLOW, "A") == "a-2"
    assert cases.free_name(FLOW, "Shipping") == "Shipping (2)"
    assert cases.free_name(FLOW, "Returns") == "Returns"
    assert cases.named(UNSURE, " Why \n not ").startswith("# Why not\n\nvisitor: Why?")
    assert cases.name_of(cases.named(KNOWS, "Ends in \\")) == "Ends in \\"


def test_what_is_expected_becomes_loose_and_exact_again() -> None:
    loose = cases.expecting(read(KNOWS), 0, 1, "contains", "dollars")
    assert "knowledge [0.82 Shipping › Cost]: Seven dollars.\nbot: ~ dollars\n" in written(loose)
    assert rehearse(FLOW, written(loose)).passed
    anything = cases.expecting(loose, 0, 2, "any", "")
    assert "bot: …\n" in written(anything)
    assert rehearse(FLOW, written(anything)).passed
    assert written(cases.expecting(anything, 0, 2, "exactly", "")) == written(read(KNOWS))
    unchecked = cases.expecting(read(KNOWS), 0, 2, "unchecked", "Bye!")
    assert "? bot: Bye!" in written(unchecked)
    assert rehearse(without(op="set", node="bye", field="text", value="Ho"), written(unchecked)).passed
    other = cases.expecting(read(KNOWS), 0, 2, "exactly", "Ho!")
    assert "-bot: Ho!\n+bot: Bye!" in rehearse(FLOW, written(other)).difference
    with pytest.raises(IndexError):
        cases.expecting(read(KNOWS), 0, 9, "any", "")


def test_expectations_come_and_go() -> None:
    tag, *_ = read(KNOWS).blocks[0].lines
    less = cases.without(read(KNOWS), 0, 0)
    assert "+- tags +asked" in rehearse(FLOW, written(less)).difference
    happened = rehearse(FLOW, KNOWS).blocks[0].actual
    assert cases.with_line(less, 0, tag, happened).blocks[0].lines[0] == tag
    assert cases.with_line(less, 0, line_of("- tags ~ +asked"), happened).blocks[0].lines[0].how == "contains"
    last = Line("tags", "- tags", "+vip")
    assert cases.with_line(less, 0, last).blocks[0].lines[-1] == last
