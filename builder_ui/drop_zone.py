"""A place to drop files on."""

import json
from typing import Any

import reflex as rx
from reflex.utils.imports import ImportVar
from reflex.vars.base import VarData

from builder_ui.template import HIDDEN
from builder_ui.uploads import LARGEST
from builder_ui.words import t

SCRIPT = rx.asset("drop_zone.jsx", shared=True).importable_path
MOST = LARGEST - (4 << 20)
"""Bytes of the files of one upload: what goes around them is in the bound, too."""


class DropRoom(rx.Component):
    """The room around a zone: it says `words` while files are on their way, and has `on_refused` happen to others.

    `on_too_much` happens to more than `most` bytes at once.
    """

    library = SCRIPT
    tag = "DropRoom"

    zone: rx.Var[str]
    words: rx.Var[str]
    most: rx.Var[int]

    @classmethod
    def get_event_triggers(cls) -> dict[str, Any]:
        """Beside Reflex's own: `on_refused()`, `on_too_much()`."""
        own = dict.fromkeys(("on_refused", "on_too_much"), rx.event.no_args_event_spec)
        return {**super().get_event_triggers(), **own}


def drop_zone(
    name: str, icon: str, text: Any, take: Any, accept: dict[str, list[str]], multiple: bool = False
) -> rx.Component:
    """A place to drop files on, or to choose them by a click, which the handler `take` gets; `name` is its id.

    Files of another kind than `accept`, {media type: endings}, are refused before they go up, and so is whatever comes
    while others are on their way, and more than `MOST` at once.
    """
    endings = ", ".join(ending for some in accept.values() for ending in some)
    refused = t("frame.only_files" if multiple else "frame.only_one_file", endings=endings)
    return DropRoom.create(
        rx.upload.root(
            rx.icon(icon, size=20, custom_attrs=HIDDEN),
            rx.el.span(text),
            id=name,
            accept=accept,
            multiple=multiple,
            # The label around it opens the choice of files; the zone would open it a second time.
            no_click=True,
            on_drop=[
                take(rx.upload_files(upload_id=name, on_upload_progress=lambda sent: _told("sent", name, sent))),
                _told("begun", name),
            ],
            # Else Reflex says it, in English and with media types.
            on_drop_rejected=rx.toast.error(refused),
            class_name="drop",
        ),
        zone=name,
        words=t("frame.uploading"),
        most=MOST,
        on_refused=rx.toast.error(t("frame.upload_first")),
        on_too_much=rx.toast.error(t("frame.too_much", limit=MOST >> 20)),
    )


def _told(what: str, zone: str, sent: Any = None) -> Any:
    """Tell the room what has become of its upload."""
    share = "" if sent is None else f", {sent['progress']!s}"
    data = VarData(imports={SCRIPT: [ImportVar(tag="uploads")]})
    return rx.run_script(rx.Var(f"uploads.{what}({json.dumps(zone)}{share})", _var_data=data))
