"""Where a flow comes in as a file, and every fault of one that was not taken."""

from typing import Any

import reflex as rx

from builder_ui.drop_zone import drop_zone
from builder_ui.template import notice
from builder_ui.words import t


def flow_file(upload: str, take: Any, faults: Any) -> tuple[rx.Component, rx.Component]:
    """The zone that a file is dropped on for the handler `take`; beneath it the `faults`, each with its path."""
    return (
        drop_zone(upload, "file-json", t("flows.drop_file"), take, {"application/json": [".json"]}),
        rx.cond(
            faults.length() > 0,
            notice(
                "bad",
                rx.el.div(t("flows.bad_file"), class_name="strong"),
                rx.el.ul(rx.foreach(faults, _fault), class_name="faults"),
            ),
        ),
    )


def _fault(fault: Any) -> rx.Component:
    return rx.el.li(rx.cond(fault.path != "", rx.el.span(fault.path, class_name="code")), " ", fault.message)
