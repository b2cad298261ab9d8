"""What was written and not sent yet: kept apart for each thing it is about, as long as the page lives."""

import json
from collections.abc import Mapping

import reflex as rx
from reflex.components.component import Component

from builder_ui.effect import effect

# Beside the page's own parts, so that another screen and back loses nothing either. A sent form is reset. Whoever turns
# to something else by a button writes on at once, and the server's answer finds the field turned already; it has the
# last word each time it says anything. What the form sends says what its words are about.
SCRIPT = """
useEffect(() => {
  const drafts = (window.parleyDrafts ??= new Map());
  const field = document.getElementById(%(field)s);
  if (!field) return;
  const turn = (about) => {
    if (field.dataset.about === about) return;
    field.dataset.about = about;
    field.value = drafts.get(about) ?? "";
    field.form.elements.about.value = about;
  };
  turn(%(of)s);
  const end = new AbortController();
  const on = (element, kind, act) => element?.addEventListener(kind, act, { signal: end.signal });
  on(field, "input", () => drafts.set(field.dataset.about, field.value));
  on(field.form, "reset", () => drafts.delete(field.dataset.about));
  for (const [id, about] of Object.entries(%(turns)s)) on(document.getElementById(id), "click", () => turn(about));
  return () => end.abort();
});
"""


def drafts(field: str, of: rx.Var[str] | str, turns: Mapping[str, rx.Var[str] | str]) -> Component:
    """Keep what is written in the field of this id, apart for each value of `of`, which goes with its form as `about`.

    `turns` are the ids of the buttons that turn to something else, each with what `of` will be then.
    """
    about, others = rx.Var.create(of), rx.Var.create(dict(turns))
    script = effect(SCRIPT % {"field": json.dumps(field), "of": about, "turns": others}, about, others)
    return rx.fragment(rx.el.input(type="hidden", name="about"), script)
