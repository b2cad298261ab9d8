from typing import Any

from engine.events import Contact
from engine.queries import Failed, Fetch, Fetched, Header, Place, Wanted
from engine.turn import Ask, Go
from nodes.http_request import HttpRequest, KeptValue, SentField, SentHeader
from tests.nodes.rows import Row, answered, check, returned, turn

KEEP = (KeptValue("order.status", "status"), KeptValue("order.items.0.count", "count", "number"))
WANTED = (Wanted("order.status", "status"), Wanted("order.items.0.count", "count", "number"))
NODE = HttpRequest(service="orders", path="/orders/{value.order}", keep=KEEP)
LU7 = {"order": "LU-7"}
NOTHING = {"status": None, "count": None}


def asks(says: str, path: str, values: dict[str, Any], wanted: str, text: str = "Hello") -> Row:
    """A row in which a path is filled."""
    query = Fetch(service="orders", path=wanted, retries=1, node="n")
    node = HttpRequest(service="orders", path=path)
    return Row(says, node, turn(text=text, values=values), Ask(query, memory="asked", why=_why("GET", wanted)))


def asks_not(says: str, path: str, values: dict[str, Any], reason: str, text: str = "Hello") -> Row:
    node = HttpRequest(service="orders", path=path)
    return Row(says, node, turn(text=text, values=values), Go("failed", why={"not_asked": reason}))


def heard(says: str, answer: Any, port: str, values: dict[str, Any], why: Any) -> Row:
    return Row(says, NODE, turn(answered(answer)), Go(port, values=values, why=why))


def posts(says: str, node: HttpRequest, values: dict[str, Any], query: Fetch) -> Row:
    why = _why(query.method, query.path)
    met = turn(text="Hi\r\nX-Evil: 1", values=values, contact=Contact(name="Zoë"))
    return Row(says, node, met, Ask(query, memory="asked", why=why))


def _why(method: str, path: str) -> dict[str, str]:
    return {"method": method, "path": path}


POST = HttpRequest(service="orders", method="POST", path="/returns", retries=3)
CREATED = Fetch(service="orders", method="POST", path="/returns", node="n")
ELSEWHERE = "the path would lead elsewhere"

