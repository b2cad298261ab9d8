import re
from typing import Annotated

import msgspec

from engine.effects import Value
from engine.flow import Node, Port
from engine.text import fill
from engine.turn import Call, Outcome, Turn
from nodes.fields import ValueName, field

_ALONE = re.compile(r"\{([a-z][a-z0-9_.]*)\}")
MOST = 50


class Subflow(Node, frozen=True, tag="subflow"):
    """Runs another flow, then goes on. It has values of its own: say what it is given and what comes back."""

    TITLE = "Sub-flow"
    ICON = "workflow"
    GROUP = "do"
    SUMMARY = "Runs: {flow} · {inputs} in · {outputs} back"
    PORTS = (Port("done", "Done"), Port("failed", "Could not run", optional=True))

    flow: Annotated[
        str,
        field("Flow", "As it is published when this flow is published.", required=True),
        msgspec.Meta(max_length=64, extra_json_schema={"widget": "flow"}),
    ] = ""
    inputs: Annotated[
        dict[ValueName, Annotated[str, msgspec.Meta(max_length=2000)]],
        field("What it is given", "Its value, and what goes in: a text that may hold variables."),
        msgspec.Meta(max_length=MOST, extra_json_schema={"widget": "mapping"}),
    ] = {}  # noqa: RUF012 a Struct gives each its own
    outputs: Annotated[
        dict[ValueName, ValueName],
        field("What comes back", "A value of this flow, and which of the sub-flow's it is filled with."),
        msgspec.Meta(max_length=MOST, extra_json_schema={"widget": "mapping"}),
    ] = {}  # noqa: RUF012 a Struct gives each its own

    def calls(self) -> str:
        return self.flow

    def answers(self, port: str = "") -> bool:
        """As far as the node knows; flows.silence looks into what it runs."""
        return True

    def sets(self) -> tuple[str, ...]:
        return tuple(name for name in self.outputs if name)

    def missing(self) -> tuple[str, ...]:
        given = ["inputs"] if "" in self.inputs else []
        return (*given, "outputs") if not all(name and theirs for name, theirs in self.outputs.items()) else (*given,)

    def run(self, turn: Turn) -> Outcome:
        given = {name: _given(text, turn) for name, text in self.inputs.items() if name}
        outputs = {ours: theirs for ours, theirs in self.outputs.items() if ours and theirs}
        return Call(self.flow, given, outputs, why={"given": given} if given else None)


def _given(text: str, turn: Turn) -> Value:
    """A text with its placeholders filled; one that is nothing but a placeholder keeps its value's kind."""
    if alone := _ALONE.fullmatch(text.strip()):
        found = turn.facts(alone[1])
        return found if isinstance(found, str | int | float | bool | list) else None
    return fill(text, turn.facts) or None
