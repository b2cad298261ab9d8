"""Shortcuts of a screen: keys that do what a button on it does."""

import json
from typing import Any

import reflex as rx
from reflex.components.component import Component

from builder_ui.effect import effect

# Keys belong to what is being written in; elsewhere they click, or go to a field. Arrows go through the rows.
SCRIPT = """
useEffect(() => {
  const keys = %s;
  const press = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const target = event.target;
    const writing = target.closest("input, textarea, select, [contenteditable], [role=menu], [role=dialog]");
    if (writing && event.key !== "Escape") return;
    if (writing && target.blur) { target.blur(); return; }
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
    if (step) {
      const rows = [...document.querySelectorAll(%s)];
      const at = rows.findIndex((row) => row === document.activeElement || row.getAttribute("aria-current") === "true");
      const focused = rows.indexOf(document.activeElement);
      const row = rows[(focused >= 0 ? focused : at) + step];
      if (row) { event.preventDefault(); row.focus(); if (event.key === "j" || event.key === "k") row.click(); }
      return;
    }
    const element = document.getElementById(keys[event.key]);
    if (!element || !element.offsetParent) return;
    event.preventDefault();
    if (element.matches("input, textarea")) element.focus();
    // What opens a menu listens for the pointer and for keys, not for clicks; a key leads into the menu at once.
    else if (element.matches("[aria-haspopup=menu]")) {
      element.focus();
      element.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true }));
    } else element.click();
  };
  document.addEventListener("keydown", press);
  return () => document.removeEventListener("keydown", press);
}, []);
"""

# Not while an input method composes: there Enter chooses a word.
ENTER_SENDS = """(event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
    event.preventDefault();
    event.currentTarget.form.requestSubmit();
  }
}"""


def enter_sends() -> dict[str, rx.Var[Any]]:
    """The attribute that lets Enter send a form, and Shift+Enter begin a line.

    A new one each time: Reflex writes a component's other attributes into the same dictionary.
    """
    return {"onKeyDown": rx.Var(ENTER_SENDS)}


def shortcuts(keys: dict[str, str], rows: str) -> Component:
    """Let keys click the elements with these ids, or go to them; arrows go through what `rows` selects."""
    return effect(SCRIPT % (json.dumps(keys), json.dumps(rows)))
