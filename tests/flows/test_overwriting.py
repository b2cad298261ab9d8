"""What an edit does to a place that somebody else was faster at, and what that cost them."""

from typing import Any

import pytest

from engine.flow import Edge, Flow
from flows import from_dict
from flows.edit import EditError, apply
from flows.inverse import written
from flows.overwriting import Overwritten

CASE = "# Greeted\n\nopens\nbot: Hi\n\nvisitor: Yes\nbot: What?\n"

FLOW: Flow[Any] = from_dict(
    {
        "format": 1,
        "id": "f",
        "name": "F",
        "start": "hi",
        "nodes": {
            "hi": {"type": "message", "text": "Hi"},
            "ask": {"type": "question", "text": "What?", "choices": [{"id": "a", "label": "A"}]},
            "end": {"type": "close"},
        },
        "edges": [{"source": "hi", "port": "next", "target": "ask"}],
        "translations": {"de": {}},
        "notes": {"n": {"text": "Mind", "at": [0, 0]}},
        "cases": {"greeted": CASE},
    }
)


def case(text: str, **more: Any) -> dict[str, Any]:
    return {"op": "put_case", "id": "greeted", "text": text, **more}


def after(*edits: dict[str, Any], flow: Flow[Any] = FLOW) -> Flow[Any]:
    return apply(flow, {"op": "batch", "edits": list(edits)}).flow


def text(value: str, **more: Any) -> dict[str, Any]:
    return {"op": "set", "node": "hi", "field": "text", "value": value, **more}


CONFLICTS = [
    (text("theirs"), text("mine", base="Hi"), Overwritten("hi", "text", "theirs", text("theirs", base="mine"))),
    (
        {"op": "translate", "language": "de", "node": "hi", "path": "text", "text": "deren"},
        {"op": "translate", "language": "de", "node": "hi", "path": "text", "text": "meins", "base": ""},
        Overwritten(
            "hi",
            "text",
            "deren",
            {"op": "translate", "language": "de", "node": "hi", "path": "text", "text": "deren", "base": "meins"},
            "de",
        ),
    ),
    (
        {"op": "set_flow", "field": "timezone", "value": "Asia/Tokyo"},
        {"op": "set_flow", "field": "timezone", "value": "Europe/Paris", "base": "UTC"},
        Overwritten(
            "",
            "timezone",
            "Asia/Tokyo",
            {"op": "set_flow", "field": "timezone", "value": "Asia/Tokyo", "base": "Europe/Paris"},
        ),
    ),
    (
        {"op": "connect", "source": "hi", "port": "next", "target": "end"},
        {"op": "disconnect", "source": "hi", "port": "next", "base": "ask"},
        Overwritten(
            "hi", "ports.next", "end", {"op": "connect", "source": "hi", "port": "next", "target": "end", "base": ""}
        ),
    ),
    (
        {"op": "note", "id": "n", "text": "theirs", "at": [5, 5]},
        {"op": "note", "id": "n", "text": "mine", "at": [0, 0], "base": {"text": "Mind", "at": [0, 0]}},
        Overwritten(
            "",
            "notes.n",
            "theirs",
            {"op": "note", "id": "n", "text": "theirs", "at": (5.0, 5.0), "base": {"text": "mine", "at": (5.0, 5.0)}},
        ),
    ),
    (
        case(CASE.replace("bot: Hi", "bot: theirs")),
        case(CASE.replace("bot: Hi", "bot: mine"), base=CASE),
        Overwritten(
            "",
            "cases.greeted.1",
            "opens\nbot: theirs",
            case(CASE.replace("bot: Hi", "bot: theirs"), base=CASE.replace("bot: Hi", "bot: mine")),
        ),
    ),
    (
        case("# Theirs\n\nopens\n"),
        case(CASE.replace("bot: Hi", "bot: mine"), base=CASE),
        Overwritten(
            "", "cases.greeted", "# Theirs\n\nopens\n", case("# Theirs\n\nopens\n", base=CASE.replace("Hi", "mine"))
        ),
    ),
]


