"""What a page does in the browser beside showing: a React effect, given as a script."""

from typing import Any

import reflex as rx
from reflex.components.component import Component


class Effect(rx.Fragment):  # type: ignore[misc]
    """Runs a script with React's hooks as long as it is shown."""

    script: rx.Var[str]

    def add_imports(self) -> dict[str, list[str]]:
        """React's effect."""
        return {"react": ["useEffect"]}

    def add_hooks(self) -> list[Any]:
        """The script, with the data that it needs."""
        return [self.script]

    def _exclude_props(self) -> list[str]:
        return ["script"]


def effect(script: str, *of: rx.Var[Any]) -> Component:
    """A script; where it uses the page's data, it uses what `of` uses."""
    data = rx.vars.VarData.merge(*(one._get_all_var_data() for one in of))  # noqa: SLF001
    made: rx.Var[str] = rx.Var(script, _var_data=data)
    return Effect.create(script=made)


def happens(event: Any) -> rx.Var[Any]:
    """What a script calls to have an event happen; the script is an effect of it."""
    chain: rx.Var[Any] = rx.Var.create(rx.EventChain.create(event, rx.event.no_args_event_spec))
    return chain
