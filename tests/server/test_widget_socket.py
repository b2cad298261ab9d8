"""The widget's socket as a stranger may use it: spoken to by a WebSocket client that is no browser."""

import json
import logging
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from sqlalchemy import func, select
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from engine.events import Contact, MessageReceived
from server import happenings, tables
from server.arrivals import Arrival
from server.channels.webwidget import LONGEST_FRAME, Say, WebWidget
from server.store import utcnow
from server.widget import desk, screen, tokens
from tests.widget_copy import ACCOUNT, GREETINGS, PATIENCE, WidgetCopy, wait

LANGUAGES = ["de", "es", "fr", "pt", "it", "nl", "pl", "ru", "tr", "ar", "he", "fa", "ur", "zh", "zh-Hant", "ja"]
LANGUAGES += ["ko", "th", "vi", "id"]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WidgetCopy]:
    made = WidgetCopy(tmp_path_factory.mktemp("widget"), PARLEY_TRUSTED_PROXIES="127.0.0.1")
    made.start()
    yield made
    made.close()


@pytest.fixture(autouse=True)
def sockets() -> Iterator[None]:
    """Closes what a test has opened."""
    with ExitStack() as Visitor.sockets:
        yield


class Visitor:
    """A client; each has an address of its own, so that none is held up by what another said."""

    sockets: ExitStack
    count = 0

    def __init__(self, copy: WidgetCopy, token: str = "", account: str = ACCOUNT, **hello: str) -> None:
        Visitor.count += 1
        self.address = f"198.51.{Visitor.count // 250}.{Visitor.count % 250}"
        self.socket = dial(copy, account, self.address)
        self.heard: list[dict[str, Any]] = []
        self.lines: list[dict[str, Any]] = []
        self.send(type="hello", token=token, **hello)
        self.welcome = self.next("welcome")

    def send(self, **frame: Any) -> None:
        self.socket.send(json.dumps(frame))

    def next(self, kind: str) -> dict[str, Any]:
        """The next frame of this kind; those of others, which may come before it, are there for who asks for them."""
        while True:
            for place, frame in enumerate(self.heard):
                if frame["type"] == kind:
                    return self.heard.pop(place)
            self.heard.append(json.loads(self.socket.recv(PATIENCE)))

    def hears(self, text: str) -> dict[str, Any]:
        """The line with this text, once it comes; the lines that came with it or before it may be asked for yet."""
        while True:
            for place, line in enumerate(self.lines):
                if line["text"] == text:
                    return self.lines.pop(place)
            self.lines += self.next("messages")["messages"]

    def says(self, number: int, text: str) -> dict[str, Any]:
        self.send(type="say", id=f"message-{number:04}", text=text)
        return self.next("ack")

    def closed(self) -> int:
        """The code with which the server ends the socket."""
        with pytest.raises(ConnectionClosed) as ended:
            self.next("nothing more")
        assert ended.value.rcvd is not None
        return ended.value.rcvd.code


def dial(copy: WidgetCopy, account: str, address: str, origin: str | None = None) -> ClientConnection:
    opening = connect(
        f"ws://127.0.0.1:{copy.port}/widget/{account}",
        origin=Origin(copy.pages.origin if origin is None else origin),
        additional_headers={"X-Forwarded-For": address},
        max_size=None,
        legacy=None,
    )
    return Visitor.sockets.enter_context(opening)


