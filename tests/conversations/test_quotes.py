"""A golden conversation through a split, the collecting of contact data and a decision table."""

from typing import Any

import pytest

import flows
from flows.rehearsal import rehearse

FLOW = flows.read(
    {
        "format": 1,
        "id": "quotes",
        "name": "Quotes",
        "start": "which",
        "nodes": {
            "which": {"type": "split", "ways": [{"id": "a", "share": 50}, {"id": "b", "share": 50}]},
            "short": {"type": "message", "text": "Hello."},
            "long": {"type": "message", "text": "Welcome to Luna, handmade jewellery!"},
            "who": {
                "type": "collect",
                "items": [
                    {"id": "name", "kind": "name", "question": "Your name?"},
                    {"id": "mail", "kind": "email", "question": "Your email?", "save_as": "mail"},
                    {"id": "phone", "kind": "phone", "question": "Your phone?", "optional": True},
                    {"id": "order", "kind": "order", "question": "Which order?", "save_as": "order"},
                ],
                "retry_text": "Please look again.",
                "skip_label": "Skip",
            },
            "amount": {"type": "question", "text": "How many pieces?", "expects": "number", "save_as": "pieces"},
            "fee": {
                "type": "decision_table",
                "columns": [
                    {"id": "m", "fact": "contact.email", "op": "ends_with"},
                    {"id": "p", "fact": "value.pieces", "op": "between"},
                ],
                "results": [{"id": "d", "name": "discount"}],
                "outcomes": [{"id": "person", "title": "A person"}],
                "rows": [
                    {"id": "own", "when": {"m": "@luna.example"}, "then": {"d": 50}},
                    {"id": "few", "when": {"p": [1, 9]}, "then": {"d": 0}},
                    {"id": "many", "when": {"p": [10, 1000]}, "then": {"d": 15}, "outcome": "person"},
                ],
            },
            "said": {"type": "close", "text": "{contact.name}, that is {value.discount} % off for {value.order}."},
            "person": {"type": "human_handoff", "reason": "{contact.email} wants {value.pieces}", "text": "One moment"},
        },
        "edges": [
            {"source": "which", "port": "a", "target": "short"},
            {"source": "which", "port": "b", "target": "long"},
            {"source": "short", "port": "next", "target": "who"},
            {"source": "long", "port": "next", "target": "who"},
            {"source": "who", "port": "done", "target": "amount"},
            {"source": "who", "port": "gave_up", "target": "person"},
            {"source": "amount", "port": "answered", "target": "fee"},
            {"source": "amount", "port": "invalid", "target": "person"},
            {"source": "fee", "port": "done", "target": "said"},
            {"source": "fee", "port": "person", "target": "person"},
            {"source": "fee", "port": "otherwise", "target": "person"},
        ],
    }
)

FEW = """
# A few pieces, asked again where it was not clear
locale: de-DE
contact: anna

visitor: Hi
bot: Hello.
bot: Your name?

visitor: Why do you ask?
bot: Please look again.
    Your name?

visitor: Ich heiße Anna Weiß
- contact name = Anna Weiß
bot: Your email?

visitor: anna@weiss.example, bitte
- value mail = anna@weiss.example
- contact email = anna@weiss.example
bot: Your phone?
  buttons: Skip (skip)

visitor: 0151 23456789
- contact phone = +4915123456789
bot: Which order?

visitor: #LU-2047
- value order = LU-2047
bot: How many pieces?

visitor: 3
- value pieces = 3
- value discount = 0
bot: Anna Weiß, that is 0 % off for LU-2047.
- close
"""

MANY = """
# Many pieces, known by name
name: Tom
contact: t2

visitor: Hi
bot: Welcome to Luna, handmade jewellery!
bot: Your email?

visitor: tom@store.example
- value mail = tom@store.example
- contact email = tom@store.example
bot: Your phone?
  buttons: Skip (skip)

visitor taps skip: Skip
bot: Which order?

visitor: A1024
- value order = A1024
bot: How many pieces?

visitor: 40
- value pieces = 40
- value discount = 15
bot: One moment
- hand off: tom@store.example wants 40
"""


@pytest.mark.parametrize("transcript", [FEW, MANY])
def test_goes_as_written(transcript: str) -> None:
    assert rehearse(FLOW, transcript).difference == ""


def test_the_same_contact_is_greeted_alike() -> None:
    """Over many contacts both greetings are heard, each by the same ones again."""

    def greeting(contact: str) -> Any:
        return rehearse(FLOW, f"contact: {contact}\n\nvisitor: Hi\n").steps[0].trace[0].detail

    first = [greeting(f"c{number}") for number in range(40)]
    assert first == [greeting(f"c{number}") for number in range(40)]
    assert set(first) == {"a", "b"}
