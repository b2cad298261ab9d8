"""Who is pretended to write in the simulator; kept by the browser for each flow."""

import json
from dataclasses import dataclass
from typing import Any

import reflex as rx

from builder_ui import backend, visitor
from builder_ui.state import in_thread
from builder_ui.states.editor import EditorState
from builder_ui.visitor import NOBODY, Choosable, Preset, Who, WhoPart
from builder_ui.words import Language

_MOST_KEPT = 20
"""Flows of which the browser remembers who was pretended to be."""


@dataclass(frozen=True)
class ValueLine:
    """A value that the conversation may hold from the beginning."""

    name: str
    value: str


class Visitor(EditorState):
    """The line above the chat. What is chosen takes effect by `Rehearse`."""

    who: Who = NOBODY
    kept: str = rx.LocalStorage("{}", name="parley_visitors")
    who_fault: str = ""
    countries: list[Choosable] = []  # noqa: RUF012
    locales: list[Choosable] = []  # noqa: RUF012
    channels: list[Choosable] = []  # noqa: RUF012
    sources: list[Choosable] = []  # noqa: RUF012
    zones: list[Choosable] = []  # noqa: RUF012
    accounts: list[Choosable] = []  # noqa: RUF012
    known_tags: list[str] = []  # noqa: RUF012
    known_values: list[ValueLine] = []  # noqa: RUF012
    presets: list[Preset] = []  # noqa: RUF012
    parts: list[WhoPart] = []  # noqa: RUF012
    person_words: str = ""
    _offered: list[Who] = []  # noqa: RUF012
    _of: str = ""
    _spoken: str = ""

    def _prepare_who(self) -> None:
        """What can be chosen for this flow, in the language of the screens; who was chosen the last time."""
        language = self._language()
        if self._of != self.opened:
            self._of = self.opened
            self.who = {**NOBODY, **visitor.cleaned(self._kept().get(self.opened, {}))}
        flow = self._flow
        self.countries = visitor.countries(language, flow)
        self.locales = visitor.locales(language, flow)
        self.channels = visitor.channels(language, flow)
        self.sources = visitor.sources(language, flow)
        self.known_tags = visitor.tags(flow)
        named = visitor.presets(flow, language)
        self.presets = [Preset(number, title) for number, (title, _) in enumerate(named)]
        self._offered = [who for _, who in named]
        self._spoken = language
        self._say_who()

    async def _prepare_accounts(self) -> None:
        """The shop's own accounts, for those who may see them."""
        if "see_channels" in self.permissions:
            found = await in_thread(backend.here().accounts.list)
            self.accounts = [Choosable(one.id, one.name) for one in found]

    def _say_who(self) -> None:
        language: Language = self._language()
        self.parts = visitor.line(self.who, language)
        self.person_words = visitor.person(self.who, language)
        zone = self._flow.timezone if self._flow is not None else "UTC"
        self.zones = visitor.zones(self.who, zone, language)
        self.known_values = [
            ValueLine(name, self.who.get(f"{visitor.VALUE}{name}", "")) for name in visitor.values(self._flow)
        ]

    def _pretend(self, who: Who) -> None:
        """Be somebody else, and have the browser remember it."""
        self.who = who = {part: value for part, value in who.items() if value}
        kept = {flow: chosen for flow, chosen in self._kept().items() if flow != self.opened}
        for oldest in list(kept)[: max(0, len(kept) - _MOST_KEPT + 1)]:
            del kept[oldest]
        self.kept = json.dumps({**kept, self.opened: who}, ensure_ascii=False)
        self._say_who()

    def _kept(self) -> dict[str, Any]:
        """What the browser has kept; it may have been changed there."""
        try:
            kept = json.loads(self.kept)
        except ValueError:
            return {}
        return {str(flow): who for flow, who in kept.items() if isinstance(who, dict)} if isinstance(kept, dict) else {}
