"""The rule engine: a closed tree of comparisons over named facts. Nothing in it is ever evaluated as code.

Every rule is total: a fact that is unknown or of another kind makes a comparison false, never an error. Patterns are
RE2, which takes time linear in the text.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, Literal

import msgspec
import re2

from engine.effects import Value
from engine.session import Session
from engine.zones import zone_of

Kind = Literal["text", "number", "list", "date"]

FACTS: dict[str, Kind] = {
    "text": "text",
    "language": "text",
    "country": "text",
    "channel": "text",
    "account": "text",
    "source": "text",
    "contact.name": "text",
    "contact.email": "text",
    "contact.phone": "text",
    "contact.locale": "text",
    "tags": "list",
    "messages": "number",
    "time.hour": "number",
    "time.weekday": "number",
    "time.date": "text",
    "now": "date",
}
"""The facts every conversation has, beside ``value.NAME`` for each of its values.

``time.hour`` is 0 to 23 and ``time.weekday`` 1 (Monday) to 7, both at the shop's time zone; ``time.date`` is YYYY-MM-DD
there; ``messages`` counts what the contact has written; ``source`` is where the contact came from.
"""

Operator = Literal[
    "is",
    "is_not",
    "in",
    "not_in",
    "contains",
    "not_contains",
    "contains_any",
    "starts_with",
    "ends_with",
    "matches",
    "less",
    "at_most",
    "more",
    "at_least",
    "between",
    "has",
    "has_any",
    "has_all",
    "has_none",
    "before",
    "after",
    "empty",
    "not_empty",
]

OPERATORS: dict[Kind, tuple[Operator, ...]] = {
    "text": (
        "is",
        "is_not",
        "in",
        "not_in",
        "contains",
        "not_contains",
        "contains_any",
        "starts_with",
        "ends_with",
        "matches",
        "empty",
        "not_empty",
    ),
    "number": ("is", "is_not", "less", "at_most", "more", "at_least", "between", "empty", "not_empty"),
    "list": ("has", "has_any", "has_all", "has_none", "empty", "not_empty"),
    "date": ("before", "after", "empty", "not_empty"),
}
"""Which operators a kind of fact takes. A value (``value.NAME``) takes those of text, number and list."""

Fact = Annotated[str, msgspec.Meta(pattern=r"^[a-z][A-Za-z0-9_.]{0,80}$", title="Fact")]


class Compare(msgspec.Struct, frozen=True, tag="compare", tag_field="kind", forbid_unknown_fields=True):
    """One fact held against one value: text, a number, an ISO 8601 date, or a list where the operator takes several."""

    fact: Fact
    op: Operator
    value: str | int | float | bool | list[str | int | float] | None = None


class All(msgspec.Struct, frozen=True, tag="all", tag_field="kind", forbid_unknown_fields=True):
    """True when every rule in it is; with none in it, true."""

    rules: tuple["Rule", ...] = ()


class Any(msgspec.Struct, frozen=True, tag="any", tag_field="kind", forbid_unknown_fields=True):
    """True when at least one rule in it is; with none in it, false."""

    rules: tuple["Rule", ...] = ()


class Not(msgspec.Struct, frozen=True, tag="not", tag_field="kind", forbid_unknown_fields=True):
    """True when the rule in it is not."""

    rule: "Rule"


Rule = All | Any | Not | Compare

MAX_DEPTH = 12
"""Deeper rules are refused by check: nobody can read them, and recursion stays bounded."""


class Facts:
    """What the rules of one event may ask: a view of the session at the event's time (aware UTC) in the shop's zone."""

    __slots__ = ("_local", "_now", "_session", "_zone")

    def __init__(self, session: Session, now: datetime, zone: str = "UTC") -> None:
        self._session = session
        self._now = now
        self._zone = zone
        self._local: datetime | None = None

    def __call__(self, name: str) -> Value | datetime:
        """The fact's value, None where it is unknown."""
        if name.startswith("value."):
            return self._session.values.get(name[6:])
        read = _READ.get(name)
        return read(self) if read else None

    @property
    def session(self) -> Session:
        return self._session

    @property
    def now(self) -> datetime:
        return self._now

    @property
    def zone(self) -> str:
        """The shop's, an IANA name."""
        return self._zone

    @property
    def local(self) -> datetime:
        if self._local is None:
            self._local = self._now.astimezone(zone_of(self._zone))
        return self._local


