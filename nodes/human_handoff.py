from typing import Annotated

import msgspec

from engine.effects import HandOff, Send
from engine.events import AgentReturned, TimerFired
from engine.flow import Node, Port
from engine.text import fill, says
from engine.turn import Go, Outcome, Turn, Wait
from nodes.fields import Duration, Line, Said, field

RETURNED = Port("returned", "Given back to the flow", optional=True, after="person", owed=False)
NOBODY_CAME = Port("nobody_came", "Nobody came in time", after="time")


class HumanHandoff(Node, frozen=True, tag="human_handoff"):
    """Hands the conversation to a person. The flow is silent until they give it back, or nobody came in time."""

    TITLE = "Human handoff"
    ICON = "headset"
    GROUP = "people"
    SUMMARY = "Hands over to {team|a person} · {reason}"
    WAITS = True

    text: Annotated[Said, field("What the contact is told", "For example that somebody will be here soon.")] = ""
    reason: Annotated[
        Line,
        field("Reason, for agents", "May hold variables, such as: Asked “{text}”, no answer known.", required=True),
    ] = ""
    team: Annotated[
        str, field("Team", "Empty: everybody."), msgspec.Meta(max_length=64, extra_json_schema={"widget": "team"})
    ] = ""
    limit: Annotated[Duration, field("If nobody comes within", "Empty: wait without limit.")] = 600
    nobody_text: Annotated[Said, field("What the contact is told then", "May stay empty.")] = ""

    def ports(self) -> tuple[Port, ...]:
        return (RETURNED, NOBODY_CAME) if self.limit else (RETURNED,)

    def answers(self, port: str = "") -> bool:
        return says(self.nobody_text) if port == NOBODY_CAME.id else not port

    def run(self, turn: Turn) -> Outcome:
        if isinstance(turn.reply, AgentReturned):
            return Go("returned")
        if isinstance(turn.reply, TimerFired):
            return Go("nobody_came", (Send(text=self.nobody_text),) if self.nobody_text else ())
        until = turn.after(self.limit) if self.limit else None
        told = (Send(text=self.text),) if self.text else ()
        reason = fill(self.reason, turn.facts)
        return Wait("agent", until=until, effects=(*told, HandOff(reason=reason, team=self.team, until=until)))
