"""Where the keyboard goes when a dialog opens and when it is closed.

When it opens: into its first field, where it begins with one. When it is closed: to where it was, though a state opened
the dialog and no trigger.
"""

from typing import Any

import reflex as rx

from builder_ui.effect import effect

# What floats over the page goes away with what it holds.
_REMEMBER = """
useEffect(() => {
  const keep = ({ target }) => {
    if (!target.closest("dialog, [role=dialog], [role=alertdialog], [role=menu]")) window.parleyLastFocus = target;
  };
  document.addEventListener("focusin", keep);
  return () => document.removeEventListener("focusin", keep);
}, []);
"""
_GIVE_BACK = """(event) => {
  event.preventDefault();
  const last = window.parleyLastFocus;
  (last && last.isConnected ? last : document.getElementById("main"))?.focus();
}"""

# By itself the keyboard would be on the cross, which comes first. On a phone a field would bring up the keys, over half
# of what there is to see.
_FIRST_FIELD = """(event) => {
  const [first] = event.target.querySelectorAll(".dialog-body :is(input, select, textarea, button, a[href])");
  if (!first?.matches(".input") || matchMedia("(pointer: coarse)").matches) return;
  event.preventDefault();
  first.focus();
}"""


def remembered() -> rx.Component:
    """Keeps in mind what of the page had the keyboard last."""
    return effect(_REMEMBER)


def given_back() -> dict[str, Any]:
    """What a dialog's content takes as `custom_attrs`, so that it gives the keyboard back."""
    return {"onCloseAutoFocus": rx.Var(_GIVE_BACK)}


def first_field() -> dict[str, Any]:
    """What a dialog's content takes as `custom_attrs`, so that one can write at once."""
    return {"onOpenAutoFocus": rx.Var(_FIRST_FIELD)}
