from typing import Any

import pytest

from engine.picking import MOST_TEXT, as_kind, kept, picked
from engine.queries import Wanted

ORDER = {"id": 7, "items": [{"name": "Ring"}, {"name": "Chain"}], "paid": False, "tags": ["new", "gift"], "note": None}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("id", 7),
        ("items.1.name", "Chain"),
        ("items[1].name", "Chain"),
        ("items.2.name", None),
        ("items.-1.name", None),
        ("items.name", None),
        ("id.x", None),
        ("nothing", None),
        ("", ORDER),
        ("paid", False),
    ],
)
def test_what_stands_where(path: str, found: Any) -> None:
    assert picked(ORDER, path) == found


def test_a_list_at_the_top() -> None:
    assert picked([[1, 2], 3], "0.1") == 2
    assert picked([[1, 2], 3], "[0][1]") == 2


@pytest.mark.parametrize(
    ("found", "text", "number", "yes_no"),
    [
        ("sent", "sent", None, None),
        ("3", "3", 3, None),
        (" 3.5 ", " 3.5 ", 3.5, None),
        (3, "3", 3, None),
        (3.0, "3.0", 3, None),
        (0, "0", 0, False),
        (1, "1", 1, True),
        (True, "true", None, True),
        ("No", "No", None, False),
        (None, None, None, None),
        ({"a": 1}, None, None, None),
        (["a", 1], "a, 1", None, None),
        (["a", ["b"]], None, None, None),
        ([], None, None, None),
        ("inf", "inf", None, None),
        ("nan", "nan", None, None),
        (10**400, None, None, None),
        (2**53 + 2, str(2**53 + 2), None, None),
    ],
)
def test_one_value_as_each_kind(found: Any, text: Any, number: Any, yes_no: Any) -> None:
    assert (as_kind(found, "text"), as_kind(found, "number"), as_kind(found, "yes_no")) == (text, number, yes_no)


def test_a_text_has_an_end() -> None:
    assert as_kind("x" * 9999, "text") == "x" * MOST_TEXT
    assert as_kind(["x" * 1500] * 9, "text") == "x" * 1500 + ", " + "x" * (MOST_TEXT - 1502)


def test_only_what_is_there_is_kept() -> None:
    wanted = (Wanted("id", "order", "number"), Wanted("paid", "paid", "yes_no"), Wanted("note", "note"))
    assert kept(wanted, ORDER) == {"order": 7, "paid": False}
