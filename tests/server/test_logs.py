"""The log: one id from webhook to reply, and nothing that a person wrote or is."""

import io
import logging
import sys
import threading
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
import sqlalchemy.exc
from litestar.testing import TestClient
from sqlalchemy import Engine, insert

from engine.events import Contact
from nodes.message import Message
from server import logs, tables
from server.app import create_api
from server.channels.base import Reply
from server.outbox import Outbox
from server.parts import Parts
from server.settings import Settings
from server.store import utcnow
from tests.server.house import SECRET, TOKEN, api_account, arrive, echo, publish, said, send, telegram_account, turn

NAME, TEXT, PHONE, IP = "Ottilie Wunderlich", "my ring is too tight", "+4915112345678", "203.0.113.77"


@pytest.fixture
def log(settings: Settings) -> Iterator[io.StringIO]:
    """All that is logged, at the lowest level, as JSON; the process's own logging is as before afterwards."""
    root, out = logging.getLogger(), io.StringIO()
    before = root.handlers[:], root.level, logging.getLogger("parley").level, logging.raiseExceptions
    hooks = sys.excepthook, threading.excepthook
    logs.configure(msgspec.structs.replace(settings, log="json", log_level="debug"), out)
    yield out
    logging.captureWarnings(False)
    root.handlers[:], root.level = before[0], before[1]
    logging.getLogger("parley").setLevel(before[2])
    logging.raiseExceptions = before[3]
    sys.excepthook, threading.excepthook = hooks


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [msgspec.json.decode(line) for line in log.getvalue().splitlines()]


def test_one_id_leads_from_the_webhook_to_the_reply(parts: Parts, log: io.StringIO) -> None:
    account = telegram_account(parts)
    publish(parts.engine, echo())
    hook = {"x-telegram-bot-api-secret-token": "hook-secret", "x-forwarded-for": IP}
    update = {
        "update_id": 7,
        "message": {
            "message_id": 1,
            "date": 1_780_000_000,
            "chat": {"id": 4915112345678, "type": "private"},
            "from": {"id": 4915112345678, "is_bot": False, "first_name": NAME, "language_code": "de"},
            "text": f"{TEXT}, call {PHONE}",
        },
    }
    with TestClient(create_api(parts.settings)) as client:
        for _ in range(2):
            assert client.post(f"/webhooks/{account}", json=update, headers=hook).status_code == 200
        forged = client.post(
            f"/webhooks/{account}", json=update, headers=hook | {"x-telegram-bot-api-secret-token": "x"}
        )
    turn(parts)
    send(parts)
    assert forged.status_code == 401
    told = [(line["text"], line["event"]) for line in lines(log) if "event" in line]
    assert [said for said, _ in told] == ["stored", "handled", "taken"]
    assert len({event for _, event in told}) == 1
    way = [line for line in lines(log) if "event" in line]
    assert len({line["conversation"] for line in way}) == 1
    assert {line["account"] for line in way} == {account}
    assert clean(log)


def test_what_fails_is_told_without_what_it_was_about(
    parts: Parts, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = api_account(parts)
    publish(parts.engine, echo())
    parts.ingest.start()

    def fails(self: Message, turn: Any) -> None:
        raise ValueError(f"cannot say {TEXT!r} to {NAME}")

    arrive(parts, said(TEXT, account=account, channel="api", contact=Contact(name=NAME, ip=IP)))
    with monkeypatch.context() as patched:
        patched.setattr(Message, "run", fails)
        turn(parts)
    # The platform says it back, then the turn and the sender have faults of their own.
    refusal = Reply(status=400, headers={}, body=f"no {PHONE} known".encode())
    monkeypatch.setattr(Outbox, "_perform", lambda *_: refusal)
    send(parts)

    def away(*_: object) -> None:
        raise LookupError(f"https://api.example/bot{TOKEN}/send")

    monkeypatch.setattr(Outbox, "_perform", away)
    arrive(parts, said(TEXT, 2, address=PHONE, account=account, channel="api"))
    turn(parts)
    send(parts)
    monkeypatch.setattr("server.turns.converse", lambda *_: 1 / 0)
    arrive(parts, said(TEXT, 3, address=PHONE, account=account, channel="api"))
    turn(parts)
    faults = [fault for line in lines(log) for fault in line.get("fault", ())]
    assert "ZeroDivisionError" in faults
    assert "LookupError" in faults
    assert any("server/turns.py" in place for line in lines(log) for place in line.get("where", ()))
    assert clean(log)


def test_a_fault_of_the_database_is_told_without_its_values(database: Engine, log: io.StringIO) -> None:
    row = {"id": "c1", "name": NAME, "facts": TEXT, "created": utcnow()}
    found: list[str] = []
    for rows in ([row, row], [row | {"id": "c2", "name": None}]):
        try:
            with database.begin() as connection:
                connection.execute(insert(tables.contacts), rows)
        except sqlalchemy.exc.IntegrityError as fault:
            logging.getLogger("parley.test").exception("It cannot be written: %s", fault)
            found.append(logs.described(fault))
    assert len(found) == 2
    assert all("contact" in one or "23" in one for one in found)
    assert clean(log)


@pytest.mark.parametrize(
    "fault",
    [
        ValueError(TEXT),
        KeyError(PHONE),
        msgspec.ValidationError(f"Invalid enum value '{TEXT}'"),
        ExceptionGroup(TEXT, [ValueError(NAME)]),
        UnicodeDecodeError("utf-8", TEXT.encode(), 0, 1, NAME),
    ],
)
def test_a_fault_of_any_kind_is_told_by_its_type(fault: Exception, log: io.StringIO) -> None:
    try:
        try:
            raise fault
        except Exception as inner:
            raise RuntimeError(TEXT) from inner
    except RuntimeError as outer:
        logging.getLogger("uvicorn.error").error("Exception in ASGI application\n", exc_info=outer)
        logging.getLogger("asyncio").error("never retrieved\nfuture: <Task %r>", TEXT)
        sys.excepthook(type(outer), outer, outer.__traceback__)
        logging.getLogger("parley").warning("It was: %s", fault)
        logging.getLogger("parley").warning("%d %d", TEXT)  # cannot be written
    assert lines(log)[0]["fault"][:2] == ["RuntimeError", type(fault).__name__]
    assert lines(log)[0]["text"] == "Exception in ASGI application"
    assert clean(log)


def test_what_is_safe_and_helps_is_told() -> None:
    assert logs.described(FileNotFoundError(2, "No such file or directory")) == (
        "FileNotFoundError: No such file or directory"
    )
    locked = sqlalchemy.exc.OperationalError("UPDATE", {"text": TEXT}, Exception("database is locked"))
    assert logs.described(locked) == "OperationalError: database is locked"


def test_a_terminal_gets_lines_for_people() -> None:
    record = logging.LogRecord("parley.ingest", logging.INFO, "", 0, "stored", None, None)
    record.rows = [{"event": "1", "account": "bot"}, {"event": "2", "account": "bot"}]
    first, second = logs.Plain().format(record).splitlines()
    assert first.endswith("info    parley.ingest: stored  event=1  account=bot")
    assert second.endswith("event=2  account=bot")


def clean(log: io.StringIO) -> bool:
    """Whether nothing of what a person wrote or is, and no secret, is in it."""
    said = log.getvalue()
    parts = (NAME, "Ottilie", TEXT, "ring", PHONE, PHONE[1:], IP, TOKEN, SECRET, "hook-secret")
    return bool(said) and not [part for part in parts if part in said]
