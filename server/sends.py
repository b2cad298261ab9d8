"""The database's side of sending: one transaction that writes what came of some calls and takes the next ones.

A conversation is under lease (``send_at``, ``send_fence``) while one request of its first waiting row is being made:
the row is marked in the transaction that takes the lease, and what came of the request, the end of the lease or the
mark on the next row are written in one, too. So nothing is sent by two, and a row that is found marked was being sent
by somebody who died. A row that has to wait, for its pace or for another try, waits in the table: ``send_at`` says
until when.

Locks: conversations in the order of their ids, then accounts in the order of theirs; whatever else is taken skips
what is locked.
"""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, CursorResult, Engine, Executable, Row

from server import faults, history
from server import sends_sql as sql
from server.channels import channel_types
from server.channels.base import Channel, Later, Recovered, Refused, Taken
from server.faults import SCHEDULES, FaultKind
from server.history import Said
from server.leases import LEASE
from server.pacing import AHEAD, FRESH, advanced, free_from

MOST_CALLS = 10
"""So many requests of a conversation are made under one lease, if others wait."""

LONGEST_FAULT = 1000
"""Characters of a fault: a platform may answer with a whole page."""


SOON = timedelta(milliseconds=20)
"""When to look again at what others have locked."""


class Sending(msgspec.Struct, frozen=True):
    """A conversation under lease, and the row of it that is being sent; ``calls`` requests were made before this."""

    conversation: str
    fence: int
    account: str
    channel: str
    row: Row[Any]
    calls: int


class Untouched(msgspec.Struct, frozen=True):
    """The request was not begun."""


class Sent(msgspec.Struct, frozen=True):
    """What came of one request; ``whole``: there is no further one for this row."""

    sending: Sending
    outcome: Recovered | Untouched
    whole: bool = True
    account_had_fault: bool = False


class Room(msgspec.Struct, frozen=True):
    """What a sender can take: so many conversations, of an account (its id and its channel's kind) so many.

    ``ending``: what is in hand does not go on either.
    """

    places: int
    of_account: Callable[[str, str], int]
    ending: bool = False


NO_ROOM = Room(0, lambda account, kind: 0)
"""Nothing is taken but what goes to browsers; what is in hand goes on."""


class Step(msgspec.Struct):
    """What a transaction did.

    ``begun`` are the requests to be made now. ``delivered``: rows that went to browsers, by conversation, and ``said``
    their messages by id. ``failures``: rows that have failed for good. ``changed``: (id,
    account) of conversations with news of their deliveries. ``later``: when something that had to wait may go on.
    ``paused``: ids of accounts that have a fault now. ``more``: there may be more to take at once. ``lost``: ids of
    conversations whose lease had gone to another sender.
    """

    begun: list[Sending] = []
    delivered: dict[str, list[Row[Any]]] = {}
    said: dict[str, Said] = {}
    changed: set[tuple[str, str]] = set()
    later: list[datetime] = []
    failures: list[Row[Any]] = []
    paused: list[str] = []
    more: bool = False
    lost: list[str] = []


class _Held(msgspec.Struct):
    """A conversation locked in this transaction, and what is to be written of it."""

    id: str
    fence: int
    account: str
    kind: str
    channel: type[Channel]
    paced: datetime | None
    calls: int = 0
    send_at: datetime | None = None

    def left(self) -> dict[str, Any]:
        """How the row is left."""
        return {"which": self.id, "new_fence": self.fence, "new_send_at": self.send_at, "new_paced": self.paced}


class _Account(msgspec.Struct):
    """An account's row, locked."""

    paced: datetime | None
    faults: int
    paused_until: datetime | None
    changed: bool = False


def step(engine: Engine, sent: Sequence[Sent], room: Room, now: datetime) -> Step:
    """Write what came of these requests, and take what may be sent next, the longest waiting first."""
    with engine.begin() as connection:
        return _Transaction(connection, now).run(sent, room)


