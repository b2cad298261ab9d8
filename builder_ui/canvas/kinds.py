"""What is to be known of an edit before it is applied."""

from typing import Any

Plain = dict[str, Any]

# What moves things about changes nothing that check looks at.
_ONLY_LOOKS = {"move", "note", "remove_note"}


def is_merged(edit: Plain) -> bool:
    """Whether the draft may come out otherwise than the hand has drawn it, though nobody else was here."""
    if edit.get("op") == "batch":
        return any(map(is_merged, edit["edits"]))
    return edit.get("op") == "note"


def means_something(edit: Plain) -> bool:
    """Whether it may change what `check` finds."""
    if edit.get("op") == "batch":
        return any(map(means_something, edit["edits"]))
    return edit.get("op") not in _ONLY_LOOKS