_READ: dict[str, Callable[[Facts], Value | datetime]] = {
    "text": lambda f: f.session.last_text,
    "language": lambda f: f.session.language,
    "country": lambda f: f.session.contact.country,
    "channel": lambda f: f.session.channel,
    "account": lambda f: f.session.account,
    "source": lambda f: f.session.contact.source,
    "contact.name": lambda f: f.session.contact.name,
    "contact.email": lambda f: f.session.contact.email,
    "contact.phone": lambda f: f.session.contact.phone,
    "contact.locale": lambda f: f.session.contact.locale,
    "tags": lambda f: list(f.session.tags),
    "messages": lambda f: f.session.messages,
    "time.hour": lambda f: f.local.hour,
    "time.weekday": lambda f: f.local.isoweekday(),
    "time.date": lambda f: f.local.date().isoformat(),
    "now": lambda f: f.now,
}


class Explained(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why a rule held or not: the rule's kind, what it came to, and for a comparison the fact as it was found."""

    kind: str
    held: bool
    fact: str = ""
    op: str = ""
    value: str | int | float | bool | list[str | int | float] | None = None
    found: Value = None
    rules: tuple["Explained", ...] = ()


Test = Callable[[Facts], bool]


def compiled(rule: Rule) -> Test:
    """A function that tells whether the rule holds; it never raises."""
    match rule:
        case All(rules=rules):
            tests = tuple(map(compiled, rules))
            return lambda facts: all(test(facts) for test in tests)
        case Any(rules=rules):
            tests = tuple(map(compiled, rules))
            return lambda facts: any(test(facts) for test in tests)
        case Not(rule=inner):
            test = compiled(inner)
            return lambda facts: not test(facts)
        case Compare(fact=fact, op=op, value=value):
            held = _held(op, msgspec.json.encode(value))
            return lambda facts: held(facts(fact))


def explained(rule: Rule, facts: Facts) -> Explained:
    """The rule with what each part of it came to: for the trace."""
    match rule:
        case All(rules=rules):
            parts = tuple(explained(part, facts) for part in rules)
            return Explained("all", all(part.held for part in parts), rules=parts)
        case Any(rules=rules):
            parts = tuple(explained(part, facts) for part in rules)
            return Explained("any", any(part.held for part in parts), rules=parts)
        case Not(rule=inner):
            part = explained(inner, facts)
            return Explained("not", not part.held, rules=(part,))
        case Compare(fact=fact, op=op, value=value):
            found = facts(fact)
            shown = found.isoformat() if isinstance(found, datetime) else found
            return Explained("compare", _held(op, msgspec.json.encode(value))(found), fact, op, value, shown)


def judged(compare: Compare, found: object) -> bool:
    """Whether a comparison holds for a value of its fact."""
    return test(compare.op, compare.value)(found)


def test(op: Operator, value: Value | list[str | int | float]) -> Callable[[object], bool]:
    """What an operator with a value asks of a fact's value; made once for each, and it never raises."""
    return _held(op, msgspec.json.encode(value))


def comparisons(rule: Rule) -> list[Compare]:
    """Every comparison in a rule."""
    match rule:
        case Compare():
            return [rule]
        case Not(rule=inner):
            return comparisons(inner)
        case All(rules=rules) | Any(rules=rules):
            return [found for part in rules for found in comparisons(part)]


def depth(rule: Rule) -> int:
    """How many rules lie within one another; a comparison alone is 1."""
    match rule:
        case Compare():
            return 1
        case Not(rule=inner):
            return 1 + depth(inner)
        case All(rules=rules) | Any(rules=rules):
            return 1 + max(map(depth, rules), default=0)


def pattern_fault(pattern: str) -> str:
    """Why RE2 refuses a pattern, '' when it takes it."""
    try:
        re2.compile(pattern, _re2_options())
    except re2.error as fault:
        return fault.args[0].decode() if isinstance(fault.args[0], bytes) else str(fault)
    return ""


def matching(pattern: str, text: str) -> str | None:
    """The first part of a text that a pattern matches, None where none does; as ``matches`` does it."""
    if pattern_fault(pattern):
        return None
    found = re2.compile(pattern, _re2_options()).search(text)
    return str(found.group()) if found else None


@lru_cache(maxsize=4096)
def _held(op: Operator, encoded: bytes) -> Callable[[object], bool]:
    """The comparison's test, made once: explaining a rule on every message must not compile its patterns each time.

    The key is the value as JSON, where 1, 1.0 and true differ.
    """
    return _comparison(op, msgspec.json.decode(encoded))


def _comparison(op: Operator, value: object) -> Callable[[object], bool]:
    if op == "empty":
        return lambda found: found is None or found == "" or found == []
    if op == "not_empty":
        return lambda found: not (found is None or found == "" or found == [])
    if op in ("less", "at_most", "more", "at_least", "between"):
        return _number(op, value)
    if op in ("before", "after"):
        return _date(op, value)
    if op in ("has", "has_any", "has_all", "has_none"):
        return _list(op, value)
    return _text(op, value)


def _text(op: Operator, value: object) -> Callable[[object], bool]:
    wanted = _folded(value)
    several = frozenset(_folded(item) for item in items(value))
    if op == "matches":
        if pattern_fault(str(value)):
            return lambda found: False
        pattern = re2.compile(str(value), _re2_options())
        return lambda found: isinstance(found, str) and pattern.search(found) is not None
    tests: dict[str, Callable[[str], bool]] = {
        "is": lambda text: text == wanted,
        "is_not": lambda text: text != wanted,
        "in": lambda text: text in several,
        "not_in": lambda text: text not in several,
        "contains": lambda text: bool(wanted) and wanted in text,
        "not_contains": lambda text: wanted not in text,
        "contains_any": lambda text: any(part in text for part in several if part),
        "starts_with": lambda text: text.startswith(wanted),
        "ends_with": lambda text: text.endswith(wanted),
    }
    test = tests[op]
    return lambda found: not isinstance(found, list) and test(_folded(found))


def _number(op: Operator, value: object) -> Callable[[object], bool]:
    if op == "between":
        bounds = [number for item in items(value) if (number := as_number(item)) is not None]
        if len(bounds) != 2:
            return lambda found: False
        low, high = bounds
        return lambda found: (number := as_number(found)) is not None and low <= number <= high
    limit = as_number(value)
    if limit is None:
        return lambda found: False
    tests: dict[str, Callable[[float], bool]] = {
        "less": lambda number: number < limit,
        "at_most": lambda number: number <= limit,
        "more": lambda number: number > limit,
        "at_least": lambda number: number >= limit,
    }
    test = tests[op]
    return lambda found: (number := as_number(found)) is not None and test(number)


def _list(op: Operator, value: object) -> Callable[[object], bool]:
    wanted = frozenset(_folded(item) for item in items(value))
    tests: dict[str, Callable[[frozenset[str]], bool]] = {
        "has": lambda found: wanted <= found,
        "has_all": lambda found: wanted <= found,
        "has_any": lambda found: not wanted.isdisjoint(found),
        "has_none": lambda found: wanted.isdisjoint(found),
    }
    test = tests[op]
    return lambda found: test(frozenset(_folded(item) for item in items(found)))


def _date(op: Operator, value: object) -> Callable[[object], bool]:
    limit = as_date(value)
    if limit is None:
        return lambda found: False
    if op == "before":
        return lambda found: (date := as_date(found)) is not None and date < limit
    return lambda found: (date := as_date(found)) is not None and date > limit


def _folded(value: object) -> str:
    """Text as it is compared: without case, whole numbers without a fraction."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip().casefold()


def items(value: object) -> list[object]:
    """The values that a comparison's value holds: of a list each, else itself, none for null."""
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def as_number(value: object) -> float | None:
    """A value as a number, also one that is written; None where it is none."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, str):
        try:
            return float(value.strip().replace(",", "."))
        except ValueError:
            return None
    return None


def as_date(value: object) -> datetime | None:
    """A value as a moment, also one that is written in ISO 8601; None where it is none."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _re2_options() -> "re2.Options":
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = 1 << 20
    return options
