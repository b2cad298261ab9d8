"""What came of every message: held against what was acknowledged, from the platforms' records and the database."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Engine, func, select

from server import tables
from server.store import OURS
from tests.chaos.load import API, TELEGRAM, Said
from tests.chaos.platforms import Idempotent, Plain

_reply = re.compile(r"(Heard|Late after|Waited after|Found|Nothing on) (\S+ m\d+ (plain|wait|ask|bye))")
LATE = {"plain": "Late after", "wait": "Waited after", "ask": "Late after"}
"""What is said when the time limit is over after such a message."""

FOUND = ("Found", "Nothing on")
"""What is said, the one or the other, once the shop's system was asked or could not be."""


class Verdict(msgspec.Struct):
    """Counts, and every trouble in words."""

    acknowledged: int = 0
    processed: int = 0
    sent: int = 0
    timers: int = 0
    repeats: int = 0
    marked: int = 0
    lost: list[str] = []
    doubled: list[str] = []
    disordered: list[str] = []
    wrong: list[str] = []
    befell: Counter[Any] = msgspec.field(default_factory=Counter)

    @property
    def good(self) -> bool:
        """Nothing lost, doubled, out of order, or otherwise wrong."""
        return not (self.lost or self.doubled or self.disordered or self.wrong)

    def __str__(self) -> str:
        counts = {
            "acknowledged": self.acknowledged,
            "processed": self.processed,
            "sent": self.sent,
            "lost": len(self.lost),
            "doubled": len(self.doubled),
            "out of order": len(self.disordered),
            "otherwise wrong": len(self.wrong),
            "time limits": self.timers,
            "sent again under the same key": self.repeats,
            "sent again and marked": self.marked,
        }
        told = ", ".join(f"{name} {count}" for name, count in counts.items())
        return f"{told}; kills: {', '.join(f'{kind} {count}' for kind, count in sorted(self.befell.items()))}"

    def troubles(self, most: int = 20) -> str:
        """The troubles, a line each."""
        kinds = (
            ("lost", self.lost),
            ("doubled", self.doubled),
            ("out of order", self.disordered),
            ("wrong", self.wrong),
        )
        return "\n".join(f"{kind}: {one}" for kind, found in kinds for one in found[:most])

    def __add__(self, other: "Verdict") -> "Verdict":
        return Verdict(**{name: getattr(self, name) + getattr(other, name) for name in self.__struct_fields__})


def waiting(engine: Engine) -> dict[str, int]:
    """What there still is to do, by kind; empty when all is quiet."""
    conversations, events, outbox, timers = tables.conversations, tables.events, tables.outbox, tables.timers
    counts = {
        "pending events": select(func.count()).select_from(events).where(tables.PENDING),
        "replies to send": select(func.count()).select_from(outbox).where(outbox.c.state != "failed"),
        "time limits": select(func.count()).select_from(timers),
        "conversations under lease": select(func.count())
        .select_from(conversations)
        .where(
            conversations.c.ready_at.is_not(None)
            | conversations.c.send_at.is_not(None)
            | conversations.c.ask_at.is_not(None)
        ),
    }
    with engine.begin() as connection:
        found = {name: connection.execute(count).scalar_one() for name, count in counts.items()}
    return {name: count for name, count in found.items() if count}


def judge(engine: Engine, acknowledged: Iterable[Said], api: Idempotent, telegram: Plain) -> Verdict:
    """Hold what was acknowledged against what came of it."""
    said = {(one.account, one.id): one for one in acknowledged}
    verdict = Verdict(acknowledged=len(said))
    conversations = _processed(engine, said, verdict)
    repeated = _marked(engine)
    for account, platform in ((API, api), (TELEGRAM, telegram)):
        verdict.wrong += platform.faults
        heard = [one.text for one in platform.taken if one.new]
        verdict.repeats += sum(not one.new for one in platform.taken)
        verdict.sent += len(heard)
        ours = [one for one in said.values() if one.account == account]
        _replies(verdict, ours, heard, repeated if account == TELEGRAM else frozenset())
        _order(verdict, ours, list(dict.fromkeys(heard)), conversations)
    _left(engine, verdict)
    return verdict