@pytest.mark.parametrize(("theirs", "mine", "lost"), CONFLICTS)
def test_the_later_edit_wins_and_what_it_cost_can_be_put_back(theirs: Any, mine: Any, lost: Overwritten) -> None:
    first = apply(FLOW, theirs)
    between = first.flow
    assert written(first.inverse)[lost.node, lost.path, lost.language] == lost.value
    applied = apply(between, mine)
    assert applied.overwritten == (lost,)
    back = apply(applied.flow, lost.back)
    assert back.flow == between
    assert back.overwritten == ()
    # Who had seen it overwrites nothing.
    assert apply(FLOW, mine).overwritten == ()


def test_different_turns_of_a_case_never_meet_and_each_is_undone_alone() -> None:
    theirs = apply(FLOW, case(CASE.replace("bot: Hi", "bot: ~ theirs"), base=CASE))
    mine = apply(theirs.flow, case(CASE.replace("bot: What?", "bot: ~ mine"), base=CASE))
    assert mine.overwritten == ()
    assert mine.flow.cases["greeted"] == "# Greeted\n\nopens\nbot: ~ theirs\n\nvisitor: Yes\nbot: ~ mine\n"
    undone = apply(mine.flow, theirs.inverse)
    assert undone.flow.cases["greeted"] == CASE.replace("bot: What?", "bot: ~ mine")
    assert apply(undone.flow, mine.inverse).flow.cases["greeted"] == CASE


def test_two_new_cases_of_one_name_are_two() -> None:
    theirs = after({"op": "put_case", "id": "new", "text": "# Theirs\n\nopens\n", "base": None})
    mine = apply(theirs, {"op": "put_case", "id": "new", "text": "# Mine\n\nopens\n", "base": None})
    assert mine.overwritten == ()
    assert mine.flow.cases == {
        "greeted": CASE,
        "new": "# Theirs\n\nopens\n",
        "new-2": "# Mine\n\nopens\n",
    }
    assert apply(mine.flow, mine.inverse).flow == theirs


def test_different_fields_and_different_items_never_meet() -> None:
    choices = [{"id": "a", "label": "A"}, {"id": "b", "label": "B"}]
    mine = {"op": "set", "node": "ask", "field": "choices", "value": choices, "base": choices[:1]}
    theirs = {"op": "translate", "language": "en", "node": "ask", "path": "choices.a.label", "text": "Theirs"}
    applied = apply(after(theirs, {"op": "set", "node": "ask", "field": "text", "value": "Which?"}), mine)
    assert applied.overwritten == ()
    assert applied.flow.nodes["ask"].text == "Which?"
    assert [choice.label for choice in applied.flow.nodes["ask"].choices] == ["Theirs", "B"]


def test_undo_takes_back_its_own_field_and_leaves_what_others_did() -> None:
    mine = apply(FLOW, text("mine"))
    between = after({"op": "set", "node": "hi", "field": "name", "value": "Theirs"}, flow=mine.flow)
    undone = apply(between, mine.inverse).flow
    assert (undone.nodes["hi"].text, undone.nodes["hi"].name) == ("Hi", "Theirs")
    with pytest.raises(EditError, match="Somebody has changed this since"):
        apply(after(text("theirs"), flow=mine.flow), mine.inverse)


def test_undo_keeps_a_node_that_somebody_else_has_worked_on() -> None:
    added = apply(FLOW, {"op": "add", "node": "new", "config": {"type": "message"}, "at": [1, 1]})
    assert "new" not in apply(added.flow, added.inverse).flow.nodes
    worked = after(
        {"op": "translate", "language": "de", "node": "new", "path": "text", "text": ""},
        {"op": "set", "node": "new", "field": "text", "value": "Theirs"},
        {"op": "connect", "source": "new", "port": "next", "target": "end"},
        flow=added.flow,
    )
    with pytest.raises(EditError, match="Somebody has changed this since"):
        apply(worked, added.inverse)
    assert Edge("new", "next", "end") in worked.edges
