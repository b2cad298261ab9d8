import unicodedata
from datetime import datetime
from typing import Annotated, Any

import msgspec

from engine.effects import Choice, Send, Value
from engine.events import MessageReceived, TimerFired
from engine.flow import Node, Port
from engine.text import Text, says
from engine.turn import Go, Outcome, Turn, Wait
from nodes.answers import Expected, country_of, found
from nodes.fields import ChoiceId, Duration, Line, Said, Switch, ValueName, field

ANSWERED = Port("answered", "Answered")
INVALID = Port("invalid", "Not understood")
NO_REPLY = Port("no_reply", "No reply", after="time", owed=False)


class Option(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of the answers offered: its port ``id`` and what the contact reads."""

    id: ChoiceId
    label: Annotated[Text, msgspec.Meta(title="Label", max_length=200)] = ""


class Question(Node, frozen=True, tag="question"):
    """Asks, and waits for the answer: anything, something of a kind, or one of several choices.

    Without a text it only listens for what the contact writes next.
    """

    TITLE = "Question"
    ICON = "message-circle-question"
    GROUP = "talk"
    SUMMARY = "Asks: {text|(listens)} {choices}"
    WAITS = True

    text: Annotated[Said, field("Question", "Empty: says nothing and only listens.")] = ""
    choices: Annotated[
        tuple[Option, ...],
        field("Choices", "Shown as buttons where the channel has them. Each has its own way out."),
        msgspec.Meta(max_length=30, extra_json_schema={"widget": "choices"}),
    ] = ()
    other: Annotated[
        Switch,
        field("Other answers, too", "What is none of the choices goes on by “answered”.", only_if={"choices": ["*"]}),
    ] = False
    expects: Annotated[
        Expected,
        field(
            "The answer must be",
            options={
                "any": "Anything",
                "email": "An email address",
                "phone": "A phone number",
                "number": "A number",
                "date": "A date",
                "pattern": "Of a pattern",
            },
        ),
        msgspec.Meta(extra_json_schema={"widget": "select"}),
    ] = "any"
    pattern: Annotated[
        Line,
        field(
            "Pattern",
            "A regular expression (RE2), such as LU-[0-9]{6}.",
            pattern=True,
            only_if={"expects": ["pattern"]},
        ),
    ] = ""
    retries: Annotated[
        int, field("Ask again at most, times"), msgspec.Meta(ge=0, le=10, extra_json_schema={"widget": "number"})
    ] = 2
    retry_text: Annotated[Said, field("Asking again", "Empty: the question itself.")] = ""
    save_as: Annotated[ValueName, field("Keep the answer as", "The name of a value, such as order.")] = ""
    no_reply: Annotated[Duration, field("No reply after", "Empty: wait without limit.")] = 0

    def ports(self) -> tuple[Port, ...]:
        ports = [Port(choice.id, choice.label or choice.id) for choice in self.choices]
        if not self.choices or self.other:
            ports.append(ANSWERED)
        if self._picky:
            ports.append(INVALID)
        if self.no_reply:
            ports.append(NO_REPLY)
        return tuple(ports)

    def sets(self) -> tuple[str, ...]:
        return (self.save_as,) if self.save_as else ()

    def missing(self) -> tuple[str, ...]:
        missing = [f"choices.{choice.id}.label" for choice in self.choices if not choice.label.strip()]
        if self.expects == "pattern" and not self.pattern:
            missing.append("pattern")
        if self.choices and not self.text:
            missing.append("text")
        elif self._picky and self.retries and not self.text and not self.retry_text:
            missing.append("retry_text")  # whoever is not understood would be left without a word
        return tuple(missing)

    def answers(self, port: str = "") -> bool:
        return not port and says(self.text)

    @property
    def _picky(self) -> bool:
        """Whether there are answers it does not take."""
        if self.choices and not self.other:
            return True
        return self.expects != "any"

    def run(self, turn: Turn) -> Outcome:
        if isinstance(turn.reply, TimerFired):
            return Go("no_reply")
        if isinstance(turn.reply, MessageReceived):
            return self._answered(turn, turn.reply)
        return self._wait(turn, self.text, tries=0)  # the first time, or a person has given the conversation back

    def _wait(self, turn: Turn, text: str, tries: int, why: Any = None) -> Outcome:
        until: datetime | None = turn.after(self.no_reply) if self.no_reply else None
        choices = tuple(Choice(choice.id, choice.label) for choice in self.choices)
        said = (Send(text=text, choices=choices),) if text else ()
        return Wait("reply", until=until, effects=said, memory={"tries": tries}, why=why)

    def _answered(self, turn: Turn, reply: MessageReceived) -> Outcome:
        if choice := self._chosen(turn, reply):
            own = turn.versions.get(f"choices.{choice.id}.label") or (choice.label,)
            return Go(choice.id, values=self._kept(own[0]), why={"choice": choice.id})
        if not self.choices or self.other:
            contact = turn.session.contact
            month_first = contact.country == "US" or contact.locale == "en-US"
            answer = found(self.expects, reply.text, self.pattern, month_first, country_of(contact))
            if answer is not None:
                return Go("answered", values=self._kept(answer), why={"answer": answer})
        tries = int((turn.memory or {}).get("tries", 0)) + 1
        why = {"not": [choice.id for choice in self.choices] or self.expects, "tries": tries}
        if tries > self.retries:
            return Go("invalid", why=why)
        return self._wait(turn, self.retry_text or self.text, tries, why)

    def _kept(self, answer: Value) -> dict[str, Value]:
        return {self.save_as: answer} if self.save_as else {}

    def _chosen(self, turn: Turn, reply: MessageReceived) -> Option | None:
        """The choice tapped, or written out in any of the flow's languages, or given by its number."""
        for choice in self.choices:
            if reply.choice == choice.id:
                return choice
        written = _plain(reply.text)
        if not written:
            return None
        for choice in self.choices:
            labels = (choice.label, *turn.versions.get(f"choices.{choice.id}.label", ()))
            if any(_plain(label) == written for label in labels):
                return choice
        number = written.rstrip(".)")
        if number.isdecimal() and len(number) <= 3 and 1 <= int(number) <= len(self.choices):
            return self.choices[int(number) - 1]
        return None


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split()).strip(" .!?。！？")
