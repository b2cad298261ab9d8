"""Every screen and state there is, and how one gets there, for pictures of them and for tests that look at each.

A scene is opened on a copy of Parley that ``furnish`` has given a life: visitors have talked, something has gone wrong,
flows are half done. How to get to a state never goes by words, for it has to work in both languages.
"""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import Engine

import flows
from engine.flow import Edge, Flow, Interrupt
from engine.rules import Compare
from nodes.branch import Branch, Case
from nodes.human_handoff import HumanHandoff
from nodes.message import Message
from nodes.question import Option, Question
from nodes.welcome import Welcome
from server import people, publishing, tables
from server.bus import Bus
from server.contacts import Personal
from server.database import engine
from server.ids import new_id
from server.inbox import Filter, Inbox
from server.settings import Settings
from server.store import utcnow
from server.vault import Vault
from tests.serving import Parley

VISITORS = (
    ("FR", "Je veux parler à quelqu'un", ""),
    ("ES", "¿Cuánto tarda el envío a Alemania?", "¿Tenéis una tienda física en Marte con aparcamiento?"),
    ("DE", "Kann ich den Ring umtauschen, wenn er nicht passt?", ""),
    ("CN", "可以寄到新加坡吗？", "我要转人工客服"),
)
FAULTS = (
    ("refused", "Bad Request: chat not found"),
    ("timeout", "ReadTimeout: the platform did not answer"),
)
ASKED = "How long does shipping to Spain take?"
SLOW = 60_000
"""Milliseconds; only the first question waits for the models to load."""


class Scene(NamedTuple):
    """A state of a screen: its address, and what a hand does there. ``public``: nobody is signed in."""

    path: str
    show: Callable[[Page], object]
    public: bool = False


def furnish(copy: Parley, browser: Browser) -> Engine:
    """Give a copy with the demo a life; an engine on its database."""
    for country, *questions in VISITORS:
        _visit(browser, copy.url, country, *questions)
    database = engine(Settings.from_env({"PARLEY_DATA": str(copy.data), "PARLEY_PORT": str(copy.port)}))
    _trouble(database)
    owner = people.sign_in(database, people.OWNER_EMAIL, copy.password).person
    publishing.create_flow(database, owner, "Empty", flow=Flow[Any](id="empty", name="Empty"))
    publishing.create_flow(database, owner, "Half done", flow=half_done())
    return database


def half_done() -> Flow[Any]:
    """A flow with a problem of each kind that people meet."""
    nodes = {
        "greet": Welcome(text="Welcome to Luna, {contact.nmae}!"),
        "ask": Question(
            text="What is it about?",
            choices=(Option("order", "My order"), Option("other", "Something quite different from an order")),
        ),
        "where": Branch(
            name="Which market",
            cases=(
                Case("eu", "Europe", Compare("country", "in", ["DE", "FR"])),
                Case("de", "Germany", Compare("country", "is", "DE")),
            ),
        ),
        "stray": Message(name="Thanks", text="Thank you!"),
        "person": HumanHandoff(reason="Asked for", limit=600),
    }
    edges = ("greet next ask", "ask order where", "where eu person", "where de ask")
    return Flow(
        id="half-done",
        name="Half done",
        start="greet",
        nodes=nodes,
        edges=tuple(sorted(Edge(*edge.split()) for edge in edges)),
        interrupts=(Interrupt("person", "Asks for a person", Compare("text", "contains", "human"), "person"),),
        translations={"de": {"greet": {"text": "Willkommen bei Luna!"}}},
        layout={"greet": (0, 0), "ask": (320, 0), "where": (640, -80), "stray": (640, 240), "person": (960, 0)},
    )


