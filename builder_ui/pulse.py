"""An event that comes again and again while a screen is looked at."""

from typing import Any

import reflex as rx
from reflex.components.component import Component

# Who looks at another tab wants no news of this one; who comes back wants them at once.
SCRIPT = """
useEffect(() => {
  const beat = () => { if (document.visibilityState === "visible") %(event)s(); };
  const timer = setInterval(beat, %(pause)d);
  document.addEventListener("visibilitychange", beat);
  return () => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", beat);
  };
}, []);
"""


class Pulse(rx.Fragment):  # type: ignore[misc]
    """Beats as long as it is shown and its tab is looked at."""

    script: rx.Var[str]

    def add_imports(self) -> dict[str, list[str]]:
        """React's effect."""
        return {"react": ["useEffect"]}

    def add_hooks(self) -> list[Any]:
        """The timer."""
        return [self.script]

    def _exclude_props(self) -> list[str]:
        return ["script"]


def pulse(event: Any, seconds: float) -> Component:
    """Have the event happen every so many seconds while this is shown."""
    chain = rx.Var.create(rx.EventChain.create(event, rx.event.no_args_event_spec))
    data = chain._get_all_var_data()  # noqa: SLF001
    script: rx.Var[str] = rx.Var(SCRIPT % {"event": f"({chain!s})", "pause": seconds * 1000}, _var_data=data)
    return Pulse.create(script=script)
