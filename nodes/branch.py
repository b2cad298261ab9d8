from typing import Annotated, Any

import msgspec

from engine.flow import Node, Port
from engine.rules import Any as AnyOf
from engine.rules import Rule, explained
from engine.turn import Go, Outcome, Turn
from nodes.fields import ChoiceId, field

OTHERWISE = Port("otherwise", "Otherwise")


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way of a branch: its port ``id``, what people call it, and when it is taken (a new one never is)."""

    id: ChoiceId
    title: Annotated[str, msgspec.Meta(title="Title", max_length=80)] = ""
    when: Annotated[Rule, msgspec.Meta(title="When", extra_json_schema={"widget": "rule"})] = AnyOf()


class Branch(Node, frozen=True, tag="branch"):
    """Goes the way of the first case whose rule holds, from the top down; else by “otherwise”."""

    TITLE = "Branch"
    ICON = "split"
    GROUP = "decide"
    SUMMARY = "{cases}"

    cases: Annotated[
        tuple[Case, ...],
        field("Cases", "Looked at from the top; the first that holds is taken.", required=True),
        msgspec.Meta(max_length=40, extra_json_schema={"widget": "cases"}),
    ] = ()

    def ports(self) -> tuple[Port, ...]:
        return (*(Port(case.id, case.title or case.id) for case in self.cases), OTHERWISE)

    def rules(self) -> tuple[Rule, ...]:
        return tuple(case.when for case in self.cases)

    def run(self, turn: Turn) -> Outcome:
        why: list[Any] = []
        for case in self.cases:
            told = explained(case.when, turn.facts)
            why.append({"case": case.id, "title": case.title, "held": told.held, "rule": msgspec.to_builtins(told)})
            if told.held:
                return Go(case.id, why=why)
        return Go("otherwise", why=why)
