"""What was written and not sent yet: kept apart for each thing it is about, as long as the page lives."""

import json
from typing import Any

import reflex as rx
from reflex.components.component import Component

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


class Drafts(rx.Fragment):  # type: ignore[misc]
    """Fills a field with what was last written in it about the same thing."""

    script: rx.Var[str]

    def add_imports(self) -> dict[str, list[str]]:
        """React's effect."""
        return {"react": ["useEffect"]}

    def add_hooks(self) -> list[Any]:
        """The effect, with the data that it needs."""
        return [self.script]

    def _exclude_props(self) -> list[str]:
        return ["script"]


def drafts(field: str, of: rx.Var[str] | str) -> Component:
    """Keep what is written in the field of this id, apart for each value of `of`."""
    about = rx.Var.create(of)
    data = about._get_all_var_data()  # noqa: SLF001
    script: rx.Var[str] = rx.Var(SCRIPT % {"field": json.dumps(field), "of": about}, _var_data=data)
    return Drafts.create(script=script)
