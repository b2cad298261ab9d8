"""Two people in one flow, in words."""

from typing import Any

import msgspec
import pytest

from builder_ui.together import gone_line, initials, lost_line, people_lines
from flows.overwriting import Overwritten
from server.together import Loss, Somebody
from tests.builder_ui.test_canvas import flow


@pytest.mark.parametrize(
    ("name", "shown"),
    [("Ana Lima", "AL"), ("owner", "O"), ("ana.lima@luna.example", "AL"), ("王小明", "小明"), ("", "?")],
)
def test_initials(name: str, shown: str) -> None:
    assert initials(name) == shown


def test_each_person_has_one_face_and_is_called_by_name() -> None:
    tabs = [(Somebody("t1", "ana", "Ana", 1.0, ("ask",)), 3), (Somebody("t2", "ana", "Ana", 2.0), 3)]
    assert [(one.first, one.ids) for one in people_lines(tabs, "ben", "en")] == [(True, ["ask"]), (False, [])]
    assert people_lines(tabs, "ana", "en")[0].name == "Ana (you, elsewhere)"


@pytest.mark.parametrize(
    ("what", "words", "yours"),
    [
        (Overwritten("hello", "text", "Mine", {}), "Ana changed “Greeting” of “Welcome” after you.", "Yours: “Mine”"),
        (
            Overwritten("hello", "text", "Meins", {}, "de"),
            "Ana changed “Greeting (German)” of “Welcome” after you.",
            "Yours: “Meins”",
        ),
        (Overwritten("ask", "ports.order", "bye", {}), "Ana changed “Order” of “Question” after you.", ""),
        (Overwritten("", "timezone", "UTC", {}), "Ana changed “The time zone” after you.", "Yours: “UTC”"),
        (Overwritten("", "notes.first", None, {}), "Ana changed “Remark” after you.", ""),
        (
            Overwritten("", "cases.greeted.1", "opens\nbot: Hi", {}),
            "Ana changed “Greeted at once (test case)” after you.",
            "Yours: “opens\nbot: Hi”",
        ),
    ],
)
def test_a_loss_says_who_and_what(what: Overwritten, words: str, yours: str) -> None:
    cases = {"greeted": "# Greeted at once\n\nopens\nbot: Hello\n"}
    line = lost_line(Loss("1", "t", "Ana", what), msgspec.structs.replace(flow(), cases=cases), "en")
    assert (line.words, line.yours) == (words, yours)


@pytest.mark.parametrize(
    ("edit", "text"),
    [
        ({"op": "set", "value": "Words"}, "Words"),
        ({"op": "translate", "text": "Words"}, "Words"),
        ({"op": "batch", "edits": [{"op": "set", "value": []}, {"op": "translate", "text": "Words"}]}, "Words"),
        ({"op": "set", "value": 5}, ""),
    ],
)
def test_what_came_too_late_can_be_copied(edit: dict[str, Any], text: str) -> None:
    line = gone_line(7, "Welcome", edit, "en")
    assert line.text == text
    assert line.words == "“Welcome” was removed while you were writing in it."
