"""A flow as a file: out of the editor and into it."""

import reflex as rx

from builder_ui.pages.flow_file import flow_file
from builder_ui.state import shown_to
from builder_ui.states.transfer import Transfer
from builder_ui.template import dialog, menu_item
from builder_ui.words import t

UPLOAD = "draft-file"


def export_item() -> rx.Component:
    """The draft as a file."""
    return menu_item("download", t("act.export"), Transfer.export)


def import_item() -> rx.Component:
    """A file as a draft."""
    return rx.cond(
        shown_to("edit_flows"),
        menu_item("upload", t("editor.import"), Transfer.show_import(True)),
    )


def import_dialog() -> rx.Component:
    """Where a file is dropped; one that is refused is answered with every fault and its place."""
    return dialog(
        Transfer.importing,
        Transfer.show_import,
        t("editor.import_title"),
        rx.el.p(t("editor.import_help"), class_name="soft"),
        *flow_file(UPLOAD, Transfer.take_file, Transfer.faults),
        width="560px",
    )
