from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from engine.events import Answered, MessageReceived, TimerFired
from engine.flow import Node, Port
from engine.hours import Hours
from engine.queries import OpenHours, Opening, failure
from engine.turn import Ask, Go, Outcome, Turn
from engine.turn import Wait as WaitFor
from nodes.fields import Duration, field

DONE = Port("done", "Time is up", after="time", owed=False)
MESSAGE = Port("message", "Contact wrote")


class Wait(Node, frozen=True, tag="wait"):
    """Waits for a while or until a team is there, then goes on. If the contact writes meanwhile, it goes on with that
    or keeps waiting.
    """

    TITLE = "Wait"
    ICON = "hourglass"
    GROUP = "do"
    SUMMARY = "Waits {seconds} · Waits until it opens: {until_open}"
    WAITS = True

    until_open: Annotated[
        str,
        field("Until it opens", "By the shop's hours in the settings. Empty: for a time."),
        msgspec.Meta(max_length=64, extra_json_schema={"widget": "hours_team"}),
    ] = ""
    seconds: Annotated[Duration, field("How long", only_if={"until_open": [""]})] = 60
    on_message: Annotated[
        Literal["go_on", "keep_waiting"],
        field(
            "If the contact writes meanwhile",
            options={"go_on": "Go on with the message", "keep_waiting": "Keep waiting"},
        ),
        msgspec.Meta(extra_json_schema={"widget": "select"}),
    ] = "go_on"

    def ports(self) -> tuple[Port, ...]:
        if self.on_message == "go_on":
            return (DONE, MESSAGE)
        return (msgspec.structs.replace(DONE, owed=True),)  # the contact may have written meanwhile

    def waits(self) -> bool:
        return not self.until_open  # it may be open

    def team_hours(self) -> str:
        return self.until_open

    def run(self, turn: Turn) -> Outcome:
        if self.until_open and (turn.reply is None or isinstance(turn.reply, TimerFired)):
            # Asked again when the time has come: the hours may be others by now.
            return Ask(OpenHours(team=self.until_open, hours=Hours(zone=turn.facts.zone), at=turn.event.at))
        if isinstance(turn.reply, Answered):
            return self._heard(turn.reply.answer)
        if isinstance(turn.reply, TimerFired):
            return Go("done")
        if turn.reply is None:
            until = turn.after(self.seconds)
        elif isinstance(turn.reply, MessageReceived) and self.on_message == "go_on":
            return Go("message")
        else:
            until = datetime.fromisoformat(turn.memory)
            if until <= turn.event.at:
                return Go("done")
        return self._until(until)

    def _heard(self, answer: Any) -> Outcome:
        if not isinstance(answer, Opening):
            return Go("done", why={"failed": failure(answer)})
        now = answer.standing
        why = {"name": answer.name, "zone": answer.zone, **msgspec.to_builtins(now)}
        if now.open or now.until is None:
            return Go("done", why=why)
        return self._until(now.until, why)

    def _until(self, until: datetime, why: Any = None) -> WaitFor:
        on: Literal["reply", "time"] = "reply" if self.on_message == "go_on" else "time"
        return WaitFor(on, until=until, memory=until.isoformat(), why=why)
