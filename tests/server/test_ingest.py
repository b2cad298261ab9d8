"""From webhook to durable row, on both databases."""

import threading
from concurrent.futures import Future
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select, update

from engine.events import Contact
from server import ingest as module
from server import tables
from server.arrivals import Arrival, Landed
from server.channels.base import Incoming
from server.happenings import Noticed
from server.ingest import FullError, Ingest
from server.parts import Parts
from server.store import utcnow
from tests.server.house import api_account, arrive, opened, row, said, telegram_account

PATIENCE = 60


def events(parts: Parts) -> list[tuple[str, int, str]]:
    """(conversation, number, provider's id) of everything stored, in order."""
    columns = tables.events.c
    with parts.engine.begin() as connection:
        rows = connection.execute(
            select(columns.conversation, columns.seq, columns.provider_id).order_by(columns.conversation, columns.seq)
        )
        return [(one.conversation, one.seq, one.provider_id) for one in rows]


def count(parts: Parts, table: str) -> int:
    with parts.engine.begin() as connection:
        return int(connection.execute(select(func.count()).select_from(getattr(tables, table))).scalar_one())


def test_ten_concurrent_redeliveries_are_one(parts: Parts) -> None:
    telegram_account(parts)
    parts.ingest.start()
    start = threading.Barrier(10)
    found: list[Landed] = []

    def deliver() -> None:
        start.wait()
        found.extend(parts.ingest.put([said("hello", 5)]).result(PATIENCE))

    threads = [threading.Thread(target=deliver) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.new for one in found) == [False] * 9 + [True]
    assert len({one.conversation for one in found}) == 1
    assert [(seq, provider) for _, seq, provider in events(parts)] == [(1, "5")]
    assert (count(parts, "conversations"), count(parts, "contacts"), count(parts, "identities")) == (1, 1, 1)


def test_a_batch_is_stored_whole_and_in_order(parts: Parts) -> None:
    """3 entries x 2 changes x 3 messages are 18."""
    telegram_account(parts)
    batch = [said(f"m{n}", f"{contact}-{n}", str(contact)) for n in range(6) for contact in range(3)]
    parts.ingest.start()
    landed = parts.ingest.put(batch).result(PATIENCE)
    assert len(landed) == 18
    stored = events(parts)
    assert len(stored) == 18
    for conversation in {one.conversation for one in landed}:
        own = [(seq, provider.partition("-")[2]) for which, seq, provider in stored if which == conversation]
        assert own == [(n + 1, str(n)) for n in range(6)]


def test_processes_that_store_at_once_give_each_number_once(parts: Parts) -> None:
    """Three writers, each with connections of its own as in a process of its own, and the same new contacts."""
    telegram_account(parts)
    others = [Parts(parts.settings) for _ in range(3)]
    for other in others:
        other.ingest.start()
    pending: list[Future[list[Landed]]] = []
    for number in range(40):
        for writer, other in enumerate(others):
            pending += [other.ingest.put([said("x", f"{writer}-{c}-{number}", c)]) for c in ("a", "b")]
    for future in pending:
        assert future.result(PATIENCE)[0].new
    for other in others:
        other.close()
    stored = events(parts)
    conversations = sorted({conversation for conversation, _, _ in stored})
    assert len(conversations) == 2
    for conversation in conversations:
        assert [seq for which, seq, _ in stored if which == conversation] == list(range(1, 121))
        assert row(parts, conversation).seq == 120
        # Each writer's own came in the order in which it stored them.
        for writer in "012":
            own = [int(p.split("-")[2]) for which, _, p in stored if which == conversation and p[0] == writer]
            assert own == list(range(40))
    assert (count(parts, "contacts"), count(parts, "identities")) == (2, 2)


def test_one_id_under_two_addresses_is_one_event(parts: Parts) -> None:
    telegram_account(parts)
    first, second = arrive(parts, said("a", 1, "100"), said("b", 1, "200"))
    assert (first.new, second.conversation) == (True, first.conversation)
    assert not arrive(parts, said("c", 1, "300"))[0].new
    assert len(events(parts)) == 1


def test_accounts_keep_their_ids_apart(parts: Parts) -> None:
    telegram_account(parts)
    api_account(parts)
    first, second = arrive(parts, said("a", 1), said("a", 1, account="shop", channel="api"))
    assert first.new
    assert second.new
    assert first.conversation != second.conversation


