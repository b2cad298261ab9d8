"""Why a rehearsed conversation went as it did, in words: the nodes passed, what each decided and what it changed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from builder_ui.phrased import how_put
from builder_ui.reasons import reasons
from builder_ui.words import Language, say
from engine.effects import Close, HandOff
from engine.flow import Flow
from engine.rules import Compare
from engine.step import Visit
from flows.views import in_language, node_title, port_titles
from nodes.business_hours import moment
from schemas.words import country_name, duration_in_words, fact_title, language_name, rule_in_words
from server.rehearsal import RehearsedStep


@dataclass(frozen=True)
class WhyLine:
    """One node's part in an answer. `tone` is plain, good, warn or bad; `details` say what it looked at and changed."""

    node: str
    title: str
    text: str
    tone: str
    details: list[str]


def why(
    flow: Flow[Any],
    step: RehearsedStep,
    language: Language,
    content: str,
    runs: Mapping[str, Flow[Any]] | None = None,
) -> list[WhyLine]:
    """What each node passed in this step did.

    `content` is the language in which ports made by the flow are named, `runs` are the flows it runs by their ids.
    """
    return [
        line
        for visit in step.trace
        if visit.outcome != "ask" and (line := _line(flow, visit, step, language, content, runs or {})) is not None
    ]


def _line(
    flow: Flow[Any],
    visit: Visit,
    step: RehearsedStep,
    language: Language,
    content: str,
    runs: Mapping[str, Flow[Any]],
) -> WhyLine | None:
    outer = visit.node.partition("/")[0]
    titles, flow_of, node = _place(flow, visit.node, language, runs)
    text, tone = _outcome(flow_of, node, visit, step, language, content, runs)
    told = (
        *reasons(flow_of.nodes.get(node), visit.why, language),
        *_reasons(visit, language, step),
        *_changes(visit, language),
        *_handed_over(visit, step, language),
    )
    return WhyLine(outer if outer in flow.nodes else "", titles, text, tone, list(dict.fromkeys(told)))


def _place(flow: Flow[Any], path: str, language: Language, runs: Mapping[str, Flow[Any]]) -> tuple[str, Flow[Any], str]:
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


def _reasons(visit: Visit, language: Language, step: RehearsedStep) -> Iterator[str]:
    """What a node says about its decision, for the kinds of reasons that the built-in nodes give."""
    if isinstance(visit.why, list):
        for case in visit.why:
            if isinstance(case, dict) and "rule" in case:
                key = "rehearse.case_held" if case.get("held") else "rehearse.case_not"
                yield say(key, language, case=case.get("title") or case.get("case"))
                yield from _compared(case["rule"], language)
    elif isinstance(visit.why, dict):
        yield from _decision(visit.why, language)
        if "open" in visit.why and "zone" in visit.why:
            yield _stands(visit.why, step.at, language)
        for name, value in visit.why.get("given", {}).items():
            yield say("rehearse.given", language, name=name, value=_fact("", value, language))


def _compared(told: dict[str, Any], language: Language) -> Iterator[str]:
    for part in told.get("rules", ()):
        yield from _compared(part, language)
    if told.get("kind") != "compare":
        return
    fact, found = told["fact"], told.get("found")
    if told["op"] == "matches":  # a pattern is for those who wrote it; why it holds is plain from the text above
        rule = say("rehearse.pattern", language, fact=fact_title(fact, language))
    else:
        rule = rule_in_words(Compare(fact, told["op"], told.get("value")), language)
    line = f"{'✓' if told.get('held') else '✗'} {rule}"
    if fact != "text":
        shown = _fact(fact, found, language) if found not in (None, "", []) else say("rehearse.nothing", language)
        line += say("rehearse.found_instead", language, found=shown)
    yield line


def _decision(told: dict[str, Any], language: Language) -> Iterator[str]:
    if "decided" in told:
        source = say(_SOURCES.get(told["decided"], "rehearse.by_default"), language)
        yield f"{language_name(told['language'], language)} · {source}"
    if "score" in told:
        answered = told["score"] >= told["threshold"]
        place = told.get("citation")
        if place:
            where = " › ".join(part for part in (place["name"], place.get("place", "")) if part)
            yield say("rehearse.found", language, place=where)
        if place or not told.get("reason"):
            key = "rehearse.sure" if answered else "rehearse.unsure"
            yield say(key, language, score=round(told["score"] * 100), threshold=round(told["threshold"] * 100))
        if put := how_put("phrased" in told, told.get("reason", ""), answered and bool(place), language):
            yield put
    if "failed" in told:
        yield say("rehearse.failed", language, reason=told["failed"])
    if "tries" in told:
        yield say("rehearse.not_understood", language)
    if told.get("greeted") == "before":
        yield say("rehearse.greeted", language)


def _stands(told: dict[str, Any], at: datetime, language: Language) -> str:
    """How it stood with hours: “Closed until Mon 09:00 (Europe/Berlin), holiday: Easter Monday”."""
    until_key, always_key = _OPEN if told["open"] else _CLOSED
    if "until" in told:
        until = moment(datetime.fromisoformat(told["until"]), at, told["zone"], language)
        text = say(until_key, language, until=until, zone=told["zone"])
    else:
        text = say(always_key, language)
    if told.get("holiday"):
        text += say("rehearse.holiday", language, name=told["holiday"])
    return f"{told['name']}{_COLON[language]}{text}" if told.get("name") else text


_OPEN = ("rehearse.open_until", "rehearse.open_always")
_CLOSED = ("rehearse.closed_until", "rehearse.closed_always")
_WAITS = {
    "reply": ("rehearse.waits_reply", "rehearse.waits_reply_until"),
    "agent": ("rehearse.waits_agent", "rehearse.waits_agent_until"),
    "time": ("rehearse.waits_time", "rehearse.waits_time_until"),
}
_COLON: dict[Language, str] = {"en": ": ", "zh": "："}
_SOURCES = {
    "known": "rehearse.by_known",
    "locale": "rehearse.by_locale",
    "text": "rehearse.by_text",
    "ip": "rehearse.by_ip",
    "phone": "rehearse.by_phone",
    "default": "rehearse.by_default",
}


def _changes(visit: Visit, language: Language) -> Iterator[str]:
    for name, value in visit.changed.items():
        if name == "language" and isinstance(visit.why, dict) and "decided" in visit.why:
            continue
        shown = _fact(name, value, language) or say("rehearse.nothing", language)
        yield f"{fact_title(name, language)}{_COLON[language]}{shown}"


def _fact(name: str, value: Any, language: Language) -> str:
    if name == "country":
        return country_name(str(value), language)
    if name == "language":
        return language_name(str(value), language)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


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
