"""Why a rehearsed conversation went as it did: the knowledge base and its model, hours, flows within flows."""

from datetime import UTC, datetime

import msgspec
import pytest

from builder_ui.telling import way, why
from builder_ui.words import Language
from engine.hours import Standing
from engine.queries import Citation, Found, Opening
from flows.subflows import planned
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
    details = next(line.details for line in why(FLOW, step, 0, "en", "en") if line.node == "look")
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
    assert why(flow, step, 0, language, "en")[0].details == [told]


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
    assert why(OUTER, steps[0], 0, "en", "en", runs)[0].details == ["given a: b"]
    assert way(OUTER, steps[0]) == {"visited": ["run"], "edges": [], "current": "run"}
    # Without what it runs the names are lacking, and nothing else.
    assert [line.title for line in why(OUTER, steps[0], 0, "en", "en")] == ["Returns", "Returns"]
