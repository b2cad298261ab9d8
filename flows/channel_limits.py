"""What each channel can carry, as data. ``None`` is no limit of its own, 0 that there is no such thing.

Facts of the platforms' documentation as of November 2026: WhatsApp Cloud API (text and interactive messages),
Messenger Platform and Instagram messaging (text, quick replies), LINE Messaging API (text, quick replies), Telegram Bot
API (sendMessage, inline keyboards). The web widget's is our own.
"""

from collections.abc import Mapping

import msgspec

from flows.words import said
from schemas import UiLanguage


class ChannelLimits(msgspec.Struct, frozen=True, kw_only=True):
    """``text`` in UTF-16 code units, as the platforms count; ``text_with_buttons`` is that of one with choices.

    ``buttons`` are choices shown as buttons or quick replies, each ``button_label`` characters; where there are more, a
    list takes up to ``list_rows``, each ``list_label`` characters with ``list_description``; more still are numbered
    lines within the text.
    """

    text: int | None
    text_with_buttons: int | None = None
    buttons: int | None = 0
    button_label: int | None = None
    list_rows: int = 0
    list_label: int | None = None
    list_description: int | None = None


CHANNELS: Mapping[str, ChannelLimits] = {
    "webwidget": ChannelLimits(text=4000, buttons=None),
    "telegram": ChannelLimits(text=4096, buttons=100),
    "whatsapp": ChannelLimits(
        text=4096,
        text_with_buttons=1024,
        buttons=3,
        button_label=20,
        list_rows=10,
        list_label=24,
        list_description=72,
    ),
    "messenger": ChannelLimits(text=2000, buttons=13, button_label=20),
    "instagram": ChannelLimits(text=1000, buttons=13, button_label=20),
    "line": ChannelLimits(text=5000, buttons=13, button_label=20),
    "email": ChannelLimits(text=None),
    "api": ChannelLimits(text=None, buttons=None),
}
"""By the channel's name."""

_TITLES: Mapping[str, str] = {
    "telegram": "Telegram",
    "whatsapp": "WhatsApp",
    "messenger": "Messenger",
    "instagram": "Instagram",
    "line": "LINE",
}


def channel_title(channel: str, language: UiLanguage) -> str:
    """What people call a channel."""
    return _TITLES.get(channel) or said(f"channel_{channel}", {}, language)


def width(text: str) -> int:
    """UTF-16 code units, in which platforms count."""
    return len(text) + sum(sign > "\uffff" for sign in text)
