"""Two versions of a flow on two canvases as a Reflex component; its script is loaded when it is first shown."""

from typing import Any

import reflex as rx
from reflex.components.component import NoSSRComponent

from builder_ui.canvas.canvas import COMPARISON, LIBRARIES, icons


class Comparison(NoSSRComponent):
    """Two canvases that move together, and what is different in words. `sides`: as `differences.side_by_side` says."""

    library = COMPARISON
    tag = "Comparison"
    lib_dependencies: list[str] = LIBRARIES

    sides: rx.Var[dict[str, Any]]
    left_title: rx.Var[str]
    right_title: rx.Var[str]
    theme: rx.Var[str]
    icons: rx.Var[dict[str, Any]]

    @classmethod
    def create(cls, *children: Any, **props: Any) -> "Comparison":
        """The component with the icons of every node type that is installed."""
        return super().create(*children, icons=icons(), **props)


comparison = Comparison.create
