"""A shop for the tests of the server: flows that are published, accounts, arrivals, and workers one can step."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select, update

import flows
from engine.events import Contact, MessageReceived, Opened
from engine.flow import Flow
from server import tables
from server.arrivals import Arrival, Landed, store
from server.channels.base import Incoming
from server.drain import Drain
from server.errors import RefusedError
from server.outbox import Outbox
from server.parts import Parts
from server.people import Person
from server.store import utcnow
from server.turns import Answer

SECRET = "a secret of the shop's"
TOKEN = "12345678:AAH-abcdefghijklmnopqrstuvwxyz0123"
ADA = Person(id="ada", name="Ada", email="ada@luna.example", role="builder")


def refused(code: str) -> Any:
    """``with refused("conflict"):`` what is done there is refused with this code."""
    return pytest.raises(RefusedError, check=lambda error: error.code == code)


def document(flow: str, nodes: dict[str, dict[str, Any]], edges: Sequence[str], **more: Any) -> Flow[Any]:
    """A flow; an edge is "source.port > target", the first node is the start."""
    drawn = []
    for edge in edges:
        source, _, target = edge.partition(" > ")
        node, _, port = source.partition(".")
        drawn.append({"source": node, "port": port or "next", "target": target})
    return flows.read(
        {"format": 1, "id": flow, "name": flow, "nodes": nodes, "edges": drawn, "start": next(iter(nodes)), **more}
    )


def echo(flow: str = "echo", **more: Any) -> Flow[Any]:
    """Says back what it hears, for ever."""
    return document(
        flow,
        {
            "hear": {"type": "message", "text": "You said {text}"},
            "listen": {"type": "question", "text": ""},
        },
        ["hear > listen", "listen.answered > hear"],
        **more,
    )


def publish(engine: Engine, flow: Flow[Any], revision: int = 1, state: str = "live") -> None:
    """Publish a flow's revision as ``server.publishing`` would."""
    written = flows.write(flow)
    row = {
        "id": flow.id,
        "name": flow.name,
        "draft": written,
        "published": revision,
        "state": state,
        "created": utcnow(),
        "changed": utcnow(),
    }
    flow_table = tables.flows
    with engine.begin() as connection:
        again = connection.execute(update(flow_table).where(flow_table.c.id == flow.id).values(row)).rowcount
        if not again:
            connection.execute(insert(flow_table), row)
        connection.execute(
            insert(tables.revisions), {"flow": flow.id, "number": revision, "document": written, "at": utcnow()}
        )


def telegram_account(parts: Parts, account: str = "bot", token: str = TOKEN) -> str:
    """A Telegram bot's account."""
    parts.accounts.create(account, "telegram", "Our bot", {"token": token, "secret": "hook-secret"})
    return account


def api_account(parts: Parts, callback: str = "http://127.0.0.1:9/replies", account: str = "shop") -> str:
    """An account of the signed API."""
    parts.accounts.create(account, "api", "Our shop", {"secret": SECRET, "callback": callback})
    return account


def said(
    text: str,
    number: int | str = 1,
    address: str = "100",
    account: str = "bot",
    channel: str = "telegram",
    contact: Contact | None = None,
    choice: str = "",
) -> Arrival:
    """A contact's message as an arrival; ``number`` is the platform's id of it."""
    event = MessageReceived(id="", at=datetime(1970, 1, 1, tzinfo=UTC), text=text, contact=contact, choice=choice)
    return Arrival(account, channel, Incoming(provider_id=str(number), address=address, event=event), utcnow())


def opened(number: int | str = 0, address: str = "100", account: str = "bot", channel: str = "telegram") -> Arrival:
    """A contact opened the conversation."""
    event = Opened(id="", at=datetime(1970, 1, 1, tzinfo=UTC))
    return Arrival(account, channel, Incoming(provider_id=str(number), address=address, event=event), utcnow())


def arrive(parts: Parts, *arrivals: Arrival) -> list[Landed]:
    """Store arrivals at once."""
    with parts.engine.begin() as connection:
        return store(connection, arrivals)


def turn(parts: Parts, answer: Answer | None = None) -> int:
    """Take every conversation as far as it goes now; how many events were handled."""
    drain = Drain(parts, answer or parts.answers)
    handled = 0
    while more := drain.run():
        handled += more
    drain.close()
    return handled


def send(parts: Parts, clock: Callable[[], datetime] = utcnow) -> None:
    """Send what can be sent now; time stands meanwhile, so that nothing put off comes due, however long it takes."""
    now = clock()
    outbox = Outbox(parts, lambda: now)
    outbox.run()
    outbox.join()
    outbox.close()


def row(parts: Parts, conversation: str) -> Any:
    """The conversation's row."""
    with parts.engine.begin() as connection:
        return connection.execute(select(tables.conversations).where(tables.conversations.c.id == conversation)).one()


def talk(parts: Parts, conversation: str) -> list[tuple[str, str]]:
    """(author, text) of a conversation's messages in order."""
    return [(one.author, one.text) for one in parts.inbox.messages(conversation)]
