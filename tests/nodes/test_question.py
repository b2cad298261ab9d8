from datetime import timedelta
from typing import Any

import pytest

from engine.effects import Choice, Send
from engine.events import Contact
from engine.turn import Go, Outcome, Turn, Wait
from nodes.question import Option, Question
from tests.nodes.rows import NOW, Row, check, returned, timer, turn, wrote

OPEN = Question(text="Which order?", save_as="order")
METAL = Question(
    text="Gold or silver?",
    choices=(Option("gold", "Gold"), Option("silver", "Silver")),
    save_as="metal",
    retries=1,
    retry_text="Please choose",
)
OTHERS = Question(text="Gold or silver?", choices=METAL.choices, other=True, save_as="metal")
EMAIL = Question(text="Your email?", expects="email", save_as="email", retries=2)
ORDER = Question(text="Order?", expects="pattern", pattern="LU-[0-9]{6}", save_as="order")
BUTTONS = (Choice("gold", "Gold"), Choice("silver", "Silver"))
ASKED = {"tries": 0}
VERSIONS = {"choices.gold.label": ("Gold", "Oro", "金"), "choices.silver.label": ("Silver", "Plata", "银")}


def asks(text: str, tries: int = 0, choices: tuple[Choice, ...] = (), **more: Any) -> Wait:
    return Wait("reply", effects=(Send(text=text, choices=choices),), memory={"tries": tries}, **more)


def chose(choice: str, label: str) -> Go:
    return Go(choice, values={"metal": label}, why={"choice": choice})


def to_metal(reply: str, choice: str = "", tries: int = 0) -> Turn:
    return turn(wrote(reply, choice), memory={"tries": tries}, versions=VERSIONS)


def not_metal(tries: int) -> Any:
    return {"not": ["gold", "silver"], "tries": tries}


def got(value: Any, name: str = "email") -> Go:
    return Go("answered", values={name: value}, why={"answer": value})


TABLE = [
    Row("asks and waits", OPEN, turn(text="Hi"), asks("Which order?")),
    Row("takes any answer and keeps it", OPEN, turn(wrote(" LU-7 "), memory=ASKED), got("LU-7", "order")),
    Row(
        "keeps nothing without a name",
        Question(text="?"),
        turn(wrote("x"), memory=ASKED),
        Go("answered", why={"answer": "x"}),
    ),
    Row("listens in silence", Question(), turn(text="Hi"), Wait("reply", memory=ASKED)),
    Row(
        "waits no longer than it may",
        Question(no_reply=60),
        turn(),
        Wait("reply", until=NOW + timedelta(seconds=60), memory=ASKED),
    ),
    Row("says when no reply came", Question(no_reply=60), turn(timer(), memory=ASKED), Go("no_reply")),
    Row("asks again when a person gives the conversation back", OPEN, turn(event=returned()), asks("Which order?")),
    Row("offers its choices", METAL, turn(), asks("Gold or silver?", 0, BUTTONS)),
    Row("takes a tap", METAL, to_metal("Gold", "gold"), chose("gold", "Gold")),
    Row("takes a tap whatever the label", METAL, to_metal("whatever", "silver"), chose("silver", "Silver")),
    Row("takes the label, however written", METAL, to_metal("  gOLD! "), chose("gold", "Gold")),
    Row("takes the label in any of the flow's languages", METAL, to_metal("plata"), chose("silver", "Silver")),
    Row("takes the Chinese label", METAL, to_metal("金。"), chose("gold", "Gold")),
    Row("takes its number", METAL, to_metal("2."), chose("silver", "Silver")),
    Row("takes its number in wide digits", METAL, to_metal("１"), chose("gold", "Gold")),
    Row(
        "asks again for what is no choice",
        METAL,
        to_metal("bronze"),
        asks("Please choose", 1, BUTTONS, why=not_metal(1)),
    ),
    Row("there is no third", METAL, to_metal("3"), asks("Please choose", 1, BUTTONS, why=not_metal(1))),
    Row("an empty text is no choice", METAL, to_metal(""), asks("Please choose", 1, BUTTONS, why=not_metal(1))),
    Row("gives up after its retries", METAL, to_metal("bronze", tries=1), Go("invalid", why=not_metal(2))),
    Row("takes other answers if it may", OTHERS, to_metal("bronze"), got("bronze", "metal")),
    Row("finds an email address", EMAIL, turn(wrote("it is ana@luna.example."), memory=ASKED), got("ana@luna.example")),
    Row(
        "asks the question itself again without a text for it",
        EMAIL,
        turn(wrote("none"), memory=ASKED),
        asks("Your email?", 1, why={"not": "email", "tries": 1}),
    ),
    Row(
        "a phone number is read as in the contact's country",
        Question(expects="phone", save_as="phone"),
        turn(wrote("081 234 5678"), memory=ASKED, contact=Contact(locale="th-TH")),
        got("+66812345678", "phone"),
    ),
    Row("finds what fits its pattern", ORDER, turn(wrote("it's lu-123456"), memory=ASKED), got("lu-123456", "order")),
    Row(
        "a pattern that is none fits nothing",
        Question(text="?", expects="pattern", pattern="(", retries=0),
        turn(wrote("("), memory=ASKED),
        Go("invalid", why={"not": "pattern", "tries": 1}),
    ),
    Row(
        "reads dates as the contact's country writes them",
        Question(expects="date", save_as="day"),
        turn(wrote("3/4/2027"), memory=ASKED, contact=Contact(country="US")),
        got("2027-03-04", "day"),
    ),
]


def test_table() -> None:
    check(TABLE)


@pytest.mark.parametrize(
    ("node", "ports"),
    [
        (OPEN, ["answered"]),
        (METAL, ["gold", "silver", "invalid"]),
        (OTHERS, ["gold", "silver", "answered"]),
        (EMAIL, ["answered", "invalid"]),
        (Question(no_reply=60), ["answered", "no_reply"]),
    ],
)
def test_has_the_ports_it_can_go_by(node: Question, ports: list[str]) -> None:
    assert [port.id for port in node.ports()] == ports


def test_goes_only_by_ports_it_has() -> None:
    outcomes: list[tuple[Question, Outcome]] = [(row.node, row.outcome) for row in TABLE]  # type: ignore[misc]
    for node, outcome in outcomes:
        if isinstance(outcome, Go):
            assert outcome.port in {port.id for port in node.ports()}


def test_tells_what_is_missing() -> None:
    assert Question(choices=(Option("a"),)).missing() == ("choices.a.label", "text")
    assert Question(expects="pattern", text="?").missing() == ("pattern",)
    assert METAL.missing() == ()
    assert METAL.sets() == ("metal",)
    assert Question().sets() == ()
