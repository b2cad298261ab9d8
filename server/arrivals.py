"""Arrivals as rows: each event once, under its conversation's next number."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import BindParameter, Connection, bindparam, delete, func, insert, select, tuple_, update

from engine.events import Contact
from server import tables
from server.channels.base import Incoming
from server.happenings import FROM_CONTACT, HELD
from server.ids import new_id
from server.store import OURS, event_row, insert_new

LONGEST_ID = 200

Key = tuple[str, str]
"""An account, and an address on it or a provider's id."""


# Made once: to put a statement together costs more than to run it.
_identities, _events, _conversations = tables.identities.c, tables.events.c, tables.conversations.c
_WHICH: BindParameter[Any] = bindparam("which", expanding=True)
_LOCKED = (
    select(_identities.id, _identities.account, _identities.address, _identities.contact)
    .where(tuple_(_identities.account, _identities.address).in_(_WHICH))
    .order_by(_identities.id)
    .with_for_update(key_share=True)
)
_KNOWN = select(_events.account, _events.provider_id, _events.conversation, _events.seq).where(
    tuple_(_events.account, _events.provider_id).in_(_WHICH)
)
# Locked in the order in which workers lock them, before they are changed.
_STANDING = (
    select(_conversations.identity, _conversations.id)
    .where(_conversations.identity.in_(_WHICH), tables.UNRESOLVED)
    .order_by(_conversations.id)
    .with_for_update(key_share=True)
)
_NEWEST = (
    select(_conversations.id)
    .where(_conversations.identity == bindparam("which"))
    .order_by(_conversations.id.desc())
    .limit(1)
    .with_for_update(key_share=True)
)
_LEFT_BEHIND = (
    select(_conversations.identity, _events.id)
    .join(tables.events, _events.conversation == _conversations.id)
    .where(_conversations.identity.in_(_WHICH), tables.PENDING, _events.kind.in_(HELD))
    .order_by(_events.conversation, _events.seq)
)
_MOVED = (
    update(tables.events)
    .where(_events.id == bindparam("which"))
    .values(conversation=bindparam("target"), seq=bindparam("number"))
)
_TAKEN = (
    update(tables.conversations)
    .where(_conversations.id.in_(_WHICH))
    .values(
        seq=_conversations.seq + bindparam("more"),
        ready_at=func.coalesce(_conversations.ready_at, bindparam("now", type_=_conversations.ready_at.type)),
    )
    .returning(_conversations.identity, _conversations.id, _conversations.seq)
)


class Arrival(msgspec.Struct, frozen=True):
    """Something that a channel told at ``at`` (aware UTC)."""

    account: str
    channel: str
    incoming: Incoming
    at: datetime


class Coming(msgspec.Struct, frozen=True, kw_only=True):
    """So many new events of one identity; ``begins``: they are a reason to begin a conversation."""

    account: str
    channel: str
    contact: str
    at: datetime
    count: int
    begins: bool


class Landed(msgspec.Struct, frozen=True):
    """Where an arrival stands: its conversation (empty: none), its number, whether it is new, then its row's id."""

    conversation: str
    seq: int
    new: bool
    event: str = ""


def store(connection: Connection, arrivals: Sequence[Arrival]) -> list[Landed]:
    """Store arrivals in the caller's transaction, each at its conversation's end; a known one is found, not stored.

    The row of an identity is locked while its conversation is found or made and numbers are given, so that several
    processes may do this at once.
    """
    keys = [(arrival.account, _provider_id(arrival.incoming.provider_id)) for arrival in arrivals]
    owners = _owners(connection, arrivals)
    landed = _known(connection, keys)
    fresh: dict[str, dict[Key, Arrival]] = {}
    for key, arrival in zip(keys, arrivals, strict=True):
        if key not in landed:
            fresh.setdefault(owners[_owner(arrival)][0], {}).setdefault(key, arrival)
    contacts = dict(owners.values())
    seqs = numbers(
        connection,
        {identity: _coming(contacts[identity], list(events.values())) for identity, events in fresh.items()},
    )
    rows = []
    for identity, events in fresh.items():
        conversation, seq = seqs.get(identity, ("", 0))
        for number, (key, arrival) in enumerate(events.items(), seq):
            landed[key] = Landed(conversation, number, new=False)
            if conversation:
                event, sent_at = _clean(arrival.incoming.event), arrival.incoming.sent_at
                row = event_row(arrival.account, key[1], conversation, number, event, arrival.at, sent_at)
                landed[key] = msgspec.structs.replace(landed[key], new=True, event=row["id"])
                rows.append(row)
    insert_new(connection, tables.events, rows)
    told: set[Key] = set()
    return [_told(landed[key], key, told) for key in keys]


def _told(landed: Landed, key: Key, told: set[Key]) -> Landed:
    """An event is new once, also where it came twice in one batch."""
    if key in told:
        return msgspec.structs.replace(landed, new=False)
    told.add(key)
    return landed


def _coming(contact: str, events: Sequence[Arrival]) -> Coming:
    return Coming(
        account=events[0].account,
        channel=events[0].channel,
        contact=contact,
        at=events[0].at,
        count=len(events),
        begins=any(isinstance(arrival.incoming.event, FROM_CONTACT) for arrival in events),
    )


def _owner(arrival: Arrival) -> Key:
    return (arrival.account, arrival.incoming.address)


def _provider_id(given: str) -> str:
    """The id as it is stored: one that is too long, or looks like ours, by its hash."""
    if len(given) > LONGEST_ID or given.startswith(OURS):
        return f"sha256:{sha256(given.encode()).hexdigest()}"
    return given.replace("\x00", "")