TABLE = [
    Row(
        "asks for what it is to keep",
        NODE,
        turn(text="Where is it?", values=LU7),
        Ask(
            Fetch(service="orders", path="/orders/LU-7", wanted=WANTED, retries=1, node="n"),
            memory="asked",
            why=_why("GET", "/orders/LU-7"),
        ),
    ),
    asks("keeps a value within its step", "/orders/{value.order}", {"order": "a/b?c=d#e"}, "/orders/a%2Fb%3Fc%3Dd%23e"),
    asks("keeps a value within its parameter", "/find?q={text}&n=1", {}, "/find?q=a%26n%3D2&n=1", text="a&n=2"),
    asks("writes any language", "/find?q={text}", {}, "/find?q=%E8%AE%A2%E5%8D%95%201", text="订单 1"),
    asks("encodes what an author did not", "/größe x", {}, "/gr%C3%B6%C3%9Fe%20x"),
    asks("leaves what an author did", "/a%20b", {}, "/a%20b"),
    asks("takes another value for an unknown one", "/orders/{value.order|last}", {}, "/orders/last"),
    asks("no value leads to another host", "/{value.order}", {"order": "/evil.test/"}, "/%2Fevil.test%2F"),
    asks_not("asks nothing without the order", "/orders/{value.order}", {}, "value.order is not known"),
    asks_not("asks nothing with an empty order", "/o/{value.order}", {"order": ""}, "value.order is not known"),
    asks_not("no value leads up", "/orders/{value.order}", {"order": ".."}, ELSEWHERE),
    asks_not("nor within a step", "/orders/{value.order}", {"order": "../admin"}, ELSEWHERE),
    asks_not("nor backwards", "/orders/{value.order}", {"order": "..\\admin"}, ELSEWHERE),
    asks_not("nor in two parts", "/orders/{value.a}{value.b}/x", {"a": ".", "b": "."}, ELSEWHERE),
    asks_not("nor encoded by the author", "/orders/%2e%2e/admin", {}, ELSEWHERE),
    asks_not("no path is a host", "{text}/x", {}, ELSEWHERE, text="evil.test"),
    posts("sends what creates something once only", POST, {}, CREATED),
    posts(
        "repeats what the service knows as a repeat",
        HttpRequest(service="orders", method="POST", path="/returns", retries=3, repeatable=True),
        {},
        Fetch(service="orders", method="POST", path="/returns", retries=3, repeatable=True, node="n"),
    ),
    posts(
        "sends fields of their kinds, and none that has no value",
        HttpRequest(
            service="orders",
            method="PUT",
            path="/r",
            body="form",
            retries=0,
            fields=(
                SentField("customer.name", "{contact.name}"),
                SentField("count", "{value.count}", "number"),
                SentField("gift", "yes", "yes_no"),
                SentField("weight", "heavy", "number"),
                SentField("note", "{value.note}"),
            ),
        ),
        {"count": 2},
        Fetch(
            service="orders",
            method="PUT",
            path="/r",
            form=True,
            fields={"customer.name": "Zoë", "count": 2, "gift": True, "note": ""},
            node="n",
        ),
    ),
    posts(
        "sends headers in one line, and names secrets only",
        HttpRequest(
            service="orders",
            path="/",
            retries=0,
            fields=(SentField("not", "sent"),),
            headers=(SentHeader("X-Text", "{text}"), SentHeader("X-Key", "not this", "api_key")),
        ),
        {},
        Fetch(
            service="orders",
            path="/",
            headers=(Header("X-Text", "Hi X-Evil: 1"), Header("X-Key", secret="api_key")),
            node="n",
        ),
    ),
    heard(
        "keeps what came",
        Fetched(status=200, values={"status": "sent", "count": 3}),
        "ok",
        {"status": "sent", "count": 3},
        {"status": 200},
    ),
    heard(
        "forgets what did not come",
        Fetched(status=200, values={"status": "sent"}),
        "ok",
        {"status": "sent", "count": None},
        {"status": 200, "lacking": ["count"]},
    ),
    heard("tells what does not exist", Fetched(status=404), "refused", NOTHING, {"status": 404}),
    heard("follows no redirect", Fetched(status=302), "refused", NOTHING, {"status": 302}),
    heard("tells a service that has too much to do", Fetched(status=429), "failed", NOTHING, {"status": 429}),
    heard("tells a service out of order", Fetched(status=503), "failed", NOTHING, {"status": 503}),
    heard("tells that nothing came", Failed(reason="too late"), "failed", NOTHING, {"failed": "too late"}),
    heard("takes no other answer", Place(country="DE"), "failed", NOTHING, {"failed": "Place"}),
    Row(
        "asks again what changes nothing when a person gives the conversation back",
        HttpRequest(service="orders"),
        turn(event=returned(), memory="asked"),
        Ask(Fetch(service="orders", path="/", retries=1, node="n"), memory="asked", why=_why("GET", "/")),
    ),
    Row(
        "does not do again what may have been done",
        POST,
        turn(event=returned(), memory="asked"),
        Go("failed", why={"not_asked": "it may have been done before a person took over"}),
    ),
]


def test_table() -> None:
    check(TABLE)


def test_tells_what_it_sets_and_whom_it_asks() -> None:
    node = HttpRequest(service="orders", keep=KEEP, headers=(SentHeader("A", "b"), SentHeader("X-Key", secret="key")))
    assert node.sets() == ("status", "count")
    assert node.services() == {"orders": ("key",)}
    assert HttpRequest().services() == {}


def test_tells_what_is_missing() -> None:
    rows = HttpRequest(
        method="POST", path="orders", headers=(SentHeader(),), fields=(SentField(),), keep=(KeptValue("a"),)
    )
    assert rows.missing() == ("path", "headers.0.name", "fields.0.name", "keep.0.name")
    assert HttpRequest(fields=(SentField(),)).missing() == ()


def test_a_rehearsal_answers_with_the_example() -> None:
    query = Fetch(service="orders", path="/", wanted=WANTED)
    example = '{"order": {"status": "sent", "items": [{"count": "3"}]}}'
    assert HttpRequest(example=example).rehearsed(query) == Fetched(status=200, values={"status": "sent", "count": 3})
    assert HttpRequest(example=" ").rehearsed(query) is None
    assert isinstance(HttpRequest(example="{").rehearsed(query), Failed)
