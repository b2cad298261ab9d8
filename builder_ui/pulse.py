"""An event that comes again and again while a screen is looked at."""

from typing import Any

from reflex.components.component import Component

from builder_ui.effect import effect, happens

# Who looks at another tab wants no news of this one; who comes back wants them at once.
SCRIPT = """
useEffect(() => {
  const beat = () => { if (document.visibilityState === "visible") (%(event)s)(); };
  const timer = setInterval(beat, %(pause)d);
  document.addEventListener("visibilitychange", beat);
  return () => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", beat);
  };
}, []);
"""


def pulse(event: Any, seconds: float) -> Component:
    """Have the event happen every so many seconds while this is shown."""
    beat = happens(event)
    return effect(SCRIPT % {"event": beat, "pause": seconds * 1000}, beat)
