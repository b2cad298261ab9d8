"""What is different between two versions, in words: of each kind a line, in both languages of the screens."""

from typing import Any

import pytest

from builder_ui.differences import differences, side_by_side
from builder_ui.words import Language
from engine.flow import Edge, Flow, Note, Trigger
from nodes.message import Message
from nodes.question import Question

BEFORE: Flow[Any] = Flow(
    id="f",
    name="F",
    start="hi",
    nodes={"hi": Message(text="Hi"), "old": Message(text="Old")},
    edges=(Edge("hi", "next", "old"),),
    translations={"fr": {}},
    cases={"one": "opens\n"},
    notes={"n": Note("Here", (0, 0))},
)
AFTER: Flow[Any] = Flow(
    id="f",
    name="Other",
    start="new",
    timezone="Asia/Tokyo",
    trigger=Trigger(only_called=True),
    nodes={"hi": Message(text="Hello"), "new": Question(text="New?")},
    edges=(Edge("hi", "next", "new"),),
    translations={"de": {"hi": {"text": "Hallo"}}},
    inputs=("order",),
    outputs=("order",),
)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_everything_that_can_differ_is_told_both_ways(language: Language) -> None:
    there, back = differences(BEFORE, AFTER, language), differences(AFTER, BEFORE, language)
    assert len(there) == len({line.text for line in there}) == len(back)
    assert [line.text for line in there if line.kind == "added" and not line.node] == {
        "en": ["New language: German"],
        "zh": ["新增语言：德语"],
    }[language]
    assert {line["text"] for line in side_by_side(BEFORE, AFTER, language)["lines"]} == {line.text for line in there}
