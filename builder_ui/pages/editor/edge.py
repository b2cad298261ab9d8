"""The panel's edge: pulled, or moved by the arrow keys, it makes the panel wider; the browser remembers how wide."""

import reflex as rx

from builder_ui.effect import effect
from builder_ui.words import t

# What is pulled may come and go with the page: the document hears of it, and holds the width.
SCRIPT = """
useEffect(() => {
  const KEY = "parley-panel";
  const LEAST = 320;
  const USUAL = 360;
  const most = () => Math.max(LEAST, Math.round(innerWidth * 0.6));
  const of = (event) => event.target.closest?.("#panel-edge");
  const put = (wanted) => {
    const next = Math.round(Math.min(most(), Math.max(LEAST, wanted)));
    document.documentElement.style.setProperty("--panel-width", `${next}px`);
    document.getElementById("panel-edge")?.setAttribute("aria-valuenow", next);
    return next;
  };
  const keep = (next) => localStorage.setItem(KEY, String(next));
  const width = (edge) => edge.parentElement.getBoundingClientRect().width;
  const kept = Number(localStorage.getItem(KEY));
  if (kept) put(kept);
  const grab = (event) => {
    const edge = of(event);
    if (!edge || event.button) return;
    event.preventDefault();
    edge.setPointerCapture(event.pointerId);
    edge.dataset.held = "";
    const from = { x: event.clientX, width: width(edge) };
    let now = from.width;
    const move = ({ clientX }) => { now = put(from.width + from.x - clientX); };
    const drop = () => {
      edge.removeEventListener("pointermove", move);
      delete edge.dataset.held;
      keep(now);
    };
    edge.addEventListener("pointermove", move);
    edge.addEventListener("lostpointercapture", drop, { once: true });
  };
  const press = (event) => {
    const edge = of(event);
    const step = { ArrowLeft: 32, ArrowRight: -32 }[event.key];
    if (!edge || (!step && event.key !== "Home")) return;
    event.preventDefault();
    keep(put(step ? width(edge) + step : USUAL));
  };
  const reset = (event) => of(event) && keep(put(USUAL));
  document.addEventListener("pointerdown", grab);
  document.addEventListener("keydown", press, true);
  document.addEventListener("dblclick", reset);
  return () => {
    document.removeEventListener("pointerdown", grab);
    document.removeEventListener("keydown", press, true);
    document.removeEventListener("dblclick", reset);
  };
}, []);
"""


def edge() -> rx.Component:
    """What one pulls; it stands in the panel."""
    return rx.fragment(
        rx.el.div(
            id="panel-edge",
            role="separator",
            tab_index=0,
            title=t("editor.panel_edge"),
            aria_label=t("editor.panel_edge"),
            class_name="panel-edge",
            custom_attrs={"aria-orientation": "vertical", "aria-valuemin": "320", "aria-valuenow": "360"},
        ),
        effect(SCRIPT),
    )
