"""Short messages that offer to take something back."""

from typing import Any

import reflex as rx

LASTS = 10_000
"""Milliseconds in which something can be taken back."""


def toast_with_undo(text: str, undo: str, event: Any) -> Any:
    """Say what was done, with a button that undoes it."""
    return rx.toast(text, action={"label": undo, "on_click": event}, duration=LASTS)
