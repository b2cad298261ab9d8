"""Two people in one flow, in words: who is here, and what somebody's edit cost another."""

from dataclasses import dataclass, field
from typing import Any

import msgspec

from builder_ui.differences import FIELDS
from builder_ui.words import Language, say
from engine.flow import Flow
from flows.cases import name_of
from flows.views import node_card, node_title, port_titles
from schemas.words import language_name
from server.together import Loss, Somebody

LONGEST = 300
"""Characters of what one had written that are shown; copying takes all of it."""


@dataclass(frozen=True)
class PersonLine:
    """Another tab in this flow. `colour` is the number of a colour; `first` of the tabs of the same person."""

    tab: str
    name: str
    initials: str
    colour: int
    first: bool
    ids: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class LostLine:
    """Something one had written that is not in the flow. `back` is the edit that puts it there, as JSON, or ''."""

    id: str
    words: str
    yours: str
    text: str
    back: str


def people_lines(others: list[tuple[Somebody, int]], me: str, language: Language) -> list[PersonLine]:
    """Who else is here; `me` is the id of who looks."""
    met: set[str] = set()
    lines = []
    for somebody, colour in others:
        name = somebody.name
        if somebody.person == me:
            name = say("together.me", language, name=name)
        first = somebody.person not in met
        met.add(somebody.person)
        lines.append(PersonLine(somebody.tab, name, initials(somebody.name), colour, first, list(somebody.ids)))
    return lines


def initials(name: str) -> str:
    """One or two letters for a name: of the first and the last word; of a Chinese name its last two signs."""
    words = name.split("@")[0].replace(".", " ").split() or ["?"]
    if not name[:1].isascii() and len(words) == 1:
        return words[0][-2:]
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def lost_line(loss: Loss, flow: Flow[Any], language: Language) -> LostLine:
    """What is said of a loss to whoever had written it."""
    what = loss.what
    place = _field(flow, what.node, what.path, language)
    if what.language:
        place = say("together.in_language", language, field=place, name=language_name(what.language, language))
    if what.node in flow.nodes:
        words = say("together.lost", language, who=loss.name, field=place, node=node_title(flow, what.node, language))
    else:
        words = say("together.lost_flow", language, who=loss.name, field=place)
    text = what.value if isinstance(what.value, str) and not what.path.startswith("ports.") else ""
    yours = say("together.yours", language, text=_short(text)) if text else ""
    return LostLine(loss.id, words, yours, text, msgspec.json.encode(what.back).decode())


def gone_line(number: int, title: str, edit: dict[str, Any], language: Language) -> LostLine:
    """What is said to somebody whose edit came after the node was removed."""
    text = _written(edit)
    yours = say("together.written", language, text=_short(text)) if text else ""
    return LostLine(f"gone-{number}", say("together.gone", language, node=title), yours, text, "")


def _field(flow: Flow[Any], node_id: str, path: str, language: Language) -> str:
    first, _, rest = path.partition(".")
    if first == "notes":
        return say("together.note", language)
    if first == "cases":
        case_id = rest.partition(".")[0]
        return say("together.case", language, name=name_of(flow.cases.get(case_id, "")) or case_id)
    if node_id not in flow.nodes:
        return say(FIELDS[first], language) if first in FIELDS else first
    node = flow.nodes[node_id]
    if first == "ports":
        return port_titles(node, language).get(rest, rest)
    return next((one.title for one in node_card(node, language).fields if one.name == first), first)


def _written(edit: dict[str, Any]) -> str:
    """The words in an edit of a form, such as one may want to keep."""
    match edit:
        case {"op": "translate", "text": str(text)} | {"op": "set", "value": str(text)}:
            return text
        case {"op": "batch", "edits": [*edits]}:
            return "\n".join(filter(None, map(_written, edits)))
    return ""


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"