def _visit(browser: Browser, url: str, country: str, *questions: str) -> None:
    """Be a visitor of the demo shop, and wait for each answer."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{url}/shop?from={country}")
    page.locator("button.launcher").click()
    said = page.locator(".line:not(.mine) .bubble:not(.dots)")
    for question in filter(None, questions):
        before = said.count()
        page.locator("textarea").fill(question)
        page.keyboard.press("Enter")
        expect(said).not_to_have_count(before, timeout=SLOW)
    context.close()


def _trouble(database: Engine) -> None:
    """What a shop hopes never to see: messages that could not be sent, a flow that went wrong, one put off."""
    inbox = Inbox(database, Bus("redis://127.0.0.1:9"), Personal(lambda: Vault([bytes(32)])))
    # The newest one, which the picture of the inbox shows, stays as it is.
    cards = inbox.conversations(Filter()).cards[1::2]
    now = utcnow()
    put_off = (now + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
    fault = {"conversation": cards[0].id, "flow": "luna", "revision": 1, "at": now - timedelta(minutes=12)}
    with database.begin() as connection:
        for card, (kind, told) in zip(cards, FAULTS, strict=True):
            for said in inbox.messages(card.id)[-2:]:
                if said.direction != "out":
                    continue
                row = {"conversation": card.id, "account": card.account, "position": said.position, "key": said.key}
                failed = {"message": said.id, "state": "failed", "kind": kind, "fault": told, "created": now}
                connection.execute(tables.outbox.insert(), row | failed)
                message = tables.messages.update().where(tables.messages.c.id == said.id)
                connection.execute(message.values(delivery="failed", fault=told, uncertain=kind == "timeout"))
        reason = "answer: TimeoutError: the model service did not answer within 30 s"
        connection.execute(tables.faults.insert(), {"id": new_id(), "reason": reason, **fault})
        last = tables.conversations.update().where(tables.conversations.c.id == cards[-1].id)
        connection.execute(last.values(status="snoozed", snoozed_until=put_off))


# --- Hands --------------------------------------------------------------------------------------------------------


def still(page: Page) -> None:
    """Nothing to do but to wait until the screen is there."""


def _seen(selector: str) -> Callable[[Page], None]:
    return lambda page: expect(page.locator(selector).first).to_be_visible()


def _drawn(page: Page) -> None:
    expect(page.locator(".react-flow__node").first).to_be_visible()


def _ground(page: Page) -> Locator:
    """The canvas, with the keyboard on it."""
    _drawn(page)
    ground = page.locator(".canvas-flow")
    ground.click(position={"x": 12, "y": 12})
    return ground


def _sign_in_refused(page: Page) -> None:
    page.locator("input[type=email]").fill("ana@luna.example")
    page.locator("input[type=password]").fill("not the password")
    page.keyboard.press("Enter")
    _seen("[role=alert]")(page)


def _new_flow(page: Page) -> None:
    _seen("tbody tr, .flow-card")(page)
    page.locator(".page-head button, .head button").last.click()
    _seen("[role=dialog]")(page)


def _properties(page: Page) -> None:
    """A node's form."""
    _drawn(page)
    page.locator(".canvas [data-node] .node-title").nth(1).click()
    _seen(".form[data-form]")(page)


def _flow_form(page: Page) -> None:
    _ground(page)
    _seen(".form[data-form=flow]")(page)


def _tab(number: int) -> Callable[[Page], None]:
    def show(page: Page) -> None:
        _drawn(page)
        page.locator(".panel [role=tab]").nth(number).click()

    return show


def _pressing(*keys: str, until: str) -> Callable[[Page], None]:
    def show(page: Page) -> None:
        _ground(page)
        for key in keys:
            page.keyboard.press(key)
        _seen(until)(page)

    return show


def _menu(page: Page) -> None:
    _drawn(page)
    page.locator(".canvas [data-node] .node-title").first.click(button="right")
    _seen("[role=menu]")(page)


def _follow(page: Page) -> None:
    """What may follow a port that was dragged into empty space."""
    _drawn(page)
    handle = page.locator(".canvas [data-port] .port-handle").first
    box = handle.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 4, box["y"] + 4)
    page.mouse.down()
    page.mouse.move(box["x"] + 40, box["y"] + 260, steps=5)
    page.mouse.up()
    _seen(".canvas [role=dialog], .canvas [role=listbox]")(page)


