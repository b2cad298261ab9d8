"""Node types and a flow made for the engine's tests, so that they stand on the engine alone."""

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import msgspec

from engine.effects import ChangeTags, Choice, Close, HandOff, Send, SetLanguage
from engine.events import Answered, AnyEvent, MessageReceived, Opened, TimerFired
from engine.flow import Flow, Node, Port
from engine.graph import Plan, plan
from engine.queries import Found, LookUp
from engine.session import Session
from engine.step import begin
from engine.text import Text
from engine.turn import Ask, End, Go, Outcome, Turn, Wait

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class Option(msgspec.Struct, frozen=True):
    id: str
    label: Text


class Say(Node, frozen=True, kw_only=True, tag="say"):
    TITLE: ClassVar[str] = "Say"
    ICON: ClassVar[str] = "message-circle"
    GROUP: ClassVar[Any] = "talk"
    text: Text = ""
    options: tuple[Option, ...] = ()
    speak: str = ""
    tag: str = ""

    def run(self, turn: Turn) -> Outcome:
        effects: tuple[Any, ...] = ()
        if self.speak:
            effects += (SetLanguage(language=self.speak),)
        if self.tag:
            effects += (ChangeTags(add=(self.tag,)),)
        if self.text:
            effects += (Send(text=self.text, choices=tuple(Choice(o.id, o.label) for o in self.options)),)
        return Go("next", effects)


class Listen(Node, frozen=True, kw_only=True, tag="listen"):
    TITLE: ClassVar[str] = "Listen"
    ICON: ClassVar[str] = "ear"
    GROUP: ClassVar[Any] = "talk"
    PORTS: ClassVar[tuple[Port, ...]] = (Port("said", "Said"), Port("late", "Late"))
    seconds: float = 60

    def run(self, turn: Turn) -> Outcome:
        match turn.reply:
            case MessageReceived(text=text):
                return Go("said", values={"said": text})
            case TimerFired():
                return Go("late")
            case _:
                return Wait("reply", turn.after(self.seconds), memory=(turn.memory or 0) + 1)


class Know(Node, frozen=True, kw_only=True, tag="know"):
    TITLE: ClassVar[str] = "Know"
    ICON: ClassVar[str] = "book"
    GROUP: ClassVar[Any] = "know"
    PORTS: ClassVar[tuple[Port, ...]] = (Port("known", "Known"), Port("unsure", "Unsure"))

    def run(self, turn: Turn) -> Outcome:
        match turn.reply:
            case Answered(answer=Found(text=text)) if text:
                return Go("known", (Send(text=text),))
            case Answered():
                return Go("unsure")
            case _:
                return Ask(LookUp(question=turn.text, language=turn.session.language, threshold=0.5))


class Person(Node, frozen=True, kw_only=True, tag="person"):
    TITLE: ClassVar[str] = "Person"
    ICON: ClassVar[str] = "user"
    GROUP: ClassVar[Any] = "people"
    PORTS: ClassVar[tuple[Port, ...]] = (Port("returned", "Returned"), Port("nobody", "Nobody"))

    def run(self, turn: Turn) -> Outcome:
        match turn.reply:
            case None:
                until = turn.after(300)
                return Wait("agent", until, (HandOff(reason="asked", until=until),))
            case TimerFired():
                return Go("nobody")
            case _:
                return Go("returned")


class Finish(Node, frozen=True, kw_only=True, tag="finish"):
    TITLE: ClassVar[str] = "Finish"
    ICON: ClassVar[str] = "flag"
    GROUP: ClassVar[Any] = "do"
    PORTS: ClassVar[tuple[Port, ...]] = ()

    def run(self, turn: Turn) -> Outcome:
        return End((Close(reason="done"),))


class Broken(Node, frozen=True, kw_only=True, tag="broken"):
    TITLE: ClassVar[str] = "Broken"
    ICON: ClassVar[str] = "bug"
    GROUP: ClassVar[Any] = "do"

    def run(self, turn: Turn) -> Outcome:
        raise ValueError("the spring is loose")


AnySample = Say | Listen | Know | Person | Finish | Broken


def flow(nodes: dict[str, Any], edges: list[tuple[str, str, str]], **fields: Any) -> Flow[Any]:
    """A flow from plain dicts; it starts at its first node."""
    made = [{"source": source, "port": port, "target": target} for source, port, target in edges]
    start = next(iter(nodes), "")
    return msgspec.convert(
        {"id": "sample", "name": "Sample", "start": start, "nodes": nodes, "edges": made, **fields}, Flow[AnySample]
    )


def planned(nodes: dict[str, Any], edges: list[tuple[str, str, str]], **fields: Any) -> Plan:
    return plan(flow(nodes, edges, **fields), revision=1)


def new_session(of: Plan, channel: str = "widget") -> Session:
    return begin(of, "conversation", NOON, channel)


def said(text: str, number: int = 1, minutes: float = 0, **fields: Any) -> MessageReceived:
    return MessageReceived(id=f"m{number}", at=NOON + timedelta(minutes=minutes), text=text, **fields)


def opened() -> Opened:
    return Opened(id="o", at=NOON)


def late(session: Session, minutes: float) -> TimerFired:
    return TimerFired(id=f"t{session.wait}", at=NOON + timedelta(minutes=minutes), wait=session.wait)


def texts_of(effects: tuple[AnyEvent | Any, ...]) -> list[str]:
    return [effect.text for effect in effects if isinstance(effect, Send)]
