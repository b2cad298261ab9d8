"""The channels: one file each, and those that other packages bring by the entry-point group ``parley.channels``."""

import logging
from functools import cache
from importlib.metadata import entry_points

from server.channels.api import Api
from server.channels.base import Channel
from server.channels.telegram import Telegram
from server.channels.webwidget import WebWidget

GROUP = "parley.channels"
BUILT_IN: tuple[type[Channel], ...] = (WebWidget, Telegram, Api)

log = logging.getLogger("parley.channels")


@cache
def channel_types() -> dict[str, type[Channel]]:
    """Every channel type by its kind. One from outside that cannot be loaded is reported and left out."""
    found = {channel.KIND: channel for channel in BUILT_IN}
    for point in entry_points(group=GROUP):
        try:
            loaded = point.load()
            if not (isinstance(loaded, type) and issubclass(loaded, Channel)):
                raise TypeError(f"{point.value} is no subclass of server.channels.base.Channel")
            if loaded.KIND in found:
                raise ValueError(f"there is a channel {loaded.KIND!r} already")
            found[loaded.KIND] = loaded
        except Exception as fault:  # another package may fail in any way; ours goes on without it
            log.error("The channel %s of another package is left out: %s", point.name, fault)
    return found