def _help(page: Page) -> None:
    _drawn(page)
    page.locator(".palette-card").nth(2).hover()
    _seen(".palette-help")(page)


def _publish(page: Page) -> None:
    _drawn(page)
    page.locator(".editor-top button").last.click()
    _seen("[role=dialog]")(page)


def _rehearsed(page: Page) -> None:
    """A rehearsed conversation beside the canvas."""
    _drawn(page)
    page.locator(".editor-top .lucide-play").click()
    page.locator(".chat-form .chat-input").fill(ASKED)
    page.keyboard.press("Enter")
    expect(page.locator(".chat-source").first).to_be_visible(timeout=SLOW)
    page.locator(".why-box summary").last.click()


def _conversation(page: Page) -> None:
    """The inbox with its first conversation open."""
    _seen(".inbox-row")(page)
    page.locator(".inbox-row").first.click()


def _put_off(page: Page) -> None:
    """A conversation that is put off, and the menu that does so."""
    page.locator(".inbox-views button").nth(2).click()
    page.locator(".inbox-row[data-id]").first.click()
    expect(page.locator("#snooze")).to_be_visible()
    page.keyboard.press("s")


def _letters(page: Page) -> None:
    """Operations with the messages of one group."""
    page.locator(".fold").first.click()
    _seen(".group-letters")(page)


SCENES: dict[str, Scene] = {
    "sign-in": Scene("/sign-in", still, public=True),
    "sign-in-refused": Scene("/sign-in", _sign_in_refused, public=True),
    "flows": Scene("/flows", _seen("tbody tr, .flow-card")),
    "flows-new": Scene("/flows", _new_flow),
    "editor": Scene("/flows/luna", _properties),
    "editor-flow": Scene("/flows/luna", _flow_form),
    "editor-empty": Scene("/flows/empty", _seen(".canvas")),
    "editor-problems": Scene("/flows/half-done", _tab(2)),
    "editor-history": Scene("/flows/luna", _tab(3)),
    "editor-help": Scene("/flows/luna", _help),
    "editor-menu": Scene("/flows/luna", _menu),
    "editor-follow": Scene("/flows/half-done", _follow),
    "editor-find": Scene("/flows/luna", _pressing("Control+f", until="[role=dialog]")),
    "editor-keys": Scene("/flows/luna", _pressing("?", until="[role=dialog]")),
    "editor-publish": Scene("/flows/luna", _publish),
    "editor-publish-blocked": Scene("/flows/half-done", _publish),
    "rehearse-begin": Scene("/flows/luna", _tab(1)),
    "rehearsal": Scene("/flows/luna", _rehearsed),
    "inbox": Scene("/inbox", _conversation),
    "inbox-put-off": Scene("/inbox", _put_off),
    "knowledge": Scene("/knowledge", _seen("tbody tr")),
    "channels": Scene("/channels", still),
    "operations": Scene("/operations", _letters),
    "settings": Scene("/settings", still),
    "nowhere": Scene("/no-such-screen", still),
    "shop": Scene("/shop?from=DE", still, public=True),
}


def open_scene(page: Page, url: str, scene: Scene) -> None:
    """Go to a scene, and wait until it is there and nothing loads."""
    page.goto(url + scene.path)
    page.wait_for_load_state("networkidle")
    scene.show(page)
    expect(page.locator("[aria-busy=true]")).to_have_count(0)


def library() -> list[str]:
    """What the starter flows say and what their knowledge is, all of it."""
    written = [flows.write(flows.starter(one.id)).decode() for one in flows.library()]
    documents = [
        file.name + "\n" + file.read_text("utf-8")
        for file in sorted((Path(flows.__file__).parent / "library").rglob("*.*"))
        if file.suffix in (".md", ".csv")
    ]
    return [*written, *documents]
