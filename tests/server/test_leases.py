"""Leases: renewed while in hand, never after they were let go or went to another."""

from collections.abc import Iterator
from datetime import datetime
from threading import Condition
from typing import Any

import pytest
from sqlalchemy import event, select, update

from server import leases, tables
from server.leases import LEASE, Keeper
from server.parts import Parts
from server.store import utcnow
from tests.server.house import arrive, said, telegram_account

CONVERSATIONS = tables.conversations


@pytest.fixture
def keeper(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> Iterator[Keeper]:
    """One that renews every few milliseconds."""
    monkeypatch.setattr(leases, "RENEW", 0.01)
    made = Keeper(parts.engine, CONVERSATIONS.c.ready_at, CONVERSATIONS.c.fence)
    yield made
    made.close()


class Renewals:
    """Counts the renewals that have been committed."""

    def __init__(self, parts: Parts) -> None:
        self._count = 0
        self._changed = Condition()
        event.listen(parts.engine, "commit", self._committed)

    def _committed(self, _connection: Any) -> None:
        with self._changed:
            self._count += 1
            self._changed.notify_all()

    def wait(self, more: int) -> None:
        """Until there were so many more."""
        with self._changed:
            wanted = self._count + more
            assert self._changed.wait_for(lambda: self._count >= wanted, 60)


def leased(parts: Parts, until: datetime) -> str:
    """A conversation under a lease with fence 7."""
    telegram_account(parts)
    conversation = arrive(parts, said("hi"))[0].conversation
    with parts.engine.begin() as connection:
        connection.execute(
            update(CONVERSATIONS).where(CONVERSATIONS.c.id == conversation).values(ready_at=until, fence=7)
        )
    return conversation


def until(parts: Parts, conversation: str) -> datetime:
    with parts.engine.begin() as connection:
        found: datetime = connection.execute(
            select(CONVERSATIONS.c.ready_at).where(CONVERSATIONS.c.id == conversation)
        ).scalar_one()
    return found


def test_what_is_in_hand_is_renewed_and_what_was_let_go_is_not(parts: Parts, keeper: Keeper) -> None:
    begun = utcnow()
    conversation = leased(parts, begun)
    renewals = Renewals(parts)
    with keeper.holding({conversation: 7}):
        renewals.wait(2)
        assert until(parts, conversation) >= begun + LEASE
    with parts.engine.begin() as connection:
        connection.execute(update(CONVERSATIONS).values(ready_at=None))
    other = {"another": 1}
    with keeper.holding(other):
        renewals.wait(3)
    assert until(parts, conversation) is None


def test_a_lease_that_went_to_another_is_left_alone(parts: Parts, keeper: Keeper) -> None:
    begun = utcnow()
    conversation = leased(parts, begun)
    renewals = Renewals(parts)
    with keeper.holding({conversation: 6}):
        renewals.wait(3)
    assert until(parts, conversation) == begun


def test_work_that_hangs_loses_its_lease_at_last(parts: Parts, keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = utcnow()
    conversation = leased(parts, begun)
    monkeypatch.setattr(leases, "LONGEST", 0.0)
    renewals = Renewals(parts)
    with keeper.holding({conversation: 7}):
        while keeper.in_hand():
            pass
        monkeypatch.setattr(leases, "LONGEST", 3600.0)
        with keeper.holding({"another": 1}):
            renewals.wait(3)
    assert until(parts, conversation) == begun


def test_what_is_given_back_is_ready_at_once_unless_another_has_it(parts: Parts, keeper: Keeper) -> None:
    conversation = leased(parts, utcnow() + LEASE)
    keeper.hold({conversation: 6})
    keeper.give_back()
    assert until(parts, conversation) > utcnow()
    keeper.hold({conversation: 7})
    leases.give_all_back()
    assert keeper.in_hand() == []
    assert until(parts, conversation) <= utcnow()
