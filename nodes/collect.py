from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from engine.effects import AnyEffect, Choice, Send, SetContact, SetValue
from engine.events import MessageReceived, TimerFired
from engine.flow import Node, Port
from engine.text import Text
from engine.turn import Go, Outcome, Turn, Wait
from nodes.answers import country_of, email, free_text, name, order_number, phone
from nodes.fields import ChoiceId, Duration, Said, ValueName, field

DONE = Port("done", "All collected")
GAVE_UP = Port("gave_up", "Gave up")
NO_REPLY = Port("no_reply", "No reply", after="time", owed=False)
SKIP = "skip"

Kind = Literal["name", "email", "phone", "order", "text"]
KINDS = {"name": "Name", "email": "Email", "phone": "Phone", "order": "Order number", "text": "Anything"}
OF_CONTACT = ("name", "email", "phone")
"""What belongs to the contact, and is known again in their next conversation."""


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing to ask for. ``pattern`` (RE2) is for what has no form of its own: order numbers and texts."""

    id: ChoiceId
    kind: Annotated[
        Kind, msgspec.Meta(title="What", extra={"options": KINDS}, extra_json_schema={"widget": "select"})
    ] = "name"
    question: Annotated[Text, msgspec.Meta(title="Question", max_length=1000)] = ""
    save_as: Annotated[ValueName, msgspec.Meta(title="Keep as", examples=["email"])] = ""
    pattern: Annotated[
        str,
        msgspec.Meta(title="Pattern", max_length=500, examples=["LU-[0-9]{6}"], extra={"pattern": True}),
    ] = ""
    optional: Annotated[bool, msgspec.Meta(title="May be left out", extra_json_schema={"widget": "switch"})] = False


class Collect(Node, frozen=True, tag="collect"):
    """Asks for the contact's name, email, phone or order number, one after the other, and checks each answer.

    What is known already is not asked again. Name, email and phone are kept with the contact.
    """

    TITLE = "Collect contact data"
    ICON = "contact-round"
    GROUP = "do"
    SUMMARY = "Asks for: {items}"
    MAY_WAIT = True

    items: Annotated[
        tuple[Item, ...],
        field("Asks for", "In this order.", required=True),
        msgspec.Meta(max_length=10, extra_json_schema={"widget": "collect"}),
    ] = ()
    retries: Annotated[
        int, field("Ask again at most, times"), msgspec.Meta(ge=0, le=10, extra_json_schema={"widget": "number"})
    ] = 2
    retry_text: Annotated[
        Said, field("Said before asking again", "For instance: That does not look right, please check it once more.")
    ] = ""
    skip_label: Annotated[
        Text,
        field("Skip button", "Offered with what may be left out, such as: Skip. Empty: no button."),
        msgspec.Meta(max_length=20),
    ] = ""
    no_reply: Annotated[Duration, field("No reply after", "Empty: wait without limit.")] = 0

    def ports(self) -> tuple[Port, ...]:
        return (DONE, GAVE_UP, *((NO_REPLY,) if self.no_reply else ()))

    def sets(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(item.save_as for item in self.items if item.save_as))

    def missing(self) -> tuple[str, ...]:
        missing = [f"items.{item.id}.question" for item in self.items if not item.question.strip()]
        missing += [
            f"items.{item.id}.save_as" for item in self.items if item.kind not in OF_CONTACT and not item.save_as
        ]
        return tuple(missing)

    def answers(self, port: str = "") -> bool:
        return port == NO_REPLY.id  # it has asked; by the others it may go on without a word

    def run(self, turn: Turn) -> Outcome:
        if isinstance(turn.reply, TimerFired):
            return Go(NO_REPLY.id)
        memory = turn.memory or {}
        doing = _Collecting(self, turn, list(memory.get("done", ())))
        item = next((one for one in self.items if one.id == memory.get("item")), None)
        if isinstance(turn.reply, MessageReceived) and item is not None:
            return doing.answered(item, turn.reply, int(memory["tries"]))
        return doing.go_on()  # the first time, or a person has given the conversation back


class _Collecting:
    """One run: what has been taken so far, and what it leads to. ``done`` are the items not to be asked again."""

    def __init__(self, node: Collect, turn: Turn, done: list[str]) -> None:
        self.node = node
        self.turn = turn
        self.done = done
        self.effects: list[AnyEffect] = []
        self.why: dict[str, Any] = {}

    def answered(self, item: Item, reply: MessageReceived, tries: int) -> Outcome:
        """Take the answer to an item, or ask again."""
        value = None if self._left_out(item, reply) else taken(item, reply.text, country_of(self.turn.session.contact))
        if value is not None:
            self._keep(item, value)
            self.why["taken"] = item.id
            return self.go_on()
        if self._left_out(item, reply):
            return self._without(item)
        tries += 1
        self.why |= {"refused": item.id, "time": tries}
        if tries <= self.node.retries:
            said = f"{self.node.retry_text}\n{item.question}" if self.node.retry_text.strip() else item.question
            return self._ask(item, said, tries)
        if item.optional:
            return self._without(item)
        return Go(GAVE_UP.id, effects=tuple(self.effects), why=self.why)

    def go_on(self) -> Outcome:
        """Ask for the next item that is not known, if there is one."""
        for item in self.node.items:
            if item.id in self.done:
                continue
            known, value = self._known(item)
            if not known:
                return self._ask(item, item.question, tries=0)
            if value:
                self._keep(item, value, told=False)
            self.why.setdefault("known", []).append(item.id)
        return Go(DONE.id, effects=tuple(self.effects), why=self.why)

    def _ask(self, item: Item, text: str, tries: int) -> Wait:
        until: datetime | None = self.turn.after(self.node.no_reply) if self.node.no_reply else None
        skip = item.optional and self.node.skip_label.strip()
        choices = (Choice(SKIP, self.node.skip_label),) if skip else ()
        self.effects.append(Send(text=text, choices=choices))
        memory = {"item": item.id, "tries": tries, "done": self.done}
        self.why["asks"] = item.id
        return Wait("reply", until=until, effects=tuple(self.effects), memory=memory, why=self.why)

    def _without(self, item: Item) -> Outcome:
        self.done.append(item.id)
        self.why["left_out"] = item.id
        return self.go_on()

    def _keep(self, item: Item, value: str, told: bool = True) -> None:
        """Under its name, and with the contact if it is theirs and they ``told`` it just now."""
        self.done.append(item.id)
        if item.save_as:
            self.effects.append(SetValue(name=item.save_as, value=value))
        if told and item.kind in OF_CONTACT:
            self.effects.append(SetContact(**{item.kind: value}))

    def _known(self, item: Item) -> tuple[bool, str]:
        """Whether an item need not be asked for, and what is to be kept because it is known of the contact."""
        if item.save_as and self.turn.facts(f"value.{item.save_as}") not in (None, "", []):
            return True, ""
        value = getattr(self.turn.session.contact, item.kind) if item.kind in OF_CONTACT else ""
        if item.kind == "name":  # a profile may say anything
            value = name(value) or ""
        return bool(value), value

    def _left_out(self, item: Item, reply: MessageReceived) -> bool:
        if not item.optional:
            return False
        labels = (self.node.skip_label, *self.turn.versions.get("skip_label", ()))
        written = reply.text.strip().casefold()
        return reply.choice == SKIP or any(written == label.strip().casefold() for label in labels if label.strip())


def taken(item: Item, text: str, country: str) -> str | None:
    """The answer in what the contact wrote, in its one form; None: there is none. ``country`` is the contact's."""
    match item.kind:
        case "name":
            return name(text)
        case "email":
            return email(text)
        case "phone":
            return phone(text, country)
        case "order":
            return order_number(text, item.pattern)
        case "text":
            return free_text(text, item.pattern)
