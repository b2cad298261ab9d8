"""Why a node went this way and not that, in words, from what it says in the trace (``Visit.why``)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from builder_ui.phrased import how_put
from builder_ui.words import Language, say
from engine.rules import Compare
from nodes.business_hours import moment
from schemas.words import by_hand, language_name, pattern_in_words, rule_in_words, value_in_words

COLON: dict[Language, str] = {"en": ": ", "zh": "："}


class ByPattern(NamedTuple):
    """A line that speaks of a pattern, and the pattern where it was written by hand, else ''."""

    text: str
    pattern: str


Told = str | ByPattern

_SOURCES = {
    "known": "rehearse.by_known",
    "locale": "rehearse.by_locale",
    "text": "rehearse.by_text",
    "ip": "rehearse.by_ip",
    "phone": "rehearse.by_phone",
    "default": "rehearse.by_default",
}


def decided(node: Any, told: Any, said: str, at: datetime, language: Language) -> Iterator[Told]:
    """What a node says of a branch, a language, an answer looked up or asked for, hours.

    `node` is its configuration (None where it is not known), `said` what the contact wrote, `at` when it was.
    """
    if isinstance(told, list):
        yield from _cases(told, node, language)
    if not isinstance(told, dict):
        return
    if "decided" in told:
        yield from _language(told, node, language)
    if "score" in told:
        yield from _knowledge(told, language)
    if "status" in told:
        yield say("why.status", language, status=told["status"])
    if told.get("lacking"):
        yield say("why.lacking", language, names=", ".join(told["lacking"]))
    if "failed" in told and isinstance(told["failed"], str):
        yield say("rehearse.failed", language, reason=told["failed"])
    if "not_asked" in told:
        yield say("why.not_asked", language, reason=told["not_asked"])
    if told.get("greeted") == "before":
        yield say("rehearse.greeted", language)
    if "open" in told and "zone" in told:
        yield _hours(told, at, language)
    for name, value in told.get("given", {}).items():
        yield say("rehearse.given", language, name=name, value=fact_in_words("", value, language))
    yield from _question(told, node, said, language)


def fact_in_words(name: str, value: Any, language: Language) -> str:
    """What a fact is, '' where it is nothing."""
    if value in (None, ""):
        return ""
    values = value if isinstance(value, list) else [value]
    return ", ".join(value_in_words(name, one, language) for one in values)


def compared(compare: Compare, found: Any, language: Language) -> str:
    """A comparison, and what was found where that does not stand in the chat."""
    line = rule_in_words(compare, language, patterns=False)
    if compare.fact == "text":
        return line
    shown = fact_in_words(compare.fact, found, language) or say("rehearse.nothing", language)
    return line + say("rehearse.found_instead", language, found=shown)


def pattern_of(compare: Compare) -> str:
    """The pattern written by hand that a comparison looks for, '' where there is none."""
    return shown_pattern(compare.value) if compare.op == "matches" else ""


def shown_pattern(pattern: Any) -> str:
    """A pattern as it stands where it has no name, else ''."""
    return str(pattern or "") if by_hand(pattern) else ""


def _cases(told: list[Any], node: Any, language: Language) -> Iterator[Told]:
    """A branch: every case it looked at with what it found, then those that an earlier one made needless."""
    seen = set()
    for case in told:
        if isinstance(case, dict) and "rule" in case:
            seen.add(case.get("case"))
            key = "rehearse.case_held" if case.get("held") else "rehearse.case_not"
            yield say(key, language, case=case.get("title") or case.get("case"))
            yield from _comparisons(case["rule"], language)
    rest = [case.title or case.id for case in getattr(node, "cases", ()) if case.id not in seen]
    if rest and told:
        names = say("appearance.between", language).join(f"“{name}”" for name in rest)
        yield say("why.not_looked_at", language, cases=names)


def _comparisons(told: dict[str, Any], language: Language) -> Iterator[Told]:
    for part in told.get("rules", ()):
        yield from _comparisons(part, language)
    if told.get("kind") == "compare":
        compare = Compare(told["fact"], told["op"], told.get("value"))
        line = f"{'✓' if told.get('held') else '✗'} {compared(compare, told.get('found'), language)}"
        yield ByPattern(line, pattern_of(compare))


def _language(told: dict[str, Any], node: Any, language: Language) -> Iterator[str]:
    """The decision, then each source in the node's order: what it told, and that the others came too late."""
    decided = told["decided"]
    source = say(_SOURCES.get(decided, "rehearse.by_default"), language)
    yield f"{language_name(told['language'], language)} · {source}"
    heard = told.get("heard", {})
    order = getattr(node, "order", ())
    for number, name in enumerate(order, 1):
        title = say(f"why.source_{name}", language)
        found = heard.get(name)
        if name == decided:
            yield f"{number}. ✓ {title}{COLON[language]}{language_name(found or told['language'], language)}"
        elif decided in order and order.index(decided) < number - 1:
            later = say("why.not_asked_any_more", language)
            if found:
                later = say("why.came_later", language, what=language_name(found, language))
            yield f"{number}. {title}{COLON[language]}{later}"
        elif decided != "known":
            yield f"{number}. ✗ {title}{COLON[language]}{say('why.tells_nothing', language)}"


def _knowledge(told: dict[str, Any], language: Language) -> Iterator[str]:
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


def _hours(told: dict[str, Any], at: datetime, language: Language) -> str:
    """How it stood with hours: “Closed until Mon 09:00 (Europe/Berlin), holiday: Easter Monday”."""
    until_key, always_key = _OPEN if told["open"] else _CLOSED
    if "until" in told:
        until = moment(datetime.fromisoformat(told["until"]), at, told["zone"], language)
        text = say(until_key, language, until=until, zone=told["zone"])
    else:
        text = say(always_key, language)
    if told.get("holiday"):
        text += say("rehearse.holiday", language, name=told["holiday"])
    return f"{told['name']}{COLON[language]}{text}" if told.get("name") else text


_OPEN = ("rehearse.open_until", "rehearse.open_always")
_CLOSED = ("rehearse.closed_until", "rehearse.closed_always")


def _question(told: dict[str, Any], node: Any, said: str, language: Language) -> Iterator[Told]:
    """What a question took the answer for, or why it did not take it."""
    if "choice" in told:
        labels = {choice.id: choice.label for choice in getattr(node, "choices", ())}
        yield say("why.chosen", language, choice=labels.get(told["choice"]) or told["choice"])
    if "answer" in told and getattr(node, "expects", "any") != "any":
        yield say("why.understood", language, answer=told["answer"])
    if "not" in told:
        if isinstance(told["not"], list):
            labels = {choice.id: choice.label for choice in getattr(node, "choices", ())}
            names = say("appearance.between", language).join(f"“{labels.get(one) or one}”" for one in told["not"])
            yield say("why.none_of", language, said=said, choices=names)
        else:
            yield _not_taken(told["not"], getattr(node, "pattern", ""), said, language)
    if "not" in told and "tries" in told:
        retries = getattr(node, "retries", 0)
        key = "why.gave_up" if told["tries"] > retries else "why.tries"
        yield say(key, language, tries=told["tries"], retries=retries)


def _not_taken(kind: str, pattern: str, said: str, language: Language) -> Told:
    if kind == "pattern":
        key = "why.no_pattern" if by_hand(pattern) else "why.no_ready"
        line = say(key, language, said=said, pattern=pattern_in_words(pattern, language))
        return ByPattern(line, shown_pattern(pattern))
    wanted = kind if kind in ("email", "phone", "number", "date") else "text"
    return say(f"why.no_{wanted}", language, said=said)
