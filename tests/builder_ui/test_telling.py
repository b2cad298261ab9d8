"""Why a rehearsed conversation went as it did: what the knowledge base and its model had to do with it."""

import pytest

from builder_ui.telling import why
from engine.queries import Citation, Found
from server.rehearsal import rehearse
from server.rehearsal_input import Input
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
    details = next(line.details for line in why(FLOW, step, "en", "en") if line.node == "look")
    assert len(details) == len(told)
    assert all(detail.endswith(end) for detail, end in zip(details, told, strict=True))
