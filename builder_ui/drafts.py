"""What was written and not sent yet: kept apart for each thing it is about, as long as the page lives."""

import json

import reflex as rx
from reflex.components.component import Component

from builder_ui.effect import effect

# Beside the page's own parts, so that another screen and back loses nothing either. A sent form is reset.
SCRIPT = """
useEffect(() => {
  const drafts = (window.parleyDrafts ??= new Map());
  const field = document.getElementById(%(field)s);
  if (!field) return;
  field.value = drafts.get(%(of)s) ?? "";
  const keep = () => drafts.set(%(of)s, field.value);
  const drop = () => drafts.delete(%(of)s);
  field.addEventListener("input", keep);
  field.form.addEventListener("reset", drop);
  return () => {
    field.removeEventListener("input", keep);
    field.form?.removeEventListener("reset", drop);
  };
}, [%(of)s]);
"""


def drafts(field: str, of: rx.Var[str] | str) -> Component:
    """Keep what is written in the field of this id, apart for each value of `of`."""
    about = rx.Var.create(of)
    return effect(SCRIPT % {"field": json.dumps(field), "of": about}, about)
