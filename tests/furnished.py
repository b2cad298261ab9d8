"""A copy of Parley with a life: visitors have talked, something has gone wrong, flows are half done."""

from datetime import timedelta
from typing import Any

import msgspec
from playwright.sync_api import Browser, expect
from sqlalchemy import Engine

import flows
from engine.flow import Edge, Flow, Interrupt, Trigger
from engine.hours import Hours
from engine.rules import Compare
from flows import cases
from nodes.branch import Branch, Case
from nodes.business_hours import BusinessHours
from nodes.close import Close
from nodes.collect import Collect, Item
from nodes.decision_table import DecisionTable
from nodes.http_request import HttpRequest
from nodes.human_handoff import HumanHandoff
from nodes.knowledge_answer import KnowledgeAnswer
from nodes.language_by_ip import LanguageByIp
from nodes.message import Message
from nodes.question import Option, Question
from nodes.set_value import SetValue
from nodes.split import Split, Way
from nodes.subflow import Subflow
from nodes.tag import Tag
from nodes.wait import Wait
from nodes.welcome import Welcome
from server import people, publishing, staff, tables
from server.bus import Bus
from server.contacts import Personal
from server.database import engine
from server.hours import ShopHours
from server.ids import new_id
from server.inbox import Filter, Inbox
from server.people import Person
from server.services import Services
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
SLOW = 60_000
"""Milliseconds; only the first question waits for the models to load."""

DESK = Hours(
    zone="Europe/Lisbon",
    week={str(day): (("09:00", "12:30"), ("14:00", "18:00")) for day in range(1, 6)},
    holidays="PT",
    closed={"2027-12-24": "Christmas Eve"},
)


def furnish(copy: Parley, browser: Browser) -> Engine:
    """Give a copy with the demo a life; an engine on its database."""
    for country, *questions in VISITORS:
        _visit(browser, copy.url, country, *questions)
    settings = Settings.from_env({"PARLEY_DATA": str(copy.data), "PARLEY_PORT": str(copy.port)})
    database = engine(settings)
    _trouble(database)
    _patience(database)
    owner = people.sign_in(database, people.OWNER_EMAIL, copy.password).person
    _settle_in(database, settings, owner)
    publishing.create_flow(database, owner, "Empty", flow=Flow[Any](id="empty", name="Empty"))
    publishing.create_flow(database, owner, "Half done", flow=half_done())
    returns = Flow[Any](id="returns", name="Returns", trigger=Trigger(only_called=True))
    publishing.create_flow(database, owner, "Returns", flow=returns)
    publishing.create_flow(database, owner, "Kinds", flow=kinds())
    publishing.create_flow(database, owner, "Marlow", flow=flows.starter("many-accounts"))
    publishing.create_flow(database, owner, "Northgate", flow=failing())
    _history(database, owner)
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