def _owners(connection: Connection, arrivals: Sequence[Arrival]) -> dict[Key, tuple[str, str]]:
    """The identities (id, contact) that write, made where they are new, and locked until the transaction ends."""
    first = {_owner(arrival): arrival for arrival in reversed(arrivals)}
    found = _locked(connection, first)
    missing = {key: arrival for key, arrival in first.items() if key not in found}
    if not missing:
        return found
    made = {key: _contact(arrival) for key, arrival in sorted(missing.items(), key=lambda item: item[0])}
    connection.execute(insert(tables.contacts), list(made.values()))
    rows = [
        {"id": new_id(), "account": key[0], "address": key[1], "contact": row["id"], "created": row["created"]}
        for key, row in made.items()
    ]
    insert_new(connection, tables.identities, rows)
    found |= _locked(connection, missing)
    # Another process may have made the identity meanwhile, with a contact of its own.
    if unused := [row["id"] for key, row in made.items() if found[key][1] != row["id"]]:
        connection.execute(delete(tables.contacts).where(tables.contacts.c.id.in_(unused)))
    return found


def _locked(connection: Connection, keys: Iterable[Key]) -> dict[Key, tuple[str, str]]:
    rows = connection.execute(_LOCKED, {"which": list(keys)})
    return {(row.account, row.address): (row.id, row.contact) for row in rows}


def _contact(arrival: Arrival) -> dict[str, Any]:
    told = _clean(arrival.incoming.event).contact or Contact()
    # An address is for the conversation it came with, not for the contact for ever.
    told = msgspec.structs.replace(told, ip="")
    return {
        "id": new_id(),
        "name": told.name[:200],
        "facts": msgspec.json.encode(told).decode(),
        "created": arrival.at,
    }


def _known(connection: Connection, keys: Sequence[Key]) -> dict[Key, Landed]:
    return {
        (row.account, row.provider_id): Landed(row.conversation, row.seq, new=False)
        for row in connection.execute(_KNOWN, {"which": list(set(keys))})
    }


def numbers(connection: Connection, coming: dict[str, Coming]) -> dict[str, tuple[str, int]]:
    """For each identity, which the caller has locked: its conversation and the number of the first of its new events.

    That is its unresolved conversation, else a new one where there is a reason to begin it, else its newest. What the
    contact said while the last one was being closed, and waits there still, stands before all else in a new one.
    """
    standing = {row.identity: row.id for row in connection.execute(_STANDING, {"which": list(coming)})}
    beginning = [identity for identity, one in coming.items() if one.begins and identity not in standing]
    left = _left_behind(connection, beginning) if beginning else {}
    new = [_conversation(identity, coming[identity], len(left.get(identity, ()))) for identity in beginning]
    for identity in coming.keys() - standing.keys() - set(beginning):
        if found := connection.execute(_NEWEST, {"which": identity}).scalar_one_or_none():
            standing[identity] = found
    if new:
        connection.execute(insert(tables.conversations), new)
        place(connection, [(row["id"], 1, left.get(row["identity"], ())) for row in new])
    given = {row["identity"]: (row["id"], row["seq"] - coming[row["identity"]].count + 1) for row in new}
    return given | (_taken(connection, standing, coming) if standing else {})


def place(connection: Connection, places: Sequence[tuple[str, int, Sequence[str]]]) -> None:
    """Move events, given by their rows' ids: those of each place to its conversation, numbered from its number on."""
    moves = [
        {"which": event, "target": conversation, "number": number}
        for conversation, first, ids in places
        for number, event in enumerate(ids, first)
    ]
    if moves:
        connection.execute(_MOVED, moves)


def _left_behind(connection: Connection, identities: Sequence[str]) -> dict[str, list[str]]:
    """Events of contacts, by their rows' ids, that wait in conversations that are resolved by now."""
    found: dict[str, list[str]] = {}
    for row in connection.execute(_LEFT_BEHIND, {"which": identities}):
        found.setdefault(row.identity, []).append(row.id)
    return found


def _taken(connection: Connection, standing: dict[str, str], coming: dict[str, Coming]) -> dict[str, tuple[str, int]]:
    """The next numbers of conversations that stand already."""
    alike: dict[int, list[str]] = {}
    for identity, conversation in standing.items():
        alike.setdefault(coming[identity].count, []).append(conversation)
    now = min(coming[identity].at for identity in standing)
    return {
        row.identity: (row.id, row.seq - count + 1)
        for count, conversations in alike.items()
        for row in connection.execute(_TAKEN, {"which": conversations, "more": count, "now": now})
    }


def _conversation(identity: str, one: Coming, before: int) -> dict[str, Any]:
    """A new conversation in which so many events stand ``before`` those that come."""
    conversation = new_id()
    return {
        "id": conversation,
        "account": one.account,
        "channel": one.channel,
        "contact": one.contact,
        "identity": identity,
        "created": one.at,
        "seq": before + one.count,
        "ready_at": one.at,
        "last_at": one.at,
    }


def _clean(event: Any) -> Any:
    """The event without NUL signs, which PostgreSQL does not take."""
    if b"\\u0000" not in msgspec.json.encode(event):
        return event
    return msgspec.convert(_without_nul(msgspec.to_builtins(event)), type(event))


def _without_nul(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, dict):
        return {_without_nul(name): _without_nul(item) for name, item in value.items()}
    return [_without_nul(item) for item in value] if isinstance(value, list | tuple) else value
