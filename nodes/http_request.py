from typing import Annotated, Any, Literal
from urllib.parse import quote, unquote

import msgspec

from engine.events import AgentReturned, Answered
from engine.flow import Node, Port
from engine.picking import as_kind, kept
from engine.queries import AnyAnswer, AnyQuery, Failed, Fetch, Fetched, Header, Method, Scalar, Wanted
from engine.text import fill, unknown
from engine.turn import Ask, Go, Outcome, Turn
from nodes.fields import Line, Switch, ValueName, field

MOST_ROWS = 30

_IN_A_PATH = "/?&=%:@!$'()*+,;~-._[]"
"""What an author may write without encoding it. A # is not among it: no server sees what follows one."""

_KINDS = {"text": "Text", "number": "Number", "yes_no": "Yes or no"}
_TRY_AGAIN = ["GET", "PUT", "DELETE"]
_BODY = ["POST", "PUT", "PATCH"]


class SentHeader(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A header of the request: a text that may hold placeholders, or the name of one of the service's secrets."""

    name: Annotated[
        str,
        msgspec.Meta(title="Header", pattern=r"^[A-Za-z0-9_-]*$", max_length=64, examples=["Accept-Language"]),
    ] = ""
    text: Annotated[str, msgspec.Meta(title="Text", max_length=500)] = ""
    secret: Annotated[
        str, msgspec.Meta(title="or secret", max_length=64, extra_json_schema={"widget": "secret_name"})
    ] = ""


class SentField(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A field of the body; its value may hold placeholders."""

    name: Annotated[str, msgspec.Meta(title="Field", max_length=120, examples=["customer.email"])] = ""
    value: Annotated[str, msgspec.Meta(title="Value", max_length=2000)] = ""
    kind: Annotated[
        Literal["text", "number", "yes_no"],
        msgspec.Meta(title="Kind", extra={"options": _KINDS}, extra_json_schema={"widget": "select"}),
    ] = "text"


class KeptValue(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is kept of the answer, and under which name."""

    path: Annotated[str, msgspec.Meta(title="Where it stands", max_length=200, examples=["order.items.0.status"])] = ""
    name: Annotated[ValueName, msgspec.Meta(title="Keep as", examples=["status"])] = ""
    kind: Annotated[
        Literal["text", "number", "yes_no"],
        msgspec.Meta(title="Kind", extra={"options": _KINDS}, extra_json_schema={"widget": "select"}),
    ] = "text"


class HttpRequest(Node, frozen=True, tag="http_request"):
    """Asks one of the shop's own systems, such as the order system, and keeps what is needed of its answer.

    The contact waits for it; whatever the system does, the flow goes on when the time is up.
    """

    TITLE = "HTTP request"
    ICON = "cloud-download"
    GROUP = "know"
    SUMMARY = "Asks {service}: {method} {path}"
    PORTS = (Port("ok", "Answered"), Port("refused", "Refused or not found"), Port("failed", "No answer"))

    service: Annotated[
        str,
        field("Service", "Admins add services and their addresses in the settings.", required=True),
        msgspec.Meta(max_length=64, extra_json_schema={"widget": "service"}),
    ] = ""
    method: Annotated[
        Method,
        field(
            "Method",
            options={
                "GET": "GET – read",
                "POST": "POST – create",
                "PUT": "PUT – replace",
                "PATCH": "PATCH – change",
                "DELETE": "DELETE – delete",
            },
        ),
        msgspec.Meta(extra_json_schema={"widget": "select"}),
    ] = "GET"
    path: Annotated[
        Line,
        field(
            "Path",
            "What follows the service's address, such as /orders/{value.order}. With a variable that is not known "
            "nothing is asked, and the flow goes on by “No answer”.",
        ),
    ] = "/"
    headers: Annotated[
        tuple[SentHeader, ...],
        field("Headers"),
        msgspec.Meta(max_length=MOST_ROWS, extra_json_schema={"widget": "rows"}),
    ] = ()
    body: Annotated[
        Literal["json", "form"],
        field("Body as", options={"json": "JSON", "form": "A form"}, only_if={"method": _BODY}),
        msgspec.Meta(extra_json_schema={"widget": "select"}),
    ] = "json"
    fields: Annotated[
        tuple[SentField, ...],
        field("Fields sent", "A dot makes a field within a field: customer.email.", only_if={"method": _BODY}),
        msgspec.Meta(max_length=MOST_ROWS, extra_json_schema={"widget": "rows"}),
    ] = ()
    keep: Annotated[
        tuple[KeptValue, ...],
        field(
            "Keep from the answer",
            "Where it stands in the answer, with dots between names and positions, such as order.status.",
        ),
        msgspec.Meta(max_length=MOST_ROWS, extra_json_schema={"widget": "rows"}),
    ] = ()
    time_limit: Annotated[
        float,
        field("Wait at most", "Tries included."),
        msgspec.Meta(ge=1, le=60, extra_json_schema={"widget": "duration"}),
    ] = 10
    retries: Annotated[
        int,
        field("Try again, times", "When there is no answer or the service is out of order."),
        msgspec.Meta(ge=0, le=3, extra_json_schema={"widget": "number"}),
    ] = 1
    repeatable: Annotated[
        Switch,
        field(
            "The service knows repeats",
            "It does nothing twice for the same Idempotency-Key. Otherwise the request is sent once only.",
            only_if={"method": ["POST", "PATCH"]},
        ),
    ] = False
    example: Annotated[
        str,
        field("Example answer", "JSON, as the service documents it. Rehearsals answer with it: nothing leaves them."),
        msgspec.Meta(max_length=20_000, extra_json_schema={"widget": "json"}),
    ] = ""

    def sets(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.keep if one.name)

    def services(self) -> dict[str, tuple[str, ...]]:
        return {self.service: tuple(one.secret for one in self.headers if one.secret)} if self.service else {}

    def missing(self) -> tuple[str, ...]:
        missing = [] if self.path.startswith("/") else ["path"]
        missing += [f"headers.{at}.name" for at, one in enumerate(self.headers) if not one.name]
        missing += [f"fields.{at}.name" for at, one in enumerate(self.fields) if not one.name and self._has_body]
        missing += [f"keep.{at}.name" for at, one in enumerate(self.keep) if not one.name]
        return tuple(missing)

    def rehearsed(self, query: AnyQuery) -> AnyAnswer | None:
        if not isinstance(query, Fetch) or not self.example.strip():
            return None
        try:
            answer = msgspec.json.decode(self.example)
        except msgspec.DecodeError as fault:
            return Failed(reason=f"the example answer is no JSON: {fault}")
        return Fetched(status=200, values=kept(query.wanted, answer))

    def run(self, turn: Turn) -> Outcome:
        if isinstance(turn.reply, Answered):
            return self._heard(turn.reply.answer)
        query = self._query(turn)
        if isinstance(query, str):
            return self._go("failed", {"not_asked": query})
        if turn.memory and isinstance(turn.event, AgentReturned) and not query.may_repeat:
            # Nobody knows how far the service had got when a person took the conversation.
            return self._go("failed", {"not_asked": "it may have been done before a person took over"})
        return Ask(query, memory="asked", why={"method": self.method, "path": query.path})

    @property
    def _has_body(self) -> bool:
        return self.method in _BODY

    def _query(self, turn: Turn) -> Fetch | str:
        """The request, or why there is none."""
        if lacking := unknown(self.path, turn.facts):
            return f"{', '.join(lacking)} is not known"
        path = fill(self.path, lambda name: quote(_plain(turn.facts(name)), safe=""))
        if not path.startswith("/") or _climbs(path):
            return "the path would lead elsewhere"
        return Fetch(
            service=self.service,
            path=quote(path, safe=_IN_A_PATH),
            method=self.method,
            headers=tuple(
                Header(one.name, "" if one.secret else _line(fill(one.text, turn.facts)), one.secret)
                for one in self.headers
            ),
            fields=self._filled(turn) if self._has_body else {},
            form=self.body == "form" and self._has_body,
            wanted=tuple(Wanted(one.path, one.name, one.kind) for one in self.keep if one.name),
            time_limit=self.time_limit,
            retries=self.retries if self.method in _TRY_AGAIN or self.repeatable else 0,
            repeatable=self.repeatable,
            node=turn.node,
        )

    def _filled(self, turn: Turn) -> dict[str, Scalar]:
        """The fields that have a value; a text may be empty."""
        found = {one.name: as_kind(fill(one.value, turn.facts), one.kind) for one in self.fields if one.name}
        return {name: value for name, value in found.items() if value is not None}

    def _heard(self, answer: Any) -> Outcome:
        if not isinstance(answer, Fetched):
            return self._go("failed", {"failed": getattr(answer, "reason", type(answer).__name__)})
        port = _port(answer.status)
        lacking = [one.name for one in self.keep if one.name and one.name not in answer.values]
        why = {"status": answer.status, **({"lacking": lacking} if lacking and port == "ok" else {})}
        return self._go(port, why, answer.values)

    def _go(self, port: str, why: Any, values: dict[str, Scalar] | None = None) -> Go:
        """What an earlier answer left is forgotten: the values are of this one."""
        found = values or {}
        return Go(port, values={name: found.get(name) for name in self.sets()}, why=why)


def _port(status: int) -> str:
    """Where an HTTP status leads: a redirect is not followed, so it is no answer to what was asked."""
    if 200 <= status < 300:
        return "ok"
    return "failed" if status >= 500 or status in (408, 425, 429) else "refused"


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(map(str, value))
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _line(text: str) -> str:
    """A header's text: what a contact wrote must not begin another header."""
    return " ".join(text.split())


def _climbs(path: str) -> bool:
    """Whether a step of the path leads up, also for a server that decodes before it looks."""
    steps = unquote(path.partition("?")[0]).replace("\\", "/").split("/")
    return any(step.split(";")[0] in (".", "..") for step in steps)