def _processed(engine: Engine, said: dict[tuple[str, str], Said], verdict: Verdict) -> dict[str, str]:
    """Each acknowledged event should have been handled once; returns the conversation of each text."""
    events, turns = tables.events.c, tables.turns.c
    with engine.begin() as connection:
        rows = connection.execute(
            select(events.account, events.provider_id, events.conversation, events.state, turns.seq)
            .outerjoin(tables.turns, (turns.conversation == events.conversation) & (turns.seq == events.seq))
            .where(events.provider_id.not_like(f"{OURS}%"))
        ).all()
    found = {(row.account, row.provider_id): row for row in rows}
    for key, one in said.items():
        row = found.get(key)
        if row is None:
            verdict.lost.append(f"{one.text}: acknowledged, and not there")
        elif row.state != "done" or row.seq is None:
            verdict.lost.append(
                f"{one.text}: acknowledged, and {row.state} {'without' if row.seq is None else 'with'} a turn"
            )
        else:
            verdict.processed += 1
    return {said[key].text: row.conversation for key, row in found.items() if key in said}


def _marked(engine: Engine) -> frozenset[str]:
    """Texts of which Parley itself says that they may have been sent more than once."""
    messages = tables.messages.c
    if "uncertain" not in messages:
        return frozenset()
    with engine.begin() as connection:
        rows = connection.execute(select(messages.text).where(messages.direction == "out", messages.uncertain))
        return frozenset(row.text for row in rows)


def _replies(verdict: Verdict, said: Sequence[Said], heard: Sequence[str], marked: frozenset[str]) -> None:
    """Each message is to be heard once, and followed at most once by what comes after its time limit."""
    expected = {f"Heard {one.text}" for one in said}
    verdict.lost += [f"{text}: never sent" for text in sorted(expected - set(heard))]
    asked = {one.text for one in said if one.text.endswith("ask")}
    found = Counter(text.removeprefix(f"{word} ") for text in set(heard) for word in FOUND if text.startswith(word))
    verdict.lost += [f"{text}: asked, and not answered" for text in sorted(asked - found.keys())]
    verdict.doubled += [f"{text}: both found and not" for text, count in found.items() if count > 1]
    for text, count in Counter(heard).items():
        told = _reply.fullmatch(text)
        if told is None or f"Heard {told[2]}" not in expected or told[1] not in _ways(told[3]):
            verdict.wrong.append(f"{text}: nobody asked for it")
        elif count > 1 and text in marked:
            verdict.marked += count - 1
        elif count > 1:
            verdict.doubled.append(f"{text}: sent {count} times")


def _ways(kind: str) -> list[str]:
    """How what is said to such a message may begin, in the order in which it comes."""
    return ["Heard", *(FOUND if kind == "ask" else ()), *([LATE[kind]] if kind in LATE else [])]


def _order(verdict: Verdict, said: Sequence[Said], heard: Sequence[str], conversations: dict[str, str]) -> None:
    """Within a conversation what is said first is answered first, and a time limit stands between the two."""
    answers: dict[str, list[str]] = {}
    for text in heard:
        told = _reply.fullmatch(text)
        if told is not None and told[2] in conversations:
            answers.setdefault(conversations[told[2]], []).append(text)
    messages: dict[str, list[Said]] = {}
    for one in said:
        messages.setdefault(conversations.get(one.text, ""), []).append(one)
    for conversation, ones in messages.items():
        ones.sort(key=lambda one: one.number)
        found = answers.get(conversation, [])
        verdict.timers += sum(text.startswith(tuple(LATE.values())) for text in found)
        there = set(found)
        expected = [f"{way} {one.text}" for one in ones for way in _ways(one.text.rpartition(" ")[2])]
        # The last word's time limit is superseded by nothing.
        if conversation and not ones[-1].text.endswith("bye") and expected[-1] not in there:
            verdict.lost.append(f"{ones[-1].text}: its time limit never came")
        if [text for text in expected if text in there] != found:
            verdict.disordered.append(f"{conversation}: {found}")


def _left(engine: Engine, verdict: Verdict) -> None:
    """Nothing is stuck, and nobody was handed to a person."""
    conversations, outbox = tables.conversations, tables.outbox
    with engine.begin() as connection:
        for row in connection.execute(
            select(conversations).where(
                conversations.c.status.not_in(("bot", "resolved")) | (conversations.c.fault != "")
            )
        ):
            verdict.wrong.append(f"conversation {row.id} is {row.status}: {row.reason} {row.fault}")
        for row in connection.execute(select(outbox)):
            verdict.lost.append(f"reply {row.message}: {row.state} after {row.tries} tries, {row.fault}")
    verdict.wrong += [f"{count} {what} when all should be quiet" for what, count in waiting(engine).items()]