def test_a_message_after_the_end_opens_a_new_conversation_of_the_same_contact(parts: Parts) -> None:
    telegram_account(parts)
    first = arrive(parts, said("a", 1, contact=Contact(name="Anna", ip="198.51.100.7")))[0]
    with parts.engine.begin() as connection:
        connection.execute(update(tables.events).values(state="done"))
        connection.execute(update(tables.conversations).values(status="resolved"))
    second = arrive(parts, said("b", 2))[0]
    assert second.conversation != first.conversation
    assert second.seq == 1
    assert row(parts, first.conversation).contact == row(parts, second.conversation).contact
    with parts.engine.begin() as connection:
        contact = connection.execute(select(tables.contacts)).one()
    assert contact.name == "Anna"
    assert "198.51.100.7" not in contact.facts


def noticed(number: int) -> Arrival:
    event = Noticed(id="", at=datetime(1970, 1, 1, tzinfo=UTC), kind="blocked")
    return Arrival("bot", "telegram", Incoming(provider_id=str(number), address="100", event=event), utcnow())


def test_what_is_no_message_begins_no_conversation(parts: Parts) -> None:
    telegram_account(parts)
    assert arrive(parts, noticed(1)) == [Landed("", 0, new=False)]
    landed = arrive(parts, opened(2), noticed(3))
    assert [one.seq for one in landed] == [1, 2]
    with parts.engine.begin() as connection:
        connection.execute(update(tables.conversations).values(status="resolved"))
    assert arrive(parts, noticed(4))[0].conversation == landed[0].conversation
    assert count(parts, "conversations") == 1


def test_ids_that_are_too_long_or_like_ours_are_kept_by_their_hash(parts: Parts) -> None:
    telegram_account(parts)
    ids = ["x" * 300, "x" * 300 + "y", "parley:c:timer:1"]
    assert all(one.new for one in arrive(parts, *(said("a", which) for which in ids)))
    assert not any(one.new for one in arrive(parts, *(said("a", which) for which in ids)))
    assert all(provider.startswith("sha256:") for _, _, provider in events(parts))


def test_nul_signs_are_left_out(parts: Parts) -> None:
    telegram_account(parts)
    arrive(parts, said("a\x00b", 1, contact=Contact(name="An\x00na")), said("back\\u0000slash", 2))
    with parts.engine.begin() as connection:
        bodies = connection.execute(select(tables.events.c.body).order_by(tables.events.c.seq)).scalars().all()
        assert connection.execute(select(tables.contacts.c.name)).scalar_one() == "Anna"
    assert '"text":"ab"' in bodies[0]
    assert '"text":"back\\\\u0000slash"' in bodies[1]


def test_who_brought_it_hears_that_it_is_stored_when_it_is_counted(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    telegram_account(parts)
    waiting = Ingest(parts.engine, parts.bus)
    future, heard = waiting.put([said("a", 1)]), []
    monkeypatch.setattr("server.ingest.metrics.ingested", lambda counts: heard.append(future.done()))
    waiting.start()
    assert future.result(PATIENCE)[0].new
    waiting.stop()
    assert heard == [False]


def test_one_bad_call_does_not_spoil_the_others(parts: Parts) -> None:
    """An account that does not exist breaks a foreign key; those that wait with it are stored all the same."""
    telegram_account(parts)
    waiting = Ingest(parts.engine, parts.bus)
    futures = [
        waiting.put([said("a", 1)]),
        waiting.put([said("b", 2, account="nobody's")]),
        waiting.put([said("c", 3)]),
    ]
    waiting.start()
    assert futures[0].result(PATIENCE)[0].new
    assert futures[2].result(PATIENCE)[0].new
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        futures[1].result(PATIENCE)
    waiting.stop()
    with pytest.raises(FullError):
        waiting.put([said("d", 4)])


def test_what_cannot_be_kept_in_mind_is_turned_away(parts: Parts) -> None:
    telegram_account(parts)
    waiting = Ingest(parts.engine, parts.bus)
    for number in range(module.WAITING // 500):
        waiting.put([said("a", f"{number}-{n}") for n in range(500)])
    with pytest.raises(FullError):
        waiting.put([said("a", "one more")])
    waiting.stop()
