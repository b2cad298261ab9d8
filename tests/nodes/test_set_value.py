from typing import Any

from engine.turn import Go
from nodes.set_value import SetValue
from tests.nodes.rows import Row, check, turn


def sets(says: str, value: str, kind: Any, wanted: Any, text: str = "Hello", shown: str | None = None) -> Row:
    node = SetValue(value_name="it", value=value, kind=kind)
    why = {"text": value if shown is None else shown}
    return Row(says, node, turn(text=text, values={"order": "LU-7"}), Go("next", values={"it": wanted}, why=why))


TABLE = [
    sets("keeps a text", "gold", "text", "gold"),
    sets("fills placeholders", "{text} about {value.order}", "text", "Hello about LU-7", shown="Hello about LU-7"),
    sets("forgets when it is empty", "", "text", None),
    sets("forgets when what it asks for is unknown", "{value.nothing}", "text", None, shown=""),
    sets("says something else for the unknown", "{value.nothing|none}", "text", "none", shown="none"),
    sets("takes a whole number", "42", "number", 42),
    sets("takes a decimal comma", "3,5", "number", 3.5),
    sets("forgets what is no number", "many", "number", None),
    sets("knows no infinity", "inf", "number", None),
    sets("knows no not-a-number", "nan", "number", None),
    sets("takes yes", "Yes", "yes_no", True),
    sets("takes a Chinese yes", "是", "yes_no", True),
    sets("anything else is no", "perhaps", "yes_no", False),
]


def test_table() -> None:
    check(TABLE)


def test_tells_which_value_it_sets() -> None:
    assert SetValue(value_name="order").sets() == ("order",)
    assert SetValue().sets() == ()
