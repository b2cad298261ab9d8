"""A flow as a file: out of the editor and into it."""

import reflex as rx

from builder_ui.state import shown_to
from builder_ui.states.transfer import Transfer
from builder_ui.template import dialog, drop_zone, notice
from builder_ui.words import t

UPLOAD = "draft-file"


def export_item() -> rx.Component:
    """The draft as a file."""
    return rx.menu.item(rx.icon("download", size=16), t("act.export"), on_select=Transfer.export)


def import_item() -> rx.Component:
    """A file as a draft."""
    return rx.cond(
        shown_to("edit_flows"),
        rx.menu.item(rx.icon("upload", size=16), t("editor.import"), on_select=Transfer.show_import(True)),
    )


def import_dialog() -> rx.Component:
    """Where a file is dropped; one that is refused is answered with every fault and its place."""
    return dialog(
        Transfer.importing,
        Transfer.show_import,
        t("editor.import_title"),
        rx.el.p(t("editor.import_help"), class_name="soft"),
        drop_zone(
            UPLOAD,
            "file-json",
            t("flows.drop_file"),
            Transfer.take_file(rx.upload_files(upload_id=UPLOAD)),
            {"application/json": [".json"]},
        ),
        rx.cond(
            Transfer.faults.length() > 0,
            notice(
                "bad",
                rx.el.div(t("flows.bad_file"), class_name="strong"),
                rx.el.ul(
                    rx.foreach(
                        Transfer.faults,
                        lambda fault: rx.el.li(
                            rx.cond(fault.path != "", rx.el.span(fault.path, class_name="code")), " ", fault.message
                        ),
                    ),
                    class_name="faults",
                ),
            ),
        ),
        width="560px",
    )
