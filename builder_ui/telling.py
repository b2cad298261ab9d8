"""Why a rehearsed conversation went as it did, in words: the nodes passed, what each decided and what it changed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from builder_ui.decisions import COLON, Told, decided, fact_in_words
from builder_ui.reasons import reasons
from builder_ui.words import Language, say
from engine.effects import Close, HandOff
from engine.events import MessageReceived
from engine.flow import Flow
from engine.queries import Detected, DetectLanguage, Failed, Fetch, Fetched, Found, Locate, LookUp, Place
from engine.step import Visit
from flows.views import in_language, node_title, port_titles
from schemas.words import country_name, duration_in_words, fact_title, language_name
from server.rehearsal import Asked, RehearsedStep


@dataclass(frozen=True)
class AskLine:
    """What a node asked in a step and heard: `number` is its place in ``RehearsedStep.asked``, `text` the answer in
    words, `by` who gave it; one that is `open` can be answered by hand.
    """

    step: int
    number: int
    text: str
    by: str
    by_hand: bool
    open: bool


@dataclass(frozen=True)
class Detail:
    """A line of what a node looked at, with the patterns written by hand that it speaks of, as they stand."""

    text: str
    patterns: list[str]


@dataclass(frozen=True)
class WhyLine:
    """One node's part in an answer. `tone` is plain, good, warn or bad; `details` say what it looked at and changed,
    `asks` what it had to know.
    """

    node: str
    title: str
    text: str
    tone: str
    details: list[Detail]
    asks: list[AskLine] = field(default_factory=list)


def why(
    flow: Flow[Any],
    step: RehearsedStep,
    number: int,
    language: Language,
    content: str,
    runs: Mapping[str, Flow[Any]] | None = None,
) -> list[WhyLine]:
    """What each node passed in the step of this number did.

    `content` is the language in which ports made by the flow are named, `runs` are the flows it runs by their ids.
    """
    lines: list[WhyLine] = []
    asked = list(enumerate(step.asked))
    asks: list[AskLine] = []
    for visit in step.trace:
        if visit.outcome == "ask":
            if asked:
                at, one = asked.pop(0)
                asks.append(_ask(step, number, at, one, language))
        else:
            lines.append(_line(flow, visit, step, asks, language, content, runs or {}))
            asks = []
    return lines


def _line(
    flow: Flow[Any],
    visit: Visit,
    step: RehearsedStep,
    asks: list[AskLine],
    language: Language,
    content: str,
    runs: Mapping[str, Flow[Any]],
) -> WhyLine:
    outer = visit.node.partition("/")[0]
    titles, flow_of, node = place(flow, visit.node, language, runs)
    text, tone = _outcome(flow_of, node, visit, step, language, content, runs)
    said = step.event.text if isinstance(step.event, MessageReceived) else ""
    config = in_language(flow_of, node, content) if node else None
    told = (
        *reasons(config, visit.why, language),
        *decided(config, visit.why, said, step.at, language),
        *_changes(visit, language),
        *_handed_over(visit, step, language),
    )
    return WhyLine(outer if outer in flow.nodes else "", titles, text, tone, _details(told), asks)


def _details(told: Iterable[Told]) -> list[Detail]:
    """Each line once; of patterns those that follow one another in the same words, as what they belong to differs."""
    details: list[Detail] = []
    for line in told:
        text, pattern = (line, "") if isinstance(line, str) else line
        if not (details and details[-1].text == text) and (pattern or all(one.text != text for one in details)):
            details.append(Detail(text, []))
        if pattern and pattern not in details[-1].patterns:
            details[-1].patterns.append(pattern)
    return details


def place(flow: Flow[Any], path: str, language: Language, runs: Mapping[str, Flow[Any]]) -> tuple[str, Flow[Any], str]:
    """A visit's nodes by name, those of its callers first; the flow it happened in, and its node's id there, or ''."""
    titles = []
    first, *more = path.split("/")
    while first in flow.nodes:
        titles.append(node_title(flow, first, language))
        inner = runs.get(flow.nodes[first].calls())
        if not more or inner is None:
            break
        flow, first, *more = inner, *more
    return " › ".join(titles), flow, first if first in flow.nodes and not more else ""


def _ask(step: RehearsedStep, number: int, at: int, asked: Asked, language: Language) -> AskLine:
    by = say(f"ask.by_{asked.source}", language)
    kind = kind_of(asked)
    written = isinstance(step.event, MessageReceived) and not step.event.choice
    return AskLine(
        step=number,
        number=at,
        text=_heard(asked, language),
        by=by,
        by_hand=asked.source == "hand",
        open=kind != "place" and (kind != "language" or written),
    )


def kind_of(asked: Asked) -> str:
    """What kind of question it is: knowledge, service, language, place or hours."""
    return _KINDS.get(type(asked.query), "hours")


def _heard(asked: Asked, language: Language) -> str:
    """What was asked and what was heard, in a few words."""
    match asked.answer:
        case Failed():
            heard = say("ask.failed", language)
        case Found(text=text):
            heard = say("ask.found" if text else "ask.unsure", language)
        case Fetched(status=status):
            heard = str(status)
        case Detected(language=tag):
            heard = language_name(tag, language) if tag else say("why.tells_nothing", language)
        case Place(country=country):
            heard = country_name(country, language) if country else say("why.tells_nothing", language)
        case answer:
            now = getattr(answer, "standing", None)
            heard = say("ask.open" if getattr(now, "open", False) else "ask.closed", language)
    return f"{say(f'ask.{kind_of(asked)}', language)} → {heard}"


_KINDS = {LookUp: "knowledge", Fetch: "service", DetectLanguage: "language", Locate: "place"}


def _outcome(
    flow: Flow[Any],
    node: str,
    visit: Visit,
    step: RehearsedStep,
    language: Language,
    content: str,
    runs: Mapping[str, Flow[Any]],
) -> tuple[str, str]:
    match visit.outcome:
        case "call":
            runs_flow = runs.get(visit.detail)
            return say("rehearse.calls", language, name=runs_flow.name if runs_flow else visit.detail), "plain"
        case "go" if not node:
            return say("rehearse.goes_on", language), "plain"
        case "go":
            titles = port_titles(in_language(flow, node, content), language)
            leads = any(edge.source == node and edge.port == visit.detail for edge in flow.edges)
            port = titles.get(visit.detail, visit.detail)
            if visit.reply == "returned":
                return say("rehearse.returned", language), "plain"
            if not leads and "/" in visit.node:
                return say("rehearse.returns", language), "plain"
            if not leads:
                return say("rehearse.rests", language, port=port), "warn"
            if len(titles) == 1:
                return say("rehearse.goes_on", language), "plain"
            return say("rehearse.goes_by", language, port=port), "plain"
        case "wait":
            return _waits(visit, step, language), "plain"
        case "end":
            return say("rehearse.ends", language), "good"
        case "interrupt":
            name = next((one.name for one in flow.interrupts if one.id == visit.detail), visit.detail)
            return say("rehearse.interrupted", language, name=name), "warn"
        case "limit":
            return say("rehearse.too_long", language), "bad"
        case _:
            return say("rehearse.fault", language, fault=visit.detail), "bad"


def _waits(visit: Visit, step: RehearsedStep, language: Language) -> str:
    waiting = step.session.waiting
    until = waiting.until if waiting is not None and step.session.node == visit.node else None
    endless, limited = _WAITS.get(visit.detail, _WAITS["time"])
    if until is None:
        return say(endless, language)
    return say(limited, language, limit=duration_in_words((until - step.at).total_seconds(), language))


_WAITS = {
    "reply": ("rehearse.waits_reply", "rehearse.waits_reply_until"),
    "agent": ("rehearse.waits_agent", "rehearse.waits_agent_until"),
    "time": ("rehearse.waits_time", "rehearse.waits_time_until"),
}


def _changes(visit: Visit, language: Language) -> Iterator[str]:
    for name, value in visit.changed.items():
        if name == "language" and isinstance(visit.why, dict) and "decided" in visit.why:
            continue
        shown = fact_in_words(name, value, language) or say("rehearse.nothing", language)
        yield f"{fact_title(name, language)}{COLON[language]}{shown}"


def _handed_over(visit: Visit, step: RehearsedStep, language: Language) -> Iterator[str]:
    if visit.outcome in ("wait", "fault", "limit"):
        for effect in step.effects:
            if isinstance(effect, HandOff) and (visit.detail == "agent" or visit.outcome != "wait"):
                yield say("rehearse.hands_over", language, reason=effect.reason)
    if visit.outcome == "end" and any(isinstance(effect, Close) for effect in step.effects):
        yield say("rehearse.closes", language)


def way(flow: Flow[Any], step: RehearsedStep) -> dict[str, Any]:
    """The way a step took over the canvas, as `EditorState.lit` has it."""
    visited = [node for visit in step.trace if (node := visit.node.partition("/")[0]) in flow.nodes]
    taken = [
        msgspec.to_builtins(edge)
        for visit in step.trace
        if visit.outcome == "go"
        for edge in flow.edges
        if edge.source == visit.node and edge.port == visit.detail
    ]
    standing = step.session.node.partition("/")[0]
    return {"visited": list(dict.fromkeys(visited)), "edges": taken, "current": standing or (visited or [""])[-1]}
