"""The flow's canvas as a Reflex component: palette, surface, and the edits that go up and come down.

Nothing here grows with the flow but `load`. `load` brings a whole document once; `patches` what the server applied
since, as edits and the views of the nodes that changed; `on_edit` sends one finished act of the hand.
"""

from pathlib import Path
from typing import Any

import reflex as rx
from reflex.components.component import NoSSRComponent
from reflex.utils.imports import ImportVar
from reflex.vars.base import VarData

from nodes import node_types

SCRIPT = rx.asset("canvas.jsx", shared=True).importable_path
# Asked for here, for all scripts of a package lie where the module that asks for them is.
COMPARISON = rx.asset("compare.jsx", shared=True).importable_path
for _part in sorted(path.name for path in Path(__file__).parent.iterdir() if path.suffix in {".js", ".jsx", ".css"}):
    rx.asset(_part, shared=True)

LIBRARIES = ["@xyflow/react@12.12.1", "zustand@5.1.0", "@dagrejs/dagre@3.1.3"]


def _on_edit(
    edit: rx.Var[dict[str, Any]], number: rx.Var[int], after: rx.Var[int], seen: rx.Var[int]
) -> list[rx.Var[Any]]:
    return [edit, number, after, seen]


def _on_select(ids: rx.Var[list[str]]) -> list[rx.Var[Any]]:
    return [ids]


def _on_act(name: rx.Var[str]) -> list[rx.Var[Any]]:
    return [name]


class Canvas(NoSSRComponent):
    """The palette and the surface of one flow.

    `load`: as `protocol.loading` makes it; `patches`: the last few of `protocol.patch`, their `seq` without gaps.
    `lit`: {visited: [ids in order], edges: [{source, port, target}], current}.
    `select`: {seq, ids, center}. `language` and `theme` (light or dark) are those of the screens.
    `people` are {tab, name, colour, ids}: what others have selected.
    `coverage` is what was never rehearsed, {nodes: [ids], edges: [[source, port]]}, or {} to show nothing of it.
    """

    library = SCRIPT
    tag = "Canvas"
    lib_dependencies: list[str] = LIBRARIES

    load: rx.Var[dict[str, Any]]
    patches: rx.Var[list[dict[str, Any]]]
    lit: rx.Var[dict[str, Any]]
    select: rx.Var[dict[str, Any]]
    people: rx.Var[list[Any]]
    coverage: rx.Var[dict[str, Any]]
    language: rx.Var[str]
    theme: rx.Var[str]
    icons: rx.Var[dict[str, Any]]

    @classmethod
    def get_event_triggers(cls) -> dict[str, Any]:
        """Beside Reflex's own: `on_edit(edit, number, after, seen)`, `on_select(ids)`, `on_act(name)`."""
        return {**super().get_event_triggers(), "on_edit": _on_edit, "on_select": _on_select, "on_act": _on_act}

    @classmethod
    def create(cls, *children: Any, **props: Any) -> "Canvas":
        """The component with the icons of every node type that is installed."""
        return super().create(*children, icons=icons(), **props)


class SaveMark(NoSSRComponent):
    """Says "Saved" once everything done on the canvas has reached the draft.

    `words`: saved, saving, offline, failed, again; how many edits wait: one, and several with the place {count}.
    """

    library = SCRIPT
    tag = "SaveMark"
    lib_dependencies: list[str] = LIBRARIES

    connected: rx.Var[bool]
    words: rx.Var[dict[str, str]]


def icons() -> rx.Var[dict[str, Any]]:
    """The lucide icons of the installed node types, by name, as one JavaScript object."""
    shown = {name: rx.icon(name) for name in sorted({node.ICON for node in node_types().values()})}
    imports: dict[str, list[ImportVar]] = {}
    for icon in shown.values():
        imports.setdefault(icon.library, []).append(icon.import_var)
    pairs = ", ".join(f'"{name}": {icon.alias}' for name, icon in shown.items())
    return rx.Var(f"({{{pairs}}})", _var_data=VarData(imports=imports)).to(dict)


canvas = Canvas.create
save_mark = SaveMark.create