def resume(engine: Engine, account: str, now: datetime) -> None:
    """Have an account go on at once whose pause is over, say because its settings have changed."""
    with engine.begin() as connection:
        # What lies within a lease's time may be somebody's lease.
        connection.execute(sql.RESUMED, {"of": account, "later": now + LEASE + timedelta(seconds=1), "until": now})


class _Transaction:
    """One transaction in the making."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self.connection = connection
        self.now = now
        self.done = Step()
        self.types = channel_types()
        self.held: dict[str, _Held] = {}
        self.heads: dict[str, Row[Any]] = {}
        """The first waiting row of each conversation in hand that has one."""
        self.asked: set[str] = set()
        self.faults: dict[str, Later] = {}
        """The faults that are a whole account's, by its id."""
        self.well: set[str] = set()
        """The accounts whose fault is over, it seems."""
        self.rows: list[dict[str, Any]] = []
        self.uncertain: list[str] = []

    def run(self, sent: Sequence[Sent], room: Room) -> Step:
        if sent:
            self._settle(sent)
            self._flush()
            self._find_heads()
        self._ready(room)
        if self.held:
            self._go_on(0 if room.ending else MOST_CALLS)
            self._flush()
            # In the order of the ids, as everybody locks them.
            self._execute(sql.LEFT, [one.left() for _, one in sorted(self.held.items())])
        return self.done

    def _execute(self, statement: Executable, values: dict[str, Any] | list[dict[str, Any]]) -> CursorResult[Any]:
        return self.connection.execute(statement, values)

    def _settle(self, sent: Sequence[Sent]) -> None:
        """Write what came of requests, of those whose lease is still theirs."""
        by_conversation = {one.sending.conversation: one for one in sent}
        rows = self._execute(sql.OURS, {"ids": list(by_conversation)}).all()
        ours = {row.id: row for row in rows if row.send_fence == by_conversation[row.id].sending.fence}
        self.done.lost = [conversation for conversation in by_conversation if conversation not in ours]
        went: list[dict[str, Any]] = []
        goes_on: list[dict[str, Any]] = []
        for conversation, locked in ours.items():
            one = by_conversation[conversation]
            sending, row = one.sending, one.sending.row
            held = self._hold(locked, locked.send_fence, sending.calls + 1)
            self.done.changed.add((conversation, sending.account))
            match one.outcome:
                case Taken(platform_id=platform_id) if one.whole:
                    went.append({"which": row.message, "new_id": platform_id[:200]})
                case Taken():
                    goes_on.append({"which": row.message, "new_calls": row.calls_done + 1})
                case Untouched():
                    self.rows.append(_state(row, "waiting", row.kind, row.tries, row.fault))
                case Later() as later:
                    self._later(held, row, later)
                case Refused(reason=reason, kind=kind):
                    self._fail(row, kind, reason)
            if isinstance(one.outcome, Taken) and one.account_had_fault:
                self.well.add(sending.account)
        if went:
            self._execute(sql.SENT, went)
            self._execute(sql.GONE, {"ids": [one["which"] for one in went]})
        if goes_on:
            self._execute(sql.GOES_ON, goes_on)

    def _later(self, held: _Held, row: Row[Any], later: Later) -> None:
        schedule = SCHEDULES[later.kind]
        tries = row.tries + 1 if row.kind == later.kind else 1
        if schedule.unsure and not held.channel.IDEMPOTENT:
            self.uncertain.append(row.message)
        if schedule.whole:
            known = self.faults.get(held.account)
            if known is None or known.after < later.after:
                self.faults[held.account] = later
        if tries >= schedule.tries or self.now - row.created > faults.LONGEST_WAIT:
            self._fail(row, later.kind, later.reason)
            return
        self.rows.append(_state(row, "waiting", later.kind, tries, later.reason))
        if not schedule.whole:
            held.send_at = self.now + faults.pause(later.kind, tries, later.after)
            self.done.later.append(held.send_at)

    def _fail(self, row: Row[Any], kind: FaultKind, reason: str) -> None:
        self.rows.append(_state(row, "failed", kind, row.tries, reason))
        self.done.failures.append(row)

    def _flush(self) -> None:
        if self.rows:
            self._execute(sql.STATES, self.rows)
            if failed := [one for one in self.rows if one["new_state"] == "failed"]:
                told = [{"which": one["which"], "new_fault": one["new_fault"]} for one in failed]
                self._execute(sql.FAILED, told)
        if self.uncertain:
            self._execute(sql.UNCERTAIN, {"ids": self.uncertain})
        self.rows, self.uncertain = [], []

    def _ready(self, room: Room) -> None:
        """Lock what may be sent now and has a place, besides the conversations in hand that go on."""
        go_on = Counter(self.held[conversation].account for conversation in self.heads)
        places = room.places - go_on.total()
        left: dict[str, int] = {}
        full: set[str] = set()
        while True:
            if full:
                without = {"full": sorted(full), "had": sorted(self.held)}
                rows = self._execute(sql.READY_BUT, {"now": self.now, **without}).all()
            else:
                rows = self._execute(sql.READY, {"now": self.now}).all()
            known = len(full)
            for row in rows:
                if row.id in self.held:
                    continue
                if not self.types.get(row.channel, Channel).LIVE:
                    if row.account not in left:
                        left[row.account] = room.of_account(row.account, row.channel) - go_on[row.account]
                    if places <= 0 or left[row.account] <= 0:
                        full.add(row.account)
                        continue
                    left[row.account] -= 1
                    places -= 1
                self._hold(row, row.send_fence + 1)
            if not rows and not self.held and self._passed_over():
                self.done.later.append(self.now + SOON)
            if len(rows) < sql.MOST_TAKEN:
                return
            if len(full) == known:
                self.done.more = True
                return

    def _passed_over(self) -> bool:
        """Whether something may be sent that others have locked for a moment; SQLite lets one write at a time."""
        if self.connection.dialect.name == "sqlite":
            return False
        return self._execute(sql.PASSED_OVER, {"now": self.now}).first() is not None

    def _hold(self, row: Row[Any], fence: int, calls: int = 0) -> _Held:
        channel = self.types.get(row.channel, Channel)
        held = _Held(row.id, fence, row.account, row.channel, channel, row.paced, calls=calls)
        self.held[row.id] = held
        return held

    def _go_on(self, most_calls: int) -> None:
        """Take the first waiting row of each conversation in hand, or put it off."""
        self._deliver([one for one in self.held.values() if one.channel.LIVE])
        going = self._going()
        accounts = self._accounts(going)
        if self.well:
            self._execute(sql.ACCOUNT_WELL, {"ids": sorted(self.well), "now": self.now})
        for name, fault in self.faults.items():
            self._pause(name, accounts[name], fault)
        self._find_heads()
        begins: list[dict[str, Any]] = []
        places: list[dict[str, Any]] = []
        for one in going:
            if (head := self.heads.get(one.id)) is None:
                continue
            account = accounts.get(one.account)
            if account is not None and account.paused_until is not None and account.paused_until > self.now:
                one.send_at = account.paused_until
            elif one.calls >= most_calls:
                self._look_again(one)
            elif (again := self._wait(one, head, account)) is not None:
                one.send_at, slot = again
                self.done.later.append(one.send_at)
                if slot != head.slot:
                    places.append({"which": head.message, "new_slot": slot})
            elif (marked := self._begin(one, head)) is not None:
                begins.append(marked)
        if begins:
            self._execute(sql.BEGINS, begins)
        if places:
            self._execute(sql.PLACES, places)
        if paced := [{"which": name, "new_paced": one.paced} for name, one in accounts.items() if one.changed]:
            self._execute(sql.ACCOUNT_PACED, paced)

    def _begin(self, one: _Held, head: Row[Any]) -> dict[str, Any] | None:
        """How to mark a row that is sent now. One that is marked already was being sent by somebody who died, and it
        may have arrived; None when that was once too often.
        """
        kind, tries = head.kind, head.tries
        if head.state == "sending":
            kind, tries = "died", tries + 1 if kind == "died" else 1
            if not one.channel.IDEMPOTENT:
                self.uncertain.append(head.message)
            if tries >= SCHEDULES["died"].tries:
                self._fail(head, "died", "Its sender died over it, again and again.")
                self._look_again(one)
                return None
        one.send_at = self.now + LEASE
        self.done.begun.append(Sending(one.id, one.fence, one.account, one.kind, head, one.calls))
        return {"which": head.message, "new_kind": kind, "new_tries": tries}

    def _look_again(self, one: _Held) -> None:
        one.send_at, self.done.more = self.now, True

    def _find_heads(self) -> None:
        ids = [one.id for one in self._going() if one.id not in self.asked]
        if ids:
            self.asked.update(ids)
            self.heads |= {row.conversation: row for row in self._execute(sql.HEADS, {"ids": ids})}

    def _going(self) -> list[_Held]:
        """The conversations in hand that may be sent further."""
        return [one for one in self.held.values() if not one.channel.LIVE and one.send_at is None]

    def _wait(self, one: _Held, head: Row[Any], account: _Account | None) -> tuple[datetime, datetime | None] | None:
        """Until when the row has to wait for its pace, and its place there; None when it may go, which is counted."""
        now, pace = self.now, one.channel.PACE
        receiver = pace.group if pace.group is not None and one.channel.is_group(head.address) else pace.receiver
        if receiver is not None and (free := free_from(one.paced, receiver, now)) > now:
            return free, head.slot
        if pace.account is not None and account is not None:
            if head.slot is not None and now < head.slot <= now + AHEAD:
                return head.slot, head.slot
            if head.slot is None or not head.slot <= now <= head.slot + FRESH:
                free = free_from(account.paced, pace.account, now)
                if free > now + AHEAD:
                    return now + AHEAD * random.uniform(0.5, 1), None  # noqa: S311 no secret
                account.paced, account.changed = advanced(account.paced, pace.account, free), True
                if free > now:
                    return free, free
        if receiver is not None:
            one.paced = advanced(one.paced, receiver, now)
        return None

    def _accounts(self, going: Sequence[_Held]) -> dict[str, _Account]:
        """Lock the accounts that have a pace, or a fault that comes or goes."""
        paced = {one.account for one in going if one.channel.PACE.account is not None}
        ids = paced | self.faults.keys() | self.well
        if not ids:
            return {}
        rows = self._execute(sql.ACCOUNTS, {"ids": sorted(ids)})
        return {row.id: _Account(row.paced, row.faults, row.paused_until) for row in rows}

    def _pause(self, account: str, row: _Account, fault: Later) -> None:
        """Have all that an account sends wait. What comes of requests that were under way already counts once."""
        paused = row.paused_until is not None and row.paused_until > self.now
        row.faults = max(1, row.faults if paused else row.faults + 1)
        until = self.now + faults.pause(fault.kind, row.faults, fault.after)
        row.paused_until = max(until, row.paused_until) if row.paused_until else until
        values = {"new_fault": fault.kind, "new_faults": row.faults, "new_until": row.paused_until}
        self._execute(sql.ACCOUNT_PAUSED, {"which": account, **values})
        self._execute(sql.PUT_OFF, {"of": account, "now": self.now, "until": row.paused_until})
        self.done.later.append(row.paused_until)
        self.done.paused.append(account)

    def _deliver(self, live: Sequence[_Held]) -> None:
        """Deliver to browsers: a message is there to be fetched once it is marked, the push only hurries it."""
        if not live:
            return
        rows = self._execute(sql.LIVE, {"ids": [one.id for one in live]}).all()
        if not rows:
            return
        ids = [row.message for row in rows]
        self._execute(sql.DELIVERED, {"ids": ids})
        self._execute(sql.GONE, {"ids": ids})
        self.done.said = history.by_id(self.connection, ids)
        for row in rows:
            self.done.delivered.setdefault(row.conversation, []).append(row)
            self.done.changed.add((row.conversation, row.account))


def _state(row: Row[Any], state: str, kind: FaultKind, tries: int, reason: str) -> dict[str, Any]:
    return {
        "which": row.message,
        "new_state": state,
        "new_kind": kind,
        "new_tries": tries,
        "new_fault": reason[:LONGEST_FAULT],
    }
