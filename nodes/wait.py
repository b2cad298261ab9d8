from datetime import datetime
from typing import Annotated, Literal

import msgspec

from engine.events import MessageReceived, TimerFired
from engine.flow import Node, Port
from engine.turn import Go, Outcome, Turn
from engine.turn import Wait as WaitFor
from nodes.fields import Duration, field

DONE = Port("done", "Time is up", after="time", owed=False)
MESSAGE = Port("message", "Contact wrote")


class Wait(Node, frozen=True, tag="wait"):
    """Waits for a while, then goes on. If the contact writes meanwhile, it goes on with that or keeps waiting."""

    TITLE = "Wait"
    ICON = "hourglass"
    GROUP = "do"
    SUMMARY = "Waits {seconds}"
    WAITS = True

    seconds: Annotated[Duration, field("How long")] = 60
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

    def run(self, turn: Turn) -> Outcome:
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
        on: Literal["reply", "time"] = "reply" if self.on_message == "go_on" else "time"
        return WaitFor(on, until=until, memory=until.isoformat())