def fetch(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    asked = urllib.request.Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:
            return answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read()
    except urllib.error.HTTPError as answer:
        return answer.code, {k.lower(): v for k, v in answer.headers.items()}, answer.read()


def events_of(copy: WidgetCopy, visitor: str) -> list[Any]:
    """What is stored of a visitor, oldest first."""
    events, conversations, identities = tables.events, tables.conversations, tables.identities
    query = (
        select(events.c.body, events.c.seq, events.c.at)
        .select_from(
            events.join(conversations, conversations.c.id == events.c.conversation).join(
                identities, identities.c.id == conversations.c.identity
            )
        )
        .where(identities.c.address == visitor)
        .order_by(events.c.id)
    )
    with copy.parts.engine.begin() as connection:
        return [happenings.read(row.body, row.seq, row.at) for row in connection.execute(query)]


def visitor_id(welcome: dict[str, Any]) -> str:
    return str(welcome["token"].split(".")[1])


def test_a_message_is_stored_before_it_is_acknowledged_and_then_answered(copy: WidgetCopy) -> None:
    visitor = Visitor(copy, locale="de-AT", timezone="Europe/Vienna", landing="https://l.example/?gclid=1")
    acknowledged = visitor.says(1, "Hello")
    assert acknowledged == {"type": "ack", "id": "message-0001", "fresh": True}
    said = next(e for e in events_of(copy, visitor_id(visitor.welcome)) if isinstance(e, MessageReceived))
    assert said.text == "Hello"
    assert said.contact is not None
    assert (said.contact.locale, said.contact.timezone) == ("de-AT", "Europe/Vienna")
    assert (said.contact.source, said.contact.ip) == ("google_ad", visitor.address)
    assert visitor.hears(GREETINGS["de"])["language"] == "de"


def test_the_same_message_again_is_acknowledged_and_not_stored(copy: WidgetCopy) -> None:
    visitor = Visitor(copy)
    assert visitor.says(1, "Once")["fresh"] is True
    again = Visitor(copy, visitor.welcome["token"])
    assert again.says(1, "Once")["fresh"] is False
    assert len(events_of(copy, visitor_id(visitor.welcome))) == 1


def test_history_comes_back_with_the_token_and_only_with_it(copy: WidgetCopy) -> None:
    visitor = Visitor(copy)
    visitor.says(1, "A secret")
    visitor.hears("You wrote: A secret")
    token = visitor.welcome["token"]
    again = Visitor(copy, token)
    assert [line["text"] for line in again.welcome["messages"]] == ["A secret", GREETINGS["en"], "You wrote: A secret"]
    assert again.welcome["messages"][0]["client"] == "message-0001"
    assert again.welcome["token"] == ""
    forged = token[:-4] + ("AAAA" if token[-4:] != "AAAA" else "BBBB")
    stranger = tokens.issue(visitor_id(visitor.welcome), utcnow(), ACCOUNT, "a guessed key")
    elsewhere = tokens.issue(visitor_id(visitor.welcome), utcnow(), "other", widget(copy).keys[0])
    for bad in (forged, stranger, elsewhere, "v1", "x" * 200):
        refused = Visitor(copy, bad)
        assert refused.welcome["messages"] == []
        assert visitor_id(refused.welcome) != visitor_id(visitor.welcome)


def test_an_old_token_is_renewed_for_the_same_visitor(copy: WidgetCopy) -> None:
    visitor = tokens.new_visitor()
    old = tokens.issue(visitor, utcnow() - tokens.RENEW_AFTER, ACCOUNT, widget(copy).keys[0])
    welcome = Visitor(copy, old).welcome
    assert visitor_id(welcome) == visitor
    assert tokens.verify(welcome["token"], utcnow(), ACCOUNT, widget(copy).keys) == (visitor, False)


def test_long_histories_come_in_pages(copy: WidgetCopy) -> None:
    visitor = Visitor(copy)
    for number in range(screen.PAGE):
        arrived(copy, visitor_id(visitor.welcome), f"Message {number}")
    wait(lambda: Visitor(copy, visitor.welcome["token"]).welcome["messages"][-1]["text"] == "You wrote: Message 29")
    again = Visitor(copy, visitor.welcome["token"])
    assert (len(again.welcome["messages"]), again.welcome["more"]) == (screen.PAGE, True)
    lines, more = again.welcome["messages"], True
    while more:
        again.send(type="older", before=lines[0]["id"])
        page = again.next("messages")
        lines, more = page["messages"] + lines, page["more"]
    # What the visitor said, what was answered, and the greeting.
    assert len(lines) == 2 * screen.PAGE + 1
    assert sorted({line["id"] for line in lines}) == [line["id"] for line in lines]
    again.send(type="older", before="nonsense")
    assert again.next("messages")["messages"] == []


def test_after_a_long_absence_nothing_is_left_out(copy: WidgetCopy) -> None:
    visitor = Visitor(copy)
    visitor.says(1, "Before")
    last = visitor.hears("You wrote: Before")["id"]
    for number in range(screen.PAGE):
        arrived(copy, visitor_id(visitor.welcome), f"Message {number}")
    wait(lambda: Visitor(copy, visitor.welcome["token"]).welcome["messages"][-1]["text"] == "You wrote: Message 29")
    back = Visitor(copy, visitor.welcome["token"], after=last).welcome["messages"]
    assert len([line for line in back if line["id"] > last]) == 2 * screen.PAGE


def arrived(copy: WidgetCopy, visitor: str, text: str) -> None:
    """As if the visitor had said it, without their limits."""
    frame = Say(id=tokens.new_visitor(), text=text)
    incoming = widget(copy).incoming(frame, visitor, Contact())
    copy.parts.ingest.put([Arrival(ACCOUNT, WebWidget.KIND, incoming, utcnow())]).result(PATIENCE)


def test_both_sockets_of_a_visitor_hear_everything_once(copy: WidgetCopy) -> None:
    one = Visitor(copy)
    two = Visitor(copy, one.welcome["token"])
    one.says(1, "From the first")
    assert two.hears("From the first")["client"] == "message-0001"
    heard = two.hears("You wrote: From the first")
    assert one.hears("You wrote: From the first") == heard
    two.send(type="ping")
    two.next("pong")


def test_a_page_that_is_not_listed_gets_nothing(copy: WidgetCopy) -> None:
    for origin in ("https://evil.example", "null", "", copy.pages.origin + ".evil.example"):
        with pytest.raises(InvalidStatus) as refused:
            dial(copy, ACCOUNT, "198.51.100.1", origin)
        assert refused.value.response.status_code == 403
    status, _, body = fetch(f"{copy.url}/widget/{ACCOUNT}/config", Origin="https://evil.example")
    assert (status, json.loads(body)["error"]["code"]) == (403, "foreign_origin")


def test_who_serves_it_leaves_the_log_of_this_process_alone(copy: WidgetCopy) -> None:
    served = logging.getLogger("uvicorn")
    assert (served.handlers, served.propagate) == ([], True)


def test_no_account_no_widget(copy: WidgetCopy) -> None:
    copy.parts.accounts.create("hook", "api", "Hook", {"secret": "s" * 20, "callback": "https://l.example/"})
    copy.parts.accounts.create("off", "webwidget", "Off", {"origins": [copy.pages.origin]})
    copy.parts.accounts.change("off", active=False)
    for account in ("nowhere", "hook", "off"):
        with pytest.raises(InvalidStatus):
            dial(copy, account, "198.51.100.1")
        assert fetch(f"{copy.url}/widget/{account}/config")[0] == 404


@pytest.mark.parametrize(
    ("frames", "code"),
    [
        (["not json"], desk.POLICY),
        (['{"type":"say","id":"message-0001","text":"Hi"}'], desk.POLICY),
        (['{"type":"hello"}', '{"type":"hello"}'], desk.POLICY),
        (['{"type":"hello"}', '{"type":"say","id":"message-0001","text":""}'], desk.POLICY),
        (['{"type":"hello"}', "x" * (LONGEST_FRAME + 1)], desk.TOO_BIG),
    ],
)
def test_what_is_no_frame_ends_the_socket(copy: WidgetCopy, frames: list[str], code: int) -> None:
    visitor = object.__new__(Visitor)
    visitor.socket, visitor.heard = dial(copy, ACCOUNT, "198.51.100.7"), []
    for frame in frames:
        visitor.socket.send(frame)
    assert visitor.closed() == code


def test_too_long_a_message_is_refused_and_the_talk_goes_on(copy: WidgetCopy) -> None:
    visitor = Visitor(copy)
    visitor.send(type="say", id="message-0001", text="x" * ((WebWidget.LIMITS.text or 0) + 1))
    assert visitor.next("refused") == {"type": "refused", "id": "message-0001", "why": "too_long"}
    assert visitor.says(2, "Shorter")["fresh"] is True


def test_too_fast_is_refused_for_a_while(copy: WidgetCopy) -> None:
    visitor = Visitor(copy)
    # So many that one of them is too many, however long each of them takes to be stored.
    for number in range(desk.BY_ADDRESS.burst - 1):
        visitor.send(type="say", id=f"message-{number:04}", text=f"Message {number}")
    refused = visitor.next("refused")
    assert refused["why"] == "too_fast"
    assert 0 < refused["again"] <= desk.BY_VISITOR.seconds + 0.1
    stored = [event for event in events_of(copy, visitor_id(visitor.welcome)) if isinstance(event, MessageReceived)]
    assert len(stored) >= desk.BY_VISITOR.burst
    assert Visitor(copy).says(1, "Another visitor is not held up")["fresh"] is True


def test_an_address_connects_only_so_often(copy: WidgetCopy) -> None:
    for _ in range(desk.CONNECTS.burst):
        dial(copy, ACCOUNT, "203.0.113.9").close()
    with ExitStack() as refusing:
        refusing.enter_context(pytest.raises(InvalidStatus))
        for _ in range(desk.CONNECTS.burst):
            dial(copy, ACCOUNT, "203.0.113.9").close()
    assert Visitor(copy).welcome["type"] == "welcome"


def test_a_pretended_country_has_an_address_there(copy: WidgetCopy) -> None:
    visitor = Visitor(copy, pretend="DE", locale="en-US")
    assert visitor.welcome["language"] == "de"
    visitor.send(type="open", id="open-12345678")
    assert visitor.hears(GREETINGS["de"])["language"] == "de"
    copy.parts.accounts.create("shop", "webwidget", "Shop", {"origins": [copy.pages.origin]})
    plain = Visitor(copy, account="shop", pretend="DE", locale="en-US")
    assert plain.welcome["language"] == ""


def test_the_greeting_is_asked_for_once_whoever_asks(copy: WidgetCopy) -> None:
    visitor = Visitor(copy)
    frame = {"type": "open", "id": f"open-{visitor_id(visitor.welcome)}"}
    visitor.send(**frame)
    assert visitor.next("ack")["fresh"] is True
    again = Visitor(copy, visitor.welcome["token"])
    again.send(**frame)
    assert again.next("ack")["fresh"] is False


def test_a_message_that_waits_for_a_worker_is_there_after_a_reload(copy: WidgetCopy) -> None:
    visitor = Visitor(copy)
    visitor.says(1, "Hello")
    with copy.parts.engine.begin() as connection:
        waiting = select(func.count()).select_from(tables.events).where(tables.events.c.state == "pending")
        seen_waiting = connection.execute(waiting).scalar_one()
    lines = Visitor(copy, visitor.welcome["token"]).welcome["messages"]
    assert [line["text"] for line in lines if line["from"] == "contact"] == ["Hello"], seen_waiting
    wait(lambda: len(Visitor(copy, visitor.welcome["token"]).welcome["messages"]) == 3)


def test_the_script_is_sent_once_and_then_remembered(copy: WidgetCopy) -> None:
    status, headers, body = fetch(f"{copy.url}/widget.js")
    assert (status, headers["content-type"]) == (200, "text/javascript; charset=utf-8")
    assert "max-age" in headers["cache-control"]
    assert headers["cross-origin-resource-policy"] == "cross-origin"
    assert fetch(f"{copy.url}/widget.js", If_None_Match=headers["etag"])[0::2] == (304, b"")
    _, zipped_headers, zipped = fetch(f"{copy.url}/widget.js", Accept_Encoding="gzip")
    assert zipped_headers["content-encoding"] == "gzip"
    assert len(zipped) < len(body) / 2


@pytest.mark.parametrize(
    ("asked", "language", "direction"),
    [("de-CH", "de", "ltr"), ("zh-TW", "zh-Hant", "ltr"), ("zh-SG", "zh", "ltr"), ("ar-EG", "ar", "rtl"),
     ("sv", "en", "ltr"), ("pt-BR", "pt", "ltr")],
)  # fmt: skip
def test_the_words_are_the_visitors(copy: WidgetCopy, asked: str, language: str, direction: str) -> None:
    status, headers, body = fetch(f"{copy.url}/widget/{ACCOUNT}/config?language={asked}", Origin=copy.pages.origin)
    config = json.loads(body)
    assert (status, config["language"], config["direction"]) == (200, language, direction)
    assert headers["access-control-allow-origin"] == copy.pages.origin
    assert all(config["words"].values())


def test_every_language_has_every_word(copy: WidgetCopy) -> None:
    english = json.loads(fetch(f"{copy.url}/widget/{ACCOUNT}/config?language=en")[2])["words"]
    for language in LANGUAGES:
        words = json.loads(fetch(f"{copy.url}/widget/{ACCOUNT}/config?language={language}")[2])["words"]
        assert words.keys() == english.keys(), language
        assert sum(words[name] == english[name] for name in english) <= 1, language


def test_without_redis_messages_are_taken_and_answers_come_when_it_is_back(copy: WidgetCopy) -> None:
    visitor = Visitor(copy)
    visitor.says(1, "With Redis")
    visitor.hears("You wrote: With Redis")
    copy.valkey.stop()
    try:
        assert visitor.says(2, "Without Redis")["fresh"] is True
    finally:
        copy.valkey.start()
    visitor.says(3, "With Redis again")
    visitor.hears("You wrote: With Redis again")
    history = Visitor(copy, visitor.welcome["token"]).welcome["messages"]
    assert [line["text"] for line in history if line["from"] == "contact"] == [
        "With Redis",
        "Without Redis",
        "With Redis again",
    ]


def widget(copy: WidgetCopy) -> WebWidget:
    channel = copy.parts.accounts.placed(ACCOUNT).channel
    assert isinstance(channel, WebWidget)
    return channel