def kinds() -> Flow[Any]:
    """One node of each type, under its type's name, as somebody would have filled it in."""
    items = (
        Item("name", "name", "What is your name?", "name"),
        Item("order", "order", "What is your order number?", "order", "LU-[0-9]{6}"),
        Item("phone", "phone", "Which number may we call?", "phone", optional=True),
    )
    asked = HttpRequest(service="orders", path="/orders/{value.order}")
    table = flows.starter("many-accounts").nodes["which"]
    assert isinstance(table, DecisionTable)
    nodes = {
        "welcome": Welcome(text="Hello {contact.name|}, this is Luna."),
        "language_by_ip": LanguageByIp(),
        "question": Question(text="What is it about?", choices=(Option("order", "My order"), Option("ring", "A ring"))),
        "message": Message(text="One moment, please."),
        "branch": Branch(cases=(Case("eu", "Europe", Compare("country", "in", ["DE", "FR"])),)),
        "decision_table": table,
        "split": Split(ways=(Way("a", "Short words", 50), Way("b", "Long words", 50))),
        "business_hours": BusinessHours(team="front-desk", save_as="opens"),
        "knowledge_answer": KnowledgeAnswer(),
        "http_request": asked,
        "collect": Collect(items=items, skip_label="Skip", retry_text="Please check it once more."),
        "set_value": SetValue(),
        "tag": Tag(add=("vip",)),
        "wait": Wait(),
        "subflow": Subflow(flow="returns", inputs={"order": "{value.order}"}, outputs={"label": "label"}),
        "human_handoff": HumanHandoff(reason="Asked for", limit=600),
        "close": Close(reason="Done"),
    }
    ways = ("welcome next language_by_ip", "language_by_ip next question", "question order collect")
    return Flow(
        id="kinds",
        name="Kinds",
        start="welcome",
        nodes=nodes,
        edges=tuple(sorted(Edge(*way.split()) for way in ways)),
        layout={each: (number % 5 * 320.0, number // 5 * 360.0) for number, each in enumerate(nodes)},
    )


def failing() -> Flow[Any]:
    """A starter in which somebody has changed words that its test cases expect, and not all is tested."""
    flow = flows.starter("factory")
    goodbye = msgspec.structs.replace(flow.nodes["goodbye"], text="Thank you for your visit. Goodbye!")
    kept = {each: text for each, text in flow.cases.items() if each not in ("key-account-closed", "no-number")}
    return msgspec.structs.replace(flow, nodes={**flow.nodes, "goodbye": goodbye}, cases=kept)


def _history(database: Engine, owner: Person) -> None:
    """Luna's flow gets a second revision, with something added, moved and changed, and a third is begun."""

    def edit(*changes: dict[str, Any]) -> None:
        publishing.edit(database, "luna", {"op": "batch", "edits": list(changes)}, owner)

    layout = publishing.draft(database, "luna").flow.layout
    x, y = layout["you_are_welcome"]
    room = {node: [left + 320, top] for node, (left, top) in layout.items() if left > x or node == "you_are_welcome"}
    edit(
        {
            "op": "add",
            "node": "content",
            "config": {"type": "tag", "name": "Content", "add": ["content"]},
            "at": [x, y],
        },
        {"op": "move", "to": room},
        {"op": "connect", "source": "small_talk", "port": "thanks", "target": "content"},
        {"op": "connect", "source": "content", "port": "next", "target": "you_are_welcome"},
        {"op": "set", "node": "language", "field": "name", "value": "Language"},
    )
    flow = publishing.draft(database, "luna").flow
    for ran in cases.run(flow):
        if ran.rehearsed and not ran.passed:
            edit({"op": "put_case", "id": ran.id, "text": cases.as_it_went(flow.cases[ran.id], ran.rehearsed)})
    publishing.publish(database, "luna", "Who thanks us is tagged", owner)
    edit({"op": "set", "node": "you_are_welcome", "field": "name", "value": "Thanks"})


def _settle_in(database: Engine, settings: Settings, owner: Person) -> None:
    """What an administrator sets up: people, programs, the shop's systems and its hours."""
    staff.add_person(database, owner, "ana@luna.example", "Ana Duarte", "admin", Parley.password)
    staff.add_person(database, owner, "marc@luna.example", "Marc", "agent", Parley.password)
    staff.create_token(database, owner, "Nightly export", "viewer")
    services = Services(database, settings)
    services.create("orders", "Orders", "https://orders.luna.example/v2", {"api_key": "not a real one"})
    ShopHours(database).create("Front desk", DESK)


def _visit(browser: Browser, url: str, country: str, *questions: str) -> None:
    """Be a visitor of the demo shop, and wait for each answer."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{url}/shop?from={country}")
    page.locator("button.launcher").click()
    said = ".line:not(.mine) .bubble:not(.dots)"
    # The shop's first words come by themselves; who is faster than they are would take them for an answer.
    expect(page.locator(said).first).to_be_visible(timeout=SLOW)
    for question in filter(None, questions):
        page.locator("textarea").fill(question)
        page.keyboard.press("Enter")
        expect(page.locator(f'.line.mine:has-text("{question}") ~ {said}').first).to_be_visible(timeout=SLOW)
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


def _patience(database: Engine) -> None:
    """Whoever waits, waits on for a day: Luna's flow gives up sooner than all pictures can be taken."""
    with database.begin() as connection:
        connection.execute(tables.timers.update().values(due=utcnow() + timedelta(days=1)))
