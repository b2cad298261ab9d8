from typing import Annotated, Literal

import msgspec

from engine.effects import Value
from engine.flow import Node
from engine.text import fill
from engine.turn import Go, Outcome, Turn
from nodes.fields import Line, ValueName, field

_YES = frozenset({"yes", "true", "1", "on", "是"})


class SetValue(Node, frozen=True, tag="set_value"):
    """Keeps something under a name, for rules and texts further on. An empty value forgets what was kept."""

    TITLE = "Set value"
    ICON = "variable"
    GROUP = "do"
    SUMMARY = "{value_name} = {value}"

    value_name: Annotated[ValueName, field("Name", "Small letters, digits and _.", required=True)] = ""
    value: Annotated[Line, field("Value", "May hold variables, such as what the contact wrote: {text}.")] = ""
    kind: Annotated[
        Literal["text", "number", "yes_no"],
        field("Kind", options={"text": "Text", "number": "Number", "yes_no": "Yes or no"}),
        msgspec.Meta(extra_json_schema={"widget": "select"}),
    ] = "text"

    def sets(self) -> tuple[str, ...]:
        return (self.value_name,) if self.value_name else ()

    def run(self, turn: Turn) -> Outcome:
        text = fill(self.value, turn.facts).strip()
        return Go("next", values={self.value_name: self._value(text)}, why={"text": text})

    def _value(self, text: str) -> Value:
        if not text:
            return None
        if self.kind == "number":
            return _number(text)
        if self.kind == "yes_no":
            return text.casefold() in _YES
        return text


def _number(text: str) -> Value:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return None
    if number != number or number in (float("inf"), float("-inf")):
        return None
    return int(number) if number.is_integer() else number
